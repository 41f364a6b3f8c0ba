//! Ids in the order they came, a block at a time, until they are sorted into a run.
//!
//! Each block is: next record u64, number of ids u32, CRC-32 u32 over both and the entries, entries.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use amana_types::Seq;

use super::entry::{ENTRY_BYTES, IdEntry};
use super::error::{IdsError, failed};
use crate::codec::Fields;

const HEADER_BYTES: usize = 16;

/// The file that new ids go to.
pub(super) struct Gathering {
    file: File,
    path: PathBuf,
    end: u64,
    /// The record it begins with.
    pub(super) first: Seq,
    /// Every id before this record is in it, or in a run.
    pub(super) next: Seq,
}

/// Where the ids from this record on are gathered.
pub(super) fn path(dir: &Path, first: Seq) -> PathBuf {
    dir.join(format!("{:020}.gathering", first.0))
}

impl Gathering {
    /// Begins an empty file.
    pub(super) fn begin(dir: &Path, first: Seq) -> Result<Self, IdsError> {
        let path = path(dir, first);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(|cause| failed("make", &path, cause))?;
        Ok(Self { file, path, end: 0, first, next: first })
    }

    /// Reads what is whole, or begins anew.
    pub(super) fn open(dir: &Path, first: Seq) -> Result<(Self, Vec<IdEntry>), IdsError> {
        let bytes = std::fs::read(path(dir, first)).unwrap_or_default();
        let mut entries = Vec::new();
        let (mut rest, mut next) = (bytes.as_slice(), first);
        while let Some((block, until, behind)) = read_block(rest) {
            entries.extend(block);
            (rest, next) = (behind, until);
        }
        let whole = bytes.len() - rest.len();
        let mut gathering = Self::begin(dir, first)?;
        gathering.write(bytes.get(..whole).unwrap_or_default())?;
        gathering.next = next;
        Ok((gathering, entries))
    }

    /// Adds the ids of one block, which ends before `next`.
    pub(super) fn append(&mut self, entries: &[IdEntry], next: Seq) -> Result<(), IdsError> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + entries.len() * ENTRY_BYTES);
        bytes.extend_from_slice(&next.0.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(entries.len()).unwrap_or(u32::MAX).to_le_bytes());
        let mut body = Vec::with_capacity(entries.len() * ENTRY_BYTES);
        entries.iter().for_each(|entry| entry.write(&mut body));
        bytes.extend_from_slice(&checksum(&bytes, &body).to_le_bytes());
        bytes.append(&mut body);
        self.write(&bytes)?;
        self.next = next;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), IdsError> {
        self.file.write_all_at(bytes, self.end).map_err(|cause| failed("write", &self.path, cause))?;
        self.end += bytes.len() as u64;
        Ok(())
    }
}

fn read_block(bytes: &[u8]) -> Option<(Vec<IdEntry>, Seq, &[u8])> {
    let (head, rest) = bytes.split_at_checked(HEADER_BYTES)?;
    let mut fields = Fields(head);
    let (next, count, crc) = (fields.u64()?, fields.u32()?, fields.u32()?);
    let (body, behind) = rest.split_at_checked(usize::try_from(count).ok()?.checked_mul(ENTRY_BYTES)?)?;
    (checksum(head.get(..12)?, body) == crc).then_some(())?;
    let entries = body.chunks_exact(ENTRY_BYTES).map(IdEntry::read).collect::<Option<_>>()?;
    Some((entries, Seq(next), behind))
}

fn checksum(head: &[u8], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head);
    hasher.update(body);
    hasher.finalize()
}
