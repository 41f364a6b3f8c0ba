//! A file of wrapped data keys, one slot of 128 bytes each, whose keys can be erased in place.
//!
//! The journal never forgets, so what must be forgettable is sealed under a key of its own, and the
//! wrapped key lies here. Erasing overwrites the slot with zeros and syncs; a slot number is never
//! used again. What a drive keeps of overwritten sectors is beyond this file: the wrapping key must not
//! lie on the same drive.
//!
//! A slot is: id 16 bytes, length of the wrapped key u16, wrapped key, zeros, and at 124 the CRC-32 of
//! all before. Slots begin at byte 512, so none crosses a sector.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use amana_types::NoticeId;

use crate::codec::Fields;
use crate::disk::Disk;

/// The most bytes a wrapped key may have.
pub const WRAPPED_KEY_BYTES: usize = 80;
const SLOT_BYTES: usize = 128;
const CRC_AT: usize = SLOT_BYTES - 4;
const HEADER_BYTES: u64 = 512;
const MAGIC: [u8; 8] = *b"AMANAW01";

/// Which slot, counted from 0. It stays the same for the life of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotNumber(pub u64);

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
    count: u64,
    poisoned: bool,
}

impl KeySlots {
    /// Opens the file, or begins one. What an unacknowledged append left behind reads as erased.
    ///
    /// # Errors
    /// [`KeySlotsError`].
    pub fn open(path: &Path, disk: Arc<dyn Disk>) -> Result<Self, KeySlotsError> {
        let mut slots =
            Self { path: path.to_owned(), file: open_locked(path)?, disk, count: 0, poisoned: false };
        let length = slots.file.metadata().map_err(|cause| slots.failed("look at", cause))?.len();
        if length < HEADER_BYTES {
            slots.begin(length)?;
            return Ok(slots);
        }
        let mut magic = [0; MAGIC.len()];
        slots.file.read_exact_at(&mut magic, 0).map_err(|cause| slots.failed("read", cause))?;
        if magic != MAGIC {
            return Err(KeySlotsError::NotSlots { path: path.to_owned() });
        }
        slots.count = (length - HEADER_BYTES) / SLOT_BYTES as u64;
        // A slot lies in one sector, so an append that was cut off leaves whole slots, slots of zeros,
        // which read as erased, and at most a stub at the end.
        slots.file.set_len(offset(SlotNumber(slots.count))).map_err(|cause| slots.failed("cut", cause))?;
        Ok(slots)
    }

    /// How many slots there are, with the erased ones.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Adds keys with one sync; they have the numbers from the returned one on.
    ///
    /// # Errors
    /// [`KeySlotsError::Size`] changes nothing; after any other the process must end.
    pub fn append(&mut self, keys: &[KeySlot]) -> Result<SlotNumber, KeySlotsError> {
        let first = SlotNumber(self.count);
        let mut bytes = Vec::with_capacity(keys.len() * SLOT_BYTES);
        for key in keys {
            key.write(&mut bytes)?;
        }
        self.write(&bytes, first)?;
        self.count += keys.len() as u64;
        Ok(first)
    }

    /// The key in a slot; `None` if it was erased.
    ///
    /// # Errors
    /// [`KeySlotsError::NoSuchSlot`], [`KeySlotsError::Damaged`], [`KeySlotsError::Io`].
    pub fn get(&self, slot: SlotNumber) -> Result<Option<KeySlot>, KeySlotsError> {
        if slot.0 >= self.count {
            return Err(KeySlotsError::NoSuchSlot { slot, count: self.count });
        }
        let bytes = self.read(slot)?;
        if bytes == [0; SLOT_BYTES] {
            return Ok(None);
        }
        KeySlot::read(&bytes)
            .map(Some)
            .ok_or_else(|| KeySlotsError::Damaged { path: self.path.clone(), slot })
    }

    /// Overwrites a slot with zeros, durably. Erasing twice is no error.
    ///
    /// # Errors
    /// [`KeySlotsError`]; after [`KeySlotsError::Io`] the process must end.
    pub fn erase(&mut self, slot: SlotNumber) -> Result<(), KeySlotsError> {
        if slot.0 >= self.count {
            return Err(KeySlotsError::NoSuchSlot { slot, count: self.count });
        }
        self.write(&[0; SLOT_BYTES], slot)
    }

    /// Overwrites slots with zeros, durably, with one sync. Erasing twice is no error.
    ///
    /// # Errors
    /// [`KeySlotsError::NoSuchSlot`] changes nothing; after any other the process must end.
    pub fn erase_all(&mut self, slots: &[SlotNumber]) -> Result<(), KeySlotsError> {
        if let Some(slot) = slots.iter().find(|slot| slot.0 >= self.count) {
            return Err(KeySlotsError::NoSuchSlot { slot: *slot, count: self.count });
        }
        if self.poisoned {
            return Err(KeySlotsError::Poisoned);
        }
        self.poisoned = true;
        for slot in slots {
            let written = self.disk.write_at(&self.file, &[0; SLOT_BYTES], offset(*slot));
            written.map_err(|cause| self.failed("write", cause))?;
        }
        self.disk.sync(&self.file).map_err(|cause| self.failed("sync", cause))?;
        self.poisoned = false;
        Ok(())
    }

    fn begin(&mut self, length: u64) -> Result<(), KeySlotsError> {
        // A shorter file can only be one whose making was cut off.
        let mut found = vec![0; usize::try_from(length).unwrap_or_default()];
        self.file.read_exact_at(&mut found, 0).map_err(|cause| self.failed("read", cause))?;
        let mut header = MAGIC.to_vec();
        header.resize(usize::try_from(HEADER_BYTES).unwrap_or_default(), 0);
        if found.iter().zip(&header).any(|(found, header)| found != header && *found != 0) {
            return Err(KeySlotsError::NotSlots { path: self.path.clone() });
        }
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

    fn write(&mut self, bytes: &[u8], at: SlotNumber) -> Result<(), KeySlotsError> {
        if self.poisoned {
            return Err(KeySlotsError::Poisoned);
        }
        self.poisoned = true;
        self.disk.write_at(&self.file, bytes, offset(at)).map_err(|cause| self.failed("write", cause))?;
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

fn open_locked(path: &Path) -> Result<File, KeySlotsError> {
    let failed = |action, cause| KeySlotsError::Io { action, path: path.to_owned(), cause };
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|cause| failed("open", cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(KeySlotsError::Locked { path: path.to_owned() }),
        Err(TryLockError::Error(cause)) => Err(failed("lock", cause)),
    }
}

#[cfg(test)]
#[path = "keyslots_tests.rs"]
mod tests;
