//! Where notices stand with the review desk: at their sender, and at the desk itself.

use amana_seal::record;
use amana_types::{NoticeId, Seq};

use super::rows::Encoded as _;
use super::{Kind, State};
use crate::record::{BlindDigest, Decided, Proposed, Reviewed};

record! {
    /// What is known here of a notice's review.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Standing {
        /// It needs none.
        None = 1,
        /// It waits for the desk.
        Waits = 2,
        /// It was passed.
        Passed = 3,
        /// It was refused.
        Refused = 4,
    }
}

record! {
    /// The same as a row.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct UnderReview {
        pub(crate) standing: Standing,
        /// The record that says so.
        pub(crate) place: Seq,
    }
}

record! {
    /// At the desk: a notice that waits for it.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub(crate) struct ToReview {
        /// Where it is.
        pub(crate) at: Seq,
        /// The officer that passes it, when two have to.
        pub(crate) proposed: Option<BlindDigest>,
        /// The decision that is to be brought to the hub.
        pub(crate) decided: Option<Seq>,
    }
}

impl State {
    /// A notice of ours was sealed, or sealed anew.
    pub(super) fn sealed(&mut self, at: Seq, id: NoticeId, held: bool, anew: bool) {
        if held || anew {
            let standing = if held { Standing::Waits } else { Standing::None };
            self.table.put(Kind::Review, id.as_bytes(), UnderReview { standing, place: at }.encode());
        }
    }

    /// A held notice came to the desk.
    pub(super) fn waits_for_review(&mut self, at: Seq, id: NoticeId) {
        self.reviews.insert(id, ToReview { at, ..ToReview::default() });
        self.changed.reviews.insert(id);
    }

    pub(super) fn proposed(&mut self, proposed: &Proposed) {
        if let Some(review) = self.reviews.get_mut(&proposed.notice) {
            review.proposed = Some(proposed.officer);
            self.changed.reviews.insert(proposed.notice);
        }
    }

    pub(super) fn decided(&mut self, at: Seq, decided: &Decided) {
        if let Some(review) = self.reviews.get_mut(&decided.notice) {
            review.decided = Some(at);
            self.changed.reviews.insert(decided.notice);
        }
    }

    pub(super) fn reviewed(&mut self, at: Seq, reviewed: &Reviewed) {
        let id = reviewed.notice;
        let standing = if reviewed.refused { Standing::Refused } else { Standing::Passed };
        self.table.put(Kind::Review, id.as_bytes(), UnderReview { standing, place: at }.encode());
        self.no_review(id);
        self.clock_reviewed(reviewed);
        if reviewed.refused {
            // Nobody but the desk has it, and nobody is to be told.
            self.nobody_has(id);
            if let Some(place) = self.outbox_ids.get(&id).copied() {
                self.drop_waiting(place, id);
            }
        } else {
            // If it passes another on, that may have changed in the meantime.
            self.look(at, id);
        }
    }

    /// Nothing is to be decided about it at the desk any more.
    pub(super) fn no_review(&mut self, id: NoticeId) {
        if self.reviews.remove(&id).is_some() {
            self.changed.reviews.insert(id);
        }
    }
}
