//! The acknowledgement mark: every record before it was acknowledged.
//!
//! It is written after a group's sync has returned and before the caller learns of it, and not
//! synced itself. So it may lag behind after a power cut, which only means that less is known, but it
//! is never ahead; after a mere crash of the process it is exact. It is what lets recovery report a
//! damaged last group instead of taking it for a torn write.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use amana_types::Seq;

use super::error::{JournalError, fatal, io_error};
use super::segment::JournalId;
use crate::codec::Fields;
use crate::disk::Disk;

const MAGIC: [u8; 8] = *b"AMANAK01";
const FIELDS_BYTES: usize = 24;

/// The open mark file: 28 bytes, rewritten in place within one sector.
pub(crate) struct AckedMark {
    file: File,
    path: PathBuf,
}

impl AckedMark {
    /// Opens or makes the file in this directory.
    pub(crate) fn open(dir: &Path) -> Result<Self, JournalError> {
        let path = dir.join("acked");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io_error("open", &path))?;
        Ok(Self { file, path })
    }

    /// The mark and the journal it belongs to; `None` if it was never written or cannot be read.
    pub(crate) fn read(&self) -> Option<(JournalId, Seq)> {
        let mut bytes = [0; FIELDS_BYTES + 4];
        self.file.read_exact_at(&mut bytes, 0).ok()?;
        let (fields, crc) = bytes.split_at_checked(FIELDS_BYTES)?;
        if Fields(crc).u32()? != crc32fast::hash(fields) {
            tracing::warn!(file = %self.path.display(), "the acknowledgement mark is unreadable; going on without");
            return None;
        }
        let mut fields = Fields(fields);
        (fields.array()? == MAGIC).then_some(())?;
        Some((JournalId(fields.u64()?), Seq(fields.u64()?)))
    }

    /// Moves the mark: everything before `next` is durable and about to be acknowledged.
    pub(crate) fn write(&self, disk: &dyn Disk, journal: JournalId, next: Seq) -> Result<(), JournalError> {
        let mut bytes = Vec::with_capacity(FIELDS_BYTES + 4);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&journal.0.to_le_bytes());
        bytes.extend_from_slice(&next.0.to_le_bytes());
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        disk.write_at(&self.file, &bytes, 0).map_err(|cause| fatal("write", &self.path, cause))
    }

    /// Makes the mark durable; done when the journal is closed in good order.
    pub(crate) fn sync(&self, disk: &dyn Disk) -> Result<(), JournalError> {
        disk.sync(&self.file).map_err(io_error("sync", &self.path))
    }
}
