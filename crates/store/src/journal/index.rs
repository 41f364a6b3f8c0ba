//! The offsets of a full segment's records, in a file beside it.
//!
//! A header of 28 bytes (magic, first record, number of records, checksum), then one u32 per record
//! and one for the end. It is derived from the segment: when it is missing or wrong it is made anew. The
//! writer and any reader may make it at the same time, so each writes a draft under a name of its own.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use amana_types::Seq;

use super::error::{JournalError, io_error};
use super::recover::Extent;
use super::segment::index_path;
use crate::codec::Fields;

const MAGIC: [u8; 8] = *b"AMANAX01";
const FIELDS_BYTES: usize = 24;
const HEADER_BYTES: u64 = FIELDS_BYTES as u64 + 4;
/// How the extension of every draft begins.
const DRAFT: &str = "idx-draft-";

/// The index of one segment.
pub(crate) struct SegmentIndex {
    offsets: Offsets,
    pub(crate) count: u64,
}

enum Offsets {
    /// A file whose header was right; single offsets are read on demand.
    File(File),
    /// Just made, whether or not the file could be written.
    Memory(Vec<u32>),
}

impl SegmentIndex {
    /// Opens the index of the segment that begins with `first`; `None` if it is missing or damaged.
    pub(crate) fn open(dir: &Path, first: Seq) -> Option<Self> {
        let file = File::open(index_path(dir, first)).ok()?;
        let mut bytes = [0; FIELDS_BYTES + 4];
        file.read_exact_at(&mut bytes, 0).ok()?;
        let (fields, crc) = bytes.split_at_checked(FIELDS_BYTES)?;
        (Fields(crc).u32()? == crc32fast::hash(fields)).then_some(())?;
        let mut fields = Fields(fields);
        let head: ([u8; 8], u64, u64) = (fields.array()?, fields.u64()?, fields.u64()?);
        (head.0 == MAGIC && head.1 == first.0).then_some(())?;
        let length = HEADER_BYTES.checked_add(head.2.checked_add(1)?.checked_mul(4)?)?;
        (file.metadata().ok()?.len() == length)
            .then_some(Self { offsets: Offsets::File(file), count: head.2 })
    }

    /// Where the record at this place of the segment begins and ends.
    pub(crate) fn span(&self, place: u64) -> Option<(u64, u64)> {
        match &self.offsets {
            Offsets::File(file) => {
                let mut bytes = [0; 8];
                file.read_exact_at(&mut bytes, HEADER_BYTES + place.checked_mul(4)?).ok()?;
                let mut fields = Fields(&bytes);
                Some((u64::from(fields.u32()?), u64::from(fields.u32()?)))
            }
            Offsets::Memory(offsets) => {
                let place = usize::try_from(place).ok()?;
                Some((u64::from(*offsets.get(place)?), u64::from(*offsets.get(place.checked_add(1)?)?)))
            }
        }
    }

    /// Makes the index anew from a scan of its segment. Failing to write it must not fail a read.
    pub(crate) fn remake(dir: &Path, first: Seq, extent: Extent) -> Self {
        if let Err(error) = Self::write(dir, first, &extent) {
            tracing::warn!(%error, "could not write a segment index");
        }
        let count = extent.next.0.saturating_sub(first.0);
        Self { offsets: Offsets::Memory(extent.offsets), count }
    }

    /// Deletes the drafts that a crash left. Called before anybody makes one.
    pub(crate) fn clear_drafts(dir: &Path) -> Result<(), JournalError> {
        for entry in std::fs::read_dir(dir).map_err(io_error("list", dir))? {
            let path = entry.map_err(io_error("list", dir))?.path();
            if path.extension().is_some_and(|extension| extension.to_string_lossy().starts_with(DRAFT)) {
                std::fs::remove_file(&path).map_err(io_error("delete", &path))?;
            }
        }
        Ok(())
    }

    /// Writes the index of a segment that will not grow any more.
    pub(crate) fn write(dir: &Path, first: Seq, extent: &Extent) -> Result<(), JournalError> {
        let count = extent.next.0.saturating_sub(first.0);
        let mut bytes = Vec::with_capacity(FIELDS_BYTES + 4 + extent.offsets.len() * 4);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&first.0.to_le_bytes());
        bytes.extend_from_slice(&count.to_le_bytes());
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        extent.offsets.iter().for_each(|offset| bytes.extend_from_slice(&offset.to_le_bytes()));
        let path = index_path(dir, first);
        let draft = path.with_extension(format!("{DRAFT}{:016x}", crate::codec::unique()));
        let written = std::fs::write(&draft, &bytes).map_err(io_error("write", &draft));
        let placed =
            written.and_then(|()| std::fs::rename(&draft, &path).map_err(io_error("rename", &draft)));
        if placed.is_err() {
            let _ = std::fs::remove_file(&draft); // the first error is the one to tell
        }
        placed
    }
}
