//! The parts that records of several subjects have in common, and how long they may be.

use amana_seal::record;
use amana_types::limits::{MESSAGE_BYTES, RECIPIENTS};
use amana_types::{Digest, MemberCode, Seq, Timestamp};

/// The most bytes of a small field: a note, a reason, a sealed detail.
pub(crate) const SMALL: usize = 64 * 1024;
/// The most bytes of a stable reason.
pub(crate) const CODE_BYTES: usize = 1024;
/// The most members that the versions of one notice may have been sent to.
pub(crate) const MEMBERS: usize = 2 * RECIPIENTS;
/// The most bytes of a checkpoint, and of an alarm's message: both stand in one row.
pub(crate) const CHECKPOINT_BYTES: usize = 4 * 1024;
pub(crate) const ALARM_BYTES: usize = 3 * 1024;

/// The first 16 bytes of a keyed digest.
pub(crate) type BlindDigest = [u8; 16];

record! {
    /// A recipient and the place of a notice in the sequence of ours to it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct PairPlace {
        pub(crate) member: MemberCode,
        pub(crate) number: u64,
        /// Header hash of the notice before it in that sequence; zeros for the first.
        pub(crate) previous: Digest,
    }
}

record! {
    /// Content sealed at rest under a data key of its own.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Vaulted {
        /// Where the wrapped data key lies; gone once the notice is erased.
        pub(crate) key_slot: u64,
        /// What a list shows.
        pub(crate) summary: Vec<u8> [..= SMALL],
        /// The CASE section.
        pub(crate) case: Vec<u8> [..= MESSAGE_BYTES],
        /// The PROTECTED_PERSONS section, if we may hold it.
        pub(crate) protected: Option<Vec<u8>> [..= MESSAGE_BYTES],
        /// The blind terms by which the notice is found.
        pub(crate) terms: Vec<u8> [..= MESSAGE_BYTES],
    }
}

record! {
    /// A place in the exchange's audit log with the portable proof of it, as it was verified.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Proven {
        pub(crate) index: Seq,
        pub(crate) accepted_at: Timestamp,
        /// C2SP tlog-proof, with all that it takes to recompute the leaf.
        pub(crate) proof: Vec<u8> [..= SMALL],
    }
}

record! {
    /// What it takes beside a record itself to show that it is in the exchange's log, as it was verified on
    /// arrival. It is kept then because nobody may be there to give it later, and costs about a kilobyte on
    /// disk and nothing in memory.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(crate) struct Inclusion {
        pub(crate) leaf_salt: [u8; 32],
        /// Sibling hashes from leaf to root, one after the other.
        pub(crate) path: Vec<u8> [..= SMALL],
        /// The checkpoint: a signed note.
        pub(crate) checkpoint: Vec<u8> [..= SMALL],
    }
}
