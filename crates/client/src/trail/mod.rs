//! The trail of a notice: its whole life, told so that it can be verified with nothing but the trail and
//! the exchange's public facts.
//!
//! Every step that is in the exchange's log carries what its leaf is computed from, its inclusion proof
//! and a checkpoint that the log signed; the entries of the directory, proven in the same way, say whose
//! key counted at which place. Heads are shown to extend one another where the hub could be asked. What
//! happened in the maker's own house is its own word. The whole is signed by its maker, so that nothing in
//! it can be changed, left out or added on its way.
//!
//! A trail holds no word of a case: who, what, when, and proofs. Receipts are signed for up to 256
//! notices at once, so it does show ids and header hashes of other notices between the same two members.
//!
//! ```text
//! amana/trail@v1
//! (base64 in lines of 76 characters)
//! ```

mod codec;
mod error;
mod make;
mod steps;
mod verify;
mod view;

use std::collections::BTreeSet;

use amana_log::{ConsistencyProof, InclusionProof, LogKey, SignedNote};
use amana_seal::receipt::Receipt;
use amana_seal::review::ReviewDecision;
use amana_types::limits::HEADER_BYTES;
use amana_types::trail::TrailEvent;
use amana_types::{ExchangeName, KeyId, MemberCode, NoticeId, Seq, Timestamp, VerifyingKey};

pub use error::{Refused, TrailError};
pub use make::{Found, Parts};
pub use steps::{Step, Verified};
pub use verify::verify;

/// The longest root or signature that is read.
const SHORT_BYTES: usize = 64;
/// The longest receipt or decision that is read.
const BODY_BYTES: usize = if Receipt::MOST_BYTES > ReviewDecision::MOST_BYTES {
    Receipt::MOST_BYTES
} else {
    ReviewDecision::MOST_BYTES
};

/// A trail, before it is signed. Nothing in it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The exchange.
    pub exchange: ExchangeName,
    /// Who tells it.
    pub maker: MemberCode,
    /// The maker's signing key.
    pub key: KeyId,
    /// When, by the maker's clock.
    pub made: Timestamp,
    /// The notice.
    pub notice: NoticeId,
    /// Checkpoints, ascending by size.
    pub heads: Vec<Head>,
    /// Entries of the directory, ascending by place: all that the maker knows.
    pub directory: Vec<Logged<Vec<u8>>>,
    /// What is in the log about the notice, ascending by place; the first is the notice itself.
    pub evidence: Vec<Logged<Evidence>>,
    /// At its owner: whom it was sealed for.
    pub recipients: BTreeSet<MemberCode>,
    /// What happened at the maker, in order of time.
    pub said: Vec<Said>,
}

/// A checkpoint that leaves are proven against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// As the log signed it.
    pub note: SignedNote,
    /// That it extends the head before it in the trail; nothing where that cannot be shown.
    pub consistency: Option<ConsistencyProof>,
}

/// A record of the log with all that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged<T> {
    /// Its place.
    pub index: Seq,
    /// When the hub took it in.
    pub accepted_at: Timestamp,
    /// What blinds its leaf.
    pub leaf_salt: [u8; 32],
    /// Which of the trail's heads it is proven against.
    pub head: usize,
    /// Siblings from its leaf to the root.
    pub path: InclusionProof,
    /// The record.
    pub record: T,
}

amana_seal::record! {
    /// A record about the notice.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Evidence {
        /// The head of an envelope: the notice itself, or what supersedes it.
        Envelope {
            /// The header core as it was signed.
            header: Vec<u8> [..= HEADER_BYTES],
            /// The root over the slots.
            slots_root: Vec<u8> [..= SHORT_BYTES],
            /// The depth of the slot tree.
            depth: u32,
            /// The sender's signature.
            signature: Vec<u8> [..= SHORT_BYTES],
        } = 1,
        /// A recipient's receipt.
        Receipt {
            /// Canonical bytes.
            body: Vec<u8> [..= BODY_BYTES],
            /// The recipient's signature.
            signature: Vec<u8> [..= SHORT_BYTES],
        } = 2,
        /// The review desk's decision.
        Review {
            /// Canonical bytes.
            body: Vec<u8> [..= BODY_BYTES],
            /// The desk's signature.
            signature: Vec<u8> [..= SHORT_BYTES],
        } = 3,
    }
}

impl Evidence {
    /// What it is, for people.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Envelope { .. } => "envelope",
            Self::Receipt { .. } => "receipt",
            Self::Review { .. } => "review decision",
        }
    }
}

/// What happened at the maker, on its word alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// When, by its clock.
    pub at: Timestamp,
    /// What.
    pub event: TrailEvent,
    /// The code of its ground, where it has one.
    pub ground: String,
}

/// What everybody in the exchange knows, and whoever verifies a trail must have from elsewhere.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The exchange.
    pub exchange: ExchangeName,
    /// The keys that sign enrolment, suspension and groups.
    pub root_keys: Vec<VerifyingKey>,
    /// The audit log's key.
    pub log_key: LogKey,
}

#[cfg(test)]
#[path = "trail_tests.rs"]
mod tests;
