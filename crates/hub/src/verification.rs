//! The verification of the whole journal: one at a time, watched by any number.

use std::sync::{Mutex, PoisonError};

use amana_store::ledger::{Checked, Mismatch};
use amana_types::Timestamp;
use tokio::sync::watch;

/// How far a verification is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) checked: u64,
    pub(crate) total: u64,
    /// What is wrong, if anything, once it has ended.
    pub(crate) ended: Option<Result<(), String>>,
}

/// A verification that was started, by its number.
#[derive(Clone)]
struct Job {
    number: u64,
    progress: watch::Receiver<Progress>,
}

/// The newest verification of a hub.
#[derive(Default)]
pub(crate) struct Verification(Mutex<Option<Job>>);

/// The half of a verification that is at work.
pub(crate) struct AtWork(watch::Sender<Progress>);

/// Which verification is the newest, and who has to do it.
pub(crate) struct Started {
    pub(crate) number: u64,
    /// Nobody, when it was at work already.
    pub(crate) at_work: Option<AtWork>,
}

impl Verification {
    /// Starts one of so many records, unless one is at work.
    pub(crate) fn start(&self, total: u64, now: Timestamp) -> Started {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = newest.as_ref();
        if let Some(job) = last.filter(|job| job.progress.borrow().ended.is_none()) {
            return Started { number: job.number, at_work: None };
        }
        // A number that no verification had, not even before a restart.
        let number = now.unix_millis().max(last.map_or(0, |job| job.number.saturating_add(1)));
        let (sender, progress) = watch::channel(Progress { total, ..Progress::default() });
        *newest = Some(Job { number, progress });
        Started { number, at_work: Some(AtWork(sender)) }
    }

    /// The progress of that one, if it is the newest.
    pub(crate) fn watch(&self, number: u64) -> Option<watch::Receiver<Progress>> {
        let newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        newest.as_ref().filter(|job| job.number == number).map(|job| job.progress.clone())
    }
}

impl AtWork {
    /// So many records were read.
    pub(crate) fn reached(&self, checked: u64) {
        self.0.send_modify(|progress| progress.checked = checked);
    }

    /// It is done.
    pub(crate) fn ended(self, found: Result<Checked, Mismatch>) {
        self.0.send_modify(|progress| {
            progress.checked = found.as_ref().map_or(progress.checked, |checked| checked.records);
            progress.ended = Some(found.map(drop).map_err(|mismatch| mismatch.to_string()));
        });
    }
}

impl Drop for AtWork {
    /// A verification that broke has not shown anything.
    fn drop(&mut self) {
        self.0.send_if_modified(|progress| {
            let broke = progress.ended.is_none();
            if broke {
                progress.ended =
                    Some(Err("the verification broke off; report it and start it again".to_owned()));
            }
            broke
        });
    }
}
