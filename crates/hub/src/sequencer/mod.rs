//! The one thread that puts everything into one order.
//!
//! It takes what waits, decides it record by record, appends it with one data sync, applies it, signs
//! one checkpoint and answers everyone. While it waits for the disk the next group gathers by itself:
//! there is no timer. It holds the only [`HubLedger`].

mod error;
mod group;
mod publishing;
mod review;
mod sweep;
mod work;

use std::collections::VecDeque;
use std::sync::Arc;

use amana_log::LeafSalt;
use amana_types::{Clock, Directory, Random, Seq};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, watch};

use crate::ledger::{AppendError, HubLedger, LedgerError};
use crate::published::{Newest, Published};
use crate::recent::Recent;
use crate::record::{self, ExpiryHour, Ready, Record, Stamp};
use crate::sessions::Sessions;
use crate::stats::Stats;
use group::{Decided, Group, accepted, touched};

use publishing::publish;
use sweep::{Sweep, SweepStep};

pub use error::SequencerError;
pub(crate) use publishing::LogSigner;

pub(crate) use work::{
    Acknowledgement, Decision, DecisionRefusal, EntryRefusal, Envelopes, Held, Outcome, Recorded, Sequenced,
    SignedReceipt, Submission, Taken, Work,
};

/// How many pieces of work may wait.
const WAITING: usize = 256;

/// How large a group may grow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupLimits {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
}

/// What the sequencer shares with the services.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) recent: Arc<Recent>,
    pub(crate) stats: Arc<Stats>,
}

/// The sequencer's own things.
pub(crate) struct Sequencer {
    ledger: HubLedger,
    signer: LogSigner,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    limits: GroupLimits,
    shared: Shared,
    work: mpsc::Receiver<Work>,
    newest: watch::Sender<Arc<Published>>,
    /// Withdrawals, and refusals of the review desk, that are still to be carried out.
    withdrawals: VecDeque<Seq>,
    /// Expired envelopes that are being erased.
    sweep: Option<Sweep>,
    /// Called with the new directory whenever it changed.
    moved: Box<dyn Fn(&Directory) + Send>,
}

/// The way to the sequencer. When all of these are dropped it finishes what waits and ends.
#[derive(Clone)]
pub(crate) struct SequencerHandle {
    pub(crate) work: mpsc::Sender<Work>,
    pub(crate) newest: Newest,
}

/// What a sequencer is made of.
pub(crate) struct Parts {
    pub(crate) ledger: HubLedger,
    pub(crate) signer: LogSigner,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) limits: GroupLimits,
    pub(crate) shared: Shared,
    pub(crate) moved: Box<dyn Fn(&Directory) + Send>,
}

impl Sequencer {
    /// A sequencer that has published what its ledger holds, and the way to it.
    ///
    /// # Errors
    /// [`LedgerError`] when the newest records do not read.
    pub(crate) fn new(parts: Parts) -> Result<(Self, SequencerHandle), LedgerError> {
        let Parts { ledger, signer, clock, random, limits, shared, moved } = parts;
        let (sender, work) = mpsc::channel(WAITING);
        let (newest, receiver) = watch::channel(Arc::new(publish(&ledger, &signer)));
        let withdrawals = ledger.late_withdrawals()?.into();
        let sequencer = Self {
            ledger,
            signer,
            clock,
            random,
            limits,
            shared,
            work,
            newest,
            withdrawals,
            sweep: None,
            moved,
        };
        Ok((sequencer, SequencerHandle { work: sender, newest: receiver }))
    }

    /// Works until nobody can ask any more, then closes the ledger in good order.
    ///
    /// # Errors
    /// [`SequencerError`]: the process must end.
    pub(crate) fn run(mut self) -> Result<(), SequencerError> {
        match self.work_off() {
            Ok(()) => Ok(self.ledger.close()?),
            Err(error) => {
                // Before anything is let go of: closing what has failed may never return.
                self.ledger.failure().tell(&error);
                Err(error)
            }
        }
    }

    fn work_off(&mut self) -> Result<(), SequencerError> {
        self.erase_withdrawn()?;
        while let Some(next) = self.next() {
            if let Some(first) = next {
                let decided = self.gather(first)?;
                self.commit(decided)?;
            }
            self.go_on_sweeping()?;
        }
        Ok(())
    }

    /// What to do next: work; or to go on sweeping, when there is none; nothing when nobody can ask any more.
    fn next(&mut self) -> Option<Option<Work>> {
        if self.sweep.is_none() {
            return self.work.blocking_recv().map(Some);
        }
        match self.work.try_recv() {
            Ok(work) => Some(Some(work)),
            Err(TryRecvError::Empty) => Some(None),
            Err(TryRecvError::Disconnected) => None,
        }
    }

    /// Takes what waits, up to the limits.
    fn gather(&mut self, first: Work) -> Result<Decided, SequencerError> {
        let mut group = Group::new(&self.ledger, &*self.random, self.clock.now());
        group.take(first)?;
        while within(group.size(), self.limits)
            && let Ok(more) = self.work.try_recv()
        {
            group.take(more)?;
        }
        Ok(group.decided())
    }

    fn commit(&mut self, decided: Decided) -> Result<(), SequencerError> {
        let Decided { ready, withdrawals, sweep, pending } = decided;
        if sweep && self.sweep.is_none() {
            self.sweep = Sweep::begin(&self.ledger, self.clock.now());
        }
        if !ready.is_empty() {
            let records: Vec<Record> = ready.iter().map(Ready::record).cloned().collect();
            let before = Arc::clone(&self.ledger.state().directory);
            match self.ledger.append(ready) {
                Ok(()) => {}
                Err(AppendError::DiskFull) => {
                    tracing::error!("the disk is full: refusing what needs a record until there is room");
                    let published = Arc::clone(&self.newest.borrow());
                    pending.into_iter().for_each(|waiting| waiting.disk_full(&published));
                    return Ok(());
                }
                Err(AppendError::Fatal(error)) => return Err(error.into()),
            }
            self.shared.stats.accepted(accepted(&records));
            let touched = touched(&records);
            self.shared.recent.extend(records);
            self.withdrawals.extend(withdrawals);
            self.erase_withdrawn()?;
            self.newest.send_replace(Arc::new(publish(&self.ledger, &self.signer)));
            let directory = &self.ledger.state().directory;
            if !Arc::ptr_eq(&before, directory) {
                (self.moved)(directory);
            }
            self.shared.sessions.ring(&touched);
        }
        let published = Arc::clone(&self.newest.borrow());
        pending.into_iter().for_each(|waiting| waiting.committed(&published));
        Ok(())
    }

    /// Erases a few expired envelopes more, if a sweep is under way.
    fn go_on_sweeping(&mut self) -> Result<(), SequencerError> {
        let Some(sweep) = self.sweep.take() else { return Ok(()) };
        match sweep.go_on(&mut self.ledger, &self.shared.recent)? {
            SweepStep::GoesOn(sweep) => self.sweep = Some(sweep),
            SweepStep::Until(hour) => self.swept(hour)?,
            SweepStep::Nothing => {}
        }
        Ok(())
    }

    /// Writes down that everything until an hour is erased.
    fn swept(&mut self, until: ExpiryHour) -> Result<(), SequencerError> {
        let accepted_at = self.clock.now().max(self.ledger.state().last_accepted_at());
        let mut salt = [0; 32];
        self.random.fill(&mut salt);
        let stamp = Stamp { accepted_at, leaf_salt: LeafSalt::new(salt) };
        let record = Record::Swept(record::Swept { stamp, until });
        match self.ledger.append(vec![Ready::new(record.clone())?]) {
            Ok(()) => {
                self.shared.recent.extend([record]);
                self.newest.send_replace(Arc::new(publish(&self.ledger, &self.signer)));
                Ok(())
            }
            Err(AppendError::DiskFull) => Ok(()),
            Err(AppendError::Fatal(error)) => Err(error.into()),
        }
    }

    /// Erases what was withdrawn, before anyone is told that it was. Without room for that it is tried
    /// again with the next group, and at the next start.
    fn erase_withdrawn(&mut self) -> Result<(), SequencerError> {
        while let Some(withdrawal) = self.withdrawals.front() {
            match self.ledger.erase(*withdrawal, |seq, record| self.shared.recent.replace(seq, record)) {
                Ok(()) => drop(self.withdrawals.pop_front()),
                Err(AppendError::DiskFull) => {
                    tracing::error!("the disk is full: what was withdrawn is erased when there is room");
                    return Ok(());
                }
                Err(AppendError::Fatal(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

fn within((records, bytes): (usize, usize), limits: GroupLimits) -> bool {
    records < limits.records && bytes < limits.bytes
}

/// The ledger's state, signed.
#[cfg(test)]
#[path = "sequencer_tests.rs"]
mod tests;
