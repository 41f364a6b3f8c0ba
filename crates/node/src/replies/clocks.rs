//! What is waited for, on both sides. No clock is read here: a row holds when something is due, and
//! whoever lists what is due compares.
//!
//! Only open clocks are in memory. The clock of the newest version counts, from that version's place in the log;
//! replies to older versions stay with them, and older versions are answered no more (`NOTICE_SUPERSEDED`). Nothing
//! is due while a notice is suspended. Versions may come in any order, so this is decided when somebody lists, not
//! in the fold.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use amana_notice::reply::Awaited;
use amana_seal::record;
use amana_types::{Duration, MemberCode, NoticeId, Seq, Timestamp};

use super::record::Side;
use crate::fold::parts::MEMBERS;

record! {
    /// Something that is waited for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Clock {
        pub(crate) notice: NoticeId,
        pub(crate) what: Awaited,
        pub(crate) side: Side,
        /// Who owes it, or to whom it is owed.
        pub(crate) members: BTreeSet<MemberCode> [..= MEMBERS],
        /// Since when; nothing before what asks for it is published.
        pub(crate) since: Option<Timestamp>,
        pub(crate) within: Duration,
        /// At the latest when, if that is sooner.
        pub(crate) by: Option<Timestamp>,
        /// Whether what asks for it is held for the review desk.
        pub(crate) held: bool,
        /// The reply that asks for it, if it is one.
        pub(crate) asked_by: Option<NoticeId>,
        /// Our reply that settles it once the hub has it.
        pub(crate) answered: Option<Answer>,
    }
}

record! {
    /// A reply of ours that settles something once the hub has it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Answer {
        pub(crate) reply: NoticeId,
        /// Whether it is held for the review desk.
        pub(crate) held: bool,
        /// Whether it takes a referral on, so that something else is owed from then on.
        pub(crate) accepts: bool,
    }
}

impl Clock {
    /// When it is due, if it has begun.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let due = self.since.map(|since| since.after(self.within))?;
        Some(self.by.map_or(due, |by| due.min(by)))
    }

    /// Whether that settles it. Who declines a referral or has done it need not say so twice.
    pub(crate) fn is_settled_by(&self, what: Awaited) -> bool {
        self.what == what || (self.what, what) == (Awaited::ReferralDone, Awaited::Referral)
    }

    /// What is waited for once a referral is taken on: that it is done, when the partner's part ends.
    pub(crate) fn accepted(self, since: Timestamp) -> Option<Self> {
        let by = self.by?;
        let (what, within) = (Awaited::ReferralDone, by.since(since));
        Some(Self { what, since: Some(since), within, answered: None, ..self })
    }

    /// The ids by which it is found.
    fn ids(&self) -> impl Iterator<Item = NoticeId> {
        [Some(self.notice), self.asked_by, self.answered.map(|answer| answer.reply)].into_iter().flatten()
    }
}

/// All that is waited for, by place of the record that says so.
#[derive(Default)]
pub(crate) struct Clocks {
    all: BTreeMap<Seq, Clock>,
    /// By notice, and by the replies that ask or settle.
    by_id: HashMap<NoticeId, BTreeSet<Seq>>,
    pub(crate) changed: BTreeSet<Seq>,
}

impl Clocks {
    /// Every clock, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Seq, &Clock)> {
        self.all.iter()
    }

    pub(crate) fn get(&self, at: Seq) -> Option<&Clock> {
        self.all.get(&at)
    }

    /// The clocks that a notice or a reply has part in.
    pub(crate) fn of(&self, id: NoticeId) -> impl Iterator<Item = &Clock> {
        let places = self.by_id.get(&id).into_iter().flatten();
        places.filter_map(|at| self.all.get(at))
    }

    /// Those that a reply asked for.
    pub(crate) fn asked_by(&self, reply: NoticeId) -> Vec<Seq> {
        let places = self.by_id.get(&reply).into_iter().flatten().copied();
        places.filter(|at| self.all.get(at).is_some_and(|clock| clock.asked_by == Some(reply))).collect()
    }

    pub(crate) fn first(&self) -> Option<Seq> {
        self.all.keys().next().copied()
    }

    pub(crate) fn insert(&mut self, at: Seq, clock: Clock) {
        for id in clock.ids() {
            self.by_id.entry(id).or_default().insert(at);
        }
        self.all.insert(at, clock);
        self.changed.insert(at);
    }

    /// Takes one in from its row.
    pub(crate) fn load(&mut self, at: Seq, clock: Clock) {
        self.insert(at, clock);
        self.changed.remove(&at);
    }

    pub(crate) fn remove(&mut self, at: Seq) -> Option<Clock> {
        let clock = self.all.remove(&at)?;
        for id in clock.ids() {
            if let Some(places) = self.by_id.get_mut(&id) {
                places.remove(&at);
                if places.is_empty() {
                    self.by_id.remove(&id);
                }
            }
        }
        self.changed.insert(at);
        Some(clock)
    }

    /// Changes those that a notice or a reply has part in; what the change makes nothing of, ends.
    pub(crate) fn change(&mut self, id: NoticeId, change: impl Fn(Clock) -> Option<Clock>) -> Vec<Clock> {
        let places: Vec<Seq> = self.by_id.get(&id).into_iter().flatten().copied().collect();
        let mut changed = Vec::new();
        for at in places {
            let Some(before) = self.all.get(&at).cloned() else { continue };
            let after = change(before.clone());
            if after.as_ref() == Some(&before) {
                continue;
            }
            self.remove(at);
            if let Some(after) = after {
                changed.push(after.clone());
                self.insert(at, after);
            }
        }
        changed
    }
}
