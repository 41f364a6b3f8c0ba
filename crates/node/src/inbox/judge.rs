//! From events to records: what holds becomes part of the node, what does not is set aside with its
//! reason.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use amana_client::exchange::{Event, Proven as Logged, SignedReceipt};
use amana_seal::SignerKey;
use amana_seal::envelope::{ErasedRef, Header};
use amana_seal::receipt::verify_receipt;
use amana_types::{Directory, Reason};
use amana_wire::v1;
use prost::Message as _;

use super::arrival::{Came, Pass, Passed, Unwritten};
use super::aside::evidence;
use super::batch::Batch;
use super::opening::{Opener, Rejected};
use super::{Downlink, SessionError};
use crate::fold::record::{Gone, ReceiptIn};
use crate::fold::rows::{Located, Way};
use crate::ledger::bounded::{self, EVIDENCE_BYTES};
use crate::ledger::writer::Draft;
use crate::subjects::{AtRest, Incoming, Record};

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
    result: Result<AtRest, Rejected>,
}

impl Downlink {
    /// Turns a batch into records, in its order. Gives those that are not written yet: a notice must be
    /// written before what amends, suspends or withdraws it is judged.
    pub(crate) async fn judge(&self, batch: Batch) -> Result<Vec<Draft>, SessionError> {
        let mut directory = Arc::clone(&self.holdings.state().read().base.directory);
        let (mut judged, mut sealed) = (Vec::new(), Vec::new());
        for event in batch.into_events() {
            let next = match event {
                Event::Head { .. } => continue,
                Event::Directory(entry) => Judged::Ready(self.directory(&mut directory, &entry)),
                Event::Erased(erased) => Judged::Ready(self.gone(&directory, &erased)),
                Event::Receipt(receipt) => Judged::Ready(vec![self.receipt(&directory, &receipt)?]),
                Event::Unknown(record) => Judged::Ready(vec![self.unknown(record.index)]),
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
                    drafts.extend(self.take_in(opened, &mut unwritten)?);
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
                        let incoming = Incoming::open(&opener, &envelope.record, envelope.index)?;
                        Ok(incoming.seal(&vault)?)
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
    fn take_in(&self, opened: Opened, unwritten: &mut Unwritten) -> Result<Vec<Draft>, SessionError> {
        let Opened { envelope, passed, result } = opened;
        let envelope = *envelope;
        match result {
            Ok(kept) => kept.take_in(Came { envelope, passed }, self, unwritten),
            Err(rejected) => {
                let evidence = evidence(&envelope.record);
                Ok(vec![self.quarantine(envelope.index, rejected.reason(), &rejected, evidence)])
            }
        }
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
}
