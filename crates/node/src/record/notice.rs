//! Records about notices themselves: ours, and those that came.

use amana_seal::envelope::{AttachmentHeader, Supersedes};
use amana_seal::record;
use amana_types::limits::{ATTACHMENTS, MESSAGE_BYTES, RECIPIENTS};
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use super::SMALL;

/// The first 16 bytes of a keyed digest.
pub(crate) type BlindDigest = [u8; 16];

record! {
    /// A notice of ours in the outbox. The same id can be put again, sealed anew, until the hub took it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Outgoing {
        pub(crate) id: NoticeId,
        pub(crate) created: Timestamp,
        pub(crate) expires: Timestamp,
        /// Keyed digest of the agency and its request id: the same request is found again, never guessed.
        pub(crate) request: BlindDigest,
        /// Keyed digest of what was asked to be published.
        pub(crate) content: BlindDigest,
        /// The recipients and each one's place in the sequence of our notices to it, sorted by code.
        pub(crate) recipients: Vec<PairPlace> [..= RECIPIENTS],
        /// Whether it is held for the review desk. Then it has no place in the sequences to its recipients.
        pub(crate) held: bool,
        /// The attachments that it lists.
        pub(crate) attachments: Vec<AttachmentHeader> [..= ATTACHMENTS],
        /// Whether it waits for the hub to hold them. Then it has no place in those sequences yet.
        pub(crate) parked: bool,
        pub(crate) header_hash: Digest,
        /// The version of ours whose place it takes.
        pub(crate) supersedes: Option<Supersedes>,
        /// The envelope as it goes to the hub, in the encoding of the contract.
        pub(crate) envelope: Vec<u8> [..= MESSAGE_BYTES],
        pub(crate) vaulted: Vaulted,
    }
}

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
    /// The hub's last word about a notice of ours.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Outcome {
        pub(crate) id: NoticeId,
        pub(crate) at: Timestamp,
        pub(crate) verdict: Verdict,
    }
}

record! {
    /// Taken or not.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Verdict {
        /// It is in the audit log.
        Accepted(Proven) = 1,
        /// It was refused, and the same bytes would be again.
        Refused {
            /// The stable reason.
            reason: String [..= SMALL],
            /// What the hub said about it.
            message: String [..= SMALL],
        } = 2,
        /// It was made while our clock was ahead, and was made anew under this id.
        MadeAnew(NoticeId) = 3,
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
    /// A notice that came in.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Received {
        pub(crate) id: NoticeId,
        pub(crate) sender: MemberCode,
        pub(crate) created: Timestamp,
        pub(crate) expires: Timestamp,
        pub(crate) received_at: Timestamp,
        pub(crate) header_hash: Digest,
        /// The version whose place it takes.
        pub(crate) supersedes: Option<Supersedes>,
        /// Whether it was held for the review desk. Then it has no place in the sender's sequence to us.
        pub(crate) held: bool,
        /// The place of the desk's pass by which it came; nothing at the desk itself.
        pub(crate) passed: Option<Seq>,
        pub(crate) proven: Proven,
        /// Its place in the sender's sequence to us.
        pub(crate) pair_number: u64,
        /// Header hash of the notice before it in that sequence.
        pub(crate) pair_previous: Digest,
        /// The attachments that it lists and that are for us.
        pub(crate) attachments: Vec<AttachmentHeader> [..= ATTACHMENTS],
        pub(crate) vaulted: Vaulted,
    }
}

record! {
    /// The head of a notice that was erased before we had it; its withdrawal follows.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Gone {
        pub(crate) index: Seq,
        pub(crate) id: NoticeId,
        pub(crate) sender: MemberCode,
        pub(crate) header_hash: Digest,
        /// The version whose place it took.
        pub(crate) supersedes: Option<Supersedes>,
        pub(crate) at: Timestamp,
    }
}

record! {
    /// An officer's acknowledgement.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Acknowledged {
        pub(crate) id: NoticeId,
        pub(crate) sender: MemberCode,
        pub(crate) header_hash: Digest,
        /// The notice's place in the exchange's log.
        pub(crate) index: Seq,
        pub(crate) at: Timestamp,
        /// Who, sealed like [`AccessRead::sealed`].
        pub(crate) nonce: [u8; 16],
        pub(crate) sealed: Vec<u8> [..= SMALL],
    }
}
