//! How notices end: taken back by their owner, or run out.

use amana_seal::receipt::ReceiptState;
use amana_types::Seq;

use super::record::{Expired, Recall, Recalled, Withdrawn};
use crate::fold::apply::Folded;
use crate::fold::base::{Base, Erasure, Owed, Owing, Waiting};
use crate::fold::rows::{Encoded as _, Located, Requested, Way, recalled_key};
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::subjects::Record;

impl RowKind {
    /// Sender, id and header hash: the withdrawal of a notice that may never have come.
    pub(crate) const RECALLED: Self = Self::new(13, "a withdrawal");
}

/// What is on its way to be taken back is the engine's; the rest stands in rows.
#[derive(Default)]
pub(crate) struct Endings;

impl SubjectState for Endings {
    const KINDS: &'static [RowKind] = &[RowKind::RECALLED];

    fn apply(&mut self, base: &mut Base, Folded { at, record, .. }: Folded<'_>) {
        match record {
            Record::Withdrawn(withdrawn) => withdrawn.fold(base, at),
            Record::Recall(recall) => recall.fold(base, at),
            Record::Recalled(recalled) => recalled.fold(base, at),
            Record::Expired(expired) => expired.fold(base, at),
            _ => {}
        }
    }
}

impl Withdrawn {
    fn fold(&self, base: &mut Base, at: Seq) {
        let Self { notice, content, .. } = *self;
        base.request(&self.request, Requested { content, id: notice, at });
        base.demand(at, Erasure { slot: Some(self.key_slot), receipt: None });
        base.owe_erasure(at, notice, self.at, self.recipients.iter().copied().collect());
        base.reach(at, notice, &self.recipients);
    }
}

impl Recall {
    fn fold(&self, base: &mut Base, at: Seq) {
        let Self { of, notice, id, header_hash, expires, .. } = *self;
        base.linked(&self.recipients, header_hash);
        base.locate(id, Located { way: Way::Sent, at, header_hash });
        base.follows(notice, id, at);
        // Sealed anew for fewer, it is still to reach those that were left out.
        let left_out = base.takes_the_place_of(id).into_iter().flat_map(|waiting| waiting.remaining);
        base.still_to_reach(of, notice, left_out);
        base.reached(of, &self.recipients);
        let remaining = self.recipients.iter().map(|place| place.member).collect();
        base.wait(at, Waiting { id, header_hash, expires, accepted: None, remaining, parked: false });
    }
}

impl Recalled {
    fn fold(&self, base: &mut Base, at: Seq) {
        let Self { id, sender, notice, notice_hash, received_at, header_hash, held, .. } = *self;
        base.hear(sender, self.pair_number, self.pair_previous, header_hash);
        base.locate(id, Located { way: Way::Received, at, header_hash });
        base.follows(notice, id, at);
        base.table.put(RowKind::RECALLED, &recalled_key(sender, notice, &notice_hash), at.encode());
        let index = self.proven.index;
        // Of a notice that never came only the withdrawal has a place in the log.
        let place = held.map_or(index, |held| held.index);
        let receipt = Owing { id: notice, sender, header_hash: notice_hash, index: place };
        base.demand(at, Erasure { slot: held.map(|held| held.key_slot), receipt: Some(receipt) });
        let state = ReceiptState::Delivered;
        base.owe(at, Owed { id, sender, header_hash, index, state, at: received_at });
    }
}

impl Expired {
    fn fold(&self, base: &mut Base, at: Seq) {
        base.swept = base.swept.max(self.due);
        let owing = |(sender, header_hash, index)| Owing { id: self.notice, sender, header_hash, index };
        base.demand(at, Erasure { slot: Some(self.key_slot), receipt: self.received.map(owing) });
    }
}
