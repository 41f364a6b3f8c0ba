//! Routing, its explanation and a naive oracle agree on random exchanges and addressings.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use amana_types::group::{GroupKind, Membership, Standing};
use amana_types::{Digest, Duration, GroupTerms, MemberKind, MemberStatus, Parent, Seq, VerifyingKey};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

const NOW: Timestamp = Timestamp::from_unix_millis(1_780_000_000_000);

fn codes() -> Vec<MemberCode> {
    (b'A'..=b'Z').map(|letter| format!("X{}", char::from(letter)).parse().unwrap()).collect()
}

fn group_names() -> Vec<GroupName> {
    ["G-ONE", "G-TWO", "G-THREE", "G-FOUR"].map(|name| name.parse().unwrap()).into()
}

fn some_codes() -> impl Strategy<Value = BTreeSet<MemberCode>> {
    subsequence(codes(), 0..=6).prop_map(|codes| codes.into_iter().collect())
}

/// What the exchange says about a member itself; what a sub-bureau has from its country is worked out by the
/// oracle from this, and by the directory in its own way.
#[derive(Clone, Debug)]
struct Facts {
    code: MemberCode,
    kind: MemberKind,
    parent: Option<MemberCode>,
    regions: BTreeSet<Region>,
    suspended: bool,
}

fn facts(code: MemberCode) -> impl Strategy<Value = Facts> {
    let regions = subsequence(Region::ALL.to_vec(), 0..=2);
    let kind = prop_oneof![
        12 => Just(MemberKind::Country),
        7 => Just(MemberKind::SubBureau),
        3 => Just(MemberKind::Organisation),
        3 => Just(MemberKind::Partner),
        1 => Just(MemberKind::ReviewDesk),
    ];
    (kind, select(codes()), regions, prop::bool::weighted(0.1)).prop_map(
        move |(kind, parent, regions, suspended)| Facts {
            code,
            kind,
            parent: (kind == MemberKind::SubBureau).then_some(parent),
            regions: regions.into_iter().collect(),
            suspended,
        },
    )
}

type Known = BTreeMap<MemberCode, Facts>;

/// Sub-bureaux of what is no country in the directory are organisations instead.
fn settled(all: Vec<Facts>) -> Known {
    let countries: BTreeSet<MemberCode> =
        all.iter().filter(|one| one.kind == MemberKind::Country).map(|one| one.code).collect();
    let settle = |one: Facts| match one.parent {
        Some(parent) if countries.contains(&parent) => Facts { regions: BTreeSet::new(), ..one },
        Some(_) => Facts { kind: MemberKind::Organisation, parent: None, ..one },
        None => one,
    };
    all.into_iter().map(settle).map(|one| (one.code, one)).collect()
}

fn member(facts: &Facts) -> Member {
    let below = |code| Parent { code, status: MemberStatus::Active, under_review: false };
    Member {
        code: facts.code,
        name: facts.code.to_string(),
        kind: facts.kind,
        parent: facts.parent.map(below),
        regions: facts.regions.clone(),
        child_protection: false,
        status: if facts.suspended { MemberStatus::Suspended(Seq(1)) } else { MemberStatus::Active },
        under_review: false,
        tls_key: Digest([0; 32]),
        identity_key: VerifyingKey([0; 32]),
        signing_keys: Vec::new(),
        hpke_keys: Default::default(),
        enrolled_at: Seq(0),
    }
}

fn moment() -> impl Strategy<Value = Option<Timestamp>> {
    let hour = Duration::from_seconds(3600);
    prop_oneof![
        12 => Just(None),
        1 => Just(Some(NOW.before(hour))),
        1 => Just(Some(NOW)),
        1 => Just(Some(NOW.after(hour))),
    ]
}

fn group(name: GroupName) -> impl Strategy<Value = Group> {
    let member = (select(codes()), select(Membership::ALL.to_vec()));
    let members = prop::collection::btree_map(member.0, member.1, 0..=6);
    (members, moment(), moment()).prop_map(move |(members, starts, ends)| {
        let standing = |membership| Standing { membership, since: Seq(3) };
        let terms = GroupTerms {
            name: name.clone(),
            kind: GroupKind::Operation,
            title: Vec::new(),
            description: Vec::new(),
            lead: None,
            invited: members.keys().copied().collect(),
            starts,
            ends,
        };
        let members = members.into_iter().map(|(code, membership)| (code, standing(membership))).collect();
        Group { terms, invitation: Seq(3), members }
    })
}

/// A directory that knows most of the 26 codes and most of the groups.
fn directory() -> impl Strategy<Value = (Known, Directory)> {
    let members = prop_oneof![9 => subsequence(codes(), 26), 1 => subsequence(codes(), 20..=26)]
        .prop_flat_map(|codes| codes.into_iter().map(facts).collect::<Vec<_>>())
        .prop_map(settled)
        .prop_flat_map(|known| {
            (Just(known.values().cloned().collect::<Vec<_>>()).prop_shuffle(), Just(known))
        });
    let groups = prop_oneof![9 => subsequence(group_names(), 4), 1 => subsequence(group_names(), 2..=4)]
        .prop_flat_map(|names| names.into_iter().map(group).collect::<Vec<_>>());
    (members, groups).prop_map(|((in_any_order, known), groups)| {
        let mut directory = Directory::new("exchange.example".parse().unwrap(), Vec::new());
        in_any_order.iter().for_each(|facts| directory.admit(Arc::new(member(facts))));
        directory.groups =
            groups.into_iter().map(|group| (group.terms.name.clone(), Arc::new(group))).collect();
        (known, directory)
    })
}

fn addressing() -> impl Strategy<Value = Addressing> {
    let regions = subsequence(Region::ALL.to_vec(), 0..=2);
    let groups = subsequence(group_names(), 0..=2);
    (some_codes(), regions, groups, prop::bool::weighted(0.3), some_codes()).prop_map(
        |(countries, regions, groups, all_members, except)| Addressing {
            countries,
            regions: regions.into_iter().collect(),
            groups: groups.into_iter().collect(),
            all_members,
            except,
        },
    )
}

/// What the rules say, one by one and slowly: the union as whole sets, then the subtractions.
fn oracle(
    to: &Addressing,
    sender: MemberCode,
    held: bool,
    (members, directory): (&Known, &Directory),
) -> Result<BTreeSet<MemberCode>, &'static str> {
    let country = |code: &MemberCode| members[code].parent.map(|parent| &members[&parent]);
    let active = |code: &MemberCode| {
        !members[code].suspended && country(code).is_none_or(|country| !country.suspended)
    };
    let excepted = |code: &MemberCode| {
        to.except.contains(code) || country(code).is_some_and(|country| to.except.contains(&country.code))
    };
    match members.get(&sender) {
        None => return Err("UNKNOWN_SENDER"),
        Some(_) if !active(&sender) => return Err("SENDER_SUSPENDED"),
        Some(_) => {}
    }
    if to.countries.iter().chain(&to.except).any(|code| !members.contains_key(code)) {
        return Err("UNKNOWN_MEMBER");
    }
    if to.countries.iter().any(|code| !active(code) && !excepted(code)) {
        return Err("MEMBER_SUSPENDED");
    }
    let found: Vec<_> = to.groups.iter().map(|name| directory.groups.get(name)).collect();
    if found.iter().any(Option::is_none) {
        return Err("UNKNOWN_GROUP");
    }
    let found: Vec<_> = found.into_iter().flatten().collect();
    if found.iter().any(|group| group.terms.ends.is_some_and(|ends| NOW >= ends)) {
        return Err("OPERATION_ENDED");
    }
    if found.iter().any(|group| group.terms.starts.is_some_and(|starts| NOW < starts)) {
        return Err("OPERATION_NOT_STARTED");
    }
    let is_desk = |member: &&Facts| member.kind == MemberKind::ReviewDesk && active(&member.code);
    let desks: Vec<MemberCode> = members.values().filter(is_desk).map(|member| member.code).collect();
    let desk = match desks[..] {
        _ if !held => None,
        [desk] if desk != sender => Some(desk),
        _ => return Err("NO_REVIEW_DESK"),
    };
    if desk.is_some_and(|desk| to.except.contains(&desk)) {
        return Err("REVIEW_DESK_EXCEPTED");
    }
    let mut union = to.countries.clone();
    for group in found {
        let accepted =
            group.members.iter().filter(|(_, standing)| standing.membership == Membership::Accepted);
        union.extend(accepted.map(|(code, _)| *code).filter(|code| members.contains_key(code)));
    }
    for member in members.values() {
        let regions = country(&member.code).map_or(&member.regions, |country| &country.regions);
        let in_region = regions.intersection(&to.regions).next().is_some();
        let swept_in = !matches!(member.kind, MemberKind::Partner | MemberKind::ReviewDesk);
        if swept_in && (in_region || to.all_members) {
            union.insert(member.code);
        }
    }
    union.retain(|code| active(code) && !excepted(code) && *code != sender);
    union.retain(|code| Some(*code) != desk);
    if union.is_empty() {
        return Err("EMPTY_AUDIENCE");
    }
    union.extend(desk);
    match union.len() {
        count if count > limits::RECIPIENTS => Err("TOO_MANY_RECIPIENTS"),
        _ => Ok(union),
    }
}

/// How often each outcome came: a refusal's reason, or what was routed.
static OUTCOMES: Mutex<BTreeMap<&str, usize>> = Mutex::new(BTreeMap::new());

#[test]
fn routing_agrees_with_its_explanation_and_the_oracle() {
    agreement();
    let outcomes = OUTCOMES.lock().unwrap();
    // Only an exchange with more members than fit an envelope has too many; `route_tests` makes one.
    for (outcome, least) in [
        ("routed", 200),
        ("routed, held", 20),
        ("UNKNOWN_SENDER", 1),
        ("SENDER_SUSPENDED", 1),
        ("UNKNOWN_MEMBER", 1),
        ("MEMBER_SUSPENDED", 1),
        ("UNKNOWN_GROUP", 1),
        ("OPERATION_ENDED", 1),
        ("OPERATION_NOT_STARTED", 1),
        ("NO_REVIEW_DESK", 1),
        ("REVIEW_DESK_EXCEPTED", 1),
        ("EMPTY_AUDIENCE", 1),
    ] {
        let came = outcomes.get(outcome).copied().unwrap_or_default();
        assert!(came >= least, "{outcome}: only {came} times, {outcomes:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    fn agreement(
        to in addressing(),
        sender in select(codes()),
        held: bool,
        (known, directory) in directory(),
    ) {
        let routed = route(&to, sender, held, &directory, NOW);
        let expected = oracle(&to, sender, held, (&known, &directory));
        let by_reason = routed.as_ref().map_err(|refused| refused.reason().code());
        let outcome = by_reason.as_ref().err().copied().unwrap_or(if held { "routed, held" } else { "routed" });
        *OUTCOMES.lock().unwrap().entry(outcome).or_default() += 1;
        prop_assert_eq!(
            by_reason.map(|audience| audience.recipients().iter().copied().collect::<BTreeSet<_>>()),
            expected
        );

        let told = explain(&to, sender, held, &directory, NOW);
        prop_assert_eq!(told.len(), directory.members.len());
        let receives: Vec<_> = told.iter().filter(|d| d.receives()).map(|d| d.member).collect();
        match routed {
            Ok(audience) => prop_assert_eq!(audience.recipients(), receives),
            Err(RouteRefused::EmptyAudience) => prop_assert_eq!(receives.len(), usize::from(held)),
            Err(_) => {}
        }
        for decision in told {
            let country = known[&decision.member].parent;
            match decision.rule {
                Rule::ExceptParent(code) => {
                    prop_assert_eq!(country, Some(code));
                    prop_assert!(to.except.contains(&code));
                }
                Rule::ParentSuspended(code) => {
                    prop_assert_eq!(country, Some(code));
                    prop_assert!(known[&code].suspended && !known[&decision.member].suspended);
                }
                Rule::ParentRegion(region) => {
                    prop_assert!(country.is_some_and(|code| known[&code].regions.contains(&region)));
                }
                Rule::Region(_) => prop_assert_eq!(country, None),
                _ => {}
            }
        }
    }
}
