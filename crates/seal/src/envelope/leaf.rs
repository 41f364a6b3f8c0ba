//! What the audit log commits to when an envelope is accepted.

use amana_log::{LeafHash, LeafSalt, LeafType, PartTooLong};
use amana_types::{Timestamp, limits};

use crate::codec::{CodecError, Reader, Writer};

/// Names the layout of [`AcceptRecord::encode`].
const LABEL: &str = "amana/v1/accept-record";

/// The parts of an envelope that an ACCEPT leaf commits to, as received. Hub, sender, recipient and
/// auditor all hold them; the ciphertexts and the slots follow from them.
#[derive(Clone, Copy, Debug)]
pub struct AcceptRecord<'a> {
    /// The header core.
    pub header: &'a [u8],
    /// The root over the slots, 32 bytes.
    pub slots_root: &'a [u8],
    /// The depth of the slot tree.
    pub depth: u32,
    /// The sender's signature, 64 bytes.
    pub signature: &'a [u8],
    /// When the hub accepted it, by the hub's clock.
    pub accepted_at: Timestamp,
}

impl<'a> AcceptRecord<'a> {
    /// The leaf of this record (RFC 9162 §2.1.1 over the log's salted leaf data): parts are header
    /// core, slots root, depth (4 bytes, big-endian), signature, acceptance (8 bytes, Unix
    /// milliseconds).
    ///
    /// # Errors
    /// [`PartTooLong`], which no envelope within its limits causes.
    pub fn leaf(&self, salt: &LeafSalt) -> Result<LeafHash, PartTooLong> {
        let depth = self.depth.to_be_bytes();
        let accepted_at = self.accepted_at.unix_millis().to_be_bytes();
        LeafType::Accept
            .leaf_hash(salt, &[self.header, self.slots_root, &depth, self.signature, &accepted_at])
    }

    /// The record and its salt as bytes: what a portable proof carries, so that whoever holds it can
    /// recompute the leaf alone. Nothing of the content is in it.
    #[must_use]
    pub fn encode(&self, salt: &LeafSalt) -> Vec<u8> {
        let mut to = Writer::labelled(LABEL);
        to.bytes(self.header).bytes(self.slots_root).u32(self.depth).bytes(self.signature);
        to.time(self.accepted_at).fixed(salt.as_bytes());
        to.finish()
    }

    /// Reads what [`AcceptRecord::encode`] wrote. Nothing is verified.
    ///
    /// # Errors
    /// [`CodecError`] for any other bytes.
    pub fn decode(bytes: &'a [u8]) -> Result<(Self, LeafSalt), CodecError> {
        let body = bytes
            .strip_prefix(LABEL.as_bytes())
            .and_then(|rest| rest.strip_prefix(&[0]))
            .ok_or(CodecError::Value("label"))?;
        let mut from = Reader::new(body);
        let record = Self {
            header: from.bytes(limits::HEADER_BYTES)?,
            slots_root: from.bytes(32)?,
            depth: from.u32()?,
            signature: from.bytes(64)?,
            accepted_at: from.time()?,
        };
        let salt = LeafSalt::new(from.array()?);
        from.finish()?;
        Ok((record, salt))
    }
}

#[cfg(test)]
#[path = "leaf_tests.rs"]
mod tests;
