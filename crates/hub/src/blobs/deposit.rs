//! One attachment on its way in. What was made durable survives the process; the rest is sent again.

use std::fs::{self, File};
use std::io::{self, Read, Write};

use amana_seal::envelope::AttachmentHeader;
use amana_types::limits::{ATTACHMENT_SYNC_BYTES, DISK_RESERVE_BYTES};
use amana_types::{Digest, MemberCode};
use ring::digest::{Context, SHA256};

use super::{Blobs, Key};
use crate::stats::free_disk_bytes;

/// Why an attachment is not taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DepositRefused {
    /// Nothing is padded to that length.
    #[error("an attachment has no such length; seal it anew")]
    Length,
    /// It is not what its opening said. It is gone.
    #[error("the attachment is not the one that was announced; it was removed, send it again")]
    Differs,
    /// Another stream sends it.
    #[error("another stream sends this attachment; let that one finish")]
    Busy,
    /// Too much of that member waits for an envelope.
    #[error("too much of this member waits for an envelope that lists it; publish, or wait a day")]
    Quota,
    /// No room.
    #[error("the hub's disk is full; nothing is lost; try again later")]
    DiskFull,
    /// The disk.
    #[error("the hub's disk does not take the attachment: {0}")]
    Io(io::Error),
}

impl From<io::Error> for DepositRefused {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

/// How an attachment begins.
pub(crate) enum Begun {
    /// All of it is here, so many bytes.
    Whole(u64),
    /// It is to be sent from where it stands on.
    Coming(Box<Deposit>),
}

/// An attachment that one stream is sending.
pub(crate) struct Deposit {
    blobs: Blobs,
    key: Key,
    file: File,
    total: u64,
    received: u64,
    unsynced: u64,
    hash: Context,
}

impl Blobs {
    /// Begins an attachment, or takes it up again. Reads what is here already: for a thread that may wait.
    ///
    /// `most` is how much of a member may wait for an envelope; `listed` says what does not wait any more.
    pub(crate) fn begin(
        &self,
        member: MemberCode,
        announced: AttachmentHeader,
        most: u64,
        listed: impl Fn(&Digest) -> bool,
    ) -> Result<Begun, DepositRefused> {
        let total =
            amana_seal::attachment::sealed_bytes(announced.padded_bytes).ok_or(DepositRefused::Length)?;
        let key = (member, announced.sealed);
        {
            let mut index = self.lock();
            if let Some(bytes) = index.whole.get(&key) {
                return Ok(Begun::Whole(*bytes));
            }
            let waits = |((owner, digest), bytes): (&Key, &u64)| {
                let waits = *owner == member && *digest != key.1 && !listed(digest);
                if waits { *bytes } else { 0 }
            };
            let waiting: u64 = index.whole.iter().chain(&index.coming).map(waits).sum();
            if waiting.saturating_add(total) > most {
                return Err(DepositRefused::Quota);
            }
            if !index.busy.insert(key) {
                return Err(DepositRefused::Busy);
            }
            index.coming.insert(key, total);
        }
        let begun = self.open_part(key, total);
        if begun.is_err() {
            self.lock().busy.remove(&key);
        }
        begun.map(|deposit| Begun::Coming(Box::new(deposit)))
    }

    fn open_part(&self, key: Key, total: u64) -> Result<Deposit, DepositRefused> {
        fs::create_dir_all(self.dir.join(key.0.as_str()))?;
        let path = self.part(key);
        let mut file = File::options().read(true).append(true).create(true).open(&path)?;
        if file.metadata()?.len() > total {
            file.set_len(0)?;
        }
        let (mut hash, mut received) = (Context::new(&SHA256), 0_u64);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hash.update(buffer.get(..read).unwrap_or_default());
            received += read as u64;
        }
        if free_disk_bytes(&self.dir) < (total - received).saturating_add(DISK_RESERVE_BYTES) {
            return Err(DepositRefused::DiskFull);
        }
        Ok(Deposit { blobs: self.clone(), key, file, total, received, unsynced: received, hash })
    }
}

impl Deposit {
    /// How much is here.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Takes in the next piece; answers how much is durable when that has changed.
    pub(crate) fn write(&mut self, piece: &[u8]) -> Result<Option<u64>, DepositRefused> {
        if self.received.saturating_add(piece.len() as u64) > self.total {
            return Err(self.reject());
        }
        self.file.write_all(piece)?;
        self.hash.update(piece);
        self.received += piece.len() as u64;
        self.unsynced += piece.len() as u64;
        if self.unsynced < ATTACHMENT_SYNC_BYTES {
            return Ok(None);
        }
        self.file.sync_data()?;
        self.unsynced = 0;
        Ok(Some(self.received))
    }

    /// Whether all of it is here.
    pub(crate) fn is_whole(&self) -> bool {
        self.received == self.total
    }

    /// Verifies what came and puts it in its place, durably.
    pub(crate) fn finish(mut self) -> Result<u64, DepositRefused> {
        let mut digest = [0; 32];
        let hash = std::mem::replace(&mut self.hash, Context::new(&SHA256)).finish();
        digest.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
        if !self.is_whole() || Digest(digest) != self.key.1 {
            return Err(self.reject());
        }
        self.file.sync_all()?;
        let blobs = &self.blobs;
        fs::rename(blobs.part(self.key), blobs.path(self.key))?;
        File::open(blobs.dir.join(self.key.0.as_str()))?.sync_all()?;
        let mut index = blobs.lock();
        index.coming.remove(&self.key);
        index.whole.insert(self.key, self.total);
        Ok(self.total)
    }

    /// It is not what was announced: what came is of no use to anybody.
    fn reject(&self) -> DepositRefused {
        match self.blobs.erase(self.key.0, self.key.1) {
            Ok(()) => DepositRefused::Differs,
            Err(error) => error.into(),
        }
    }
}

impl Drop for Deposit {
    fn drop(&mut self) {
        self.blobs.lock().busy.remove(&self.key);
    }
}
