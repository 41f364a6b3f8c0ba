//! The leaves that members must be able to recompute: what the hub's audit log says of a record.
//!
//! Each binds the moment at which the hub took the record in. Nothing in a leaf can be read without
//! the record and its salt.

use amana_log::{LeafHash, LeafSalt, LeafType, PartTooLong};
use amana_types::{Digest, Timestamp};

/// The leaf of an accepted envelope: everything its sender signed, and the signature.
///
/// # Errors
/// [`PartTooLong`], which every limit on headers keeps far away.
pub fn accept(
    salt: &LeafSalt,
    header: &[u8],
    slots_root: &Digest,
    depth: u8,
    signature: &[u8],
    accepted_at: Timestamp,
) -> Result<LeafHash, PartTooLong> {
    let parts = [header, slots_root.as_bytes(), &[depth], signature, &millis(accepted_at)];
    LeafType::Accept.leaf_hash(salt, &parts)
}

/// The leaf of a signed receipt.
///
/// # Errors
/// [`PartTooLong`], which every limit on receipts keeps far away.
pub fn receipt(
    salt: &LeafSalt,
    body: &[u8],
    signature: &[u8],
    accepted_at: Timestamp,
) -> Result<LeafHash, PartTooLong> {
    LeafType::Receipt.leaf_hash(salt, &[body, signature, &millis(accepted_at)])
}

/// The leaf of a directory entry.
///
/// # Errors
/// [`PartTooLong`], which every limit on entries keeps far away.
pub fn directory(salt: &LeafSalt, entry: &[u8], accepted_at: Timestamp) -> Result<LeafHash, PartTooLong> {
    LeafType::Directory.leaf_hash(salt, &[entry, &millis(accepted_at)])
}

/// Unix milliseconds, big-endian.
const fn millis(at: Timestamp) -> [u8; 8] {
    at.unix_millis().to_be_bytes()
}
