//! From events to records: what holds becomes part of the node, what does not is set aside with its
//! reason.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use amana_client::exchange::{Event, Proven as Logged, SignedReceipt};
use amana_client::proof::AcceptedLeaf;
use amana_seal::SignerKey;
use amana_seal::directory::{Change, fold};
use amana_seal::envelope::{ErasedRef, Header};
use amana_seal::receipt::verify_receipt;
use amana_types::{AlarmKind, Directory, MemberKind, NoticeId, Reason, Seq};
use amana_wire::v1;
use bytes::Bytes;
use prost::Message as _;

use super::batch::Batch;
use super::review::{Pass, Passed};
use super::{Downlink, SessionError};
use crate::bounded::{self, EVIDENCE_BYTES, MESSAGE_BYTES};
use crate::ledger_writer::Draft;
use crate::machine::Kind;
use crate::machine::rows::{Located, Way, recalled_key};
use crate::opening::{Incoming, IncomingNotice, IncomingReply, Opener, Rejected, SuspensionWord, Withdrawal};
use crate::record::{
    Alarm, DirectoryIn, Gone, Held, Inclusion, Proven, Quarantined, Recalled, ReceiptIn, Received, Record,
};
use crate::vault::SealedContent;

/// Envelopes that one worker opens in a row.
const CHUNK: usize = 16;

/// An event in its place among the records of a batch.
enum Judged {
    /// Records that are ready.
    Ready(Vec<Draft>),
    /// The next of the envelopes that workers open.
    Envelope,
}

/// An envelope still to be opened, with the directory as it was at its place.
struct Sealed {
    envelope: Box<Logged<v1::EnvelopeDelivery>>,
    directory: Arc<Directory>,
    passed: Option<Pass>,
}

/// An envelope that was opened, or not.
struct Opened {
    envelope: Box<Logged<v1::EnvelopeDelivery>>,
    passed: Option<Pass>,
    result: Result<Kept, Rejected>,
}

/// What an envelope held, sealed at rest.
enum Kept {
    Notice(Box<IncomingNotice>, Box<SealedContent>),
    Reply(Box<IncomingReply>, Box<SealedContent>),
    Withdrawal(Box<Withdrawal>, ([u8; 16], Vec<u8>)),
    Suspension(SuspensionWord),
}

impl Kept {
    /// The version that it amends or is about.
    fn about(&self) -> Option<NoticeId> {
        match self {
            Self::Notice(notice, _) => notice.supersedes.map(|before| before.id),
            Self::Withdrawal(withdrawal, _) => Some(withdrawal.of.id),
            Self::Suspension(word) => Some(word.of.id),
            Self::Reply(reply, _) => Some(reply.notice),
        }
    }
}

/// What the records of a batch say that are not written yet.
#[derive(Default)]
pub(super) struct Unwritten {
    pub(super) notices: HashSet<NoticeId>,
    /// Versions whose place another takes.
    superseded: HashSet<NoticeId>,
    /// Keys of [`Kind::Recalled`].
    recalled: HashSet<Vec<u8>>,
}

impl Unwritten {
    /// Whether it says something about that version.
    fn knows(&self, id: NoticeId) -> bool {
        self.notices.contains(&id) || self.superseded.contains(&id)
    }
}

impl Downlink {
    /// Turns a batch into records, in its order. Gives those that are not written yet: a notice must be
    /// written before what amends, suspends or withdraws it is judged.
    pub(super) async fn judge(&self, batch: Batch) -> Result<Vec<Draft>, SessionError> {
        let mut directory = Arc::clone(&self.holdings.state().read().directory);
        let (mut judged, mut sealed) = (Vec::new(), Vec::new());
        for event in batch.into_events() {
            let next = match event {
                Event::Head { .. } => continue,
                Event::Directory(entry) => Judged::Ready(self.directory(&mut directory, &entry)),
                Event::Erased(erased) => Judged::Ready(self.gone(&directory, &erased)),
                Event::Receipt(receipt) => Judged::Ready(vec![self.receipt(&directory, &receipt)?]),
                Event::Unknown(record) => Judged::Ready(vec![self.unknown(&record)]),
                Event::Review(review) => {
                    let Passed { drafts, envelope } = self.review(&directory, *review)?;
                    judged.push(Judged::Ready(drafts));
                    let Some((envelope, passed)) = envelope else { continue };
                    let (directory, passed) = (Arc::clone(&directory), Some(passed));
                    sealed.push(Sealed { envelope, directory, passed });
                    Judged::Envelope
                }
                Event::Envelope(envelope) => {
                    sealed.push(Sealed { envelope, directory: Arc::clone(&directory), passed: None });
                    Judged::Envelope
                }
            };
            judged.push(next);
        }
        let mut opened = self.open_all(sealed).await?.into_iter();
        let mut drafts = Vec::new();
        let mut unwritten = Unwritten::default();
        for judged in judged {
            match judged {
                Judged::Ready(ready) => drafts.extend(ready),
                Judged::Envelope => {
                    let opened = opened.next().ok_or(SessionError::Worker)?;
                    if let Ok(kept) = &opened.result
                        && kept.about().is_some_and(|about| unwritten.knows(about))
                    {
                        self.ledger_writer.write(std::mem::take(&mut drafts)).await?;
                        unwritten = Unwritten::default();
                    }
                    drafts.extend(self.kept(opened, &mut unwritten)?);
                }
            }
        }
        Ok(drafts)
    }

    /// Opens the envelopes of a batch on worker threads, in order.
    async fn open_all(&self, mut sealed: Vec<Sealed>) -> Result<Vec<Opened>, SessionError> {
        let mut workers = Vec::new();
        while !sealed.is_empty() {
            let chunk: Vec<Sealed> = sealed.drain(..sealed.len().min(CHUNK)).collect();
            let (own, hpke, vault) = (self.own, Arc::clone(&self.hpke), Arc::clone(&self.vault));
            workers.push(tokio::task::spawn_blocking(move || {
                let open = |Sealed { envelope, directory, passed }: Sealed| {
                    let passes = passed.is_some();
                    let opener = Opener { own, directory: &directory, hpke: &hpke, passed: passes };
                    let open = || {
                        Ok(match opener.open(&envelope.record, envelope.index)? {
                            Incoming::Notice(notice) => {
                                let sealed = vault.seal_content(notice.id, &notice.content)?;
                                Kept::Notice(notice, Box::new(sealed))
                            }
                            Incoming::Reply(reply) => {
                                let sealed = vault.seal_content(reply.id, &reply.content)?;
                                Kept::Reply(reply, Box::new(sealed))
                            }
                            Incoming::Withdrawal(withdrawal) => {
                                let grounds = vault.seal_grounds(&withdrawal.grounds)?;
                                Kept::Withdrawal(withdrawal, grounds)
                            }
                            Incoming::Suspension(word) => Kept::Suspension(word),
                        })
                    };
                    // One envelope that breaks us must not be delivered for ever.
                    let result = catch_unwind(AssertUnwindSafe(open)).unwrap_or(Err(Rejected::Fault));
                    Opened { envelope, passed, result }
                };
                chunk.into_iter().map(open).collect::<Vec<Opened>>()
            }));
        }
        let mut opened = Vec::new();
        for worker in workers {
            opened.extend(worker.await.map_err(|_| SessionError::Worker)?);
        }
        Ok(opened)
    }

    /// The records of an envelope: taken in, or set aside with its reason.
    fn kept(&self, opened: Opened, unwritten: &mut Unwritten) -> Result<Vec<Draft>, SessionError> {
        let Opened { envelope, passed, result } = opened;
        let envelope = *envelope;
        match result {
            Ok(Kept::Notice(incoming, sealed)) => {
                self.received((envelope, passed), *incoming, *sealed, unwritten)
            }
            Ok(Kept::Withdrawal(withdrawal, grounds)) => {
                Ok(vec![self.recalled(envelope, &withdrawal, grounds, unwritten)?])
            }
            Ok(Kept::Reply(reply, sealed)) => {
                Ok(vec![self.replied((envelope, passed), *reply, *sealed, unwritten)?])
            }
            Ok(Kept::Suspension(word)) => Ok(vec![self.suspension(envelope, word, unwritten)?]),
            Err(rejected) => {
                let evidence = evidence(&envelope.record);
                Ok(vec![self.quarantine(envelope.index, rejected.reason(), &rejected, evidence)])
            }
        }
    }

    /// A notice: taken in if it was never seen before and its sender has not taken it back already.
    fn received(
        &self,
        (envelope, passed): (Logged<v1::EnvelopeDelivery>, Option<Pass>),
        incoming: IncomingNotice,
        sealed: SealedContent,
        unwritten: &mut Unwritten,
    ) -> Result<Vec<Draft>, SessionError> {
        let aside = |reason, detail: &str| {
            Ok(vec![self.quarantine(envelope.index, reason, &detail, evidence(&envelope.record))])
        };
        let key = recalled_key(incoming.sender, incoming.id, &incoming.header_hash);
        if unwritten.recalled.contains(&key) || self.holdings.get::<Seq>(Kind::Recalled, &key)?.is_some() {
            return aside(Reason::NoticeWithdrawn, "its sender withdrew it before it came");
        }
        if self.holdings.locate(incoming.id)?.is_some() || unwritten.notices.contains(&incoming.id) {
            return aside(Reason::NoticeIdTaken, "a notice of this id is here already");
        }
        let forked = match incoming.supersedes {
            None => None,
            Some(before) => match self.amends(&incoming, before)? {
                Ok(forked) => {
                    unwritten.superseded.insert(before.id);
                    forked
                }
                Err(refused) => return aside(refused.reason(), &refused.to_string()),
            },
        };
        unwritten.notices.insert(incoming.id);
        let SealedContent { vaulted, terms, slot } = sealed;
        let published = passed.map_or(envelope.accepted_at, |pass| pass.at);
        // The review desk reads it, and is asked nothing.
        let for_us = !incoming.held || passed.is_some();
        let dates =
            incoming.content.dates.of_received(incoming.id, (incoming.sender, self.is_partner()), published);
        let passed_on = incoming.origin.map(Record::PassedOn);
        let record = Record::Received(Received {
            id: incoming.id,
            sender: incoming.sender,
            created: incoming.created,
            expires: incoming.expires,
            received_at: self.clock.now(),
            header_hash: incoming.header_hash,
            supersedes: incoming.supersedes,
            held: incoming.held,
            passed: passed.map(|pass| pass.index),
            proven: self.proven(envelope),
            pair_number: incoming.link.seq.0,
            pair_previous: incoming.link.previous,
            attachments: incoming.content.attachments,
            vaulted,
        });
        let received = Draft { record, terms, key: Some(slot) };
        let beside = dates.filter(|_| for_us).into_iter().chain(passed_on).map(Draft::from);
        Ok(std::iter::once(received).chain(beside).chain(forked).collect())
    }

    /// Whether we are a partner, who is asked about referrals and nothing else.
    fn is_partner(&self) -> bool {
        let state = self.holdings.state().read();
        state.directory.member(self.own).is_some_and(|own| own.kind == MemberKind::Partner)
    }

    /// The record of a notice that was erased before it came, if its sender really signed it.
    fn gone(&self, directory: &Directory, logged: &Logged<v1::ErasedDelivery>) -> Vec<Draft> {
        let erased = &logged.record;
        let head = ErasedRef {
            header: &erased.header,
            slots_root: &erased.slots_root,
            depth: erased.depth,
            signature: &erased.signature,
        };
        let signer =
            |header: &Header| SignerKey::find(directory, header.sender, header.sender_key, logged.index);
        match head.verify(signer) {
            // It was in no sequence, and nothing is to be decided about it any more.
            Ok((header, _)) if header.held => Vec::new(),
            Ok((header, header_hash)) => {
                tracing::info!(index = %logged.index, notice = %header.id, "a notice was withdrawn before it came");
                let (id, sender, at) = (header.id, header.sender, self.clock.now());
                let (index, supersedes) = (logged.index, header.supersedes);
                vec![Record::Gone(Gone { index, id, sender, header_hash, supersedes, at }).into()]
            }
            Err(refused) => {
                let evidence = bounded::bytes(erased.encode_to_vec(), EVIDENCE_BYTES);
                vec![self.quarantine(logged.index, Reason::EnvelopeRefused, &refused, evidence)]
            }
        }
    }

    /// A withdrawal: it stands if the notice is its own sender's and the very one that we hold, or if we
    /// hold none of that id. The hub is not asked whether it may.
    fn recalled(
        &self,
        envelope: Logged<v1::EnvelopeDelivery>,
        withdrawal: &Withdrawal,
        (nonce, sealed): ([u8; 16], Vec<u8>),
        unwritten: &mut Unwritten,
    ) -> Result<Draft, SessionError> {
        let Withdrawal { id, sender, header_hash, link, of, .. } = *withdrawal;
        let aside = |reason, detail: &str| {
            Ok(self.quarantine(envelope.index, reason, &detail, evidence(&envelope.record)))
        };
        if self.holdings.locate(id)?.is_some() || !unwritten.notices.insert(id) {
            return aside(Reason::NoticeIdTaken, "a withdrawal of this id is here already");
        }
        let there = match self.holdings.locate(of.id)? {
            Some(located) => Some(self.holdings.record(located.at)?),
            None => None,
        };
        let Ok(held) = may_take_back(withdrawal, there.as_ref()) else {
            return aside(
                Reason::WithdrawalRefused,
                "it is about a notice that its sender did not send, or not so",
            );
        };
        unwritten.recalled.insert(recalled_key(sender, of.id, &of.header_hash));
        let record = Recalled {
            id,
            sender,
            notice: of.id,
            notice_hash: of.header_hash,
            received_at: self.clock.now(),
            header_hash,
            proven: self.proven(envelope),
            pair_number: link.seq.0,
            pair_previous: link.previous,
            held,
            nonce,
            sealed,
        };
        Ok(Record::Recalled(record).into())
    }

    /// A directory entry, folded into the working copy. One that does not fold is set aside: a hub that
    /// delivers it does not judge as we do.
    fn directory(&self, directory: &mut Arc<Directory>, entry: &Logged<Bytes>) -> Vec<Draft> {
        let folded = fold(Arc::make_mut(directory), &entry.record, entry.index, entry.accepted_at);
        match folded {
            Ok(change) => {
                let record = DirectoryIn {
                    index: entry.index,
                    accepted_at: entry.accepted_at,
                    entry: entry.record.to_vec(),
                    inclusion: self.inclusion_of(entry),
                };
                let mut drafts = vec![Record::Directory(record).into()];
                drafts.extend(self.alarm_about(&change, directory));
                drafts
            }
            Err(refused) => {
                tracing::error!(index = %entry.index, %refused, "the hub's directory has an entry that does not hold");
                let alarm = Record::Alarm(Alarm {
                    at: self.clock.now(),
                    reason: AlarmKind::DirectoryEntryRefused.code().to_owned(),
                    message: format!("an entry of the directory does not hold: {refused}; ask the exchange"),
                });
                vec![
                    self.quarantine(entry.index, Reason::DirectoryEntryRefused, &refused, Vec::new()),
                    alarm.into(),
                ]
            }
        }
    }

    /// A record of a kind that this version does not know. It is in the log, and that is all that can be said;
    /// what follows must not wait for it.
    fn unknown(&self, record: &Logged<()>) -> Draft {
        let message = format!(
            "the hub delivered record {} of a kind that this version does not know, and it was skipped; update \
             this node, and ask the exchange what it was",
            record.index
        );
        tracing::error!(index = %record.index, "a record of an unknown kind was skipped");
        let reason = AlarmKind::RecordUnknown.code().to_owned();
        Record::Alarm(Alarm { at: self.clock.now(), reason, message }).into()
    }

    /// Says loudly what may be an attack: keys of ours that we did not make, and members that enrol
    /// again by leave of the exchange and not of their own keys.
    fn alarm_about(&self, change: &Change, directory: &Directory) -> Option<Draft> {
        let (kind, message) = match change {
            Change::Enrolled(code) | Change::EnrolledAgain(code) | Change::KeysChanged(code)
                if *code == self.own =>
            {
                let ours = directory.member(self.own).is_some_and(|member| {
                    member.signing_keys.last().is_some_and(|key| key.id == self.signing.id())
                });
                if ours {
                    return None;
                }
                let message =
                    "the directory has keys for us that this node did not make; ask the exchange at once";
                (AlarmKind::OwnKeysChanged, message.to_owned())
            }
            Change::EnrolledAgain(code) => {
                let message =
                    format!("{code} enrolled again with new keys; ask it by another way whether it did");
                (AlarmKind::MemberEnrolledAgain, message)
            }
            _ => return None,
        };
        tracing::warn!(%kind, message);
        let alarm = Alarm { at: self.clock.now(), reason: kind.code().to_owned(), message };
        Some(Record::Alarm(alarm).into())
    }

    /// A receipt about notices of ours, or a quarantine record for one that is not.
    fn receipt(&self, directory: &Directory, logged: &Logged<SignedReceipt>) -> Result<Draft, SessionError> {
        let SignedReceipt { body, signature } = &logged.record;
        let signer = |receipt: &amana_seal::receipt::Receipt| {
            SignerKey::find(directory, receipt.recipient, receipt.key, logged.index)
        };
        let receipt = match verify_receipt(body, signature, signer) {
            Ok(receipt) => receipt,
            Err(refused) => {
                let evidence = [body.as_ref(), signature.as_ref()].concat();
                return Ok(self.quarantine(logged.index, Reason::ReceiptRefused, &refused, evidence));
            }
        };
        let mut about_ours = receipt.sender == self.own;
        for envelope in &receipt.envelopes {
            let sent =
                |located: Located| located.way == Way::Sent && located.header_hash == envelope.header_hash;
            about_ours &= self.holdings.locate(envelope.id)?.is_some_and(sent);
        }
        if !about_ours {
            let detail = "the receipt is about an envelope that we did not send";
            return Ok(self.quarantine(logged.index, Reason::ReceiptRefused, &detail, body.to_vec()));
        }
        let record = ReceiptIn {
            index: logged.index,
            accepted_at: logged.accepted_at,
            body: body.to_vec(),
            signature: signature.to_vec(),
            inclusion: self.inclusion_of(logged),
        };
        Ok(Record::Receipt(record).into())
    }

    /// What is kept of the proof of a record that keeps its parts itself.
    pub(super) fn inclusion_of<T>(&self, logged: &Logged<T>) -> Inclusion {
        Inclusion {
            leaf_salt: *logged.leaf_salt.as_bytes(),
            path: logged.receipt.proof.to_bytes(),
            checkpoint: bounded::note(&logged.receipt.checkpoint, &self.hub.log_key).as_str().into(),
        }
    }

    /// Where the envelope is in the exchange's log, with the proof that a reader can take away.
    pub(super) fn proven(&self, logged: Logged<v1::EnvelopeDelivery>) -> Proven {
        let Logged { index, accepted_at, leaf_salt, mut receipt, record } = logged;
        let leaf = AcceptedLeaf {
            leaf_salt: *leaf_salt.as_bytes(),
            accepted_at,
            header: record.header.into(),
            slots_root: record.slots_root.into(),
            depth: record.depth,
            signature: record.signature.into(),
        };
        receipt.checkpoint = bounded::note(&receipt.checkpoint, &self.hub.log_key);
        receipt.extra = Some(leaf.encode());
        Proven { index, accepted_at, proof: receipt.to_string().into_bytes() }
    }

    pub(super) fn quarantine(
        &self,
        index: Seq,
        reason: Reason,
        detail: &dyn std::fmt::Display,
        evidence: Vec<u8>,
    ) -> Draft {
        let detail = bounded::text(detail.to_string(), MESSAGE_BYTES);
        tracing::warn!(%index, %reason, detail, "a delivery is set aside");
        Record::Quarantined(Quarantined {
            index,
            at: self.clock.now(),
            reason: reason.code().to_owned(),
            detail,
            evidence: bounded::bytes(evidence, EVIDENCE_BYTES),
        })
        .into()
    }
}

/// A withdrawal of what its sender did not send, or not as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NotTheirs;

/// Whether a withdrawal stands beside what is here under the notice's id, and what is to be erased.
fn may_take_back(withdrawal: &Withdrawal, there: Option<&Record>) -> Result<Option<Held>, NotTheirs> {
    match there {
        None => Ok(None),
        Some(Record::Received(notice))
            if notice.sender == withdrawal.sender && notice.header_hash == withdrawal.of.header_hash =>
        {
            Ok(Some(Held { key_slot: notice.vaulted.key_slot, index: notice.proven.index }))
        }
        Some(_) => Err(NotTheirs),
    }
}

/// What is kept of an envelope that was set aside: what its sender signed, and the signature.
pub(super) fn evidence(envelope: &v1::EnvelopeDelivery) -> Vec<u8> {
    let kept = v1::EnvelopeDelivery { sections: Vec::new(), ..envelope.clone() };
    kept.encode_to_vec()
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
