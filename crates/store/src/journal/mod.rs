//! The journal: numbered records in segment files, durable before an append returns.
//!
//! The life of a record: [`Journal::append`] copies the group once into a buffer with a frame around
//! each record, writes it into the zero-filled active segment, syncs once, moves the acknowledgement
//! mark, and only then lets readers see it. When the segment is full, a spare made ready ahead of need
//! takes its place. A write or sync that fails poisons the journal: what is durable is unknown, so the
//! process must end and let recovery find out.
//!
//! What may be assumed of the disk: a sector is written wholly or not at all, in any order, until the
//! sync returns; a synced sector stays as it is.

mod acked;
mod error;
mod frame;
mod index;
mod lock;
mod open;
mod read;
mod recover;
mod replace;
mod scan;
mod segment;
mod spare;

use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use amana_types::Seq;

pub(crate) use error::is_full;
pub use error::{Damage, JournalError};
pub use read::{JournalReader, JournalScan};
pub use segment::JournalId;

use crate::disk::{Disk, RealDisk};
use acked::AckedMark;
use error::{fatal, io_error};
use frame::{Place, Salt, frame_bytes, write_frame};
use index::SegmentIndex;
use lock::DirLock;
use read::Active;
use recover::Extent;
use segment::{SEGMENT_HEADER_BYTES, SegmentHeader, index_path, segment_path};
use spare::Spares;

/// The most records one group may have: their places in it are 16-bit numbers.
pub const GROUP_RECORDS: usize = u16::MAX as usize;
/// A group buffer larger than this is given back after use.
const KEPT_BUFFER_BYTES: usize = 8 << 20;
/// Full segments that stay in the system's cache for members that lag a little. Older ones make room
/// for the next segments, which then need no memory that is not warm.
const WARM_SEGMENTS: usize = 2;
const MIN_SEGMENT_BYTES: u64 = 16 << 10;

/// How a journal is kept.
#[derive(Clone)]
pub struct JournalConfig {
    /// Its directory; made if it is not there.
    pub dir: PathBuf,
    /// Bytes of one segment file: 16 KiB to 1 GiB. A group of records must fit into one.
    pub segment_bytes: u64,
    /// How many full segments are kept open for reading, two files each.
    pub open_segments: usize,
    /// The disk; tests give one that fails.
    pub disk: Arc<dyn Disk>,
}

impl JournalConfig {
    /// The defaults: 64 MiB a segment, 16 open.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), segment_bytes: 64 << 20, open_segments: 16, disk: Arc::new(RealDisk) }
    }
}

/// The one writer of a journal directory.
pub struct Journal {
    config: JournalConfig,
    reader: JournalReader,
    spares: Spares,
    acked: AckedMark,
    file: Arc<File>,
    path: PathBuf,
    salt: Salt,
    end: u64,
    /// Bytes of the active segment, which may be older than the configuration.
    length_bytes: u64,
    next: Seq,
    buffer: Vec<u8>,
    warm: VecDeque<Arc<File>>,
    poisoned: bool,
    _lock: DirLock,
}

impl Journal {
    /// Appends a group of records, each given in parts, and returns the number of the first once all
    /// are durable. An empty group changes nothing.
    ///
    /// # Errors
    /// [`JournalError::TooLarge`] and [`JournalError::DiskFull`] leave everything as it was. After an
    /// error with [`JournalError::is_fatal`] the process must end: the group may or may not be found
    /// at the next start.
    pub fn append<R, P>(&mut self, group: &[R]) -> Result<Seq, JournalError>
    where
        R: AsRef<[P]>,
        P: AsRef<[u8]>,
    {
        if self.poisoned {
            return Err(JournalError::Poisoned);
        }
        let first = self.next;
        let group_bytes = self.measure(group)?;
        if group.is_empty() {
            return Ok(first);
        }
        if group_bytes > self.length_bytes.saturating_sub(self.end) {
            let rolled = self.roll();
            self.poisoned = rolled.as_ref().is_err_and(JournalError::is_fatal);
            rolled?;
        }
        let mut offsets = Vec::with_capacity(group.len());
        self.buffer.clear();
        let length = u16::try_from(group.len()).unwrap_or(u16::MAX);
        for (place, record) in (0..length).zip(group) {
            let seq = Seq(first.0 + u64::from(place));
            write_frame(&mut self.buffer, self.salt, Place { seq, place, group: length }, record.as_ref());
            offsets.push(u32::try_from(self.end + self.buffer.len() as u64).unwrap_or(u32::MAX));
        }
        self.poisoned = true;
        self.commit(Seq(first.0 + u64::from(length)))?;
        self.poisoned = false;
        self.publish(&offsets);
        Ok(first)
    }

    /// A handle for readers.
    #[must_use]
    pub fn reader(&self) -> JournalReader {
        self.reader.clone()
    }

    /// The number that the next record will get.
    #[must_use]
    pub fn next(&self) -> Seq {
        self.next
    }

    /// What tells this journal from every other: what is derived from it can note where it is from.
    #[must_use]
    pub fn id(&self) -> JournalId {
        self.reader.shared.journal
    }

    /// Gives up whole segments whose records all lie before this one; their files are used again.
    ///
    /// # Errors
    /// [`JournalError::Io`] if a file cannot be renamed or deleted.
    pub fn retire(&mut self, before: Seq) -> Result<(), JournalError> {
        loop {
            let mut map = self.reader.shared.map.write().unwrap_or_else(PoisonError::into_inner);
            let until = map.sealed.get(1).copied().unwrap_or(map.active.first);
            if map.sealed.is_empty() || until > before {
                return Ok(());
            }
            let first = map.sealed.remove(0);
            drop(map);
            self.reader.shared.forget(first);
            let index = index_path(&self.config.dir, first);
            self.spares.recycle(&segment_path(&self.config.dir, first))?;
            match std::fs::remove_file(&index) {
                // It may never have been written, for lack of room.
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(io_error("delete", &index)(error));
                }
                _ => {}
            }
        }
    }

    /// Closes in good order: the acknowledgement mark becomes durable too.
    ///
    /// # Errors
    /// [`JournalError::Io`] if it cannot be synced; the records are durable all the same.
    pub fn close(self) -> Result<(), JournalError> {
        self.acked.sync(&*self.config.disk)
    }

    /// Bytes the group takes on disk, if it fits into a segment.
    fn measure<R, P>(&self, group: &[R]) -> Result<u64, JournalError>
    where
        R: AsRef<[P]>,
        P: AsRef<[u8]>,
    {
        let record = |record: &R| -> u64 {
            frame_bytes(record.as_ref().iter().map(|part| part.as_ref().len() as u64).sum())
        };
        let group_bytes = group.iter().map(record).sum();
        let max_bytes = self.config.segment_bytes - SEGMENT_HEADER_BYTES;
        if group_bytes > max_bytes || group.len() > GROUP_RECORDS {
            return Err(JournalError::TooLarge { records: group.len(), group_bytes, max_bytes });
        }
        Ok(group_bytes)
    }

    fn commit(&mut self, next: Seq) -> Result<(), JournalError> {
        let disk = &*self.config.disk;
        disk.write_at(&self.file, &self.buffer, self.end)
            .map_err(|cause| fatal("write", &self.path, cause))?;
        disk.sync(&self.file).map_err(|cause| fatal("sync", &self.path, cause))?;
        self.acked.write(disk, self.reader.shared.journal, next)
    }

    /// Lets readers see the group and moves on.
    fn publish(&mut self, offsets: &[u32]) {
        let mut map = self.reader.shared.map.write().unwrap_or_else(PoisonError::into_inner);
        map.active.offsets.extend_from_slice(offsets);
        self.next = map.active.next();
        drop(map);
        self.end += self.buffer.len() as u64;
        if self.buffer.capacity() > KEPT_BUFFER_BYTES {
            self.buffer = Vec::new();
        }
    }

    /// Puts a spare in place of the full segment.
    fn roll(&mut self) -> Result<(), JournalError> {
        let (file, header) =
            begin_segment(&self.config, &self.spares, self.reader.shared.journal, self.next)?;
        let file = Arc::new(file);
        let active = Active {
            first: self.next,
            file: Arc::clone(&file),
            salt: header.salt,
            offsets: vec![u32::try_from(SEGMENT_HEADER_BYTES).unwrap_or(u32::MAX)],
        };
        let mut map = self.reader.shared.map.write().unwrap_or_else(PoisonError::into_inner);
        let full = std::mem::replace(&mut map.active, active);
        map.sealed.push(full.first);
        drop(map);
        self.warm.push_back(std::mem::replace(&mut self.file, file));
        if self.warm.len() > WARM_SEGMENTS
            && let Some(cold) = self.warm.pop_front()
        {
            self.config.disk.cool(&cold);
        }
        (self.salt, self.end) = (header.salt, SEGMENT_HEADER_BYTES);
        self.length_bytes = header.length_bytes;
        self.path = segment_path(&self.config.dir, self.next);
        let extent = Extent { next: full.next(), offsets: full.offsets };
        SegmentIndex::remake(&self.config.dir, full.first, extent);
        Ok(())
    }
}

/// A new segment under its final name with a durable header; only then is it part of the journal.
fn begin_segment(
    config: &JournalConfig,
    spares: &Spares,
    journal: JournalId,
    first: Seq,
) -> Result<(File, SegmentHeader), JournalError> {
    let (file, spare) = spares.take()?;
    let salt = Salt::new(crate::codec::unique());
    let header = SegmentHeader { journal, first, salt, length_bytes: config.segment_bytes };
    let disk = &*config.disk;
    disk.write_at(&file, &header.to_bytes(), 0).map_err(|cause| fatal("write", &spare, cause))?;
    disk.sync(&file).map_err(|cause| fatal("sync", &spare, cause))?;
    std::fs::rename(&spare, segment_path(&config.dir, first))
        .map_err(|cause| fatal("rename", &spare, cause))?;
    disk.sync_dir(&config.dir).map_err(|cause| fatal("sync", &config.dir, cause))?;
    spares.want();
    Ok((file, header))
}

#[cfg(test)]
#[path = "vector_tests.rs"]
mod vector_tests;
