//! The one list of what a node's journal holds. Everything else at the node is a view over these records.
//!
//! Who sent what to whom and when is in the clear, as the hub sees it too; every word of a case, of a
//! reader's reason and of a request is sealed. A new record is one declaration in its subject's `record.rs` and
//! one line in the list below: its bytes, limits included, follow from that.

use amana_seal::codec::{CodecError, Encoded, Numbered, Reader, Writer};

use crate::attachments::record::Fetched;
use crate::drafts::record::{Discarded, Drafted};
use crate::ending::record::{Expired, Recall, Recalled, Withdrawn};
use crate::fold::facts::Facts;
use crate::fold::record::{
    AccessRead, Alarm, Confirmed, Debtors, DirectoryIn, Erased, Followed, Gone, Looked, Outcome, Quarantined,
    ReceiptIn, Returned,
};
use crate::handling::record::{Exported, PassedOn};
use crate::notice::record::{Acknowledged, Outgoing, Received};
use crate::replies::record::{ClockSet, OutgoingReply, Reexamine, ReplyEnded, ReplyIn};
use crate::review::record::{Decided, Proposed, Reviewed};
use crate::versions::record::{Restricted, Suspended, Suspension};

/// The way in which all these records are written. It changes with any of them.
const VERSION: u8 = 1;

/// Declares [`Record`], and where the facts of each kind are found.
macro_rules! records {
    ($($(#[$meta:meta])* $variant:ident($type:ty) = $number:literal,)+) => {
        amana_seal::record! {
            /// One record of the node's journal, and the numbers of the kinds.
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub(crate) enum Record { $($(#[$meta])* $variant($type) = $number,)+ }
        }

        impl Record {
            /// What the engine knows of it.
            #[allow(unused_doc_comments, reason = "an arm has its variant's attributes, `cfg` too")]
            pub(crate) fn facts(&self) -> &dyn Facts {
                match self { $($(#[$meta])* Self::$variant(record) => record.facts(),)+ }
            }

            /// The same, to say where its key lies.
            #[allow(unused_doc_comments, reason = "an arm has its variant's attributes, `cfg` too")]
            pub(crate) fn facts_mut(&mut self) -> &mut dyn Facts {
                match self { $($(#[$meta])* Self::$variant(record) => record.facts_mut(),)+ }
            }
        }
    };
}

records! {
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
    /// The fixture of a new kind.
    #[cfg(test)]
    Beat(crate::fixture_tests::record::Beat) = 255,
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
        let mut w = Writer::with_capacity(1024 + self.facts().envelope().map_or(0, <[u8]>::len));
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
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
