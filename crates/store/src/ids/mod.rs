//! Which notice ids were seen, and where: id -> (sequence number, hash of its header).
//!
//! New ids gather in memory and, a block at a time, in a *gathering file*; every so many ids they
//! become a *run*, a sorted file that never changes and is searched on disk. Each run knows the times
//! its ids carry (a UUID version 7 begins with one), so that only runs that can hold an id are asked.
//! Memory holds the ids of one run, whatever the length of the log. All of it is derived from the
//! journal, whose id lies beside it in the file `journal`; what does not read, or is of another journal, is
//! made anew from there.
//!
//! Rejected: one sled per range. It costs an open of 0.1 s and tens of MiB for each range that is
//! asked, where a sorted file costs a few reads of 56 bytes.

mod entry;
mod error;
mod gathering;
mod run;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use amana_types::{NoticeId, Seq};

pub(crate) use entry::IdEntry;
pub use entry::Recorded;
pub use error::IdsError;
use error::failed;
use gathering::Gathering;
use run::Run;

use crate::journal::JournalId;

/// The index of ids: one writer, many readers.
pub(crate) struct Ids {
    dir: PathBuf,
    run_ids: usize,
    state: RwLock<State>,
    /// Sorted into runs that may not be durable yet; their gathering files are kept until then.
    unsynced: Mutex<Vec<Arc<Run>>>,
}

struct State {
    /// Ids that are in no run yet, also those of the block being filled.
    recent: BTreeMap<NoticeId, Recorded>,
    /// Ids of the block being filled, in order.
    block: Vec<IdEntry>,
    gathering: Gathering,
    runs: Vec<Arc<Run>>,
}

impl Ids {
    /// Opens the index and says from which record on it must be fed again.
    pub(crate) fn open(dir: &Path, journal: JournalId, run_ids: usize) -> Result<(Self, Seq), IdsError> {
        bind(dir, journal)?;
        let mut runs = Vec::new();
        let mut applied = Seq(0);
        for first in numbered(dir, "run")? {
            // A gathering file that outlived its run says that the run may not be durable.
            let doubtful = gathering::path(dir, first).exists();
            match Run::open(dir, first) {
                Some(run) if !doubtful && first == applied => {
                    applied = run.until;
                    runs.push(Arc::new(run));
                }
                _ => remove(&run::path(dir, first))?,
            }
        }
        for first in numbered(dir, "gathering")? {
            if first != applied {
                remove(&gathering::path(dir, first))?;
            }
        }
        let (gathering, entries) = Gathering::open(dir, applied)?;
        let next = gathering.next;
        let recent = entries.into_iter().map(|entry| (entry.id, entry.recorded)).collect();
        let state = RwLock::new(State { recent, block: Vec::new(), gathering, runs });
        let unsynced = Mutex::new(Vec::new());
        Ok((Self { dir: dir.to_owned(), run_ids: run_ids.max(1), state, unsynced }, next))
    }

    /// Forgets everything, because it belongs to another history.
    pub(crate) fn clear(dir: &Path) -> Result<(), IdsError> {
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("delete", dir, error)),
            _ => Ok(()),
        }
    }

    /// Notes ids of the block being filled. An id that is given twice keeps its first place.
    pub(crate) fn add(&self, entries: &[IdEntry]) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let known = state.gathering.next;
        for entry in entries.iter().filter(|entry| entry.recorded.seq >= known) {
            state.recent.entry(entry.id).or_insert(entry.recorded);
            state.block.push(*entry);
        }
    }

    /// The block being filled ends before this record.
    pub(crate) fn end_block(&self, next: Seq) -> Result<(), IdsError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if next <= state.gathering.next {
            // A replay that began before what this index already has.
            return Ok(());
        }
        let block = std::mem::take(&mut state.block);
        state.gathering.append(&block, next)?;
        if state.recent.len() >= self.run_ids {
            self.begin_run(&mut state, next)?;
        }
        Ok(())
    }

    fn begin_run(&self, state: &mut State, until: Seq) -> Result<(), IdsError> {
        let first = state.gathering.first;
        let run = Arc::new(Run::write(&self.dir, first, until, &state.recent)?);
        state.gathering = Gathering::begin(&self.dir, until)?;
        state.recent.clear();
        state.runs.push(Arc::clone(&run));
        self.unsynced.lock().unwrap_or_else(PoisonError::into_inner).push(run);
        Ok(())
    }

    /// Makes new runs durable and then lets go of what they were made from.
    pub(crate) fn sync(&self) -> Result<(), IdsError> {
        let runs = std::mem::take(&mut *self.unsynced.lock().unwrap_or_else(PoisonError::into_inner));
        for run in runs {
            run.sync()?;
            fs::File::open(&self.dir)
                .and_then(|dir| dir.sync_all())
                .map_err(|cause| failed("sync", &self.dir, cause))?;
            remove(&gathering::path(&self.dir, run.first))?;
        }
        Ok(())
    }

    /// Where this id was first recorded.
    pub(crate) fn find(&self, id: NoticeId) -> Result<Option<Recorded>, IdsError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(recorded) = state.recent.get(&id) {
            return Ok(Some(*recorded));
        }
        let candidates: Vec<_> = state.runs.iter().filter(|run| run.may_hold(id)).cloned().collect();
        drop(state);
        for run in candidates {
            if let Some(recorded) = run.find(id)? {
                return Ok(Some(recorded));
            }
        }
        Ok(None)
    }
}

/// Makes the directory; one that was made from another journal is forgotten.
fn bind(dir: &Path, journal: JournalId) -> Result<(), IdsError> {
    let (path, id) = (dir.join("journal"), journal.0.to_le_bytes());
    if fs::read(&path).is_ok_and(|found| found == id) {
        return Ok(());
    }
    Ids::clear(dir)?;
    fs::create_dir_all(dir).map_err(|cause| failed("make", dir, cause))?;
    fs::write(&path, id).map_err(|cause| failed("write", &path, cause))
}

/// The numbers in the names of files of this kind, in order.
fn numbered(dir: &Path, kind: &str) -> Result<Vec<Seq>, IdsError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(|cause| failed("list", dir, cause))? {
        let name = entry.map_err(|cause| failed("list", dir, cause))?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(kind)?.strip_suffix('.')?.parse().ok());
        found.extend(number.map(Seq));
    }
    found.sort_unstable();
    Ok(found)
}

fn remove(path: &Path) -> Result<(), IdsError> {
    fs::remove_file(path).map_err(|cause| failed("delete", path, cause))
}

#[cfg(test)]
#[path = "ids_tests.rs"]
mod tests;
