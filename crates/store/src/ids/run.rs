//! A sorted file of ids that never changes.
//!
//! A header of 60 bytes (magic, first record, next record, number of ids, smallest and largest time,
//! checksums), then the entries in the order of their ids. Ids begin with a time, so where one lies
//! can be guessed from its time and few entries are read.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use amana_types::{NoticeId, Seq, Timestamp};

use super::entry::{ENTRY_BYTES, IdEntry, Recorded};
use super::error::{IdsError, failed};
use crate::codec::Fields;

const MAGIC: [u8; 8] = *b"AMANAI01";
const FIELDS_BYTES: usize = 48;
const HEADER_BYTES: u64 = FIELDS_BYTES as u64 + 4;
/// Guesses by time before the search only halves, which bounds it for ids that lie unevenly.
const GUESSES: u32 = 4;

/// An open run.
pub(super) struct Run {
    path: PathBuf,
    file: File,
    pub(super) first: Seq,
    pub(super) until: Seq,
    count: u64,
    oldest: Timestamp,
    newest: Timestamp,
}

/// Where the run that begins with this record lies.
pub(super) fn path(dir: &Path, first: Seq) -> PathBuf {
    dir.join(format!("{:020}.run", first.0))
}

impl Run {
    /// Opens a run; `None` if its header or length is not right.
    pub(super) fn open(dir: &Path, first: Seq) -> Option<Self> {
        let path = path(dir, first);
        let file = File::open(&path).ok()?;
        let mut bytes = [0; FIELDS_BYTES + 4];
        file.read_exact_at(&mut bytes, 0).ok()?;
        let (fields, crc) = bytes.split_at_checked(FIELDS_BYTES)?;
        (Fields(crc).u32()? == crc32fast::hash(fields)).then_some(())?;
        let mut fields = Fields(fields);
        (fields.array()? == MAGIC && fields.u64()? == first.0).then_some(())?;
        let (until, count) = (Seq(fields.u64()?), fields.u64()?);
        let oldest = Timestamp::from_unix_millis(fields.u64()?);
        let newest = Timestamp::from_unix_millis(fields.u64()?);
        let length = count.checked_mul(ENTRY_BYTES as u64)?.checked_add(HEADER_BYTES)?;
        (file.metadata().ok()?.len() == length).then_some(Self {
            path,
            file,
            first,
            until,
            count,
            oldest,
            newest,
        })
    }

    /// Writes a run under its name, not yet durable. The ledger's one writer alone makes runs, so that their
    /// drafts need no names of their own.
    pub(super) fn write(
        dir: &Path,
        first: Seq,
        until: Seq,
        ids: &BTreeMap<NoticeId, Recorded>,
    ) -> Result<Self, IdsError> {
        let time = |id: Option<&NoticeId>| id.map_or_else(Timestamp::default, NoticeId::timestamp);
        let (oldest, newest) = (time(ids.keys().next()), time(ids.keys().next_back()));
        let count = ids.len() as u64;
        let mut bytes = Vec::with_capacity(FIELDS_BYTES + 4 + ids.len() * ENTRY_BYTES);
        bytes.extend_from_slice(&MAGIC);
        for number in [first.0, until.0, count, oldest.unix_millis(), newest.unix_millis()] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        for (id, recorded) in ids {
            IdEntry { id: *id, recorded: *recorded }.write(&mut bytes);
        }
        let path = path(dir, first);
        let draft = path.with_extension("draft");
        std::fs::write(&draft, &bytes).map_err(|cause| failed("write", &draft, cause))?;
        std::fs::rename(&draft, &path).map_err(|cause| failed("rename", &draft, cause))?;
        let file = File::open(&path).map_err(|cause| failed("open", &path, cause))?;
        Ok(Self { path, file, first, until, count, oldest, newest })
    }

    pub(super) fn sync(&self) -> Result<(), IdsError> {
        self.file.sync_all().map_err(|cause| failed("sync", &self.path, cause))
    }

    /// Whether the time in this id is one that the run's ids have.
    pub(super) fn may_hold(&self, id: NoticeId) -> bool {
        (self.oldest..=self.newest).contains(&id.timestamp())
    }

    /// Looks an id up: guesses its place by time, then halves.
    pub(super) fn find(&self, id: NoticeId) -> Result<Option<Recorded>, IdsError> {
        let (mut low, mut high) = (0, self.count);
        let (mut oldest, mut newest) = (self.oldest.unix_millis(), self.newest.unix_millis());
        let wanted = id.timestamp().unix_millis();
        let mut guesses = 0;
        while low < high {
            let span = newest.saturating_sub(oldest);
            let middle = if guesses < GUESSES && span > 0 {
                let share = u128::from(wanted.saturating_sub(oldest)) * u128::from(high - low - 1);
                low + u64::try_from(share / u128::from(span)).unwrap_or(0).min(high - low - 1)
            } else {
                low + (high - low) / 2
            };
            guesses += 1;
            let entry = self.entry(middle)?;
            match entry.id.cmp(&id) {
                std::cmp::Ordering::Equal => return Ok(Some(entry.recorded)),
                std::cmp::Ordering::Less => (low, oldest) = (middle + 1, entry.id.timestamp().unix_millis()),
                std::cmp::Ordering::Greater => (high, newest) = (middle, entry.id.timestamp().unix_millis()),
            }
        }
        Ok(None)
    }

    fn entry(&self, place: u64) -> Result<IdEntry, IdsError> {
        let mut bytes = [0; ENTRY_BYTES];
        let offset = HEADER_BYTES + place * ENTRY_BYTES as u64;
        self.file.read_exact_at(&mut bytes, offset).map_err(|cause| failed("read", &self.path, cause))?;
        IdEntry::read(&bytes).ok_or_else(|| IdsError::Damaged { path: self.path.clone() })
    }
}
