//! Evidence against a log: both signed notes, as a value and as text that anyone can check.

use std::fmt;
use std::str::Split;

use crate::checkpoint::{OpenError, VerifiedCheckpoint};
use crate::hash::NodeHash;
use crate::key::LogKey;
use crate::note::{MAX_NOTE_BYTES, SignedNote};
use crate::proof::{ConsistencyProof, MAX_PROOF_HASHES};
use crate::size::{TreeHead, parse_decimal};
use crate::text;
use crate::verify::verify_consistency;

const HEADER: &str = "amana/evidence@v1";

/// Most bytes of evidence as text: two full notes and a full proof.
pub const MAX_EVIDENCE_BYTES: usize = 2 * MAX_NOTE_BYTES + 8 * 1024;

/// What two heads of one log say against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Finding {
    /// Two roots for one size: the two signatures alone convict the log.
    Fork,
    /// A smaller head served for the newest. The log signed both in its life; that it served the
    /// smaller one later is the witness's word.
    Rollback,
    /// A larger head without a proof that it extends the known one. That this was all the proof
    /// the log gave is the witness's word.
    BadProof,
}

impl Finding {
    /// What two heads that do not agree amount to.
    pub(crate) fn between(known: &TreeHead, seen: &TreeHead) -> Self {
        match seen.size.cmp(&known.size) {
            std::cmp::Ordering::Less => Self::Rollback,
            std::cmp::Ordering::Equal => Self::Fork,
            std::cmp::Ordering::Greater => Self::BadProof,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::Rollback => "rollback",
            Self::BadProof => "bad-proof",
        }
    }
}

/// Two notes signed by one log that do not go together, with the proof that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What they amount to.
    pub finding: Finding,
    /// The log's key.
    pub log_key: LogKey,
    /// The note that was known.
    pub known: SignedNote,
    /// The note that was offered in its place.
    pub seen: SignedNote,
    /// The proof that came with it.
    pub proof: ConsistencyProof,
}

impl Evidence {
    /// Checks that the evidence says what it claims: both notes are the log's, and they stand
    /// against each other as the finding says.
    ///
    /// `trusted` is the log's key as the reader knows it; the one inside is only a claim.
    ///
    /// # Errors
    /// [`EvidenceError`]: it then accuses nobody.
    pub fn verify(&self, trusted: &LogKey) -> Result<Finding, EvidenceError> {
        if self.log_key != *trusted {
            return Err(EvidenceError::OtherKey);
        }
        let known = VerifiedCheckpoint::open(self.known.clone(), trusted)?;
        let seen = VerifiedCheckpoint::open(self.seen.clone(), trusted)?;
        let agree =
            known.head() == seen.head() || verify_consistency(known.head(), seen.head(), &self.proof).is_ok();
        if agree || self.finding != Finding::between(known.head(), seen.head()) {
            return Err(EvidenceError::Unfounded);
        }
        Ok(self.finding)
    }

    /// Reads the text of evidence. Nothing is verified.
    ///
    /// # Errors
    /// [`EvidenceError::Text`] for anything that was not written by [`Evidence`]'s `Display`.
    pub fn parse(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let whole = Some(bytes)
            .filter(|bytes| bytes.len() <= MAX_EVIDENCE_BYTES)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .ok_or(EvidenceError::Text)?;
        Self::read(whole).ok_or(EvidenceError::Text)
    }

    fn read(whole: &str) -> Option<Self> {
        let mut lines = text::lines(whole)?;
        if lines.next() != Some(HEADER) {
            return None;
        }
        let finding = lines.next()?.strip_prefix("finding ")?;
        let finding = [Finding::Fork, Finding::Rollback, Finding::BadProof]
            .into_iter()
            .find(|known| known.name() == finding)?;
        let log_key = lines.next()?.strip_prefix("log-key ")?.parse().ok()?;
        let proof = read_proof(&mut lines)?;
        let known = read_note(&mut lines, "known ")?;
        let seen = read_note(&mut lines, "seen ")?;
        lines.next().is_none().then_some(Self { finding, log_key, known, seen, proof })
    }
}

/// Lines that follow, as the header line before them says.
fn read_count(lines: &mut Split<'_, char>, label: &str) -> Option<u64> {
    parse_decimal(lines.next()?.strip_prefix(label)?)
}

fn read_proof(lines: &mut Split<'_, char>) -> Option<ConsistencyProof> {
    let count = read_count(lines, "proof ")?;
    let count = usize::try_from(count).ok().filter(|count| *count <= MAX_PROOF_HASHES)?;
    let hashes = lines.take(count).map(|line| text::decode_hash(line).map(NodeHash::new));
    let hashes: Vec<NodeHash> = hashes.collect::<Option<_>>()?;
    (hashes.len() == count).then(|| ConsistencyProof::from_hashes(hashes))
}

fn read_note(lines: &mut Split<'_, char>, label: &str) -> Option<SignedNote> {
    let count = usize::try_from(read_count(lines, label)?).ok()?;
    let mut note = String::new();
    for line in lines.take(count) {
        note.push_str(line);
        note.push('\n');
    }
    SignedNote::parse(note.as_bytes()).ok()
}

impl fmt::Display for Evidence {
    /// The evidence as text: counted lines, so that the notes stay byte for byte as they were.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nfinding {}\nlog-key {}", self.finding.name(), self.log_key)?;
        writeln!(f, "proof {}", self.proof.hashes().len())?;
        for hash in self.proof.hashes() {
            writeln!(f, "{}", text::encode(hash.as_bytes()))?;
        }
        for (label, note) in [("known", &self.known), ("seen", &self.seen)] {
            let count = note.as_str().matches('\n').count();
            write!(f, "{label} {count}\n{}", note.as_str())?;
        }
        Ok(())
    }
}

/// Why evidence accuses nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Not the text of evidence.
    #[error("this is no evidence text that begins with {HEADER:?}; ask the witness for the whole file")]
    Text,
    /// It speaks of a log with another key than the one trusted here.
    #[error("the evidence is against a log with another key than the one pinned here")]
    OtherKey,
    /// One of the notes is not a checkpoint of the log.
    #[error("a note in the evidence: {0}")]
    Open(#[from] OpenError),
    /// The notes go together, or not as the finding says.
    #[error("the two notes do not show what the evidence claims; dismiss it")]
    Unfounded,
}
