//! Segment files: their names and headers.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use amana_types::Seq;

use super::error::{Damage, JournalError, io_error};
use super::frame::Salt;
use crate::codec::Fields;

/// The header has a page of its own, so that no append ever rewrites it.
pub(crate) const SEGMENT_HEADER_BYTES: u64 = 4096;
const MAGIC: [u8; 8] = *b"AMANAJ01";
/// Bytes of the header that mean something: the checksum is behind them.
const FIELDS_BYTES: usize = 40;

/// Which journal: drawn when it is made, in every header, so that files of two are never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalId(pub u64);

/// The beginning of a segment file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) journal: JournalId,
    pub(crate) first: Seq,
    pub(crate) salt: Salt,
    /// Bytes of the whole file.
    pub(crate) length_bytes: u64,
}

impl SegmentHeader {
    /// The header as it stands on disk.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIELDS_BYTES + 4);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.journal.0.to_le_bytes());
        bytes.extend_from_slice(&self.first.0.to_le_bytes());
        bytes.extend_from_slice(&self.salt.0.to_le_bytes());
        bytes.extend_from_slice(&self.length_bytes.to_le_bytes());
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (fields, crc) = bytes.split_at_checked(FIELDS_BYTES)?;
        if Fields(crc).u32()? != crc32fast::hash(fields) {
            return None;
        }
        let mut fields = Fields(fields);
        if fields.array()? != MAGIC {
            return None;
        }
        Some(Self {
            journal: JournalId(fields.u64()?),
            first: Seq(fields.u64()?),
            salt: Salt(fields.u64()?),
            length_bytes: fields.u64()?,
        })
    }

    /// Reads the header of an open segment and checks that it is the segment its name says.
    pub(crate) fn read(file: &File, path: &Path, first: Seq) -> Result<Self, JournalError> {
        let corrupt =
            |damage| JournalError::Corrupt { segment: path.to_owned(), offset: 0, seq: first, damage };
        let mut bytes = [0; FIELDS_BYTES + 4];
        match file.read_exact_at(&mut bytes, 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(corrupt(Damage::Header));
            }
            read => read.map_err(io_error("read", path))?,
        }
        let header = Self::parse(&bytes).ok_or_else(|| corrupt(Damage::Header))?;
        if header.first != first {
            return Err(corrupt(Damage::Foreign));
        }
        let length = file.metadata().map_err(io_error("look at", path))?.len();
        if length < header.length_bytes {
            let damage = Damage::Missing;
            return Err(JournalError::Corrupt {
                segment: path.to_owned(),
                offset: length,
                seq: first,
                damage,
            });
        }
        Ok(header)
    }
}

/// Where the segment that begins with this record lies.
pub(crate) fn segment_path(dir: &Path, first: Seq) -> PathBuf {
    dir.join(format!("{:020}.seg", first.0))
}

/// Where the offsets of a full segment's records lie.
pub(crate) fn index_path(dir: &Path, first: Seq) -> PathBuf {
    dir.join(format!("{:020}.idx", first.0))
}

/// The first records of all segments in this directory, in order.
pub(crate) fn list_segments(dir: &Path) -> Result<Vec<Seq>, JournalError> {
    let mut firsts = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(io_error("list", dir))? {
        let name = entry.map_err(io_error("list", dir))?.file_name();
        let first =
            name.to_str().and_then(|name| name.strip_suffix(".seg")).and_then(|stem| stem.parse().ok());
        firsts.extend(first.map(Seq));
    }
    firsts.sort_unstable();
    Ok(firsts)
}
