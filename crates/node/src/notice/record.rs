//! Records about notices themselves: ours, and those that came.

use amana_seal::envelope::{AttachmentHeader, Supersedes};
use amana_seal::record;
use amana_types::limits::{ATTACHMENTS, MESSAGE_BYTES, RECIPIENTS};
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use crate::fold::facts::Facts;
use crate::fold::parts::{BlindDigest, PairPlace, Proven, SMALL, Vaulted};

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

impl Facts for Outgoing {
    fn envelope(&self) -> Option<&[u8]> {
        Some(&self.envelope)
    }

    fn content(&self) -> Option<(NoticeId, &Vaulted)> {
        Some((self.id, &self.vaulted))
    }

    fn key_slot_mut(&mut self) -> Option<&mut u64> {
        Some(&mut self.vaulted.key_slot)
    }

    fn request(&self) -> Option<BlindDigest> {
        Some(self.request)
    }
}

impl Facts for Received {
    fn content(&self) -> Option<(NoticeId, &Vaulted)> {
        Some((self.id, &self.vaulted))
    }

    fn key_slot_mut(&mut self) -> Option<&mut u64> {
        Some(&mut self.vaulted.key_slot)
    }
}

impl Facts for Acknowledged {}
