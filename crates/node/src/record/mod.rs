//! What a node's journal holds. Everything else at the node is a view over these records.
//!
//! Who sent what to whom and when is in the clear, as the hub sees it too; every word of a case, of a
//! reader's reason and of a request is sealed ([`Vaulted`], [`AccessRead`]). The bytes of a record are
//! the strict codec of `seal`: one value, one encoding.

mod attachment;
mod decode;
mod draft;
mod encode;
mod ended;
mod passed_on;
mod reply;
mod review;
mod version;

use amana_seal::envelope::{AttachmentHeader, Supersedes};
use amana_types::{Action, Digest, MemberCode, NoticeId, Seq, Timestamp};

pub(crate) use attachment::{Fetched, read_attachments, write_attachments};
pub(crate) use decode::{RecordError, read_inclusion};
pub(crate) use draft::{Discarded, Drafted};
pub(crate) use encode::write_inclusion;
pub(crate) use ended::{Erased, Expired, Held, Recall, Recalled, Withdrawn};
pub(crate) use passed_on::{Exported, PassedOn};
pub(crate) use reply::{
    ClockSet, Debtors, Effect, GrantBytes, Looked, OutgoingReply, Reexamine, ReplyEnded, ReplyIn, Side,
    write_members,
};
pub(crate) use review::{Decided, Proposed, Reviewed};
pub(crate) use version::{Restricted, Suspended, Suspension};

/// One record of the node's journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// A notice of ours, sealed and queued for the hub.
    Outgoing(Outgoing),
    /// What the hub answered to it, for good.
    Outcome(Outcome),
    /// A notice that another member sent to us, verified and opened.
    Received(Received),
    /// What is left of a notice for us that its sender withdrew before it came.
    Gone(Gone),
    /// Something the hub delivered that could not be verified or read. Never shown.
    Quarantined(Quarantined),
    /// Another member's signed receipt about notices of ours.
    Receipt(ReceiptIn),
    /// An entry of the directory.
    Directory(DirectoryIn),
    /// How far we have followed the exchange's log.
    Followed(Followed),
    /// An officer acknowledged a received notice.
    Acknowledged(Acknowledged),
    /// Someone read something here.
    Access(AccessRead),
    /// Something the administrator must look at.
    Alarm(Alarm),
    /// The hub has our receipts about everything before a place in this journal.
    Confirmed(Confirmed),
    /// A notice of ours that we took back.
    Withdrawn(Withdrawn),
    /// The withdrawal of a notice of ours, sealed and queued for the hub.
    Recall(Recall),
    /// Another member's withdrawal of a notice of its own, verified and opened.
    Recalled(Recalled),
    /// A notice whose time is over.
    Expired(Expired),
    /// The key of a notice is gone.
    Erased(Erased),
    /// A decision of the review desk came.
    Reviewed(Reviewed),
    /// At the desk: one officer of two passes a notice.
    Proposed(Proposed),
    /// At the desk: a notice is decided, and the hub is to be told.
    Decided(Decided),
    /// A reply of ours, sealed and queued for the hub.
    OutgoingReply(Box<OutgoingReply>),
    /// A reply that another member sent to us, verified and opened.
    ReplyIn(Box<ReplyIn>),
    /// A notice asks for something within a time.
    ClockSet(ClockSet),
    /// A notice of ours is to be looked at again.
    Reexamine(Reexamine),
    /// A reply ends because its notice did.
    ReplyEnded(ReplyEnded),
    /// What follows from some ends and replies is done.
    Looked(Looked),
    /// Who has to erase a notice of ours that ended by itself.
    Debtors(Debtors),
    /// A notice of ours that we suspended, or resumed.
    Suspended(Suspended),
    /// Another member's suspension of a notice of its own, or the end of one, verified and opened.
    Suspension(Suspension),
    /// A newer version of a notice of ours is for fewer members than one before.
    Restricted(Restricted),
    /// An attachment of a notice that came in is here, or cannot be had.
    Fetched(Fetched),
    /// A notice was taken out of the node.
    Exported(Exported),
    /// A notice passes another on.
    PassedOn(PassedOn),
    /// A notice that is still being written was saved.
    Drafted(Drafted),
    /// A notice that was being written is discarded.
    Discarded(Discarded),
}

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
    pub(crate) recipients: Vec<PairPlace>,
    /// Whether it is held for the review desk. Then it has no place in the sequences to its recipients.
    pub(crate) held: bool,
    /// The attachments that it lists.
    pub(crate) attachments: Vec<AttachmentHeader>,
    /// Whether it waits for the hub to hold them. Then it has no place in those sequences yet.
    pub(crate) parked: bool,
    pub(crate) header_hash: Digest,
    /// The version of ours whose place it takes.
    pub(crate) supersedes: Option<Supersedes>,
    /// The envelope as it goes to the hub, in the encoding of the contract.
    pub(crate) envelope: Vec<u8>,
    pub(crate) vaulted: Vaulted,
}

/// A recipient and the place of a notice in the sequence of ours to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PairPlace {
    pub(crate) member: MemberCode,
    pub(crate) number: u64,
    /// Header hash of the notice before it in that sequence; zeros for the first.
    pub(crate) previous: Digest,
}

/// The first 16 bytes of a keyed digest.
pub(crate) type BlindDigest = [u8; 16];

/// Content sealed at rest under a data key of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vaulted {
    /// Where the wrapped data key lies; gone once the notice is erased.
    pub(crate) key_slot: u64,
    /// What a list shows.
    pub(crate) summary: Vec<u8>,
    /// The CASE section.
    pub(crate) case: Vec<u8>,
    /// The PROTECTED_PERSONS section, if we may hold it.
    pub(crate) protected: Option<Vec<u8>>,
    /// The blind terms by which the notice is found.
    pub(crate) terms: Vec<u8>,
}

/// The hub's last word about a notice of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) id: NoticeId,
    pub(crate) at: Timestamp,
    pub(crate) verdict: Verdict,
}

/// Taken or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is in the audit log.
    Accepted(Proven),
    /// It was refused, and the same bytes would be again.
    Refused {
        /// The stable reason.
        reason: String,
        /// What the hub said about it.
        message: String,
    },
}

/// A place in the exchange's audit log with the portable proof of it, as it was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proven {
    pub(crate) index: Seq,
    pub(crate) accepted_at: Timestamp,
    /// C2SP tlog-proof, with all that it takes to recompute the leaf.
    pub(crate) proof: Vec<u8>,
}

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
    pub(crate) attachments: Vec<AttachmentHeader>,
    pub(crate) vaulted: Vaulted,
}

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

/// What was delivered and is kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quarantined {
    pub(crate) index: Seq,
    pub(crate) at: Timestamp,
    /// Stable, UPPER_SNAKE.
    pub(crate) reason: String,
    /// The precise cause, without any content.
    pub(crate) detail: String,
    /// The header and signature as delivered, for whoever looks into it.
    pub(crate) evidence: Vec<u8>,
}

/// A receipt as its signer wrote it; verified before it became a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceiptIn {
    pub(crate) index: Seq,
    pub(crate) accepted_at: Timestamp,
    pub(crate) body: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) inclusion: Inclusion,
}

/// What it takes beside a record itself to show that it is in the exchange's log, as it was verified on
/// arrival. It is kept then because nobody may be there to give it later, and costs about a kilobyte on
/// disk and nothing in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inclusion {
    pub(crate) leaf_salt: [u8; 32],
    /// Sibling hashes from leaf to root, one after the other.
    pub(crate) path: Vec<u8>,
    /// The checkpoint: a signed note.
    pub(crate) checkpoint: Vec<u8>,
}

/// An entry of the directory; folded once before it became a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DirectoryIn {
    pub(crate) index: Seq,
    pub(crate) accepted_at: Timestamp,
    pub(crate) entry: Vec<u8>,
    pub(crate) inclusion: Inclusion,
}

/// The end of a group of deliveries: the log head they were proven against and the next place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Followed {
    /// The first place in the exchange's log that we have not handled.
    pub(crate) cursor: Seq,
    /// The newest head that was found consistent with all before it: a signed note.
    pub(crate) checkpoint: Vec<u8>,
}

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
    pub(crate) sealed: Vec<u8>,
}

/// Who read what, why and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccessRead {
    pub(crate) at: Timestamp,
    pub(crate) action: Action,
    /// Names this record to the cipher at rest.
    pub(crate) nonce: [u8; 16],
    /// Agency, role, purpose, case reference and the notices shown.
    pub(crate) sealed: Vec<u8>,
}

/// Something the administrator must look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alarm {
    pub(crate) at: Timestamp,
    /// Stable, UPPER_SNAKE.
    pub(crate) reason: String,
    /// What happened and what to do.
    pub(crate) message: String,
}

/// Receipts owed for records below this place have reached the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Confirmed {
    pub(crate) below: Seq,
}

impl Record {
    /// The envelope that goes to the hub, of the records that have one.
    pub(crate) const fn envelope(&self) -> Option<&[u8]> {
        match self {
            Self::Outgoing(put) => Some(put.envelope.as_slice()),
            Self::Recall(recall) => Some(recall.envelope.as_slice()),
            Self::OutgoingReply(put) => Some(put.envelope.as_slice()),
            _ => None,
        }
    }

    /// Where the key of its sealed content lies, of the records that have some.
    pub(crate) const fn key_slot_mut(&mut self) -> Option<&mut u64> {
        match self {
            Self::Outgoing(put) => Some(&mut put.vaulted.key_slot),
            Self::Received(received) => Some(&mut received.vaulted.key_slot),
            Self::OutgoingReply(put) => Some(&mut put.vaulted.key_slot),
            Self::ReplyIn(reply) => Some(&mut reply.vaulted.key_slot),
            Self::Drafted(drafted) => Some(&mut drafted.key_slot),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
