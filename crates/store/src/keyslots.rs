//! A file of wrapped data keys, one slot of 128 bytes each, whose keys can be erased in place.
//!
//! The journal never forgets, so what must be forgettable is sealed under a key of its own, and the
//! wrapped key lies here. Erasing overwrites the slot with zeros and syncs; a slot number is never
//! used again. What a drive keeps of overwritten sectors is beyond this file: the wrapping key must not
//! lie on the same drive.
//!
//! The file is bound to its journal. Its header has the journal's id, and how many keys were erased; the
//! owner keeps, with its journal, how many slots its records use and how many erasures they tell of (see
//! [`SlotUse`]). A file that is missing, of another journal, or older than the journal is refused before
//! anything is read or written by it: a slot number would else name the key of something else.
//!
//! ```text
//! 0    "AMANAW02", u64 journal, u64 keys erased, u32 CRC-32 over all of that; zeros up to 512
//! 512  slots: id 16 bytes, u16 bytes of the wrapped key, the wrapped key, zeros, u32 CRC-32 over all before
//! ```
//! Neither the header nor a slot crosses a sector.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use amana_types::{NoticeId, Seq};

use crate::codec::Fields;
use crate::disk::Disk;
use crate::journal::{Journal, JournalId};

/// The most bytes a wrapped key may have.
pub const WRAPPED_KEY_BYTES: usize = 80;
const SLOT_BYTES: usize = 128;
/// A slot whose key was erased.
static ERASED: [u8; SLOT_BYTES] = [0; SLOT_BYTES];
const CRC_AT: usize = SLOT_BYTES - 4;
const HEADER_BYTES: u64 = 512;
const FIELDS_BYTES: usize = 24;
const MAGIC: [u8; 8] = *b"AMANAW02";

/// Which slot, counted from 0. It stays the same for the life of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotNumber(pub u64);

/// What a journal's records say of its key slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotUse {
    /// Slots that the records use are below this number.
    pub slots: u64,
    /// Erasures of keys that the records tell of.
    pub erased: u64,
}

/// A slot, and what its key must belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyOf {
    /// What the key belongs to.
    pub id: NoticeId,
    /// Where it lies.
    pub slot: SlotNumber,
}

/// A wrapped key and what it belongs to.
#[derive(Clone, PartialEq, Eq)]
pub struct KeySlot {
    /// What the key belongs to.
    pub id: NoticeId,
    /// The key, wrapped.
    pub wrapped: Vec<u8>,
}

/// Why the slot file could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum KeySlotsError {
    /// The file is something else. Point to the right one.
    #[error("{} is not a file of key slots; nothing was changed", path.display())]
    NotSlots {
        /// The file.
        path: PathBuf,
    },
    /// It is missing or empty, though the journal has records.
    #[error(
        "{} is missing or empty, and the records of the journal need its keys; \
         restore the newest copy of it, nothing was changed", path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It is another journal's.
    #[error(
        "{} belongs to another journal; restore the journal and the key slots of one moment, nothing was changed",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The journal goes on after this copy was made.
    #[error(
        "{} is an older copy: it has {} slots and {} erasures, the journal needs {} and {}; \
         restore the newest copy of it, nothing was changed",
        path.display(), held.slots, held.erased, needed.slots, needed.erased
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// What it has.
        held: SlotUse,
        /// What the journal's records need.
        needed: SlotUse,
    },
    /// A slot holds the key of something else.
    #[error("slot {} of {} is not the key of {}; restore the newest copy of the file", key.slot.0, path.display(), key.id)]
    OtherKey {
        /// The file.
        path: PathBuf,
        /// Which slot, and what was to be in it.
        key: KeyOf,
    },
    /// Another process has it open. Stop it first.
    #[error("{} is in use by another process; stop it first", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// A slot's checksum is wrong: its key is lost. Restore the file from a copy.
    #[error("slot {} of {} is damaged; restore the file from a copy", slot.0, path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which slot.
        slot: SlotNumber,
    },
    /// There is no slot of that number.
    #[error("there is no slot {} of {count}", slot.0)]
    NoSuchSlot {
        /// What was asked for.
        slot: SlotNumber,
        /// Slots there are.
        count: u64,
    },
    /// A wrapped key does not fit: a mistake of the calling code.
    #[error("a wrapped key has 1 to {WRAPPED_KEY_BYTES} bytes, this one has {got_bytes}")]
    Size {
        /// Its length.
        got_bytes: usize,
    },
    /// An earlier write failed, so what is durable is unknown. The process must end.
    #[error("an earlier write to the key slots failed; end this process and start it again")]
    Poisoned,
    /// The system refused.
    #[error("cannot {action} {}: {cause}", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        cause: io::Error,
    },
}

/// The one writer of a slot file.
pub struct KeySlots {
    path: PathBuf,
    file: File,
    disk: Arc<dyn Disk>,
    journal: JournalId,
    held: SlotUse,
    poisoned: bool,
}

impl KeySlots {
    /// Opens the file of this journal, or begins one if the journal has no record. What an unacknowledged
    /// append left behind reads as erased.
    ///
    /// # Errors
    /// [`KeySlotsError`]; nothing was changed.
    pub fn open(path: &Path, journal: &Journal, disk: Arc<dyn Disk>) -> Result<Self, KeySlotsError> {
        let is_new = journal.next() == Seq(0);
        let file = open_locked(path, is_new)?;
        let (path, journal) = (path.to_owned(), journal.id());
        let mut slots = Self { path, file, disk, journal, held: SlotUse::default(), poisoned: false };
        let length = slots.file.metadata().map_err(|cause| slots.failed("look at", cause))?.len();
        let mut header = vec![0; usize::try_from(length.min(HEADER_BYTES)).unwrap_or_default()];
        slots.file.read_exact_at(&mut header, 0).map_err(|cause| slots.failed("read", cause))?;
        if length <= HEADER_BYTES && slots.was_cut_off(&header) {
            if !is_new {
                return Err(KeySlotsError::Missing { path: slots.path.clone() });
            }
            slots.begin()?;
            return Ok(slots);
        }
        let (journal, erased) = parse(&header).ok_or(KeySlotsError::NotSlots { path: slots.path.clone() })?;
        if journal != slots.journal {
            return Err(KeySlotsError::Foreign { path: slots.path.clone() });
        }
        slots.held = SlotUse { slots: length.saturating_sub(HEADER_BYTES) / SLOT_BYTES as u64, erased };
        // A slot lies in one sector, so an append that was cut off leaves whole slots, slots of zeros,
        // which read as erased, and at most a stub at the end.
        let end = offset(SlotNumber(slots.held.slots));
        slots.file.set_len(end).map_err(|cause| slots.failed("cut", cause))?;
        Ok(slots)
    }

    /// Whether the file has all that the journal's records need.
    ///
    /// # Errors
    /// [`KeySlotsError::Older`]: it is a copy from before.
    pub fn covers(&self, needed: SlotUse) -> Result<(), KeySlotsError> {
        let held = self.held;
        if held.slots >= needed.slots && held.erased >= needed.erased {
            return Ok(());
        }
        Err(KeySlotsError::Older { path: self.path.clone(), held, needed })
    }

    /// How many slots there are, with the erased ones.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.held.slots
    }

    /// Adds keys with one sync; they have the numbers from the returned one on.
    ///
    /// # Errors
    /// [`KeySlotsError::Size`] changes nothing; after any other the process must end.
    pub fn append(&mut self, keys: &[KeySlot]) -> Result<SlotNumber, KeySlotsError> {
        let first = SlotNumber(self.held.slots);
        let mut bytes = Vec::with_capacity(keys.len() * SLOT_BYTES);
        for key in keys {
            key.write(&mut bytes)?;
        }
        self.write(&[(offset(first), &bytes)])?;
        self.held.slots += keys.len() as u64;
        Ok(first)
    }

    /// The key in a slot; `None` if it was erased.
    ///
    /// # Errors
    /// [`KeySlotsError::NoSuchSlot`], [`KeySlotsError::Damaged`], [`KeySlotsError::Io`].
    pub fn get(&self, slot: SlotNumber) -> Result<Option<KeySlot>, KeySlotsError> {
        if slot.0 >= self.held.slots {
            return Err(KeySlotsError::NoSuchSlot { slot, count: self.held.slots });
        }
        let bytes = self.read(slot)?;
        if bytes == ERASED {
            return Ok(None);
        }
        KeySlot::read(&bytes)
            .map(Some)
            .ok_or_else(|| KeySlotsError::Damaged { path: self.path.clone(), slot })
    }

    /// Overwrites the slots of these keys with zeros, durably, with one sync. Erasing twice is no error; a
    /// damaged slot holds no key any more and is overwritten too.
    ///
    /// # Errors
    /// [`KeySlotsError::NoSuchSlot`] and [`KeySlotsError::OtherKey`] change nothing; after any other the
    /// process must end.
    pub fn erase(&mut self, keys: &[KeyOf]) -> Result<(), KeySlotsError> {
        for key in keys {
            match self.get(key.slot) {
                Ok(Some(held)) if held.id != key.id => {
                    return Err(KeySlotsError::OtherKey { path: self.path.clone(), key: *key });
                }
                Ok(_) | Err(KeySlotsError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let erased = self.held.erased + keys.len() as u64;
        let header = header(self.journal, erased);
        let slots = keys.iter().map(|key| (offset(key.slot), ERASED.as_slice()));
        let writes: Vec<_> = slots.chain([(0, header.as_slice())]).collect();
        self.write(&writes)?;
        self.held.erased = erased;
        Ok(())
    }

    /// Whether a file that ends with its header, or before it, is one whose making was cut off.
    fn was_cut_off(&self, found: &[u8]) -> bool {
        let whole = header(self.journal, 0);
        found != whole && found.iter().zip(&whole).all(|(found, byte)| found == byte || *found == 0)
    }

    fn begin(&mut self) -> Result<(), KeySlotsError> {
        let header = header(self.journal, 0);
        self.disk.write_at(&self.file, &header, 0).map_err(|cause| self.failed("write", cause))?;
        self.file.sync_all().map_err(|cause| self.failed("sync", cause))?;
        let dir = self.path.parent().unwrap_or(Path::new("."));
        self.disk.sync_dir(dir).map_err(|cause| self.failed("sync the directory of", cause))
    }

    fn read(&self, slot: SlotNumber) -> Result<[u8; SLOT_BYTES], KeySlotsError> {
        let mut bytes = [0; SLOT_BYTES];
        self.file.read_exact_at(&mut bytes, offset(slot)).map_err(|cause| self.failed("read", cause))?;
        Ok(bytes)
    }

    /// Writes bytes at offsets and makes all durable with one sync.
    fn write(&mut self, writes: &[(u64, &[u8])]) -> Result<(), KeySlotsError> {
        if self.poisoned {
            return Err(KeySlotsError::Poisoned);
        }
        self.poisoned = true;
        for (offset, bytes) in writes {
            let written = self.disk.write_at(&self.file, bytes, *offset);
            written.map_err(|cause| self.failed("write", cause))?;
        }
        self.disk.sync(&self.file).map_err(|cause| self.failed("sync", cause))?;
        self.poisoned = false;
        Ok(())
    }

    fn failed(&self, action: &'static str, cause: io::Error) -> KeySlotsError {
        KeySlotsError::Io { action, path: self.path.clone(), cause }
    }
}

impl Drop for KeySlots {
    fn drop(&mut self) {
        // As for the journal's lock: a child process that is just being started may share the file.
        self.file.unlock().unwrap_or_default();
    }
}

impl KeySlot {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), KeySlotsError> {
        let got_bytes = self.wrapped.len();
        if !(1..=WRAPPED_KEY_BYTES).contains(&got_bytes) {
            return Err(KeySlotsError::Size { got_bytes });
        }
        let start = out.len();
        out.extend_from_slice(self.id.as_bytes());
        out.extend_from_slice(&u16::try_from(got_bytes).unwrap_or(u16::MAX).to_le_bytes());
        out.extend_from_slice(&self.wrapped);
        out.resize(start + CRC_AT, 0);
        let crc = crc32fast::hash(out.get(start..).unwrap_or_default());
        out.extend_from_slice(&crc.to_le_bytes());
        Ok(())
    }

    fn read(bytes: &[u8; SLOT_BYTES]) -> Option<Self> {
        let (content, crc) = bytes.split_at_checked(CRC_AT)?;
        (Fields(crc).u32()? == crc32fast::hash(content)).then_some(())?;
        let mut fields = Fields(content);
        let id = NoticeId::from_bytes(&fields.array::<16>()?).ok()?;
        let length = usize::from(fields.u16()?);
        Some(Self { id, wrapped: fields.0.get(..length)?.to_vec() })
    }
}

fn offset(slot: SlotNumber) -> u64 {
    HEADER_BYTES + slot.0 * SLOT_BYTES as u64
}

fn header(journal: JournalId, erased: u64) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&journal.0.to_le_bytes());
    bytes.extend_from_slice(&erased.to_le_bytes());
    let crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes.resize(usize::try_from(HEADER_BYTES).unwrap_or_default(), 0);
    bytes
}

/// Whose slots they are, and how many keys were erased.
fn parse(header: &[u8]) -> Option<(JournalId, u64)> {
    let (fields, rest) = header.split_at_checked(FIELDS_BYTES)?;
    (Fields(rest).u32()? == crc32fast::hash(fields)).then_some(())?;
    let mut fields = Fields(fields);
    (fields.array()? == MAGIC).then_some((JournalId(fields.u64()?), fields.u64()?))
}

fn open_locked(path: &Path, create: bool) -> Result<File, KeySlotsError> {
    let failed = |action, cause| KeySlotsError::Io { action, path: path.to_owned(), cause };
    let file = OpenOptions::new().read(true).write(true).create(create).truncate(false).open(path).map_err(
        |cause| match cause.kind() {
            io::ErrorKind::NotFound if !create => KeySlotsError::Missing { path: path.to_owned() },
            _ => failed("open", cause),
        },
    )?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(KeySlotsError::Locked { path: path.to_owned() }),
        Err(TryLockError::Error(cause)) => Err(failed("lock", cause)),
    }
}

#[cfg(test)]
#[path = "keyslots_tests.rs"]
mod tests;
