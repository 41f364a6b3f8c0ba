//! The sequences to and from other members, as records move them on.

use amana_seal::envelope::{PairLink, PairSeq};
use amana_types::{Digest, MemberCode, Seq};

use super::base::Base;
use super::parts::PairPlace;
use super::record::{Gone, Returned};
use super::rows::{Encoded as _, Located, Way};
use super::table::RowKind;

impl Base {
    /// Notes what the next envelope to each of these members follows on from.
    pub(crate) fn linked(&mut self, recipients: &[PairPlace], header_hash: Digest) {
        for place in recipients {
            // Sealed anew, a notice keeps its number; only the newest is the next one's predecessor.
            let link = self.links.entry(place.member).or_insert(PairLink::FIRST);
            if place.number.saturating_add(1) >= link.seq.0 {
                *link = PairLink { seq: PairSeq(place.number.saturating_add(1)), previous: header_hash };
                self.changed.pairs.insert(place.member);
            }
        }
    }

    pub(super) fn returned(&mut self, returned: &Returned) {
        for PairPlace { member, number, previous } in returned.places.iter().copied() {
            self.links.insert(member, PairLink { seq: PairSeq(number), previous });
            self.changed.pairs.insert(member);
        }
        if let Some(order) = &returned.order {
            self.still_to_reach(order.of, order.notice, order.members.iter().copied());
        }
    }

    /// A notice that was erased before it came has its place in the sender's sequence all the same.
    pub(super) fn gone(&mut self, at: Seq, gone: &Gone) {
        let located = Located { way: Way::Received, at, header_hash: gone.header_hash };
        self.table.put(RowKind::GONE, gone.id.as_bytes(), located.encode());
        self.heard.entry(gone.sender).or_default().take_head(gone.header_hash);
        self.changed.pairs.insert(gone.sender);
    }

    /// Notes whether an envelope follows on from its sender's last one.
    pub(crate) fn hear(&mut self, sender: MemberCode, number: u64, previous: Digest, header_hash: Digest) {
        self.heard.entry(sender).or_default().take(number, previous, header_hash);
        self.changed.pairs.insert(sender);
    }
}
