//! What a leaf of Amana's log commits to.
//!
//! The tree is open to every auditor, so nothing in it may be readable or guessable: a leaf holds
//! one byte that says what happened and a salted hash of the record. Salt and record lie beside
//! the tree and can be erased; the tree still verifies.

use std::fmt;

use ring::digest::{Context, SHA256};

use crate::hash::{LeafHash, bytes_of, leaf_hash_of_parts};

/// Label that keeps these hashes apart from every other hash in Amana.
const LABEL: &[u8] = b"amana/v1/leaf\0";

/// Bytes in the salt of one leaf.
pub const LEAF_SALT_BYTES: usize = 32;

/// What one record of the log says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum LeafType {
    /// A notice was accepted.
    Accept = 1,
    /// A notice was refused.
    Refuse = 2,
    /// A notice was delivered.
    Deliver = 3,
    /// A recipient acknowledged a notice.
    Receipt = 4,
    /// A sender withdrew a notice.
    Withdraw = 5,
    /// A record's content was erased.
    Erased = 6,
    /// The directory of members changed.
    Directory = 7,
    /// A review was opened or decided.
    Review = 8,
    /// An operator acted.
    Operator = 9,
    /// A member published the head of its access log.
    Access = 10,
}

impl LeafType {
    /// Every type, in the order of their bytes.
    pub const ALL: [Self; 10] = [
        Self::Accept,
        Self::Refuse,
        Self::Deliver,
        Self::Receipt,
        Self::Withdraw,
        Self::Erased,
        Self::Directory,
        Self::Review,
        Self::Operator,
        Self::Access,
    ];

    /// The byte that stands for this type, first in the leaf data.
    pub const fn byte(self) -> u8 {
        self as u8
    }

    /// Hash of the leaf for a record of this type, given in parts so that nobody has to join them.
    ///
    /// Leaf data is `type byte || SHA-256("amana/v1/leaf" 0x00 len salt len part len part ...)`,
    /// where `len` is a 32-bit big-endian count of bytes.
    ///
    /// # Errors
    /// [`PartTooLong`] for a part of 4 GiB or more.
    pub fn leaf_hash(self, salt: &LeafSalt, parts: &[&[u8]]) -> Result<LeafHash, PartTooLong> {
        let mut context = Context::new(&SHA256);
        context.update(LABEL);
        for part in std::iter::once(&salt.0.as_slice()).chain(parts) {
            let length = u32::try_from(part.len()).map_err(|_| PartTooLong)?;
            context.update(&length.to_be_bytes());
            context.update(part);
        }
        let record = bytes_of(context.finish());
        Ok(leaf_hash_of_parts(&[&[self.byte()], &record]))
    }
}

impl TryFrom<u8> for LeafType {
    type Error = UnknownLeafType;

    fn try_from(byte: u8) -> Result<Self, UnknownLeafType> {
        Self::ALL.into_iter().find(|kind| kind.byte() == byte).ok_or(UnknownLeafType { byte })
    }
}

/// Random bytes that keep a leaf from being guessed; drawn by the caller, one for each record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LeafSalt([u8; LEAF_SALT_BYTES]);

impl LeafSalt {
    /// Takes bytes from a cryptographic random source as a salt.
    pub const fn new(bytes: [u8; LEAF_SALT_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be stored beside the record.
    pub const fn as_bytes(&self) -> &[u8; LEAF_SALT_BYTES] {
        &self.0
    }
}

impl fmt::Debug for LeafSalt {
    // Whoever holds the salt can test guesses of the record.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeafSalt(..)")
    }
}

/// A byte that stands for no leaf type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{byte} is no leaf type; this record was written by a newer Amana or is damaged")]
pub struct UnknownLeafType {
    /// The byte that was read.
    pub byte: u8,
}

/// A part of a leaf had 4 GiB or more, which its length prefix cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a part of a leaf has 4 GiB or more; refuse the record before it reaches the log")]
pub struct PartTooLong;

#[cfg(test)]
#[path = "leaf_tests.rs"]
mod tests;
