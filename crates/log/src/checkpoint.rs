//! Checkpoints: C2SP tlog-checkpoint, signed notes over a tree head.

use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::hash::{LeafHash, RootHash};
use crate::key::{KeyName, LogKey, PUBLIC_KEY_BYTES};
use crate::note::{NoteSignature, SignedNote};
use crate::proof::InclusionProof;
use crate::size::{LeafIndex, TreeHead, TreeSize, parse_decimal};
use crate::text;
use crate::verify::{InclusionError, verify_inclusion};

/// Which log, how large, which root. Not signed yet, or no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's origin, which is also the name of its key.
    pub origin: KeyName,
    /// Size and root.
    pub head: TreeHead,
}

impl Checkpoint {
    /// The text that is signed: origin, size and base64 root, a line each.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.head.size, text::encode(self.head.root.as_bytes()))
    }

    /// Reads the text of a checkpoint.
    ///
    /// Stricter than C2SP: extension lines are refused, since Amana's logs write none and one
    /// head must have one text.
    ///
    /// # Errors
    /// [`CheckpointError`] for any text that [`Checkpoint::to_text`] does not write.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text::lines(text).ok_or(CheckpointError::Lines)?;
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines);
        };
        let origin = KeyName::new(origin).map_err(|_| CheckpointError::Origin)?;
        let size = parse_decimal(size).map(TreeSize::new).ok_or(CheckpointError::Size)?;
        let root = text::decode_hash(root).map(RootHash::new).ok_or(CheckpointError::Root)?;
        if size == TreeSize::EMPTY && root != RootHash::of_empty_tree() {
            return Err(CheckpointError::Root);
        }
        Ok(Self { origin, head: TreeHead { size, root } })
    }

    /// Signs as the log whose key this is; the key's name is the origin.
    pub fn sign(&self, pair: &Ed25519KeyPair) -> SignedNote {
        let key = LogKey::new(self.origin.clone(), public_key_of(pair));
        let text = self.to_text();
        let signature = pair.sign(text.as_bytes());
        SignedNote::new(&text, NoteSignature::new(&key, signature.as_ref().to_vec()))
    }
}

/// The public half of a key pair.
pub(crate) fn public_key_of(pair: &Ed25519KeyPair) -> [u8; PUBLIC_KEY_BYTES] {
    let mut bytes = [0; PUBLIC_KEY_BYTES];
    bytes.copy_from_slice(pair.public_key().as_ref());
    bytes
}

/// A checkpoint whose log signature holds, with the note it came in.
///
/// It shows that the log said so, not that it said the same to everybody: see
/// [`KnownHead`](crate::KnownHead).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    checkpoint: Checkpoint,
    note: SignedNote,
}

impl VerifiedCheckpoint {
    /// Verifies the log's signature and reads the checkpoint.
    ///
    /// Signatures by other keys are ignored; every one by this key must hold.
    ///
    /// # Errors
    /// [`OpenError`]: the note must then not be used.
    pub fn open(note: SignedNote, key: &LogKey) -> Result<Self, OpenError> {
        let mut signed = false;
        for line in note.signatures_of(key) {
            if !key.verifies(note.text().as_bytes(), line.bytes()) {
                return Err(OpenError::BadSignature { by: key.name().clone() });
            }
            signed = true;
        }
        if !signed {
            return Err(OpenError::NotSigned { by: key.name().clone() });
        }
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != *key.name() {
            return Err(OpenError::OtherLog { wanted: key.name().clone(), got: checkpoint.origin });
        }
        Ok(Self { checkpoint, note })
    }

    /// Origin, size and root.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Size and root.
    pub fn head(&self) -> &TreeHead {
        &self.checkpoint.head
    }

    /// The note as it was received.
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Verifies that a leaf is in this tree.
    ///
    /// # Errors
    /// [`InclusionError`]: nothing may then be concluded about the leaf.
    pub fn includes(
        &self,
        leaf: LeafHash,
        index: LeafIndex,
        proof: &InclusionProof,
    ) -> Result<VerifiedInclusion, InclusionError> {
        verify_inclusion(&leaf, index, proof, self.head())?;
        Ok(VerifiedInclusion { leaf, index, head: *self.head() })
    }
}

/// A leaf that is shown to be in a tree whose root the log has signed.
///
/// Only [`VerifiedCheckpoint::includes`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedInclusion {
    leaf: LeafHash,
    index: LeafIndex,
    head: TreeHead,
}

impl VerifiedInclusion {
    /// The leaf.
    pub fn leaf(&self) -> &LeafHash {
        &self.leaf
    }

    /// Its position in the log.
    pub fn index(&self) -> LeafIndex {
        self.index
    }

    /// The tree that has it.
    pub fn head(&self) -> &TreeHead {
        &self.head
    }
}

/// Why text is no checkpoint. The log must be asked again; if it repeats itself, tell its operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not exactly three lines that end in newlines.
    #[error("a checkpoint has three lines, each with a newline: origin, size, root")]
    Lines,
    /// The first line cannot be an origin.
    #[error("the checkpoint's first line is no origin")]
    Origin,
    /// The second line is no canonical decimal.
    #[error("the checkpoint's second line is no decimal size without leading zeroes")]
    Size,
    /// The third line is no root, or not that of the empty tree though the size is 0.
    #[error("the checkpoint's third line is no base64 root hash for its size")]
    Root,
}

/// Why a note is not used as a checkpoint of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// No signature line by the key.
    #[error("the checkpoint carries no signature by {by}; check that the pinned log key is current")]
    NotSigned {
        /// Name of the key wanted.
        by: KeyName,
    },
    /// A signature by the key does not hold.
    #[error("the signature by {by} does not hold; the checkpoint was changed on its way")]
    BadSignature {
        /// Name of the key.
        by: KeyName,
    },
    /// Signed, but no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The log's key signed for another origin.
    #[error("the checkpoint is of {got}, not of {wanted}; the log's key serves another log too")]
    OtherLog {
        /// The origin wanted.
        wanted: KeyName,
        /// The origin read.
        got: KeyName,
    },
}
