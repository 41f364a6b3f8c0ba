//! Why an envelope was not taken: for programs a stable reason, for people a sentence.

use amana_types::{DirectoryHead, MemberCode, MemberKind, Reason};

/// A refusal of one envelope; the stream it came on goes on.
///
/// The reasons are the `Refused.reason` of `exchange.proto`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A signature, hash, proof or encoding does not hold. What exactly stays in the hub's events.
    #[error("the envelope does not verify; seal the notice again")]
    Envelope,
    /// The certificate and the header name different senders.
    #[error("the envelope names another sender than the certificate; send each with its own node")]
    OtherSender,
    /// The id was used for other bytes. The log records that it happened.
    #[error("another envelope was accepted under this notice id; give the notice a new id")]
    Conflict,
    /// The recipients were computed over an older directory and differ now.
    #[error("the directory moved on to entry {}; read it, resolve the recipients and seal again", .0.entries)]
    DirectoryMoved(DirectoryHead),
    /// The slots are not for exactly those whom the addressing names, or grant what is not for them.
    #[error("the slots are not for exactly the members that the addressing resolves to; seal again")]
    RecipientsMismatch,
    /// Its time is over.
    #[error("the envelope has expired, or is older than an envelope may be when it is submitted")]
    Expired,
    /// It comes from the future, or its id and its header disagree on when it was made.
    #[error("the envelope is from the future by this hub's clock, or its id is; set the sender's clock")]
    ClockOff,
    /// A limit was passed.
    #[error("the envelope is larger than the limits allow; send less")]
    TooLarge,
    /// The sender may not send.
    #[error("{0} is not an active member; ask the exchange's operator")]
    SenderNotActive(MemberCode),
    /// The sender is of a kind that does not send such envelopes.
    #[error("a member of kind {} sends no envelopes of kind {envelope}; ask the exchange's operator", .kind.code())]
    KindMayNotSend {
        /// What the sender is.
        kind: MemberKind,
        /// The envelope's kind.
        envelope: &'static str,
    },
    /// The addressing names someone unknown.
    #[error("the addressing names a member, group or region that is unknown or not active now")]
    UnknownMember,
    /// The addressing resolves to nobody.
    #[error("the addressing resolves to nobody; name at least one recipient")]
    EmptyAudience,
    /// It amends or withdraws what its sender never sent.
    #[error(
        "what it amends or withdraws is no envelope of this sender in the log; name one by id and header hash"
    )]
    Supersedes,
    /// Its sender is under review, and it is not held.
    #[error("the sender is under review: the review desk has to pass what it sends; seal it as held")]
    ReviewNeeded,
    /// It is to be held, and nobody could pass it.
    #[error("it is to be held, and there is no review desk that could pass it; ask the exchange's operator")]
    NoReviewDesk,
    /// It lists an attachment that is not here.
    #[error("an attachment that it lists is not here whole; send that first, then the envelope")]
    AttachmentMissing,
    /// The hub's disk is full. Nothing was lost; it can succeed later.
    #[error("the hub's disk is full; the outbox keeps the notice and tries again")]
    DiskFull,
}

impl Refusal {
    /// The reason, for programs.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Envelope | Self::OtherSender => Reason::EnvelopeRefused,
            Self::Conflict => Reason::NoticeIdTaken,
            Self::DirectoryMoved(_) => Reason::DirectoryMoved,
            Self::RecipientsMismatch => Reason::RecipientsMismatch,
            Self::Expired => Reason::EnvelopeExpired,
            Self::ClockOff => Reason::ClockOff,
            Self::TooLarge => Reason::EnvelopeTooLarge,
            Self::SenderNotActive(_) => Reason::SenderNotActive,
            Self::KindMayNotSend { .. } => Reason::KindMayNotSend,
            Self::UnknownMember => Reason::UnknownMember,
            Self::EmptyAudience => Reason::EmptyAudience,
            Self::Supersedes => Reason::SupersedesUnknown,
            Self::ReviewNeeded => Reason::ReviewNeeded,
            Self::NoReviewDesk => Reason::NoReviewDesk,
            Self::AttachmentMissing => Reason::AttachmentMissing,
            Self::DiskFull => Reason::HubDiskFull,
        }
    }
}
