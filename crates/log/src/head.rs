//! What a node remembers of a log, and how it judges the next head.

use crate::checkpoint::{OpenError, VerifiedCheckpoint};
use crate::evidence::{Evidence, Finding};
use crate::key::LogKey;
use crate::note::SignedNote;
use crate::proof::ConsistencyProof;
use crate::verify::{ConsistencyError, verify_consistency};

/// The last head of a log that was found consistent with all before it.
///
/// A node keeps it across restarts (its note is enough) and lets it move only through
/// [`KnownHead::judge`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHead {
    key: LogKey,
    checkpoint: VerifiedCheckpoint,
}

/// What a new head means to one who knows an older one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// The log has grown; keep this head from now on.
    Advance(KnownHead),
    /// Same size, same root: nothing new.
    Same,
}

impl KnownHead {
    /// Trusts a checkpoint as the first one known: at enrolment, or when read back from disk.
    ///
    /// # Errors
    /// [`OpenError`] if the log's signature does not hold.
    pub fn trust(note: SignedNote, key: LogKey) -> Result<Self, OpenError> {
        let checkpoint = VerifiedCheckpoint::open(note, &key)?;
        Ok(Self { key, checkpoint })
    }

    /// The checkpoint.
    pub fn checkpoint(&self) -> &VerifiedCheckpoint {
        &self.checkpoint
    }

    /// The log's key.
    pub fn key(&self) -> &LogKey {
        &self.key
    }

    /// Judges a checkpoint that the log now gives for its newest.
    ///
    /// The proof must lead from the size known to the new one; it is empty for an equal size.
    ///
    /// # Errors
    /// [`JudgeError::Open`] if the log did not sign it, which accuses nobody; every other error
    /// carries evidence, which must be kept and reported.
    pub fn judge(&self, seen: SignedNote, proof: &ConsistencyProof) -> Result<Judgement, JudgeError> {
        let seen = VerifiedCheckpoint::open(seen, &self.key)?;
        let (known, new) = (self.checkpoint.head(), seen.head());
        if known == new {
            return Ok(Judgement::Same);
        }
        match verify_consistency(known, new, proof) {
            Ok(()) => Ok(Judgement::Advance(Self { key: self.key.clone(), checkpoint: seen })),
            Err(cause) => Err(self.accuse(seen, proof, cause)),
        }
    }

    fn accuse(
        &self,
        seen: VerifiedCheckpoint,
        proof: &ConsistencyProof,
        cause: ConsistencyError,
    ) -> JudgeError {
        let finding = Finding::between(self.checkpoint.head(), seen.head());
        let evidence = Box::new(Evidence {
            finding,
            log_key: self.key.clone(),
            known: self.checkpoint.note().clone(),
            seen: seen.note().clone(),
            proof: proof.clone(),
        });
        match finding {
            Finding::Rollback => JudgeError::Rollback(evidence),
            Finding::Fork => JudgeError::Fork(evidence),
            Finding::BadProof => JudgeError::BadProof { evidence, cause },
        }
    }
}

/// Why a node does not follow the log to a new head. The node keeps the head it knows, stops
/// trusting the log, and its operator asks the other members what they saw.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// The log did not sign this.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The log says that it is smaller than it was.
    #[error("the log went back to fewer leaves; keep the evidence and ask the other members")]
    Rollback(Box<Evidence>),
    /// The log signed two roots for one size.
    #[error("the log signed two different roots for one size; keep the evidence and ask the other members")]
    Fork(Box<Evidence>),
    /// The log cannot show that it only grew.
    #[error("the log does not show that it only grew; keep the evidence and ask the other members")]
    BadProof {
        /// Both notes and the proof.
        evidence: Box<Evidence>,
        /// Where the proof fails.
        #[source]
        cause: ConsistencyError,
    },
}

impl JudgeError {
    /// The evidence against the log, if there is any.
    pub fn evidence(&self) -> Option<&Evidence> {
        match self {
            Self::Open(_) => None,
            Self::Rollback(evidence) | Self::Fork(evidence) | Self::BadProof { evidence, .. } => {
                Some(evidence)
            }
        }
    }
}
