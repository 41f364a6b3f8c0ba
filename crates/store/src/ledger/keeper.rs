//! The thread that writes views to disk, away from the path of an append.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{DURABLE_LEAVES, LedgerError, Shared};
use crate::routes::BLOCK_RECORDS;
use crate::views::{Prefix, Rows};

/// Flushes now and then until stopped or dropped.
pub(super) struct Keeper {
    stop: Option<Sender<()>>,
    worker: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn start(shared: &Arc<Shared>, every: Duration) -> Result<Self, LedgerError> {
        let (stop, stopped) = channel::<()>();
        let shared = Arc::clone(shared);
        let work = move || {
            let mut flushed = durable_leaves(&shared);
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                if durable_leaves(&shared) == flushed {
                    continue;
                }
                match flush(&shared) {
                    Ok(leaves) => flushed = leaves,
                    // Appends meet the same error as soon as they touch the views.
                    Err(error) => tracing::error!(%error, "could not write the views to disk"),
                }
            }
        };
        let worker = std::thread::Builder::new()
            .name("ledger-keeper".to_owned())
            .spawn(work)
            .map_err(LedgerError::Thread)?;
        Ok(Self { stop: Some(stop), worker: Some(worker) })
    }

    /// Ends the thread and waits for it.
    pub(super) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(worker) = self.worker.take() {
            // A panic there has been reported by the panic hook already.
            drop(worker.join());
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.end();
    }
}

/// Leaves in full tiles: those that are in files.
fn durable_leaves(shared: &Shared) -> u64 {
    let frontier = shared.frontier.read().unwrap_or_else(PoisonError::into_inner);
    frontier.size().get() / BLOCK_RECORDS * BLOCK_RECORDS
}

/// Makes the hashes durable, notes how far, then the rows. Rows that came in between are durable
/// before their hashes, so opening checks the hashes behind the note.
pub(super) fn flush(shared: &Shared) -> Result<u64, LedgerError> {
    let leaves = durable_leaves(shared);
    shared.tiles.sync()?;
    let mut rows = Rows::default();
    rows.put(Prefix::META, DURABLE_LEAVES, &leaves.to_be_bytes());
    shared.views.apply(rows)?;
    shared.views.flush()?;
    shared.ids.sync()?;
    Ok(leaves)
}
