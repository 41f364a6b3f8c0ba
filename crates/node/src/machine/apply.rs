//! One record's effect.

use std::sync::Arc;

use amana_seal::directory::fold;
use amana_seal::receipt::{Receipt, ReceiptState};
use amana_types::{MemberCode, NoticeId, Seq, Timestamp};

use super::rows::{Answered, Encoded as _, Located, Requested, Step, Way, list_key, place_key, step_key};
use super::{BlindTerm, Erasure, Kind, Owed, State, Waiting};
use crate::record::{
    Acknowledged, DirectoryIn, Followed, Outcome, Outgoing, ReceiptIn, Received, Record, Verdict,
};

impl State {
    /// Folds the record at a place of our journal. `terms` are those that its sealed part holds.
    pub(crate) fn apply(&mut self, at: Seq, record: &Record, terms: &[BlindTerm]) {
        self.next = at.next();
        match record {
            Record::Outgoing(put) => self.put(at, put, terms),
            Record::Outcome(outcome) => self.outcome(at, outcome),
            Record::Received(received) => self.received(at, received, terms),
            Record::Gone(gone) => self.gone(at, gone),
            Record::Receipt(receipt) => self.receipt(at, receipt),
            Record::Directory(entry) => self.directory(entry),
            Record::Followed(followed) => self.followed(followed),
            Record::Acknowledged(acknowledged) => self.acknowledged(at, acknowledged),
            Record::Alarm(alarm) => self.alarm = Some(alarm.message.clone()),
            Record::Confirmed(confirmed) => {
                self.confirmed = confirmed.below;
                self.owed = self.owed.split_off(&confirmed.below);
            }
            Record::Withdrawn(withdrawn) => self.withdrawn(at, withdrawn),
            Record::Recall(recall) => self.recall(at, recall),
            Record::Recalled(recalled) => self.recalled(at, recalled),
            Record::Expired(expired) => self.expired(at, expired),
            Record::Erased(erased) => self.erased(at, *erased),
            Record::Reviewed(reviewed) => self.reviewed(at, reviewed),
            Record::Proposed(proposed) => self.proposed(proposed),
            Record::Decided(decided) => self.decided(at, decided),
            Record::OutgoingReply(put) => self.reply_put(at, put, terms),
            Record::ReplyIn(reply) => self.reply_in(at, reply, terms),
            Record::ClockSet(set) => self.clock_set(at, set),
            Record::Reexamine(reexamine) => self.reexamine(at, *reexamine),
            Record::ReplyEnded(ended) => self.reply_ended(at, ended),
            Record::Looked(looked) => self.looked(looked),
            Record::Debtors(debtors) => self.debtors(at, debtors),
            Record::Suspended(suspended) => self.suspended(at, suspended),
            Record::Suspension(suspension) => self.suspension(at, suspension),
            Record::Restricted(restricted) => self.restricted(at, restricted),
            Record::Fetched(fetched) => self.fetched(fetched),
            Record::PassedOn(passed_on) => self.passed_on(at, passed_on),
            Record::Drafted(drafted) => self.drafted(at, drafted),
            Record::Discarded(discarded) => self.discarded(at, *discarded),
            Record::Returned(returned) => self.returned(returned),
            Record::Quarantined(_) | Record::Access(_) | Record::Exported(_) => {}
        }
    }

    fn put(&mut self, at: Seq, put: &Outgoing, terms: &[BlindTerm]) {
        self.lists(put.id, &put.attachments);
        if !put.held && !put.parked {
            self.linked(&put.recipients, put.header_hash);
        }
        self.sealed(at, put.id, put.held, self.outbox_ids.contains_key(&put.id));
        let located = Located { way: Way::Sent, at, header_hash: put.header_hash };
        self.table.put(Kind::Notice, put.id.as_bytes(), located.encode());
        self.supersedes(at, put.id, Way::Sent, put.supersedes);
        match self.outbox_ids.insert(put.id, at) {
            Some(before) => {
                self.outbox.remove(&before);
                self.changed.outbox.insert(before);
                self.clock_anew(put.id, put.held, &put.recipients);
            }
            None => {
                let requested = Requested { content: put.content, id: put.id, at };
                self.table.put(Kind::Request, &put.request, requested.encode());
                self.table.put(Kind::List, &list_key(Way::Sent, at), put.id.encode());
                self.terms.add(at, terms);
                self.expires(at, put.id, put.expires);
            }
        }
        self.drop_expired(put.created);
        let remaining = put.recipients.iter().map(|place| place.member).collect();
        let (id, header_hash, expires) = (put.id, put.header_hash, put.expires);
        let parked = put.parked;
        self.wait(at, Waiting { id, header_hash, expires, accepted: None, remaining, parked });
    }

    pub(super) fn wait(&mut self, at: Seq, waiting: Waiting) {
        self.outbox_ids.insert(waiting.id, at);
        self.outbox.insert(at, waiting);
        self.changed.outbox.insert(at);
    }

    fn outcome(&mut self, at: Seq, outcome: &Outcome) {
        let index = match &outcome.verdict {
            Verdict::Accepted(proven) => Some(proven.index),
            Verdict::Refused { .. } | Verdict::MadeAnew(_) => None,
        };
        self.table.put(Kind::Outcome, outcome.id.as_bytes(), Answered { at, index }.encode());
        self.clock_outcome(outcome);
        if index.is_none() {
            self.nobody_has(outcome.id);
        }
        let Some(place) = self.outbox_ids.get(&outcome.id).copied() else { return };
        match (self.outbox.get_mut(&place), index) {
            (Some(waiting), Some(_)) => {
                waiting.accepted = index;
                self.settle(place);
            }
            _ => self.drop_waiting(place, outcome.id),
        }
    }

    fn received(&mut self, at: Seq, received: &Received, terms: &[BlindTerm]) {
        let located = Located { way: Way::Received, at, header_hash: received.header_hash };
        self.table.put(Kind::Notice, received.id.as_bytes(), located.encode());
        self.table.put(Kind::List, &list_key(Way::Received, at), received.id.encode());
        self.terms.add(at, terms);
        self.supersedes(at, received.id, Way::Received, received.supersedes);
        self.must_fetch(at, received.id, &received.attachments);
        if received.supersedes.is_some() {
            // No key goes; what the versions before it have attached does, as far as it leaves that out.
            self.demand(at, Erasure { slot: None, receipt: None });
        }
        self.expires(at, received.id, received.expires);
        self.received += 1;
        if received.held {
            if received.passed.is_none() {
                self.waits_for_review(at, received.id);
            }
        } else {
            self.heard(received.sender, received.pair_number, received.pair_previous, received.header_hash);
        }
        self.owe(
            at,
            Owed {
                id: received.id,
                sender: received.sender,
                header_hash: received.header_hash,
                // A receipt is about the place at which it was delivered.
                index: received.passed.unwrap_or(received.proven.index),
                state: ReceiptState::Delivered,
                at: received.received_at,
            },
        );
    }

    pub(super) fn owe(&mut self, at: Seq, owed: Owed) {
        self.table.put(Kind::Owed, &place_key(at), owed.encode());
        self.owed.insert(at, owed);
    }

    fn receipt(&mut self, place: Seq, record: &ReceiptIn) {
        // It was verified before it became a record, so it decodes.
        let Ok(receipt) = Receipt::decode(&record.body) else { return };
        for envelope in &receipt.envelopes {
            let key = step_key(envelope.id, receipt.recipient, receipt.state);
            self.table.put(Kind::Step, &key, Step { at: receipt.at, place }.encode());
            self.holds(envelope.id, receipt.recipient);
            if receipt.state == ReceiptState::Erased {
                self.has_erased(envelope.id, receipt.recipient);
            }
        }
    }

    /// A recipient signed that it holds a notice of ours.
    fn holds(&mut self, id: NoticeId, recipient: MemberCode) {
        let Some(place) = self.outbox_ids.get(&id).copied() else { return };
        if let Some(waiting) = self.outbox.get_mut(&place) {
            waiting.remaining.retain(|member| *member != recipient);
            self.settle(place);
        }
    }

    /// Ends the waiting when the hub took the notice and every recipient holds it.
    fn settle(&mut self, place: Seq) {
        self.changed.outbox.insert(place);
        if let Some(waiting) = self.outbox.get(&place)
            && waiting.accepted.is_some()
            && waiting.remaining.is_empty()
        {
            let id = waiting.id;
            self.drop_waiting(place, id);
        }
    }

    /// Ends the waiting for receipts about the oldest notices when their time is over.
    fn drop_expired(&mut self, now: Timestamp) {
        while let Some((place, waiting)) = self.outbox.first_key_value()
            && waiting.accepted.is_some()
            && waiting.expires <= now
        {
            let (place, id) = (*place, waiting.id);
            self.drop_waiting(place, id);
        }
    }

    pub(super) fn drop_waiting(&mut self, place: Seq, id: NoticeId) {
        self.outbox.remove(&place);
        self.outbox_ids.remove(&id);
        self.changed.outbox.insert(place);
    }

    fn directory(&mut self, record: &DirectoryIn) {
        let number = self.directory.head.entries;
        // It folded before it became a record, so it folds again.
        if fold(Arc::make_mut(&mut self.directory), &record.entry, record.index, record.accepted_at).is_ok() {
            super::load::put_directory_entry(&mut self.table, number, record);
        }
    }

    fn followed(&mut self, followed: &Followed) {
        self.cursor = self.cursor.max(followed.cursor);
        self.checkpoint = Some(followed.checkpoint.clone());
    }

    fn acknowledged(&mut self, at: Seq, acknowledged: &Acknowledged) {
        let Acknowledged { id, sender, header_hash, index, .. } = *acknowledged;
        self.table.put(Kind::Acknowledged, id.as_bytes(), acknowledged.at.encode());
        let state = ReceiptState::Read;
        self.owe(at, Owed { id, sender, header_hash, index, state, at: acknowledged.at });
    }
}
