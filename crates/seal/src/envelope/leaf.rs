//! What the audit log commits to when an envelope is accepted.

use amana_log::{LeafHash, LeafSalt, LeafType, PartTooLong};
use amana_types::Timestamp;

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

impl AcceptRecord<'_> {
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
}
