//! Cosignatures: C2SP tlog-cosignature, Ed25519 `cosignature/v1`.

use std::fmt;

use ring::signature::Ed25519KeyPair;

use crate::checkpoint::{VerifiedCheckpoint, public_key_of};
use crate::head::KnownHead;
use crate::key::{CosignerKey, KeyName};
use crate::note::{NoteSignature, SignedNote};

/// Seconds since 1970-01-01 00:00 UTC, without leap seconds. Below 2^63.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixSeconds(u64);

impl UnixSeconds {
    /// A point in time; `None` from 2^63 on, which no cosignature may say.
    pub const fn new(seconds: u64) -> Option<Self> {
        if seconds < 1 << 63 { Some(Self(seconds)) } else { None }
    }

    /// The number of seconds.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for UnixSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl KnownHead {
    /// States that, at this time, this was the largest consistent head the cosigner had seen.
    ///
    /// It stands on [`KnownHead`] because only what was judged against all heads before it may
    /// be cosigned.
    pub fn cosign(&self, cosigner: KeyName, pair: &Ed25519KeyPair, time: UnixSeconds) -> NoteSignature {
        let key = CosignerKey::new(cosigner, public_key_of(pair));
        let signature = pair.sign(message(self.checkpoint().note(), time).as_bytes());
        let timed = [time.0.to_be_bytes().as_slice(), signature.as_ref()].concat();
        NoteSignature::new(&key, timed)
    }
}

impl VerifiedCheckpoint {
    /// When this cosigner last vouched for this checkpoint; `None` if it did not.
    ///
    /// # Errors
    /// [`CosignatureError`] if a line of this cosigner does not hold.
    pub fn cosigned_by(&self, key: &CosignerKey) -> Result<Option<UnixSeconds>, CosignatureError> {
        let mut latest = None;
        for line in self.note().signatures_of(key) {
            latest = latest.max(Some(verify_line(self.note(), line, key)?));
        }
        Ok(latest)
    }

    /// Verifies one cosignature that came by itself, as a cosigner sends it to the log.
    ///
    /// # Errors
    /// [`CosignatureError`] if the line is by another key or does not hold.
    pub fn verify_cosignature(
        &self,
        line: &NoteSignature,
        key: &CosignerKey,
    ) -> Result<UnixSeconds, CosignatureError> {
        if line.id() != key.id() || line.name() != key.name() {
            return Err(CosignatureError { by: key.name().clone() });
        }
        verify_line(self.note(), line, key)
    }
}

fn verify_line(
    note: &SignedNote,
    line: &NoteSignature,
    key: &CosignerKey,
) -> Result<UnixSeconds, CosignatureError> {
    let time_of = |(time, signature): (&[u8; 8], &[u8])| {
        let time = UnixSeconds::new(u64::from_be_bytes(*time))?;
        key.verifies(message(note, time).as_bytes(), signature).then_some(time)
    };
    line.bytes()
        .split_first_chunk()
        .and_then(time_of)
        .ok_or_else(|| CosignatureError { by: key.name().clone() })
}

/// What a cosigner signs (C2SP tlog-cosignature, "Ed25519 signed message").
fn message(note: &SignedNote, time: UnixSeconds) -> String {
    format!("cosignature/v1\ntime {time}\n{}", note.text())
}

/// A cosignature does not hold, or is by another key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the cosignature by {by} does not hold for this checkpoint; ask the cosigner for a new one")]
pub struct CosignatureError {
    /// Name of the cosigner.
    pub by: KeyName,
}
