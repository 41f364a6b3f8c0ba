//! Receipts that we owe: signed in batches, one for each sender and state, and sent again on a new
//! stream until they must have arrived.
//!
//! A receipt of delivery has arrived when the hub says that our acknowledgement of that place is
//! durable; any other, when its stream lived on for [`SETTLED`] after it was sent. Until then it is kept,
//! and sent again if the stream breaks. Two receipts about one thing are as good as one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use amana_client::exchange::SignedReceipt;
use amana_seal::keys::SigningKeyPair;
use amana_seal::receipt::{Receipt, ReceiptState, Receipted};
use amana_types::limits::RECEIPTS_PER_RECORD;
use amana_types::{MemberCode, Seq, Timestamp};

use crate::fold::base::Owed;
use crate::subjects::State;

/// How long a stream must live on for what was sent on it to count as arrived.
const SETTLED: Duration = Duration::from_secs(10);
/// Receipts owed that go with one acknowledgement: the hub takes no more.
const AT_ONCE: usize = RECEIPTS_PER_RECORD;

/// Signs what is owed on one stream.
pub(crate) struct ReceiptDesk {
    own: MemberCode,
    keys: Arc<SigningKeyPair>,
    /// The cursor with which the stream was opened.
    opened_at: Seq,
    /// The first place whose receipt was not sent on this stream.
    next: Seq,
    /// The cursor that was acknowledged last.
    cursor: Option<Seq>,
    /// Below this place of the exchange's log our receipts are durable at the hub; unknown until it says.
    acknowledged: Option<Seq>,
    /// What was sent when.
    sent: VecDeque<(tokio::time::Instant, Seq)>,
}

/// Receipts to go with one acknowledgement.
pub(crate) struct Signed {
    pub(crate) receipts: Vec<SignedReceipt>,
    /// The first place of our journal that was not looked at.
    pub(crate) until: Seq,
    /// The first notice, by its place in the exchange's log, whose receipt has to wait for the next one.
    unsigned: Option<Seq>,
}

impl ReceiptDesk {
    pub(crate) const fn new(own: MemberCode, keys: Arc<SigningKeyPair>, opened_at: Seq) -> Self {
        Self { own, keys, opened_at, next: Seq(0), cursor: None, acknowledged: None, sent: VecDeque::new() }
    }

    /// Whether the hub has said what it holds.
    pub(crate) const fn is_open(&self) -> bool {
        self.acknowledged.is_some()
    }

    /// Whether the hub does not know this cursor yet.
    pub(crate) fn moves(&self, cursor: Seq) -> bool {
        self.cursor != Some(cursor)
    }

    /// Takes the hub's word for what is durable there.
    pub(crate) fn hub_holds(&mut self, acknowledged_below: Seq) {
        self.acknowledged = self.acknowledged.max(Some(acknowledged_below));
    }

    /// Whether the hub has said that it holds this receipt.
    fn is_held(&self, owed: &Owed) -> bool {
        owed.state == ReceiptState::Delivered && self.acknowledged.is_some_and(|below| owed.index < below)
    }

    /// Signs what is owed, is not at the hub and was not sent on this stream, at most [`AT_ONCE`].
    pub(crate) fn sign(&self, state: &State, now: Timestamp) -> Signed {
        // What is held takes no place among those that go along: there may be any number of it.
        let mut owed = state.base.owed.range(self.next..).filter(|(_, owed)| !self.is_held(owed));
        let mut groups: BTreeMap<(MemberCode, u8), (ReceiptState, BTreeSet<Receipted>)> = BTreeMap::new();
        for (_, owed) in owed.by_ref().take(AT_ONCE) {
            let group = groups.entry((owed.sender, owed.state.number()));
            let (_, envelopes) = group.or_insert_with(|| (owed.state, BTreeSet::new()));
            envelopes.insert(Receipted { seq: owed.index, id: owed.id, header_hash: owed.header_hash });
        }
        let mut rest = owed.peekable();
        let until = rest.peek().map_or(state.base.next, |(at, _)| **at);
        let unsigned = rest.find(|(_, owed)| owed.state == ReceiptState::Delivered);
        let (recipient, key) = (self.own, self.keys.id());
        let sign = |((sender, _), (state, envelopes))| {
            let signed = Receipt { recipient, key, sender, state, at: now, envelopes }.sign(&self.keys);
            SignedReceipt { body: signed.bytes.into(), signature: signed.signature.to_vec().into() }
        };
        let receipts = groups.into_iter().map(sign).collect();
        Signed { receipts, until, unsigned: unsigned.map(|(_, owed)| owed.index) }
    }

    /// The cursor to acknowledge: never past a notice whose receipt does not go along, because the hub
    /// takes the cursor for the word that it has the receipts; and never back.
    pub(crate) fn cursor(&self, handled: Seq, signed: &Signed) -> Seq {
        signed.unsigned.map_or(handled, |unsigned| handled.min(unsigned)).max(self.opened_at)
    }

    /// Notes what was sent: the cursor, and receipts about everything before `until`.
    pub(crate) fn sent(&mut self, cursor: Seq, until: Seq, now: tokio::time::Instant) {
        self.cursor = Some(cursor);
        if until > self.next {
            self.next = until;
            self.sent.push_back((now, until));
        }
    }

    /// The place before which every receipt has arrived by now, if there is a new one.
    pub(crate) fn arrived(&mut self, state: &State, now: tokio::time::Instant) -> Option<Seq> {
        let mut settled = None;
        while let Some((at, until)) = self.sent.front()
            && now.duration_since(*at) >= SETTLED
        {
            settled = Some(*until);
            self.sent.pop_front();
        }
        let not_held = |owed: &Owed| owed.state == ReceiptState::Delivered && !self.is_held(owed);
        let until = settled?;
        let missing = state.base.owed.range(..until).find(|(_, owed)| not_held(owed)).map(|(at, _)| *at);
        if missing.is_some() {
            // Looked at again at the next tick.
            self.sent.push_front((now.checked_sub(SETTLED).unwrap_or(now), until));
        }
        let below = missing.unwrap_or(until);
        (below > state.base.confirmed).then_some(below)
    }
}

#[cfg(test)]
#[path = "receipts_tests.rs"]
mod tests;
