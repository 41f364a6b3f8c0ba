//! Records replaced in place by others of the same length: how sealed bytes go before their time.
//!
//! New frames are first made durable together in a *redo file*, then written over the old ones. After
//! a cut of power the next opening writes them again, so that a record is the old one or the new one,
//! never a part of each.
//!
//! ```text
//! "AMANAR01", u64 journal, u32 frames, then for each frame:
//!     u64 segment's first record, u64 its salt, u64 offset, u32 length, the frame
//! u32 CRC-32 over all of that
//! ```

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use amana_types::Seq;

use super::error::{fatal, io_error, is_full};
use super::frame::{Place, Salt, write_frame};
use super::segment::{JournalId, SegmentHeader, segment_path};
use super::{Journal, JournalConfig, JournalError};
use crate::codec::Fields;
use crate::disk::Disk;

const MAGIC: [u8; 8] = *b"AMANAR01";

/// A frame to be written over another.
struct Redo {
    segment: Seq,
    salt: Salt,
    offset: u64,
    frame: Vec<u8>,
}

impl Journal {
    /// Replaces the payloads of records by others of the same length: durable, and the old ones gone
    /// from their files, when it returns. What a flash disk keeps of overwritten blocks is its own.
    ///
    /// # Errors
    /// [`JournalError::OtherLength`], [`JournalError::OutOfRange`] and a full disk leave everything as
    /// it was. After an error with [`JournalError::is_fatal`] the process must end; the next opening
    /// finishes what was begun.
    pub fn replace(&mut self, records: &[(Seq, Vec<u8>)]) -> Result<(), JournalError> {
        if self.poisoned {
            return Err(JournalError::Poisoned);
        }
        let redo = records.iter().map(|(seq, payload)| self.redo(*seq, payload));
        let redo = redo.collect::<Result<Vec<_>, _>>()?;
        if redo.is_empty() {
            return Ok(());
        }
        write_redo(&self.config, self.reader.shared.journal, &redo)?;
        self.poisoned = true;
        {
            // Nobody reads a frame while it is half the old one.
            let _alone = self.reader.shared.replacing.write().unwrap_or_else(PoisonError::into_inner);
            apply(&self.config, self.reader.shared.journal, &redo)?;
        }
        finish(&self.config)?;
        self.poisoned = false;
        Ok(())
    }

    fn redo(&self, seq: Seq, payload: &[u8]) -> Result<Redo, JournalError> {
        let found = self.reader.frame(seq)?;
        if found.header.payload_bytes as usize != payload.len() {
            let held_bytes = found.header.payload_bytes as usize;
            return Err(JournalError::OtherLength { seq, held_bytes, got_bytes: payload.len() });
        }
        let place = Place { seq, place: found.header.place, group: found.header.group };
        let mut frame = Vec::with_capacity(payload.len() + 64);
        write_frame(&mut frame, found.salt, place, &[payload]);
        Ok(Redo { segment: found.segment, salt: found.salt, offset: found.start, frame })
    }
}

/// Finishes what a cut of power interrupted. Called before anything is read.
pub(super) fn recover(config: &JournalConfig) -> Result<(), JournalError> {
    let path = redo_path(&config.dir);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error("read", &path)(error)),
    };
    // It got its name after it was durable, so it is whole or it was damaged since.
    let (journal, redo) = parse(&bytes).ok_or(JournalError::Redo { path })?;
    apply(config, journal, &redo)?;
    finish(config)
}

fn redo_path(dir: &Path) -> PathBuf {
    dir.join("replace.redo")
}

fn write_redo(config: &JournalConfig, journal: JournalId, redo: &[Redo]) -> Result<(), JournalError> {
    let mut bytes = Vec::with_capacity(64 + redo.iter().map(|one| one.frame.len() + 28).sum::<usize>());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&journal.0.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(redo.len()).unwrap_or(u32::MAX).to_le_bytes());
    for Redo { segment, salt, offset, frame } in redo {
        for number in [segment.0, salt.0, *offset] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&u32::try_from(frame.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(frame);
    }
    let crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    let path = redo_path(&config.dir);
    let draft = path.with_extension("draft"); // the journal's one writer alone makes it
    let disk = &*config.disk;
    let refused = |action: &'static str, cause: io::Error| match is_full(&cause) {
        true => JournalError::DiskFull { dir: config.dir.clone(), needed_bytes: bytes.len() as u64 },
        false => io_error(action, &draft)(cause),
    };
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(true).open(&draft);
    let file = file.map_err(|cause| refused("make", cause))?;
    disk.write_at(&file, &bytes, 0).map_err(|cause| refused("write", cause))?;
    // The length is new as well.
    file.sync_all().and_then(|()| disk.sync(&file)).map_err(|cause| refused("sync", cause))?;
    std::fs::rename(&draft, &path).map_err(io_error("rename", &draft))?;
    disk.sync_dir(&config.dir).map_err(|cause| fatal("sync", &config.dir, cause))
}

fn parse(bytes: &[u8]) -> Option<(JournalId, Vec<Redo>)> {
    let (fields, crc) = bytes.split_last_chunk::<4>()?;
    (u32::from_le_bytes(*crc) == crc32fast::hash(fields)).then_some(())?;
    let mut fields = Fields(fields);
    (fields.array()? == MAGIC).then_some(())?;
    let journal = JournalId(fields.u64()?);
    let redo = (0..fields.u32()?).map(|_| {
        let (segment, salt, offset) = (Seq(fields.u64()?), Salt(fields.u64()?), fields.u64()?);
        let length = usize::try_from(fields.u32()?).ok()?;
        let (frame, rest) = fields.0.split_at_checked(length)?;
        fields.0 = rest;
        Some(Redo { segment, salt, offset, frame: frame.to_vec() })
    });
    let redo = redo.collect::<Option<Vec<_>>>()?;
    fields.0.is_empty().then_some((journal, redo))
}

/// Writes the frames and makes them durable. A segment that was given up meanwhile holds none of them.
fn apply(config: &JournalConfig, journal: JournalId, redo: &[Redo]) -> Result<(), JournalError> {
    let disk: &dyn Disk = &*config.disk;
    for of_segment in redo.chunk_by(|a, b| a.segment == b.segment) {
        let Some(Redo { segment, salt, .. }) = of_segment.first() else { continue };
        let path = segment_path(&config.dir, *segment);
        let file = match OpenOptions::new().read(true).write(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            opened => opened.map_err(|cause| fatal("open", &path, cause))?,
        };
        let header = SegmentHeader::read(&file, &path, *segment)?;
        if header.journal != journal || header.salt != *salt {
            continue;
        }
        for Redo { offset, frame, .. } in of_segment {
            disk.write_at(&file, frame, *offset).map_err(|cause| fatal("write", &path, cause))?;
        }
        disk.sync(&file).map_err(|cause| fatal("sync", &path, cause))?;
    }
    Ok(())
}

/// Lets go of the redo file. Should its removal be lost, its frames are written once more: the same.
fn finish(config: &JournalConfig) -> Result<(), JournalError> {
    let path = redo_path(&config.dir);
    std::fs::remove_file(&path).map_err(|cause| fatal("delete", &path, cause))
}
