//! Where notices stand with the review desk: at their sender, and at the desk itself.

use std::collections::{BTreeMap, BTreeSet};

use amana_seal::record;
use amana_store::ledger::LoadError;
use amana_store::views::Views;
use amana_types::{NoticeId, Seq};

use super::record::Reviewed;
use crate::fold::apply::Folded;
use crate::fold::base::Base;
use crate::fold::load::each;
use crate::fold::parts::BlindDigest;
use crate::fold::rows::Encoded as _;
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::subjects::Record;

impl RowKind {
    /// A notice's id: where it stands with the review desk.
    pub(crate) const REVIEW: Self = Self::new(17, "a notice's review");
    /// At the review desk: what waits for it, by id.
    pub(crate) const TO_REVIEW: Self = Self::new(18, "a notice to be reviewed");
}

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

/// What waits for the review desk, at the desk.
#[derive(Default)]
pub(crate) struct Reviews {
    pub(crate) waiting: BTreeMap<NoticeId, ToReview>,
    changed: BTreeSet<NoticeId>,
}

impl SubjectState for Reviews {
    const KINDS: &'static [RowKind] = &[RowKind::REVIEW, RowKind::TO_REVIEW];

    fn apply(&mut self, base: &mut Base, Folded { at, record, anew, .. }: Folded<'_>) {
        match record {
            Record::Outgoing(put) => sealed(base, at, put.id, put.held, anew),
            Record::OutgoingReply(put) => sealed(base, at, put.id, put.held, anew),
            Record::Received(received) if received.held && received.passed.is_none() => {
                self.waits(at, received.id);
            }
            Record::ReplyIn(reply) if reply.held && reply.passed.is_none() => self.waits(at, reply.id),
            Record::Proposed(proposed) => {
                self.change(proposed.notice, |review| review.proposed = Some(proposed.officer));
            }
            Record::Decided(decided) => self.change(decided.notice, |review| review.decided = Some(at)),
            Record::Reviewed(reviewed) => self.reviewed(base, at, reviewed),
            Record::ReplyEnded(ended) => self.over(ended.reply),
            _ => {}
        }
        if let Some(ending) = record.facts().ends() {
            self.over(ending.notice);
        }
    }

    fn write_rows(&mut self, base: &mut Base) {
        let changed = std::mem::take(&mut self.changed);
        base.table.put_changed(RowKind::TO_REVIEW, changed, |id| self.waiting.get(id));
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        each::<ToReview>(views, RowKind::TO_REVIEW, b"", |key, review| {
            self.waiting.extend(NoticeId::from_bytes(key).map(|id| (id, review)));
        })
    }
}

/// An envelope of ours was sealed, or sealed anew.
fn sealed(base: &mut Base, at: Seq, id: NoticeId, held: bool, anew: bool) {
    if held || anew {
        let standing = if held { Standing::Waits } else { Standing::None };
        base.table.put(RowKind::REVIEW, id.as_bytes(), UnderReview { standing, place: at }.encode());
    }
}

impl Reviews {
    /// A held envelope came to the desk.
    fn waits(&mut self, at: Seq, id: NoticeId) {
        self.waiting.insert(id, ToReview { at, ..ToReview::default() });
        self.changed.insert(id);
    }

    fn change(&mut self, id: NoticeId, change: impl FnOnce(&mut ToReview)) {
        if let Some(review) = self.waiting.get_mut(&id) {
            change(review);
            self.changed.insert(id);
        }
    }

    fn reviewed(&mut self, base: &mut Base, at: Seq, reviewed: &Reviewed) {
        let id = reviewed.notice;
        let standing = if reviewed.refused { Standing::Refused } else { Standing::Passed };
        base.table.put(RowKind::REVIEW, id.as_bytes(), UnderReview { standing, place: at }.encode());
        self.over(id);
        if !reviewed.refused {
            // If it passes another on, that may have changed in the meantime.
            base.look(at, id);
        }
    }

    /// Nothing is to be decided about it at the desk any more.
    fn over(&mut self, id: NoticeId) {
        if self.waiting.remove(&id).is_some() {
            self.changed.insert(id);
        }
    }
}
