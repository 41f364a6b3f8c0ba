//! Routing, its explanation and a naive oracle agree on random exchanges and addressings.

use std::sync::Arc;

use amana_types::group::{GroupKind, Membership, Standing};
use amana_types::{Digest, Duration, GroupTerms, MemberKind, MemberStatus, Seq, VerifyingKey};
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

fn member(code: MemberCode) -> impl Strategy<Value = Member> {
    let regions = subsequence(Region::ALL.to_vec(), 0..=2);
    let kind = prop_oneof![
        25 => select(MemberKind::ALL.to_vec()).prop_filter("no desk", |kind| *kind != MemberKind::ReviewDesk),
        1 => Just(MemberKind::ReviewDesk),
    ];
    (kind, regions, prop::bool::weighted(0.1)).prop_map(move |(kind, regions, suspended)| Member {
        code,
        name: code.to_string(),
        kind,
        regions: regions.into_iter().collect(),
        child_protection: false,
        status: if suspended { MemberStatus::Suspended(Seq(1)) } else { MemberStatus::Active },
        under_review: false,
        tls_key: Digest([0; 32]),
        identity_key: VerifyingKey([0; 32]),
        signing_keys: Vec::new(),
        hpke_keys: Default::default(),
        enrolled_at: Seq(0),
    })
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
fn directory() -> impl Strategy<Value = Directory> {
    let members = prop_oneof![9 => subsequence(codes(), 26), 1 => subsequence(codes(), 20..=26)]
        .prop_flat_map(|codes| codes.into_iter().map(member).collect::<Vec<_>>());
    let groups = prop_oneof![9 => subsequence(group_names(), 4), 1 => subsequence(group_names(), 2..=4)]
        .prop_flat_map(|names| names.into_iter().map(group).collect::<Vec<_>>());
    (members, groups).prop_map(|(members, groups)| {
        let mut directory = Directory::new("exchange.example".parse().unwrap(), Vec::new());
        directory.members = members.into_iter().map(|member| (member.code, Arc::new(member))).collect();
        directory.groups =
            groups.into_iter().map(|group| (group.terms.name.clone(), Arc::new(group))).collect();
        directory
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
    directory: &Directory,
) -> Result<BTreeSet<MemberCode>, &'static str> {
    let members = &directory.members;
    match members.get(&sender) {
        None => return Err("UNKNOWN_SENDER"),
        Some(member) if member.status != MemberStatus::Active => return Err("SENDER_SUSPENDED"),
        Some(_) => {}
    }
    if to.countries.iter().chain(&to.except).any(|code| !members.contains_key(code)) {
        return Err("UNKNOWN_MEMBER");
    }
    let active = |code: &MemberCode| members[code].status == MemberStatus::Active;
    if to.countries.iter().any(|code| !active(code) && !to.except.contains(code)) {
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
    let is_desk = |member: &&Arc<Member>| member.kind == MemberKind::ReviewDesk && active(&member.code);
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
        let in_region = member.regions.intersection(&to.regions).next().is_some();
        let swept_in = !matches!(member.kind, MemberKind::Partner | MemberKind::ReviewDesk);
        if swept_in && (in_region || to.all_members) {
            union.insert(member.code);
        }
    }
    union.retain(|code| active(code) && !to.except.contains(code) && *code != sender);
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn routing_agrees_with_its_explanation_and_the_oracle(
        to in addressing(),
        sender in select(codes()),
        held: bool,
        directory in directory(),
    ) {
        let routed = route(&to, sender, held, &directory, NOW);
        let expected = oracle(&to, sender, held, &directory);
        let by_reason = routed.as_ref().map_err(RouteRefused::reason);
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
    }
}
