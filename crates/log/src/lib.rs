//! The audit log of Amana, as pure arithmetic: RFC 9162 tree, proofs, signed checkpoints,
//! receipts, and the judgement over a log that shrank or forked.
//!
//! Callers bring storage (a [`TileSource`]), keys and the time; this crate does no I/O, reads no
//! clock, draws no randomness and knows no other crate of ours, no record's content and no member.
//!
//! * [`Frontier`] takes leaves and hands out full tiles; [`MemoryTree`] keeps a small tree whole.
//! * [`prove_inclusion`], [`prove_consistency`] and [`head_at`] work on any [`TileSource`].
//! * [`Checkpoint`] is signed by the log; [`VerifiedCheckpoint`] is one whose signature holds.
//! * [`Receipt`] is proof in a file; [`KnownHead`] is what a node remembers and cosigns, and
//!   [`Evidence`] what it keeps when the log lies.
//!
//! Formats are those of C2SP: signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles,
//! tlog-proof.
//!
//! ```
//! use amana_log::{Checkpoint, KeyName, LeafIndex, LeafSalt, LeafType, LogKey, MemoryTree, Receipt};
//! use amana_log::prove_inclusion;
//! use ring::signature::{Ed25519KeyPair, KeyPair};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).map_err(|why| why.to_string())?;
//! let leaf = LeafType::Accept.leaf_hash(&LeafSalt::new([42; 32]), &[b"header", b"signature"])?;
//! let mut tree = MemoryTree::new();
//! tree.append(leaf);
//!
//! let origin = KeyName::of_audit_log("exercise")?;
//! let checkpoint = Checkpoint { origin: origin.clone(), head: tree.head() }.sign(&pair);
//! let index = LeafIndex::new(0);
//! let proof = prove_inclusion(&tree, index, tree.size())?;
//! let file = Receipt { index, proof, checkpoint, extra: None }.to_string();
//!
//! let key = LogKey::new(origin, pair.public_key().as_ref().try_into()?);
//! let included = Receipt::parse(file.as_bytes())?.verify(leaf, &key)?;
//! assert_eq!(included.index(), index);
//! # Ok(())
//! # }
//! ```

mod checkpoint;
mod cosign;
mod evidence;
mod frontier;
mod hash;
mod head;
mod key;
mod leaf;
mod memory;
mod note;
mod proof;
mod prove;
mod receipt;
mod size;
mod source;
mod text;
mod tile;
mod tile_id;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, OpenError, VerifiedCheckpoint, VerifiedInclusion};
pub use cosign::{CosignatureError, UnixSeconds};
pub use evidence::{Evidence, EvidenceError, Finding, MAX_EVIDENCE_BYTES};
pub use frontier::{Frontier, FullTile};
pub use hash::{HASH_BYTES, LeafHash, NodeHash, RootHash, WrongHashLength, leaf_hash, node_hash};
pub use head::{JudgeError, Judgement, KnownHead};
pub use key::{CosignerKey, KeyError, KeyName, KeyNameError, LogKey, NoteKey, NoteKeyId, PUBLIC_KEY_BYTES};
pub use leaf::{LEAF_SALT_BYTES, LeafSalt, LeafType, PartTooLong, UnknownLeafType};
pub use memory::{MemoryTree, NoSuchTile};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURES, NoteError, NoteSignature, SignatureLineError, SignedNote};
pub use proof::{ConsistencyProof, InclusionProof, MAX_PROOF_HASHES, ProofBytesError};
pub use prove::{ProveError, head_at, prove_consistency, prove_inclusion};
pub use receipt::{MAX_RECEIPT_BYTES, Receipt, ReceiptError};
pub use size::{LeafIndex, TreeHead, TreeSize};
pub use source::{TileRef, TileSource};
pub use tile::{Tile, TileBytesError};
pub use tile_id::{TILE_WIDTH, TileId, TilePath, TilePathError, TileWidth};
pub use verify::{ConsistencyError, InclusionError, verify_consistency, verify_inclusion};
