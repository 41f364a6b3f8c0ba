//! What a case is played with: who the members are, what is sent, and to whom.

use std::collections::BTreeSet;

use amana_types::{Addressing, MemberCode, MemberKind, Region};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::MEMBERS;
use crate::notice::content::Content;
use crate::testing::{code, content, content_of_bulletin, content_with_referral};

/// What changes from case to case about one member.
#[derive(Clone, Debug)]
pub(super) struct Changes {
    kind: MemberKind,
    pub(super) child_protection: bool,
    /// Of a sub-bureau: where among the members its country would be.
    parent: usize,
    pub(super) suspended: bool,
    pub(super) regions: Vec<Region>,
}

fn changes() -> impl Strategy<Value = Changes> {
    let kind = prop_oneof![
        4 => Just(MemberKind::Country),
        3 => Just(MemberKind::SubBureau),
        1 => Just(MemberKind::Organisation),
        4 => Just(MemberKind::Partner),
        1 => Just(MemberKind::ReviewDesk),
    ];
    let regions = subsequence(vec![Region::Africa, Region::Europe], 0..=2);
    let parent = 0..MEMBERS.len();
    (kind, any::<bool>(), parent, prop::bool::weighted(0.15), regions).prop_map(
        |(kind, child_protection, parent, suspended, regions)| Changes {
            kind,
            child_protection,
            parent,
            suspended,
            regions,
        },
    )
}

fn some(most: usize) -> impl Strategy<Value = BTreeSet<MemberCode>> {
    subsequence(MEMBERS.to_vec(), 0..=most).prop_map(|codes| codes.into_iter().map(code).collect())
}

fn addressing() -> impl Strategy<Value = Addressing> {
    let regions = subsequence(vec![Region::Africa, Region::Europe], 0..=1);
    (some(4), regions, any::<bool>(), prop::bool::weighted(0.3), some(1)).prop_map(
        |(countries, regions, group, all_members, except)| Addressing {
            countries,
            regions: regions.into_iter().collect(),
            groups: if group { ["G".parse().unwrap()].into() } else { BTreeSet::new() },
            all_members,
            except,
        },
    )
}

/// The sender is a country, and so is what would be a sub-bureau of no country.
pub(super) fn kind_of(place: usize, changes: &[Changes]) -> MemberKind {
    match changes[place].kind {
        _ if place == 0 => MemberKind::Country,
        MemberKind::SubBureau if parent_of(place, changes).is_none() => MemberKind::Country,
        kind => kind,
    }
}

/// Where the country of a sub-bureau is.
pub(super) fn parent_of(place: usize, changes: &[Changes]) -> Option<usize> {
    let Changes { kind, parent, .. } = changes[place];
    let is_country = parent == 0 || changes[parent].kind == MemberKind::Country;
    (place != 0 && kind == MemberKind::SubBureau && parent != place && is_country).then_some(parent)
}

/// What is sent astray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Case,
    CaseWithReferral,
    Bulletin,
}

impl Sort {
    pub(super) fn content(self) -> Content {
        match self {
            Self::Case => content(),
            Self::CaseWithReferral => content_with_referral(),
            Self::Bulletin => content_of_bulletin(),
        }
    }
}

/// One case.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) facts: Vec<Changes>,
    pub(super) group: BTreeSet<MemberCode>,
    pub(super) under_review: bool,
    pub(super) to: Addressing,
    pub(super) sort: Sort,
    pub(super) held: bool,
}

/// Cases of which most can be sent, and some are refused for any reason there is.
pub(super) fn setting() -> impl Strategy<Value = Setting> {
    let facts = prop::collection::vec(changes(), MEMBERS.len());
    let sort = select(vec![Sort::Case, Sort::CaseWithReferral, Sort::CaseWithReferral, Sort::Bulletin]);
    let held = select(vec![false, false, true]);
    let parts = (facts, some(3), prop::bool::weighted(0.3), addressing(), sort, held);
    (parts, prop::bool::weighted(0.85), 1..MEMBERS.len()).prop_map(|(parts, sendable, desk)| {
        let (facts, group, under_review, to, sort, held) = parts;
        let setting = Setting { facts, group, under_review, to, sort, held: held || under_review };
        if sendable { setting.sendable(desk) } else { setting }
    })
}

impl Setting {
    /// The same without the usual reasons for a refusal.
    fn sendable(mut self, desk: usize) -> Self {
        for change in self.facts.iter_mut().skip(1) {
            let unfit = change.kind == MemberKind::ReviewDesk
                || (change.kind == MemberKind::Partner && self.sort == Sort::Case);
            if unfit {
                change.kind = MemberKind::Organisation;
            }
        }
        if self.held {
            self.facts[desk].kind = MemberKind::ReviewDesk;
            self.facts[desk].suspended = false;
            self.to.except.remove(&code(MEMBERS[desk]));
        }
        let suspended = |place: usize| place != 0 && self.facts[place].suspended;
        let barred = (0..MEMBERS.len())
            .filter(|place| suspended(*place) || parent_of(*place, &self.facts).is_some_and(suspended));
        let barred: BTreeSet<MemberCode> = barred.map(|place| code(MEMBERS[place])).collect();
        self.to.countries.retain(|named| !barred.contains(named));
        if self.to.countries.is_empty() && self.to.regions.is_empty() {
            self.to.all_members = true;
        }
        self
    }
}
