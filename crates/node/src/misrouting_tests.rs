//! I6, with real keys: over random directories, addressings and misroutings, nobody outside the computed set
//! opens a single section, nobody inside is left out, everyone inside opens exactly what the table of member
//! kinds grants, and `explain` agrees with what happened.

#[path = "misrouting_tests/setting.rs"]
mod setting;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use amana_notice::SectionKind;
use amana_policy::{Audience, Unfit, explain, fit, route};
use amana_seal::SignerKey;
use amana_seal::envelope::{Delivered, GrantedSections, Header, SectionIndex, header_hash, open};
use amana_types::group::{GroupKind, GroupTerms, Membership, Standing};
use amana_types::{
    Addressing, Directory, Group, HpkeEpoch, Member, MemberCode, MemberKind, MemberStatus, Parent, Seq,
};
use amana_wire::convert::section_kind;
use amana_wire::v1;
use bytes::Bytes;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use setting::{Changes, Setting, Sort, kind_of, parent_of, setting};

use crate::inbox::opening::Opener;
use crate::subjects::Incoming;
use crate::testing::{Town, code, now};

/// The sender is the first.
const MEMBERS: [&str; 7] = ["XA", "XB", "XC", "XD", "XE", "XF", "XG"];

/// The same keys for every case: making them costs more than using them.
fn town() -> &'static Town {
    static TOWN: OnceLock<Town> = OnceLock::new();
    TOWN.get_or_init(|| Town::of(&MEMBERS))
}

/// The town's directory with other facts about its members; the sender keeps what lets it send.
fn directory(changes: &[Changes], group: &BTreeSet<MemberCode>, under_review: bool) -> Directory {
    let mut directory = town().directory.clone();
    for (place, (text, change)) in MEMBERS.iter().zip(changes).enumerate() {
        let mut member = Member::clone(directory.member(code(text)).unwrap());
        member.kind = kind_of(place, changes);
        member.parent = parent_of(place, changes).map(|place| {
            let status = MemberStatus::Active;
            Parent { code: code(MEMBERS[place]), status, under_review: false }
        });
        member.child_protection = change.child_protection;
        member.regions = change.regions.iter().copied().collect();
        member.under_review = under_review && *text == "XA";
        if change.suspended && *text != "XA" {
            member.status = MemberStatus::Suspended(Seq(7));
        }
        directory.admit(Arc::new(member));
    }
    let terms = GroupTerms {
        name: "G".parse().unwrap(),
        kind: GroupKind::Operation,
        title: Vec::new(),
        description: Vec::new(),
        lead: None,
        invited: group.clone(),
        starts: None,
        ends: None,
    };
    let accepted = Standing { membership: Membership::Accepted, since: Seq(3) };
    let members = group.iter().map(|code| (*code, accepted)).collect();
    let group = Group { terms, invitation: Seq(3), members };
    directory.groups.insert(group.terms.name.clone(), Arc::new(group));
    directory
}

/// What the table says, written a second time: which of the sections that there are a member opens.
fn opens(kind: MemberKind, child_protection: bool, sort: Sort) -> BTreeSet<SectionKind> {
    use SectionKind::{Bulletin, Case, Partner, PartnerPersons, ProtectedPersons};
    let mut all = BTreeSet::new();
    match kind {
        _ if sort == Sort::Bulletin => {
            all.insert(Bulletin);
        }
        MemberKind::Partner if sort == Sort::CaseWithReferral => {
            all.insert(Partner);
            all.extend(child_protection.then_some(PartnerPersons));
        }
        MemberKind::Partner => {}
        MemberKind::Country | MemberKind::SubBureau | MemberKind::Organisation | MemberKind::ReviewDesk => {
            all.insert(Case);
            all.extend(child_protection.then_some(ProtectedPersons));
        }
    }
    all
}

/// What a key opens of what was delivered, whoever its holder says it is: the cryptography alone.
fn opened(
    directory: &Directory,
    delivery: &v1::EnvelopeDelivery,
    claimed: MemberCode,
    holder: MemberCode,
) -> Option<BTreeSet<SectionKind>> {
    let slot = delivery.slot.as_ref()?;
    let path = delivery.slot_path.concat();
    let parts = Delivered {
        header: &delivery.header,
        slots_root: &delivery.slots_root,
        depth: delivery.depth,
        signature: &delivery.signature,
        epoch: HpkeEpoch(slot.key_epoch),
        granted: GrantedSections::of_bits(slot.granted_sections)?,
        slot: &slot.sealed,
        place: delivery.slot_index,
        path: &path,
        sections: delivery.sections.iter().map(AsRef::as_ref).collect(),
    };
    let sender = |h: &Header| SignerKey::find(directory, h.sender, h.sender_key, Seq(9));
    let pair = &town().parties.iter().find(|party| party.code == holder)?.hpke[0].1;
    let opened = open(parts, claimed, sender, |_| Some(pair)).ok()?;
    opened.sections.iter().map(|section| section_kind(section.kind.0).ok()).collect()
}

/// Whether a node takes in what was delivered to it.
fn takes_in(directory: &Directory, own: MemberCode, delivery: &v1::EnvelopeDelivery, passed: bool) -> bool {
    let party = town().parties.iter().find(|party| party.code == own).unwrap();
    let opener = Opener { own, directory, hpke: &party.hpke, passed };
    matches!(Incoming::open(&opener, delivery, Seq(9)), Ok(Incoming::Notice(_)))
}

/// Who receives, says `explain`.
fn explained(to: &Addressing, held: bool, directory: &Directory) -> Vec<MemberCode> {
    let decisions = explain(to, code("XA"), held, directory, now());
    decisions.iter().filter(|decision| decision.receives()).map(|decision| decision.member).collect()
}

/// An excepted country gets nothing through a sub-bureau, and a suspended one's sub-bureaux get nothing at all.
fn families_hold(to: &Addressing, audience: &Audience, changes: &[Changes]) -> Result<(), TestCaseError> {
    for (place, text) in MEMBERS.iter().enumerate() {
        if let Some(country) = parent_of(place, changes) {
            let barred =
                to.except.contains(&code(MEMBERS[country])) || (country != 0 && changes[country].suspended);
            prop_assert!(!(barred && audience.contains(code(text))), "{} below {}", text, MEMBERS[country]);
        }
    }
    Ok(())
}

/// Everything that can be done with a delivery on the way to the wrong member, or to the right one.
fn misroutings(envelope: &v1::Envelope, right: &v1::EnvelopeDelivery, to: &str) -> Vec<v1::EnvelopeDelivery> {
    let mut all = vec![right.clone()];
    let mut change = |change: &dyn Fn(&mut v1::EnvelopeDelivery)| {
        let mut copy = right.clone();
        change(&mut copy);
        all.push(copy);
    };
    // Another's slot under the own name, with every section there is.
    change(&|d| d.slot.as_mut().unwrap().recipient = to.into());
    change(&|d| {
        d.slot.as_mut().unwrap().recipient = to.into();
        d.sections.clone_from(&envelope.sections);
    });
    // Each bit of what is said to be granted, with the sections that then have to be there.
    for bit in 0..u32::try_from(envelope.sections.len()).unwrap() + 1 {
        change(&|d| {
            let slot = d.slot.as_mut().unwrap();
            slot.recipient = to.into();
            slot.granted_sections ^= 1 << bit;
            let granted = GrantedSections::of_bits(slot.granted_sections).unwrap();
            d.sections = granted.choose(&envelope.sections, &Bytes::new()).cloned().collect();
        });
    }
    // The own slot with the bytes of another's.
    if let Some(own) = envelope.slots.iter().find(|slot| slot.recipient == to) {
        change(&|d| d.slot.as_mut().unwrap().sealed = own.sealed.clone());
        change(&|d| d.slot = Some(own.clone()));
    }
    all
}

/// Everybody inside opens what is theirs, on the right road.
fn nobody_is_left_out(
    envelope: &v1::Envelope,
    (audience, held, sort): (&Audience, bool, Sort),
    directory: &Directory,
) -> Result<(), TestCaseError> {
    for own in audience.recipients() {
        let delivery = town().deliver(envelope, own.as_str());
        let member = directory.member(*own).unwrap();
        let mut expected = opens(member.kind, member.child_protection, sort);
        // What nobody of the audience may open is in no envelope.
        let header = Header::decode(&delivery.header).unwrap();
        let there: BTreeSet<_> = header.sections.iter().map(|s| section_kind(s.kind.0).unwrap()).collect();
        expected.retain(|kind| there.contains(kind));
        prop_assert_eq!(opened(directory, &delivery, *own, *own), Some(expected.clone()), "{}", own);
        for (index, section) in (0..).map(SectionIndex).zip(&delivery.sections) {
            let kind = section_kind(header.sections[usize::from(index.0)].kind.0).unwrap();
            prop_assert_eq!(section.is_empty(), !expected.contains(&kind), "{}: the bytes of {}", own, kind);
        }
        let desk = held && member.kind == MemberKind::ReviewDesk;
        prop_assert!(takes_in(directory, *own, &delivery, held && !desk), "{} takes it in", own);
    }
    Ok(())
}

/// Nobody opens anything on any wrong road, and outside the set on none at all.
fn nobody_else_opens(
    envelope: &v1::Envelope,
    (audience, held): (&Audience, bool),
    directory: &Directory,
) -> Result<(), TestCaseError> {
    for (addressee, wrong) in audience.recipients().iter().flat_map(|a| MEMBERS.map(|w| (*a, code(w)))) {
        let right = town().deliver(envelope, addressee.as_str());
        for delivery in misroutings(envelope, &right, wrong.as_str()) {
            let own = audience.contains(wrong).then(|| town().deliver(envelope, wrong.as_str()));
            let is_own = own.as_ref().is_some_and(|own| own.slot == delivery.slot && *own == delivery);
            if is_own {
                continue;
            }
            prop_assert_eq!(opened(directory, &delivery, wrong, wrong), None, "{} as itself", wrong);
            if addressee != wrong {
                prop_assert_eq!(opened(directory, &delivery, addressee, wrong), None, "{} as another", wrong);
            }
            for passed in [held, !held] {
                prop_assert!(!takes_in(directory, wrong, &delivery, passed), "{} takes it in", wrong);
            }
        }
    }
    Ok(())
}

/// How many cases were sealed and sent astray, and of which sorts they were.
#[derive(Default)]
struct Reached {
    sealed: Cell<usize>,
    held: Cell<usize>,
    bulletins: Cell<usize>,
    to_partners: Cell<usize>,
    to_sub_bureaux: Cell<usize>,
}

/// Seals what may be sealed and sends it astray.
fn play(setting: &Setting, reached: &Reached) -> Result<(), TestCaseError> {
    let directory = &directory(&setting.facts, &setting.group, setting.under_review);
    let Setting { to, sort, held, .. } = setting;
    let (sort, held) = (*sort, *held);
    let content = sort.content();
    let Ok(audience) = route(to, code("XA"), held, directory, now()) else {
        // Refused: nothing leaves the house.
        return Ok(());
    };
    prop_assert_eq!(audience.recipients(), explained(to, held, directory));
    families_hold(to, &audience, &setting.facts)?;
    let kind = |code: &MemberCode| directory.member(*code).unwrap().kind;
    let has = |wanted| audience.recipients().iter().any(|code| kind(code) == wanted);
    let unfit = fit(content.told(), code("XA"), &audience, held, directory);
    // A bulletin is for the desk as well.
    let desk_by_name = !held && has(MemberKind::ReviewDesk) && sort != Sort::Bulletin;
    prop_assert_eq!(unfit.iter().any(|why| matches!(why, Unfit::KindMayNotReceive(_))), desk_by_name);
    let no_referral = has(MemberKind::Partner) && sort == Sort::Case;
    prop_assert_eq!(unfit.iter().any(|why| matches!(why, Unfit::ReferralNeeded(_))), no_referral);
    if !unfit.is_empty() {
        return Ok(());
    }
    let (_, composed) = town().seal_under(directory, &content, to, &audience, held);
    prop_assert_eq!(composed.header_hash, header_hash(&composed.envelope.header));
    nobody_is_left_out(&composed.envelope, (&audience, held, sort), directory)?;
    nobody_else_opens(&composed.envelope, (&audience, held), directory)?;
    let count = |cell: &Cell<usize>, is: bool| cell.set(cell.get() + usize::from(is));
    count(&reached.sealed, true);
    count(&reached.held, held);
    count(&reached.bulletins, sort == Sort::Bulletin);
    count(&reached.to_partners, has(MemberKind::Partner));
    count(&reached.to_sub_bureaux, has(MemberKind::SubBureau));
    Ok(())
}

/// Fewer of a sort than this, and the test would say little about it.
const FEW: usize = 3;

#[test]
fn nobody_outside_opens_a_section_and_nobody_inside_is_left_out() {
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let reached = Reached::default();
    TestRunner::new(config).run(&setting(), |setting| play(&setting, &reached)).unwrap();
    let Reached { sealed, held, bulletins, to_partners, to_sub_bureaux } = reached;
    assert!(sealed.get() >= 28, "only {} of 48 cases were sealed and sent astray", sealed.get());
    for (what, cases) in [
        ("held", held),
        ("bulletins", bulletins),
        ("to partners", to_partners),
        ("to sub-bureaux", to_sub_bureaux),
    ] {
        assert!(cases.get() >= FEW, "only {} {what}", cases.get());
    }
}
