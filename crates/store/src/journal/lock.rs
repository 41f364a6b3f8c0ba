//! One process per journal.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::error::{JournalError, io_error};

/// Held while the journal is open; the system lets go of it when the process ends, however it ends.
pub(crate) struct DirLock {
    file: File,
}

impl DirLock {
    /// Takes the lock or says who has it.
    pub(crate) fn take(dir: &Path) -> Result<Self, JournalError> {
        let path = dir.join("lock");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io_error("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = std::fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
                return Err(JournalError::Locked { dir: dir.to_owned(), pid });
            }
            Err(TryLockError::Error(cause)) => return Err(io_error("lock", &path)(cause)),
        }
        file.set_len(0).map_err(io_error("write", &path))?;
        file.write_all_at(format!("{}\n", std::process::id()).as_bytes(), 0)
            .map_err(io_error("write", &path))?;
        Ok(Self { file })
    }
}

impl Drop for DirLock {
    fn drop(&mut self) {
        // Closing alone would leave it locked while a child process that is just being started still
        // shares the file. If this fails, closing is what is left.
        self.file.unlock().unwrap_or_default();
    }
}
