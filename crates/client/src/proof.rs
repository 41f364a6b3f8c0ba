//! The portable proof that a notice is in the exchange's audit log: a C2SP tlog-proof whose extra data
//! is all that it takes to recompute the leaf. It verifies offline, with the log's key alone.

use amana_log::{LeafHash, LeafSalt, LogKey, PartTooLong, Receipt, ReceiptError, VerifiedInclusion};
use amana_seal::codec::{CodecError, Reader, Writer};
use amana_seal::envelope::AcceptRecord;
use amana_types::{Timestamp, limits};

const LABEL: &str = "amana/v1/proof/accept";
/// The longest root or signature that is read.
const MOST_BYTES: usize = 64;

/// What the leaf of an accepted envelope was computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedLeaf {
    /// What blinds the leaf, 32 bytes.
    pub leaf_salt: [u8; 32],
    /// When the hub took the envelope in.
    pub accepted_at: Timestamp,
    /// The header core as it was signed.
    pub header: Vec<u8>,
    /// The root over the slots.
    pub slots_root: Vec<u8>,
    /// The depth of the slot tree.
    pub depth: u32,
    /// The sender's signature.
    pub signature: Vec<u8>,
}

/// A text that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not a proof, or one that does not verify.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// It does not say what it proves.
    #[error("the proof carries nothing to recompute its leaf from; ask for it again")]
    NoLeaf,
    /// What it says is not what a leaf is computed from.
    #[error("the proof's extra data does not read ({0}); ask for it again")]
    Leaf(#[from] CodecError),
    /// What it says is too long for a leaf.
    #[error("the proof's extra data is too long for a leaf; ask for it again")]
    TooLong,
}

impl AcceptedLeaf {
    /// The leaf's hash.
    ///
    /// # Errors
    /// [`PartTooLong`], which no envelope within its limits causes.
    pub fn hash(&self) -> Result<LeafHash, PartTooLong> {
        let Self { leaf_salt, accepted_at, header, slots_root, depth, signature } = self;
        AcceptRecord { header, slots_root, depth: *depth, signature, accepted_at: *accepted_at }
            .leaf(&LeafSalt::new(*leaf_salt))
    }

    /// The one encoding, for a receipt's extra data.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::labelled(LABEL);
        w.fixed(&self.leaf_salt).time(self.accepted_at).bytes(&self.header);
        w.bytes(&self.slots_root).u32(self.depth).bytes(&self.signature);
        w.finish()
    }

    /// Reads it back.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut r = Reader::new(bytes);
        let label = r.take(LABEL.len())?;
        if label != LABEL.as_bytes() || r.u8()? != 0 {
            return Err(CodecError::Value("label"));
        }
        let leaf = Self {
            leaf_salt: r.array()?,
            accepted_at: r.time()?,
            header: r.bytes(limits::HEADER_BYTES)?.to_vec(),
            slots_root: r.bytes(MOST_BYTES)?.to_vec(),
            depth: r.u32()?,
            signature: r.bytes(MOST_BYTES)?.to_vec(),
        };
        r.finish().map(|()| leaf)
    }
}

/// Verifies a portable proof: the leaf is what its extra data says, and it is in a tree that the log
/// signed. The sender's own signature over the header is for whoever knows its key.
///
/// # Errors
/// [`ProofError`].
pub fn verify(text: &[u8], key: &LogKey) -> Result<(AcceptedLeaf, VerifiedInclusion), ProofError> {
    let receipt = Receipt::parse(text)?;
    let leaf = AcceptedLeaf::decode(receipt.extra.as_deref().ok_or(ProofError::NoLeaf)?)?;
    let hash = leaf.hash().map_err(|_| ProofError::TooLong)?;
    let included = receipt.verify(hash, key)?;
    Ok((leaf, included))
}
