//! The next segment, made ready ahead of need by a thread of its own.
//!
//! A spare is a file of full length whose blocks are allocated, so that syncing what is written into
//! it later touches data only. Segments that were given up are used again as they are: their old
//! bytes carry an old salt.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::error::{JournalError, io_error, is_full};
use crate::disk::Disk;

const READY: &str = "spare";
/// Made by the thread alone, which ends before the journal's lock is let go of.
const DRAFT: &str = "spare-draft";
const RECYCLED: &str = "recycled-";
/// More given-up segments than this are deleted.
const MAX_RECYCLED: usize = 2;

enum State {
    /// The thread is to make one, or is at it.
    Wanted,
    /// The spare lies under its name.
    Ready,
    /// It could not be made.
    Failed(io::Error),
    /// The thread is to end.
    Closed,
}

struct Inner {
    dir: PathBuf,
    length_bytes: u64,
    disk: Arc<dyn Disk>,
    state: Mutex<State>,
    changed: Condvar,
}

/// Keeps one spare segment ready.
pub(crate) struct Spares {
    inner: Arc<Inner>,
    worker: Option<JoinHandle<()>>,
}

impl Spares {
    /// Starts the thread; it makes a spare at once if there is none.
    pub(crate) fn start(dir: &Path, length_bytes: u64, disk: Arc<dyn Disk>) -> Result<Self, JournalError> {
        let ready = dir.join(READY);
        let usable = std::fs::metadata(&ready).is_ok_and(|file| file.len() == length_bytes);
        let state = Mutex::new(if usable { State::Ready } else { State::Wanted });
        let inner =
            Arc::new(Inner { dir: dir.to_owned(), length_bytes, disk, state, changed: Condvar::new() });
        let worker = std::thread::Builder::new()
            .name("journal-spare".to_owned())
            .spawn({
                let inner = Arc::clone(&inner);
                move || inner.work()
            })
            .map_err(io_error("start a thread for", dir))?;
        Ok(Self { inner, worker: Some(worker) })
    }

    /// Opens the spare, waiting until it is ready. It keeps its name until the caller renames it and
    /// then asks for the next with [`Spares::want`].
    ///
    /// # Errors
    /// [`JournalError::DiskFull`] when there is no room; the next call tries again.
    pub(crate) fn take(&self) -> Result<(File, PathBuf), JournalError> {
        let mut state = self.inner.lock();
        let mut tried_again = false;
        loop {
            match &*state {
                State::Ready => break,
                State::Closed => return Err(JournalError::Poisoned),
                State::Failed(cause) if tried_again => return Err(self.inner.failure(cause)),
                State::Failed(_) => {
                    // That was some time ago; there may be room by now.
                    tried_again = true;
                    *state = State::Wanted;
                    self.inner.changed.notify_all();
                }
                State::Wanted => {
                    state = self.inner.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        let path = self.inner.dir.join(READY);
        let file = OpenOptions::new().read(true).write(true).open(&path).map_err(io_error("open", &path))?;
        Ok((file, path))
    }

    /// Asks for the next spare after the last one was renamed.
    pub(crate) fn want(&self) {
        *self.inner.lock() = State::Wanted;
        self.inner.changed.notify_all();
    }

    /// Hands over a segment file that is no longer needed.
    pub(crate) fn recycle(&self, path: &Path) -> Result<(), JournalError> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let full_length = std::fs::metadata(path).is_ok_and(|file| file.len() == self.inner.length_bytes);
        if !full_length || self.inner.recycled().len() >= MAX_RECYCLED {
            return std::fs::remove_file(path).map_err(io_error("delete", path));
        }
        std::fs::rename(path, self.inner.dir.join(format!("{RECYCLED}{name}")))
            .map_err(io_error("rename", path))
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        *self.inner.lock() = State::Closed;
        self.inner.changed.notify_all();
        if let Some(worker) = self.worker.take() {
            // A panic there has been reported by the panic hook already.
            drop(worker.join());
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        loop {
            let mut state = self.lock();
            loop {
                match &*state {
                    State::Wanted => break,
                    State::Closed => return,
                    State::Ready | State::Failed(_) => {
                        state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    }
                }
            }
            drop(state);
            let made = self.make();
            let mut state = self.lock();
            if matches!(&*state, State::Wanted) {
                *state = made.map_or_else(State::Failed, |()| State::Ready);
                self.changed.notify_all();
            }
        }
    }

    fn make(&self) -> io::Result<()> {
        let ready = self.dir.join(READY);
        for old in self.recycled() {
            if std::fs::metadata(&old)?.len() == self.length_bytes {
                return std::fs::rename(old, ready);
            }
            std::fs::remove_file(old)?;
        }
        let draft = self.dir.join(DRAFT);
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&draft)?;
        let filled = self.disk.fill(&file, self.length_bytes);
        if filled.is_err() {
            // Half a spare on a full disk helps nobody.
            std::fs::remove_file(&draft)?;
        }
        filled?;
        std::fs::rename(draft, ready)
    }

    fn recycled(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.dir).into_iter().flatten().flatten();
        entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(RECYCLED))
            .map(|entry| entry.path())
            .collect()
    }

    fn failure(&self, cause: &io::Error) -> JournalError {
        if is_full(cause) {
            JournalError::DiskFull { dir: self.dir.clone(), needed_bytes: self.length_bytes }
        } else {
            io_error("prepare the next segment in", &self.dir)(io::Error::new(
                cause.kind(),
                cause.to_string(),
            ))
        }
    }
}
