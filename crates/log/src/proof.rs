//! Proofs as values: lists of node hashes.

use crate::hash::{HASH_BYTES, NodeHash, WrongHashLength};

/// Most hashes that a proof over a 64-bit tree can have (a consistency proof: one for each level
/// and one more).
pub const MAX_PROOF_HASHES: usize = 65;

macro_rules! proof_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $name {
            hashes: Vec<NodeHash>,
        }

        impl $name {
            /// A proof of these hashes, in the order of the RFC. Nothing is verified.
            pub fn from_hashes(hashes: Vec<NodeHash>) -> Self {
                Self { hashes }
            }

            /// Reads a proof from hashes of 32 bytes, as they come off a wire.
            ///
            /// # Errors
            /// [`ProofBytesError`] for a hash of another length or more than
            /// [`MAX_PROOF_HASHES`] hashes.
            pub fn from_slices<'a>(
                slices: impl IntoIterator<Item = &'a [u8]>,
            ) -> Result<Self, ProofBytesError> {
                let mut hashes = Vec::new();
                for slice in slices {
                    if hashes.len() == MAX_PROOF_HASHES {
                        return Err(ProofBytesError::TooLong);
                    }
                    hashes.push(NodeHash::try_from(slice)?);
                }
                Ok(Self { hashes })
            }

            /// Reads a proof from its hashes one after another.
            ///
            /// # Errors
            /// [`ProofBytesError`] if the bytes are no whole number of hashes, or too many.
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofBytesError> {
                Self::from_slices(bytes.chunks(HASH_BYTES))
            }

            /// The hashes one after another.
            pub fn to_bytes(&self) -> Vec<u8> {
                self.hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
            }

            /// The hashes, in the order of the RFC.
            pub fn hashes(&self) -> &[NodeHash] {
                &self.hashes
            }
        }
    };
}

proof_type!(
    /// The siblings from a leaf up to the root (RFC 9162 §2.1.3). Worth something only once
    /// [`verify_inclusion`](crate::verify_inclusion) accepted it.
    InclusionProof
);
proof_type!(
    /// What links an old root to a new one (RFC 9162 §2.1.4). Worth something only once
    /// [`verify_consistency`](crate::verify_consistency) accepted it.
    ConsistencyProof
);

/// Bytes are no proof. The sender must send the hashes whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofBytesError {
    /// One hash has not 32 bytes.
    #[error(transparent)]
    Hash(#[from] WrongHashLength),
    /// More hashes than any proof can have.
    #[error("a proof has at most {MAX_PROOF_HASHES} hashes; refuse the message")]
    TooLong,
}
