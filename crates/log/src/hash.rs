//! Hashes of the Merkle tree: RFC 9162 §2.1.1 over SHA-256.
//!
//! A leaf and an inner node are hashed under different first bytes, so that neither can be passed
//! off as the other.

use std::fmt;

use ring::digest::{Context, SHA256, digest};

/// Bytes in one SHA-256 hash.
pub const HASH_BYTES: usize = 32;

/// First byte of what is hashed for a leaf (RFC 9162 §2.1.1).
const LEAF_PREFIX: u8 = 0x00;
/// First byte of what is hashed for an inner node (RFC 9162 §2.1.1).
const NODE_PREFIX: u8 = 0x01;

macro_rules! hash_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name([u8; HASH_BYTES]);

        impl $name {
            /// Takes 32 bytes as this kind of hash.
            pub const fn new(bytes: [u8; HASH_BYTES]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
                &self.0
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = WrongHashLength;

            fn try_from(bytes: &[u8]) -> Result<Self, WrongHashLength> {
                let hash = bytes
                    .try_into()
                    .map_err(|_| WrongHashLength { got_bytes: bytes.len() })?;
                Ok(Self(hash))
            }
        }

        impl fmt::Display for $name {
            /// Lowercase hexadecimal.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

hash_type!(
    /// Hash of one leaf: `SHA-256(0x00 || leaf data)`.
    LeafHash
);
hash_type!(
    /// Hash of one complete subtree; at height 0 it is a leaf hash.
    NodeHash
);
hash_type!(
    /// Hash of a whole tree of some size.
    RootHash
);

/// A hash did not have 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash has 32 bytes, this one has {got_bytes}; ask the sender for it again")]
pub struct WrongHashLength {
    /// Bytes that were given.
    pub got_bytes: usize,
}

impl From<LeafHash> for NodeHash {
    fn from(leaf: LeafHash) -> Self {
        Self(leaf.0)
    }
}

impl From<NodeHash> for RootHash {
    /// The topmost node of a tree is its root.
    fn from(node: NodeHash) -> Self {
        Self(node.0)
    }
}

impl RootHash {
    /// Root of the tree without leaves: `SHA-256("")` (RFC 9162 §2.1.1).
    pub fn of_empty_tree() -> Self {
        Self(bytes_of(digest(&SHA256, b"")))
    }
}

/// Hash of a leaf with this data (RFC 9162 §2.1.1).
pub fn leaf_hash(data: &[u8]) -> LeafHash {
    leaf_hash_of_parts(&[data])
}

/// Hash of a leaf whose data is these parts one after another, without joining them in memory.
pub(crate) fn leaf_hash_of_parts(parts: &[&[u8]]) -> LeafHash {
    let mut context = Context::new(&SHA256);
    context.update(&[LEAF_PREFIX]);
    for part in parts {
        context.update(part);
    }
    LeafHash(bytes_of(context.finish()))
}

/// Hash of an inner node over its two children (RFC 9162 §2.1.1).
pub fn node_hash(left: &NodeHash, right: &NodeHash) -> NodeHash {
    let mut input = [NODE_PREFIX; 1 + 2 * HASH_BYTES];
    let (_, children) = input.split_at_mut(1);
    let (first, second) = children.split_at_mut(HASH_BYTES);
    first.copy_from_slice(&left.0);
    second.copy_from_slice(&right.0);
    NodeHash(bytes_of(digest(&SHA256, &input)))
}

/// The 32 bytes of a SHA-256 digest.
pub(crate) fn bytes_of(digest: ring::digest::Digest) -> [u8; HASH_BYTES] {
    let mut bytes = [0; HASH_BYTES];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}
