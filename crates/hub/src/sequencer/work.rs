//! What the sequencer is asked, and what it answers.

use std::sync::Arc;

use amana_seal::directory::EntryRefused;
use amana_seal::review::DecisionRefused;
use amana_types::{MemberCode, NoticeId, Seq};
use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::admit::Admitted;
use crate::published::Published;
use crate::record::{RecordError, Stamp};
use crate::refusal::Refusal;

/// Something to be put into the one order.
pub(crate) enum Work {
    /// Envelopes of one publish stream, in the sender's order.
    Envelopes(Envelopes),
    /// What one member has taken in.
    Acknowledgement(Acknowledgement),
    /// A signed directory entry.
    Entry(Submission),
    /// A decision of the review desk.
    Decision(Decision),
    /// Erase what has expired, beside everything else.
    Sweep,
}

/// Envelopes of one publish stream.
pub(crate) struct Envelopes {
    pub(crate) items: Vec<Admitted>,
    pub(crate) answer: mpsc::UnboundedSender<Sequenced>,
    pub(crate) held: Held,
}

/// A place among what a stream may have in flight; freed when dropped, which is when the answer left.
#[derive(Default)]
pub(crate) struct Held(pub(crate) Vec<OwnedSemaphorePermit>);

/// What became of envelopes that were sequenced, or refused before, together.
pub(crate) struct Sequenced {
    /// The state of the log after their group.
    pub(crate) published: Arc<Published>,
    pub(crate) outcomes: Vec<(NoticeId, Outcome)>,
    pub(crate) held: Held,
}

/// What became of one envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is durable, at that place.
    Accepted(Seq, Stamp),
    /// The same bytes were accepted before, at that place.
    Repeated(Seq),
    /// It was not taken.
    Refused(Refusal),
}

/// What one member has taken in.
pub(crate) struct Acknowledgement {
    pub(crate) member: MemberCode,
    /// Everything below is handled; `None` when that says nothing new.
    pub(crate) cursor: Option<Seq>,
    pub(crate) receipts: Vec<SignedReceipt>,
    /// Told what became of it.
    pub(crate) recorded: mpsc::UnboundedSender<Recorded>,
}

/// What became of an acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// All of it is durable; the cursor is where it was moved to.
    Durable(Option<Seq>),
    /// Nothing of it was taken: a record of it would not be read back.
    Refused(RecordError),
    /// No room: the member must acknowledge again, receipts and all.
    DiskFull,
}

/// A recipient's receipt for one sender, not verified: that is the sender's part.
pub(crate) struct SignedReceipt {
    pub(crate) sender: MemberCode,
    pub(crate) body: Bytes,
    pub(crate) signature: Bytes,
}

/// A directory entry and whoever waits for its place.
pub(crate) struct Submission {
    pub(crate) entry: Bytes,
    pub(crate) answer: oneshot::Sender<Result<Taken, EntryRefusal>>,
}

/// A directory entry that is in the log.
pub(crate) struct Taken {
    pub(crate) seq: Seq,
    /// Whether it had been taken before.
    pub(crate) repeated: bool,
    /// The state of the log after it.
    pub(crate) published: Arc<Published>,
}

/// Why a directory entry was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EntryRefusal {
    /// It does not follow from the directory as it is.
    #[error(transparent)]
    Refused(#[from] EntryRefused),
    /// Its record would not be read back.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// No room. Nothing was changed.
    #[error("the hub's disk is full; try again when its operator has made room")]
    DiskFull,
    /// The hub is stopping.
    #[error("the hub is stopping; try again in a moment")]
    Stopping,
}

/// A signed decision and whoever waits for its place.
pub(crate) struct Decision {
    pub(crate) body: Bytes,
    pub(crate) signature: Bytes,
    pub(crate) answer: oneshot::Sender<Result<Taken, DecisionRefusal>>,
}

/// Why a decision was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DecisionRefusal {
    /// It does not count.
    #[error(transparent)]
    Refused(#[from] DecisionRefused),
    /// It is about nothing that is held.
    #[error("nothing of that place, id and header hash is held for this review desk")]
    NotHeld,
    /// It comes too late.
    #[error(
        "it was decided already, its sender has withdrawn it, or it has expired; what stands is in the log"
    )]
    Over,
    /// Its record would not be read back.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// No room. Nothing was changed.
    #[error("the hub's disk is full; try again when its operator has made room")]
    DiskFull,
    /// The hub is stopping.
    #[error("the hub is stopping; try again in a moment")]
    Stopping,
}
