//! Receipts: proof that fits in a file, C2SP tlog-proof.

use std::fmt;

use crate::checkpoint::{OpenError, VerifiedCheckpoint, VerifiedInclusion};
use crate::hash::{LeafHash, NodeHash};
use crate::key::LogKey;
use crate::note::{MAX_NOTE_BYTES, NoteError, SignedNote};
use crate::proof::{InclusionProof, MAX_PROOF_HASHES};
use crate::size::{LeafIndex, parse_decimal};
use crate::text;
use crate::verify::InclusionError;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Most bytes of a receipt as text: a full note, a full proof and half a megabyte of extra data.
pub const MAX_RECEIPT_BYTES: usize = MAX_NOTE_BYTES + 512 * 1024;

/// Index, inclusion proof and signed checkpoint of one leaf: verifies offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Position of the leaf.
    pub index: LeafIndex,
    /// Siblings from the leaf to the root.
    pub proof: InclusionProof,
    /// The checkpoint with its signatures, as it was received.
    pub checkpoint: SignedNote,
    /// What it takes to recompute the leaf, if anything. Nothing vouches for it.
    pub extra: Option<Vec<u8>>,
}

impl Receipt {
    /// Reads the text of a receipt. Nothing is verified.
    ///
    /// # Errors
    /// [`ReceiptError`] for anything but the one spelling that C2SP tlog-proof allows.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        if bytes.len() > MAX_RECEIPT_BYTES {
            return Err(ReceiptError::TooLarge { got_bytes: bytes.len() });
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| ReceiptError::Header)?;
        let (head, checkpoint) = whole.split_once("\n\n").ok_or(ReceiptError::NoCheckpoint)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ReceiptError::Header);
        }
        let extra = lines
            .next_if(|line| line.starts_with("extra "))
            .and_then(|line| line.strip_prefix("extra "))
            .map(|extra| text::decode(extra).ok_or(ReceiptError::Extra))
            .transpose()?;
        let index = lines
            .next()
            .and_then(|line| parse_decimal(line.strip_prefix("index ")?))
            .map(LeafIndex::new)
            .ok_or(ReceiptError::Index)?;
        let mut hashes = Vec::new();
        for line in lines {
            let hash = text::decode_hash(line).ok_or(ReceiptError::Proof)?;
            hashes.push(NodeHash::new(hash));
        }
        if hashes.len() > MAX_PROOF_HASHES {
            return Err(ReceiptError::Proof);
        }
        let checkpoint = SignedNote::parse(checkpoint.as_bytes())?;
        Ok(Self { index, proof: InclusionProof::from_hashes(hashes), checkpoint, extra })
    }

    /// Verifies the log's signature and the leaf's inclusion.
    ///
    /// For many receipts under one checkpoint, open it once with [`VerifiedCheckpoint::open`] and
    /// use [`VerifiedCheckpoint::includes`].
    ///
    /// # Errors
    /// [`ReceiptError`]: the receipt then shows nothing.
    pub fn verify(&self, leaf: LeafHash, key: &LogKey) -> Result<VerifiedInclusion, ReceiptError> {
        let checkpoint = VerifiedCheckpoint::open(self.checkpoint.clone(), key)?;
        Ok(checkpoint.includes(leaf, self.index, &self.proof)?)
    }
}

impl fmt::Display for Receipt {
    /// The text of the receipt, as C2SP tlog-proof writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", text::encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in self.proof.hashes() {
            writeln!(f, "{}", text::encode(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint.as_str())
    }
}

/// Why a receipt shows nothing. Whoever handed it over must hand over a whole and true one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// More bytes than a receipt may have.
    #[error("the receipt has {got_bytes} bytes, at most {MAX_RECEIPT_BYTES} are read")]
    TooLarge {
        /// Bytes given.
        got_bytes: usize,
    },
    /// The first line is another.
    #[error("a receipt is text that begins with the line {HEADER:?}; this is another kind of file")]
    Header,
    /// The extra data is not base64.
    #[error("the extra line of the receipt is not base64")]
    Extra,
    /// The index line is missing or no canonical decimal.
    #[error("the receipt needs a line \"index N\" with a decimal without leading zeroes")]
    Index,
    /// A line of the proof is no hash, or there are too many.
    #[error("the inclusion proof of the receipt is not at most {MAX_PROOF_HASHES} base64 hashes")]
    Proof,
    /// No empty line with a checkpoint behind it.
    #[error("the receipt has no checkpoint behind an empty line; it was cut off")]
    NoCheckpoint,
    /// The checkpoint is no note.
    #[error("checkpoint of the receipt: {0}")]
    Note(#[from] NoteError),
    /// The checkpoint is not the log's.
    #[error("checkpoint of the receipt: {0}")]
    Open(#[from] OpenError),
    /// The leaf is not shown to be in the tree.
    #[error(transparent)]
    Inclusion(#[from] InclusionError),
}
