//! What the journal says of notices themselves: ours, and those that came.

use amana_seal::receipt::ReceiptState;
use amana_types::Seq;

use super::record::{Acknowledged, Outgoing, Received};
use crate::fold::apply::Folded;
use crate::fold::base::{Base, Owed, Waiting};
use crate::fold::rows::{Encoded as _, Located, Requested, Way};
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::index::BlindTerm;
use crate::subjects::Record;

impl RowKind {
    /// A received notice's id: when an officer acknowledged it.
    pub(crate) const ACKNOWLEDGED: Self = Self::new(4, "an acknowledgement");
}

/// Everything about notices stands in rows.
#[derive(Default)]
pub(crate) struct Notices;

impl SubjectState for Notices {
    const KINDS: &'static [RowKind] = &[RowKind::ACKNOWLEDGED];

    fn apply(&mut self, base: &mut Base, Folded { at, record, terms, .. }: Folded<'_>) {
        match record {
            Record::Outgoing(put) => put.fold(base, at, terms),
            Record::Received(received) => received.fold(base, at, terms),
            Record::Acknowledged(acknowledged) => acknowledged.fold(base, at),
            _ => {}
        }
    }
}

impl Outgoing {
    fn fold(&self, base: &mut Base, at: Seq, terms: &[BlindTerm]) {
        let Self { id, header_hash, expires, parked, .. } = *self;
        if !self.held && !parked {
            base.linked(&self.recipients, header_hash);
        }
        base.locate(id, Located { way: Way::Sent, at, header_hash });
        if base.takes_the_place_of(id).is_none() {
            base.request(&self.request, Requested { content: self.content, id, at });
            base.list(Way::Sent, at, id);
            base.index(at, terms);
            base.expires(at, id, expires);
        }
        base.drop_expired(self.created);
        let remaining = self.recipients.iter().map(|place| place.member).collect();
        base.wait(at, Waiting { id, header_hash, expires, accepted: None, remaining, parked });
    }
}

impl Received {
    fn fold(&self, base: &mut Base, at: Seq, terms: &[BlindTerm]) {
        let Self { id, sender, header_hash, .. } = *self;
        base.locate(id, Located { way: Way::Received, at, header_hash });
        base.list(Way::Received, at, id);
        base.index(at, terms);
        base.expires(at, id, self.expires);
        base.received += 1;
        if !self.held {
            base.hear(sender, self.pair_number, self.pair_previous, header_hash);
        }
        // A receipt is about the place at which it was delivered.
        let index = self.passed.unwrap_or(self.proven.index);
        let state = ReceiptState::Delivered;
        base.owe(at, Owed { id, sender, header_hash, index, state, at: self.received_at });
    }
}

impl Acknowledged {
    fn fold(&self, base: &mut Base, at: Seq) {
        let Self { id, sender, header_hash, index, at: read_at, .. } = *self;
        base.table.put(RowKind::ACKNOWLEDGED, id.as_bytes(), read_at.encode());
        base.owe(at, Owed { id, sender, header_hash, index, state: ReceiptState::Read, at: read_at });
    }
}
