//! The few file operations that durability rests on, behind a trait so that tests can make them fail.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Writes and syncs. [`RealDisk`] is the only implementation outside tests.
///
/// A write may be lost until the sync after it has returned without error; nothing here promises
/// more than that.
pub trait Disk: Send + Sync {
    /// Writes all bytes at this place of the file.
    ///
    /// # Errors
    /// The system's own. What was written before the error is unknown.
    fn write_at(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Makes the bytes written to this file durable (fdatasync).
    ///
    /// # Errors
    /// The system's own. After one, what is durable is unknown and stays unknown.
    fn sync(&self, file: &File) -> io::Result<()>;

    /// Makes new and renamed names in this directory durable (fsync of the directory).
    ///
    /// # Errors
    /// The system's own.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Fills a new file with zeros up to this length and makes it durable with its length, so that
    /// later syncs of data written into it need not touch its metadata.
    ///
    /// # Errors
    /// The system's own; a full disk is seen here, ahead of need.
    fn fill(&self, file: &File, length_bytes: u64) -> io::Result<()>;

    /// Lets go of the memory in which the system caches this file: it is not read soon. Only a hint.
    fn cool(&self, file: &File);
}

/// Bytes that can still be written to the disk under `dir`; 0 when it does not say.
#[must_use]
pub fn free_bytes(dir: &Path) -> u64 {
    rustix::fs::statvfs(dir).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The disk as the operating system gives it.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

/// How much is zeroed between two syncs: small enough not to hold up the syncs of others for long.
const FILL_BYTES: usize = 1 << 20;

impl Disk for RealDisk {
    fn write_at(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        file.write_all_at(bytes, offset)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    fn fill(&self, file: &File, length_bytes: u64) -> io::Result<()> {
        let zeros = vec![0; FILL_BYTES];
        let mut offset = 0;
        while offset < length_bytes {
            let left = usize::try_from(length_bytes - offset).unwrap_or(FILL_BYTES);
            let chunk = zeros.get(..left.min(FILL_BYTES)).unwrap_or(&zeros);
            file.write_all_at(chunk, offset)?;
            file.sync_data()?;
            offset += chunk.len() as u64;
        }
        file.sync_all()
    }

    fn cool(&self, file: &File) {
        if let Err(error) = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed) {
            tracing::debug!(%error, "the system keeps a cold file in its cache");
        }
    }
}
