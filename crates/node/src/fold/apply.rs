//! What a record says to the engine, whatever its subject; and the records that have none.

use std::sync::Arc;

use amana_seal::directory::fold;
use amana_seal::receipt::{Receipt, ReceiptState};
use amana_types::{MemberCode, NoticeId, Seq};

use super::base::{Base, Erasure, Owed, Owing};
use super::record::{DirectoryIn, Erased, Followed, Outcome, ReceiptIn, Verdict};
use super::rows::{Answered, Encoded as _, Step, place_key, step_key};
use super::table::RowKind;
use crate::index::BlindTerm;
use crate::subjects::Record;

/// A record that is being folded.
#[derive(Clone, Copy)]
pub(crate) struct Folded<'a> {
    /// Its place in our journal.
    pub(crate) at: Seq,
    pub(crate) record: &'a Record,
    /// The terms that its sealed part holds.
    pub(crate) terms: &'a [BlindTerm],
    /// Whether it seals anew what waits in the outbox already.
    pub(crate) anew: bool,
}

impl Base {
    /// Begins a record.
    pub(crate) fn begin<'a>(&mut self, at: Seq, record: &'a Record, terms: &'a [BlindTerm]) -> Folded<'a> {
        self.next = at.next();
        let facts = record.facts();
        let waits = |(id, _): (NoticeId, _)| self.outbox_ids.contains_key(&id);
        let anew = facts.envelope().is_some() && facts.content().is_some_and(waits);
        Folded { at, record, terms, anew }
    }

    /// Folds what it says to the engine.
    pub(crate) fn apply(&mut self, Folded { at, record, .. }: Folded<'_>) {
        let facts = record.facts();
        if let Some(ending) = facts.ends() {
            self.end(ending.notice, ending.cause, ending.at, at);
            self.look(at, ending.notice);
        }
        match record {
            Record::Outcome(outcome) => self.outcome(at, outcome),
            Record::Gone(gone) => self.gone(at, gone),
            Record::Receipt(receipt) => self.receipt(at, receipt),
            Record::Directory(entry) => self.directory(entry),
            Record::Followed(followed) => self.followed(followed),
            Record::Alarm(alarm) => self.alarm = Some(alarm.message.clone()),
            Record::Confirmed(confirmed) => {
                self.confirmed = confirmed.below;
                self.owed = self.owed.split_off(&confirmed.below);
            }
            Record::Erased(erased) => self.key_gone(at, *erased),
            Record::Looked(looked) => {
                for place in &looked.places {
                    self.looks.remove(place);
                    self.changed.looks.insert(*place);
                }
            }
            Record::Debtors(debtors) => {
                let members = debtors.members.iter().copied().collect();
                self.owe_erasure(at, debtors.notice, debtors.since, members);
            }
            Record::Returned(returned) => self.returned(returned),
            _ => {}
        }
        if let Some(id) = facts.nobody_has() {
            self.nobody_has(id);
        }
    }

    fn outcome(&mut self, at: Seq, outcome: &Outcome) {
        let index = match &outcome.verdict {
            Verdict::Accepted(proven) => Some(proven.index),
            Verdict::Refused { .. } | Verdict::MadeAnew(_) => None,
        };
        self.table.put(RowKind::OUTCOME, outcome.id.as_bytes(), Answered { at, index }.encode());
        if let (Some(place), Some(_)) = (self.outbox_ids.get(&outcome.id).copied(), index) {
            if let Some(waiting) = self.outbox.get_mut(&place) {
                waiting.accepted = index;
            }
            self.settle(place);
        }
    }

    /// The hub or the review desk refused it for good: nobody has it, so nobody is to be told.
    fn nobody_has(&mut self, id: NoticeId) {
        self.no_debt(id);
        let settled: Vec<Seq> =
            self.unreached.iter().filter(|(_, of)| of.notice == id).map(|(at, _)| *at).collect();
        for at in settled {
            self.unreached.remove(&at);
            self.changed.unreached.insert(at);
        }
        if let Some(place) = self.outbox_ids.get(&id).copied() {
            self.drop_waiting(place, id);
        }
    }

    fn receipt(&mut self, place: Seq, record: &ReceiptIn) {
        // It was verified before it became a record, so it decodes.
        let Ok(receipt) = Receipt::decode(&record.body) else { return };
        for envelope in &receipt.envelopes {
            let key = step_key(envelope.id, receipt.recipient, receipt.state);
            self.table.put(RowKind::STEP, &key, Step { at: receipt.at, place }.encode());
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

    fn key_gone(&mut self, at: Seq, erased: Erased) {
        self.changed.erasures.insert(erased.of);
        self.table.put(RowKind::KEY_GONE, &place_key(erased.of), erased.at.encode());
        let Some(Erasure { slot, receipt }) = self.erasures.remove(&erased.of) else { return };
        if slot.is_some()
            && let Some(since) = &mut self.erased
        {
            since.insert(erased.of);
        }
        let Some(owing) = receipt else { return };
        let Owing { id, sender, header_hash, index } = owing;
        let state = ReceiptState::Erased;
        self.owe(at, Owed { id, sender, header_hash, index, state, at: erased.at });
    }
}
