//! The one writer of the node's journal: a thread that groups what waits, so that one data sync serves
//! many.
//!
//! Nothing that goes through here is promised to anybody before [`LedgerWriter::write`] returns.

use std::sync::Arc;
use std::thread::JoinHandle;

use amana_seal::codec::CodecError;
use amana_store::journal::JournalError;
use amana_store::keyslots::{KeyOf, KeySlot, KeySlotsError, SlotNumber};
use amana_store::ledger::{Entry, Ledger, LedgerError};
use amana_types::{Clock, Reason, Seq};
use tokio::sync::{mpsc, oneshot, watch};

use super::forget::Index;
use crate::fold::record::Erased;
use crate::index::BlindTerm;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::node_fold::{Journaled, NodeFold};
use crate::ledger::vault::Slots;
use crate::subjects::Record;

/// Jobs that may wait.
const WAITING: usize = 1024;
/// Records that one data sync serves at most.
const GROUP_RECORDS: usize = 512;
/// Bytes after which a group takes no more; far below a segment of the journal.
const GROUP_BYTES: usize = 8 << 20;

/// Keys that one sync erases at most.
const ERASE_AT_ONCE: usize = 256;

/// What lies beside the journal and goes with what a record ends.
pub(crate) trait Beside: Send {
    /// Erases it, durably. A crash afterwards erases again.
    ///
    /// # Errors
    /// The disk fails, or what is stored does not read.
    fn erase_with(&self, holdings: &Holdings, of: Seq) -> Result<(), LedgerFault>;
}

/// A record on its way into the journal.
pub(crate) struct Draft {
    pub(crate) record: Record,
    /// The terms by which a notice is found.
    pub(crate) terms: Vec<BlindTerm>,
    /// The wrapped data key of a notice; its slot's number goes into the record.
    pub(crate) key: Option<KeySlot>,
}

impl From<Record> for Draft {
    fn from(record: Record) -> Self {
        Self { record, terms: Vec::new(), key: None }
    }
}

/// Nothing was written.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// The disk is full; nothing else is wrong.
    #[error("the node's disk is full; free some space, then try again")]
    DiskFull,
    /// A record is over a limit of its format. Nothing is wrong with the disk; the same would be refused again.
    #[error("a record for the node's journal is too long ({0}); nothing was written: report it")]
    TooLong(#[from] CodecError),
    /// The writer has ended: after a fault of the disk, or because the node stops.
    #[error("the node is stopping; try again when it runs")]
    Stopped,
}

impl WriteError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::DiskFull => Reason::NodeDiskFull,
            Self::TooLong(_) => Reason::NodeFault,
            Self::Stopped => Reason::NodeStopping,
        }
    }
}

struct Job {
    drafts: Vec<Draft>,
    /// How many bytes their records have.
    bytes: usize,
    done: oneshot::Sender<Result<Seq, WriteError>>,
}

/// A handle on the writer. Cheap to clone.
#[derive(Clone)]
pub(crate) struct LedgerWriter {
    jobs: mpsc::Sender<Job>,
    /// The first place that is not written yet: wakes whoever follows the journal.
    written: watch::Receiver<Seq>,
}

/// A promise that a write gives its place.
pub(crate) struct Pending(oneshot::Receiver<Result<Seq, WriteError>>);

/// How the writer's thread ended.
pub(crate) type Ended = Result<(), LedgerFault>;

/// The journal failed. The node must end and start again; what was acknowledged is safe.
#[derive(Debug, thiserror::Error)]
pub enum LedgerFault {
    /// The ledger failed.
    #[error("the node's journal failed: {0}")]
    Ledger(#[from] LedgerError),
    /// The key slots failed.
    #[error("the node's key slots failed: {0}")]
    KeySlots(#[from] KeySlotsError),
    /// An attachment could not be erased.
    #[error("an attachment could not be erased: {0}; check the disk")]
    Attachment(std::io::Error),
    /// A record or a row is over its limit.
    #[error("what the node has to write is too long ({0}); report it")]
    TooLong(CodecError),
    /// What is stored does not read.
    #[error("{0}")]
    Stored(String),
    /// The thread could not be started, or panicked.
    #[error("the node's writer thread failed; restart the node and report it")]
    Thread,
}

impl LedgerWriter {
    /// Starts the writer. The thread ends when every handle is gone or the journal fails.
    pub(crate) fn start(
        ledger: Ledger<NodeFold>,
        slots: Slots,
        beside: impl Beside + 'static,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, JoinHandle<Ended>), LedgerFault> {
        let (jobs, queue) = mpsc::channel(WAITING);
        let (progress, written) = watch::channel(ledger.next());
        let thread = std::thread::Builder::new()
            .name("node-ledger".to_owned())
            .spawn(move || {
                let holdings = Holdings::new(ledger.fold().state().clone(), ledger.reader());
                Writer { ledger, slots, beside: Box::new(beside), holdings, progress, clock }.run(queue)
            })
            .map_err(|_| LedgerFault::Thread)?;
        Ok((Self { jobs, written }, thread))
    }

    /// Measures records by writing them once: one that would not read back is refused here, before it shares a
    /// group with others. Their bytes are made again once the numbers of their key slots are known.
    fn job(drafts: Vec<Draft>) -> Result<(Job, Pending), WriteError> {
        let sizes = drafts.iter().map(|draft| draft.record.encode().map(|bytes| bytes.len()));
        let bytes = sizes.sum::<Result<usize, CodecError>>()?;
        let (done, pending) = oneshot::channel();
        Ok((Job { drafts, bytes, done }, Pending(pending)))
    }

    /// Writes records as one group; answers the first one's place once all are durable.
    pub(crate) async fn write(&self, drafts: Vec<Draft>) -> Result<Seq, WriteError> {
        let (job, pending) = Self::job(drafts)?;
        self.jobs.send(job).await.map_err(|_| WriteError::Stopped)?;
        pending.wait().await
    }

    /// As [`Self::write`], from a thread that may block, in the order of the calls.
    pub(crate) fn queue(&self, drafts: Vec<Draft>) -> Result<Pending, WriteError> {
        let (job, pending) = Self::job(drafts)?;
        self.jobs.blocking_send(job).map_err(|_| WriteError::Stopped)?;
        Ok(pending)
    }

    /// A writer that has ended.
    #[cfg(test)]
    pub(crate) fn stopped() -> Self {
        Self { jobs: mpsc::channel(1).0, written: watch::channel(Seq(0)).1 }
    }

    /// Wakes at each group that was written.
    pub(crate) fn progress(&self) -> watch::Receiver<Seq> {
        self.written.clone()
    }
}

impl Pending {
    async fn wait(self) -> Result<Seq, WriteError> {
        self.0.await.unwrap_or(Err(WriteError::Stopped))
    }

    /// Waits on a thread that may block.
    pub(crate) fn wait_blocking(self) -> Result<Seq, WriteError> {
        self.0.blocking_recv().unwrap_or(Err(WriteError::Stopped))
    }
}

struct Writer {
    ledger: Ledger<NodeFold>,
    slots: Slots,
    beside: Box<dyn Beside>,
    holdings: Holdings,
    progress: watch::Sender<Seq>,
    clock: Arc<dyn Clock>,
}

impl Writer {
    fn run(mut self, queue: mpsc::Receiver<Job>) -> Ended {
        match self.work(queue) {
            Ok(()) => Ok(self.ledger.close()?),
            Err(fault) => {
                // Before anything is let go of: closing what has failed may never return.
                self.ledger.failure().tell(&fault);
                Err(fault)
            }
        }
    }

    fn work(&mut self, mut queue: mpsc::Receiver<Job>) -> Ended {
        self.erase()?; // what a crash left undone
        self.forget_again()?;
        while let Some(job) = queue.blocking_recv() {
            let mut group = Group::default();
            group.push(job);
            while !group.is_full()
                && let Ok(job) = queue.try_recv()
            {
                group.push(job);
            }
            self.write(group)?;
            self.erase()?;
        }
        Ok(())
    }

    fn write(&mut self, group: Group) -> Ended {
        let Group { drafts, waiting, .. } = group;
        match self.append(drafts) {
            Ok(first) => {
                let records = waiting.iter().map(|(_, records)| *records).sum::<u64>();
                self.progress.send_replace(Seq(first.0 + records));
                let mut at = first;
                for (done, records) in waiting {
                    let _ = done.send(Ok(at)); // whoever asked may have gone; the records stay
                    at = Seq(at.0 + records);
                }
                Ok(())
            }
            Err(fault) if fault.is_disk_full() => {
                for (done, _) in waiting {
                    let _ = done.send(Err(WriteError::DiskFull));
                }
                Ok(())
            }
            Err(fault) => {
                tracing::error!(%fault, "the node must stop: what it acknowledged is safe");
                Err(fault)
            }
        }
    }

    /// Erases the keys that records demand, durably, takes the terms that they sealed out of the index, and only
    /// then writes down that they are gone: the record is what receipts are signed by. A crash in between
    /// erases again.
    fn erase(&mut self) -> Ended {
        loop {
            let due = self.ledger.fold().to_erase(ERASE_AT_ONCE);
            if due.is_empty() {
                return Ok(());
            }
            let mut keys = Vec::with_capacity(due.len());
            for (of, slot) in &due {
                let Some(slot) = slot.map(SlotNumber) else { continue };
                let ended = self.holdings.record(*of).map_err(Box::new)?.facts().ends_key_of();
                let id = ended.ok_or_else(|| LedgerFault::Stored(format!("record {of} ends no key")))?;
                keys.push(KeyOf { id, slot });
            }
            self.slots.erase(&keys)?;
            let ends = due.iter().filter(|(_, slot)| slot.is_some()).map(|(of, _)| *of);
            self.index().forget(ends).map_err(Box::new)?;
            for (of, _) in &due {
                self.beside.erase_with(&self.holdings, *of)?;
            }
            let at = self.clock.now();
            let erased = due.iter().map(|(of, _)| Record::Erased(Erased { of: *of, at }).into());
            match self.append(erased.collect()) {
                Ok(first) => drop(self.progress.send_replace(Seq(first.0 + due.len() as u64))),
                Err(fault) if fault.is_disk_full() => return Ok(()), // again after the next group
                Err(fault) => return Err(fault),
            }
        }
    }

    /// What replayed ends took out of the index may be in the views still, if these are older.
    fn forget_again(&self) -> Ended {
        let erased = self.holdings.state().take_erased();
        Ok(self.index().forget(erased).map_err(Box::new)?)
    }

    fn index(&self) -> Index<'_> {
        Index { holdings: &self.holdings, vault: self.ledger.fold().vault() }
    }

    /// Keys first, so that no record ever names a slot that is not there.
    fn append(&mut self, drafts: Vec<Draft>) -> Result<Seq, LedgerFault> {
        let keys: Vec<KeySlot> = drafts.iter().filter_map(|draft| draft.key.clone()).collect();
        let mut slot = self.slots.append(&keys)?.0;
        let mut entries = Vec::with_capacity(drafts.len());
        for Draft { mut record, terms, key } in drafts {
            if let (Some(_), Some(key_slot)) = (key, record.facts_mut().key_slot_mut()) {
                *key_slot = slot;
                slot += 1;
            }
            let (record, bytes) = Journaled::live(record, terms).map_err(LedgerFault::TooLong)?;
            entries.push(Entry { record, parts: vec![bytes] });
        }
        let first = self.ledger.append(&entries)?.first;
        self.ledger.fold().fault().map_or(Ok(first), |fault| Err(LedgerFault::TooLong(fault)))
    }
}

/// The jobs that one data sync serves.
#[derive(Default)]
struct Group {
    drafts: Vec<Draft>,
    /// Who waits, for how many records each.
    waiting: Vec<(oneshot::Sender<Result<Seq, WriteError>>, u64)>,
    bytes: usize,
}

impl Group {
    fn push(&mut self, job: Job) {
        self.bytes += job.bytes;
        self.waiting.push((job.done, job.drafts.len() as u64));
        self.drafts.extend(job.drafts);
    }

    const fn is_full(&self) -> bool {
        self.drafts.len() >= GROUP_RECORDS || self.bytes >= GROUP_BYTES
    }
}

impl From<Box<HoldingsError>> for LedgerFault {
    fn from(error: Box<HoldingsError>) -> Self {
        Self::Stored(error.to_string())
    }
}

impl LedgerFault {
    /// Whether nothing is wrong but the space on the disk.
    const fn is_disk_full(&self) -> bool {
        matches!(self, Self::Ledger(LedgerError::Journal(JournalError::DiskFull { .. })))
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
