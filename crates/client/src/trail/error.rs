//! Why a trail shows nothing: what is wrong, and where.

use amana_log::{ConsistencyError, InclusionError, NoteError, OpenError};
use amana_seal::SignerRefused;
use amana_seal::codec::CodecError;
use amana_seal::directory::EntryRefused;
use amana_seal::envelope::EnvelopeRefused;
use amana_seal::receipt::ReceiptRefused;
use amana_seal::review::DecisionRefused;
use amana_types::{ExchangeName, MemberCode, NoticeId, Seq, limits};

/// A trail that shows nothing. Whoever handed it over must hand over a whole and true one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrailError {
    /// More bytes than a trail may have.
    #[error("the trail has {bytes} bytes, at most {} are read", limits::TRAIL_BYTES)]
    TooLarge {
        /// Bytes given.
        bytes: usize,
    },
    /// The first line is another.
    #[error(
        "line 1: a trail is text that begins with the line \"amana/trail@v1\"; this is another kind of file"
    )]
    Header,
    /// A line is not as a trail is written.
    #[error(
        "line {line}: not base64 in lines of 76 characters, as a trail is written; it was changed or cut"
    )]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// The bytes are not the one encoding of a trail.
    #[error("byte {at} of what the lines hold does not read: {cause}")]
    Codec {
        /// How many bytes read.
        at: usize,
        /// What does not.
        #[source]
        cause: CodecError,
    },
    /// It is of another exchange than the one that is trusted.
    #[error(
        "the trail is of the exchange {told}, and {trusted} is trusted; take that exchange's public facts"
    )]
    Exchange {
        /// What it says.
        told: ExchangeName,
        /// Whose facts are given.
        trusted: ExchangeName,
    },
    /// A checkpoint does not hold.
    #[error("checkpoint {number}: {cause}")]
    Head {
        /// Counted from 1.
        number: usize,
        /// Why.
        #[source]
        cause: Box<Refused>,
    },
    /// An entry of the directory does not hold.
    #[error("directory entry {number}, at {index} in the log: {cause}")]
    Directory {
        /// Counted from 1.
        number: usize,
        /// The place that it claims.
        index: Seq,
        /// Why.
        #[source]
        cause: Box<Refused>,
    },
    /// A step does not hold.
    #[error("proof {number} ({what} at {index} in the log): {cause}")]
    Step {
        /// Counted from 1.
        number: usize,
        /// What it is.
        what: &'static str,
        /// The place that it claims.
        index: Seq,
        /// Why.
        #[source]
        cause: Box<Refused>,
    },
    /// The notice itself is not in it.
    #[error("the trail does not prove that the notice {0} was published")]
    NoNotice(NoticeId),
    /// The maker's key does not count.
    #[error("the maker of the trail: {0}")]
    Maker(#[from] SignerRefused),
    /// The maker's signature does not hold.
    #[error("the signature of {0} over the whole trail does not hold; something in it was changed")]
    Signature(MemberCode),
}

/// Why a part of a trail does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not a signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not the log's.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It does not extend the head before it.
    #[error(transparent)]
    Consistency(#[from] ConsistencyError),
    /// Not in ascending order.
    #[error("it does not stand in ascending order")]
    Order,
    /// It names a head that is not there.
    #[error("it names a checkpoint that the trail does not have")]
    NoHead,
    /// Its leaf is not shown to be in the tree.
    #[error(transparent)]
    Inclusion(#[from] InclusionError),
    /// Too long for a leaf.
    #[error("it is too long for a leaf")]
    TooLong,
    /// It does not fold into the directory.
    #[error(transparent)]
    Entry(#[from] EntryRefused),
    /// The envelope's head does not hold.
    #[error(transparent)]
    Envelope(#[from] EnvelopeRefused),
    /// The receipt does not hold.
    #[error(transparent)]
    Receipt(#[from] ReceiptRefused),
    /// The decision does not hold.
    #[error(transparent)]
    Decision(#[from] DecisionRefused),
    /// It is about something else.
    #[error("it is not about the notice {0}")]
    OtherNotice(NoticeId),
    /// The sender chose recipients and keys by another directory than the one in the trail.
    #[error("its sender used another directory than the one in the trail; entries are missing or false")]
    OtherDirectory,
}
