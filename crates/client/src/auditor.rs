//! What a member believes of the hub's log, and how it comes to believe more.

use amana_log::{
    ConsistencyError, ConsistencyProof, InclusionError, InclusionProof, JudgeError, Judgement, KnownHead,
    LeafHash, LeafIndex, LogKey, NoteError, ProofBytesError, SignedNote, TreeSize, VerifiedCheckpoint,
    VerifiedInclusion,
};
use bytes::Bytes;

/// Follows one log: remembers the newest head that was proven to extend all before it.
///
/// Everything that a hub says is in its log passes through here before anyone sees it.
#[derive(Debug, Clone)]
pub struct Auditor {
    key: LogKey,
    known: Option<KnownHead>,
}

/// Why something the hub said of its log is not believed.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The checkpoint is no signed note.
    #[error("the hub's checkpoint: {0}")]
    Note(#[from] NoteError),
    /// A proof has the wrong shape.
    #[error("a proof from the hub: {0}")]
    Proof(#[from] ProofBytesError),
    /// The log was not signed, rolled back, forked, or did not prove that it only grew.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// The leaf is not shown to be in the tree.
    #[error(transparent)]
    Inclusion(#[from] InclusionError),
    /// One head is not shown to extend another.
    #[error(transparent)]
    Consistency(#[from] ConsistencyError),
    /// A record came before any head that could prove it.
    #[error("the hub sent a record before any checkpoint; nothing can be proven against nothing")]
    NoHead,
}

impl AuditError {
    /// Whether the hub contradicted itself, so that the evidence must be kept and following it must end.
    #[must_use]
    pub const fn evidence(&self) -> Option<&amana_log::Evidence> {
        match self {
            Self::Judge(
                JudgeError::Rollback(evidence)
                | JudgeError::Fork(evidence)
                | JudgeError::BadProof { evidence, .. },
            ) => Some(evidence),
            _ => None,
        }
    }
}

impl Auditor {
    /// Follows the log of that key from nothing: the first signed head is trusted.
    #[must_use]
    pub const fn new(key: LogKey) -> Self {
        Self { key, known: None }
    }

    /// Follows on from a note that was verified before.
    ///
    /// # Errors
    /// [`AuditError`] when the note does not hold under the key.
    pub fn resume(key: LogKey, note: &[u8]) -> Result<Self, AuditError> {
        let known = KnownHead::trust(SignedNote::parse(note)?, key.clone()).map_err(JudgeError::from)?;
        Ok(Self { key, known: Some(known) })
    }

    /// The log's key.
    #[must_use]
    pub const fn key(&self) -> &LogKey {
        &self.key
    }

    /// The newest head believed.
    #[must_use]
    pub fn head(&self) -> Option<&VerifiedCheckpoint> {
        self.known.as_ref().map(KnownHead::checkpoint)
    }

    /// The size of the newest head believed; empty when there is none.
    #[must_use]
    pub fn size(&self) -> TreeSize {
        self.head().map_or(TreeSize::EMPTY, |checkpoint| checkpoint.head().size)
    }

    /// Judges a new head, and believes it from now on if it extends the one before.
    ///
    /// # Errors
    /// [`AuditError`]; what was believed before stays.
    pub fn advance(&mut self, note: &[u8], proof: &[Bytes]) -> Result<&VerifiedCheckpoint, AuditError> {
        let note = SignedNote::parse(note)?;
        let next = match &self.known {
            None => KnownHead::trust(note, self.key.clone()).map_err(JudgeError::from)?,
            Some(known) => {
                let proof = ConsistencyProof::from_slices(proof.iter().map(Bytes::as_ref))?;
                match known.judge(note, &proof)? {
                    Judgement::Advance(next) => next,
                    Judgement::Same => known.clone(),
                }
            }
        };
        Ok(self.known.insert(next).checkpoint())
    }

    /// Verifies that a leaf is in the newest head believed.
    ///
    /// # Errors
    /// [`AuditError`] when it is not shown to be.
    pub fn includes(
        &self,
        leaf: LeafHash,
        index: u64,
        proof: &[Bytes],
    ) -> Result<VerifiedInclusion, AuditError> {
        let head = self.head().ok_or(AuditError::NoHead)?;
        includes(head, leaf, index, proof)
    }

    /// Opens a checkpoint that is believed only as the hub's signed word, without judging whether it
    /// extends what is known: enough for a receipt, which is judged later by following the log.
    ///
    /// # Errors
    /// [`AuditError`] when the log did not sign it.
    pub fn open(&self, note: &[u8]) -> Result<VerifiedCheckpoint, AuditError> {
        Ok(VerifiedCheckpoint::open(SignedNote::parse(note)?, &self.key).map_err(JudgeError::from)?)
    }
}

/// Verifies that a leaf is in the tree of a checkpoint.
///
/// # Errors
/// [`AuditError`] when it is not shown to be.
pub fn includes(
    head: &VerifiedCheckpoint,
    leaf: LeafHash,
    index: u64,
    proof: &[Bytes],
) -> Result<VerifiedInclusion, AuditError> {
    let proof = InclusionProof::from_slices(proof.iter().map(Bytes::as_ref))?;
    Ok(head.includes(leaf, LeafIndex::new(index), &proof)?)
}
