//! The offsets of a full segment's records, in a file beside it.
//!
//! A header of 28 bytes (magic, first record, number of records, checksum), then one u32 per record
//! and one for the end. It is derived from the segment: when it is missing or wrong it is made anew.

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

/// An index file whose header was right; single offsets are read on demand.
pub(crate) struct SegmentIndex {
    file: File,
    pub(crate) count: u64,
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
        (file.metadata().ok()?.len() == length).then_some(Self { file, count: head.2 })
    }

    /// Where the record at this place of the segment begins and ends.
    pub(crate) fn span(&self, place: u64) -> Option<(u64, u64)> {
        let mut bytes = [0; 8];
        self.file.read_exact_at(&mut bytes, HEADER_BYTES + place.checked_mul(4)?).ok()?;
        let mut fields = Fields(&bytes);
        Some((u64::from(fields.u32()?), u64::from(fields.u32()?)))
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
        let draft = path.with_extension("idx-draft");
        std::fs::write(&draft, &bytes).map_err(io_error("write", &draft))?;
        std::fs::rename(&draft, &path).map_err(io_error("rename", &draft))
    }
}
