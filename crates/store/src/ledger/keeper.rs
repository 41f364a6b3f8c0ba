//! The thread that writes views to disk, away from the path of an append, and the one that watches it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::error::LedgerError;
use super::shared::{DURABLE_LEAVES, LedgerShared};
use crate::failure::Failure;
use crate::routes::BLOCK_RECORDS;
use crate::views::{Prefix, Rows};

/// A flush that takes longer hangs.
const STALLED: Duration = Duration::from_secs(120);

/// Flushes now and then until stopped or dropped.
pub(super) struct Keeper {
    stop: Option<Sender<()>>,
    worker: Option<JoinHandle<()>>,
    failure: Failure,
}

/// What the flushing thread says of itself.
enum Sign {
    Begins,
    Ends,
}

impl Keeper {
    pub(super) fn start(
        shared: &Arc<LedgerShared>,
        every: Duration,
        failure: &Failure,
    ) -> Result<Self, LedgerError> {
        let (stop, stopped) = channel::<()>();
        let (signs, watched) = channel();
        let work = {
            let (shared, failure) = (Arc::clone(shared), failure.clone());
            move || {
                let _watch = TellPanic(&failure);
                if let Err(error) = keep(&shared, every, &stopped, &signs) {
                    failure.tell(&error);
                }
            }
        };
        let named = |name: &str| std::thread::Builder::new().name(name.to_owned());
        let watch = {
            let failure = failure.clone();
            move || watch(&watched, STALLED, &failure)
        };
        // Nobody waits for it: it ends with the other one, or never if that one hangs.
        named("ledger-watch").spawn(watch).map_err(LedgerError::Thread)?;
        let worker = named("ledger-keeper").spawn(work).map_err(LedgerError::Thread)?;
        Ok(Self { stop: Some(stop), worker: Some(worker), failure: failure.clone() })
    }

    /// Ends the thread and waits for it.
    pub(super) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(worker) = self.worker.take()
            // It may hang in what has failed.
            && !self.failure.is_failed()
        {
            // A panic there has been told.
            drop(worker.join());
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.end();
    }
}

/// A thread that panics while this is held has failed.
struct TellPanic<'a>(&'a Failure);

impl Drop for TellPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.tell(&"the thread that keeps the views panicked");
        }
    }
}

fn keep(
    shared: &LedgerShared,
    every: Duration,
    stopped: &Receiver<()>,
    signs: &Sender<Sign>,
) -> Result<(), LedgerError> {
    let mut flushed = durable_leaves(shared);
    let mut had_room = true;
    while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
        if durable_leaves(shared) == flushed {
            continue;
        }
        let has_room = shared.views.has_room();
        if had_room && !has_room {
            tracing::error!("the disk is full: the views wait in memory until there is room");
        }
        had_room = has_room;
        if has_room {
            // The watch goes when this thread ends, not before.
            let _ = signs.send(Sign::Begins);
            flushed = flush(shared)?;
            let _ = signs.send(Sign::Ends);
        }
    }
    Ok(())
}

/// Tells when a flush does not end.
fn watch(watched: &Receiver<Sign>, stalled: Duration, failure: &Failure) {
    while let Ok(sign) = watched.recv() {
        if matches!(sign, Sign::Begins)
            && matches!(watched.recv_timeout(stalled), Err(RecvTimeoutError::Timeout))
        {
            return failure.tell(&LedgerError::Stalled);
        }
    }
}

/// Leaves in full tiles: those that are in files.
fn durable_leaves(shared: &LedgerShared) -> u64 {
    let frontier = shared.frontier.read().unwrap_or_else(PoisonError::into_inner);
    frontier.size().get() / BLOCK_RECORDS * BLOCK_RECORDS
}

/// Makes the hashes durable, notes how far, then the rows. Rows that came in between are durable
/// before their hashes, so opening checks the hashes behind the note.
pub(super) fn flush(shared: &LedgerShared) -> Result<u64, LedgerError> {
    let leaves = durable_leaves(shared);
    shared.tiles.sync()?;
    let mut rows = Rows::default();
    rows.put(Prefix::META, DURABLE_LEAVES, &leaves.to_be_bytes());
    shared.views.apply(rows)?;
    shared.views.flush()?;
    shared.ids.sync()?;
    Ok(leaves)
}

#[cfg(test)]
#[path = "keeper_tests.rs"]
mod tests;
