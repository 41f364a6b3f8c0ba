//! What a node's journal holds. Everything else at the node is a view over these records.
//!
//! Who sent what to whom and when is in the clear, as the hub sees it too; every word of a case, of a
//! reader's reason and of a request is sealed ([`Vaulted`], [`AccessRead`]). A new record is one declaration
//! and one line in the list below: its bytes, limits included, follow from that.

mod attachment;
mod draft;
mod ended;
mod log;
mod notice;
mod passed_on;
mod reply;
mod returned;
mod review;
mod version;

use amana_seal::codec::{CodecError, Encoded, Numbered, Reader, Writer};
use amana_types::NoticeId;
use amana_types::limits::{LINE_CHARS, RECIPIENTS};

pub(crate) use attachment::Fetched;
pub(crate) use draft::{Discarded, Drafted};
pub(crate) use ended::{Erased, Expired, Held, Recall, Recalled, Withdrawn};
pub(crate) use log::{
    AccessRead, Alarm, Confirmed, DirectoryIn, Followed, Inclusion, Quarantined, ReceiptIn,
};
pub(crate) use notice::{
    Acknowledged, BlindDigest, Gone, Outcome, Outgoing, PairPlace, Proven, Received, Vaulted, Verdict,
};
pub(crate) use passed_on::{Exported, PassedOn};
pub(crate) use reply::{
    ClockSet, Debtors, Effect, GrantBytes, Looked, OutgoingReply, Reexamine, ReplyEnded, ReplyIn, Side,
};
pub(crate) use returned::{LeftOut, Returned};
pub(crate) use review::{Decided, Proposed, Reviewed};
pub(crate) use version::{Restricted, Suspended, Suspension};

/// The most bytes of a small field: a note, a reason, a sealed detail.
const SMALL: usize = 64 * 1024;
/// The most bytes of a stable reason.
pub(crate) const CODE_BYTES: usize = 1024;
/// The most members that the versions of one notice may have been sent to.
pub(crate) const MEMBERS: usize = 2 * RECIPIENTS;
/// The most bytes of a draft's sealed name: that of a line in any script.
pub(crate) const DRAFT_NAME_BYTES: usize = 4 * LINE_CHARS + 64;
/// The most bytes of a checkpoint, and of an alarm's message: both stand in one row.
pub(crate) const CHECKPOINT_BYTES: usize = 4 * 1024;
pub(crate) const ALARM_BYTES: usize = 3 * 1024;

/// The way in which all these records are written. It changes with any of them.
const VERSION: u8 = 1;

amana_seal::record! {
    /// One record of the node's journal, and the numbers of the kinds.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Record {
        /// A notice of ours, sealed and queued for the hub.
        Outgoing(Outgoing) = 1,
        /// What the hub answered to it, for good.
        Outcome(Outcome) = 2,
        /// A notice that another member sent to us, verified and opened.
        Received(Received) = 3,
        /// What is left of a notice for us that its sender withdrew before it came.
        Gone(Gone) = 4,
        /// Something the hub delivered that could not be verified or read. Never shown.
        Quarantined(Quarantined) = 5,
        /// Another member's signed receipt about notices of ours.
        Receipt(ReceiptIn) = 6,
        /// An entry of the directory.
        Directory(DirectoryIn) = 7,
        /// How far we have followed the exchange's log.
        Followed(Followed) = 8,
        /// An officer acknowledged a received notice.
        Acknowledged(Acknowledged) = 9,
        /// Someone read something here.
        Access(AccessRead) = 10,
        /// Something the administrator must look at.
        Alarm(Alarm) = 11,
        /// The hub has our receipts about everything before a place in this journal.
        Confirmed(Confirmed) = 12,
        /// A notice of ours that we took back.
        Withdrawn(Withdrawn) = 13,
        /// The withdrawal of a notice of ours, sealed and queued for the hub.
        Recall(Recall) = 14,
        /// Another member's withdrawal of a notice of its own, verified and opened.
        Recalled(Recalled) = 15,
        /// A notice whose time is over.
        Expired(Expired) = 16,
        /// The key of a notice is gone.
        Erased(Erased) = 17,
        /// A decision of the review desk came.
        Reviewed(Reviewed) = 18,
        /// At the desk: one officer of two passes a notice.
        Proposed(Proposed) = 19,
        /// At the desk: a notice is decided, and the hub is to be told.
        Decided(Decided) = 20,
        /// A reply of ours, sealed and queued for the hub.
        OutgoingReply(Box<OutgoingReply>) = 21,
        /// A reply that another member sent to us, verified and opened.
        ReplyIn(Box<ReplyIn>) = 22,
        /// A notice asks for something within a time.
        ClockSet(ClockSet) = 23,
        /// A notice of ours is to be looked at again.
        Reexamine(Reexamine) = 24,
        /// A reply ends because its notice did.
        ReplyEnded(ReplyEnded) = 25,
        /// What follows from some ends and replies is done.
        Looked(Looked) = 26,
        /// Who has to erase a notice of ours that ended by itself.
        Debtors(Debtors) = 27,
        /// A notice of ours that we suspended, or resumed.
        Suspended(Suspended) = 28,
        /// Another member's suspension of a notice of its own, or the end of one, verified and opened.
        Suspension(Suspension) = 29,
        /// A newer version of a notice of ours is for fewer members than one before.
        Restricted(Restricted) = 30,
        /// An attachment of a notice that came in is here, or cannot be had.
        Fetched(Fetched) = 31,
        /// A notice was taken out of the node.
        Exported(Exported) = 32,
        /// A notice passes another on.
        PassedOn(PassedOn) = 33,
        /// A notice that is still being written was saved.
        Drafted(Drafted) = 34,
        /// A notice that was being written is discarded.
        Discarded(Discarded) = 35,
        /// Envelopes that nobody got give their places back.
        Returned(Returned) = 36,
    }
}

/// A journal record whose checksum holds and which is still none of ours: written by another version
/// of this program, or by another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RecordError {
    /// Written in a way that this version does not have.
    #[error("a record of format {0}, and this version reads {VERSION}; run the version that wrote it")]
    Version(u8),
    /// A kind that this version does not have.
    #[error("a record of kind {0}, which this version does not know; run the version that wrote it")]
    Kind(u8),
    /// Not the encoding of its kind.
    #[error("a record of the kind {kind} does not read ({cause}); run the version that wrote it")]
    Encoding {
        /// The kind's name.
        kind: &'static str,
        /// What does not read.
        #[source]
        cause: CodecError,
    },
}

impl Record {
    /// The record's bytes: the format's version, the kind, the fields.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, CodecError> {
        let mut w = Writer::with_capacity(1024 + self.envelope().map_or(0, <[u8]>::len));
        self.write(w.u8(VERSION))?;
        Ok(w.finish())
    }

    /// Reads a record back.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let kind = match *bytes {
            [VERSION, kind, ..] => kind,
            [VERSION] | [] => {
                return Err(RecordError::Encoding { kind: "unknown", cause: CodecError::Short });
            }
            [version, ..] => return Err(RecordError::Version(version)),
        };
        let mut r = Reader::new(bytes.get(1..).unwrap_or_default());
        let known = Self::KINDS.iter().find(|(number, _)| *number == kind);
        let (_, kind) = *known.ok_or(RecordError::Kind(kind))?;
        let read = Self::read(&mut r).and_then(|record| r.finish().map(|()| record));
        read.map_err(|cause| RecordError::Encoding { kind, cause })
    }

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
    pub(crate) const fn key_slot(&self) -> Option<u64> {
        match self {
            Self::Outgoing(put) => Some(put.vaulted.key_slot),
            Self::Received(received) => Some(received.vaulted.key_slot),
            Self::OutgoingReply(put) => Some(put.vaulted.key_slot),
            Self::ReplyIn(reply) => Some(reply.vaulted.key_slot),
            Self::Drafted(drafted) => Some(drafted.key_slot),
            _ => None,
        }
    }

    /// Whose key it makes go, of the records that end one.
    pub(crate) const fn ends_key_of(&self) -> Option<NoticeId> {
        match self {
            Self::Withdrawn(withdrawn) => Some(withdrawn.notice),
            Self::Recalled(recalled) => Some(recalled.notice),
            Self::Expired(expired) => Some(expired.notice),
            Self::ReplyEnded(ended) => Some(ended.reply),
            Self::Drafted(drafted) => Some(drafted.id),
            Self::Discarded(discarded) => Some(discarded.id),
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
