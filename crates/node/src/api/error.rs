//! Every refusal of the agency API, and the one place where it becomes a status.

use amana_notice::Problem;
use amana_policy::operation::OperationRefused;
use amana_types::life::{Ground, GroundsRefused, NoticeStatus};
use amana_types::review::ReviewRefusalProblem;
use amana_types::{IdError, Language, Reason, Timestamp};
use amana_wire::status::Refusal;
use amana_wire::v1::ErrorReason;
use tonic::Status;

use crate::access::gate::{AccessError, BookError};
use crate::attachments::UploadRefused;
use crate::drafts::save::{DraftError, DraftRefused};
use crate::ending::withdraw::WithdrawError;
use crate::handling::forbidden::Forbidden;
use crate::ledger::holdings::HoldingsError;
use crate::notice::publish::PublishError;
use crate::replies::answer::ReplyError;
use crate::replies::unsaid::Unsaid;
use crate::review::desk::DecideError;
use crate::versions::amend::AmendError;
use crate::versions::standing::StandingError;
use crate::versions::suspend::SuspendError;

/// Why a call was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// Who asks may not do that.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The request id is none.
    #[error("a request id has 1 to 64 characters; choose one for each notice")]
    RequestId,
    /// The notice or its addressing breaks rules.
    #[error("the notice has {} mistakes; correct them all and send it again", .0.len())]
    Notice(Vec<Problem>),
    /// The notice could not be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// It could not be amended.
    #[error(transparent)]
    Amend(#[from] AmendError),
    /// It could not be withdrawn.
    #[error(transparent)]
    Withdraw(#[from] WithdrawError),
    /// It could not be suspended, or resumed.
    #[error(transparent)]
    Suspend(#[from] SuspendError),
    /// It could not be answered.
    #[error(transparent)]
    Answer(#[from] ReplyError),
    /// A draft could not be saved, read or discarded.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Where it stands, that cannot be done.
    #[error(transparent)]
    Standing(#[from] StandingError),
    /// The operation is not one, or not now.
    #[error(transparent)]
    Operation(#[from] OperationRefused),
    /// An upload is not taken.
    #[error(transparent)]
    Upload(#[from] UploadRefused),
    /// There is no such upload.
    #[error("there is no such upload of this agency; begin it")]
    NoUpload,
    /// The piece begins elsewhere than where what is here ends.
    #[error("{0} bytes of the file are here; the next piece begins there")]
    UploadOffset(u64),
    /// There is no such attachment, or the caller may not know of it.
    #[error("there is no such attachment of the notice here")]
    NoAttachment,
    /// Not all of it has come yet.
    #[error("the attachment has not come yet ({received} of {total} sealed bytes are here); try again later")]
    NotComplete {
        /// How much is here.
        received: u64,
        /// How much there is.
        total: u64,
    },
    /// It cannot be had.
    #[error("the attachment cannot be had: {}; ask the sender of the notice", .0.as_str_name())]
    AttachmentFailed(ErrorReason),
    /// What lies here does not open any more.
    #[error("the attachment is damaged on this node's disk; its administrator must restore it")]
    Damaged,
    /// Not a notice id.
    #[error(transparent)]
    Id(IdError),
    /// Not the id of a draft.
    #[error("the id of a draft: {0}")]
    DraftId(IdError),
    /// There is no such notice, or the caller may not know of it.
    #[error("there is no such notice here")]
    NotFound,
    /// A report without figures.
    #[error("nothing is counted; report at least one figure, such as ARRESTS")]
    NothingCounted,
    /// A figure that nobody states.
    #[error("replies and hits are counted by the node, from what it holds; leave them out")]
    CountedByNode,
    /// There is no such group.
    #[error("the directory has no group of that name; `amana group list` shows those that it has")]
    NoSuchGroup,
    /// Its owner took it back, or its time is over.
    #[error("the notice is {} since {at}; it cannot be read any more", status.code())]
    Ended {
        /// How it ended.
        status: NoticeStatus,
        /// When that was known here.
        at: Timestamp,
        /// Why it was withdrawn.
        ground: Option<Ground>,
    },
    /// Its owner suspended it.
    #[error("the notice is suspended since {0}; it can be read again when its owner resumes it")]
    Suspended(Timestamp),
    /// There is nothing to compare with.
    #[error("this is the first version that is here; name another one to compare it with")]
    NoVersionBefore,
    /// Two notices, and not two versions of one.
    #[error("the two are not versions of one notice; `notice versions` lists those that are")]
    OtherNotice,
    /// A withdrawal, or a review desk's refusal, without a ground.
    #[error("a ground is needed; name one of the contract, such as NO_LONGER_NEEDED or INSUFFICIENT_DATA")]
    Ground,
    /// The ground cannot stand as it is.
    #[error(transparent)]
    Grounds(GroundsRefused),
    /// Neither pass nor refusal.
    #[error("say what is decided: PASS or REFUSE")]
    Verdict,
    /// The refusal cannot stand as it is.
    #[error(transparent)]
    Refusal(ReviewRefusalProblem),
    /// The review desk did not decide.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The reply breaks rules.
    #[error("the reply has {} mistakes; correct them all and send it again", .0.len())]
    Reply(Vec<Problem>),
    /// It cannot be said, by whom or to whom.
    #[error(transparent)]
    Unsaid(#[from] Unsaid),
    /// The handling code does not allow it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Not the code of a member.
    #[error("not a member code: {0:?}")]
    Member(String),
    /// The hub has not taken the notice yet.
    #[error("the notice is not in the exchange's log yet; ask again when it was accepted")]
    NotInLog,
    /// A direction is needed.
    #[error("say which notices: RECEIVED or SENT")]
    Direction,
    /// The page token is none of ours.
    #[error("this page token, or cursor, was not given by this node for this; begin again without one")]
    PageToken,
    /// Nothing was asked.
    #[error("nothing to search for: give words or at least one field")]
    Question,
    /// The read could not be written down, so nothing is shown.
    #[error(transparent)]
    Book(#[from] BookError),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// What this node kept does not make a trail that holds.
    #[error("the trail does not hold as it is kept here: {0}")]
    Trail(#[from] amana_client::trail::TrailError),
    /// A worker thread failed.
    #[error("a worker failed; try again, and report it if it fails again")]
    Worker,
}

impl CallError {
    /// The reason, for programs.
    fn reason(&self) -> Reason {
        match self {
            Self::Access(error) => error.reason(),
            Self::RequestId => Reason::RequestIdInvalid,
            Self::Notice(_) => Reason::NoticeInvalid,
            Self::Publish(error) => error.reason(),
            Self::Amend(error) => error.reason(),
            Self::Withdraw(error) => error.reason(),
            Self::Suspend(error) => error.reason(),
            Self::Answer(error) => error.reason(),
            Self::Draft(error) => error.reason(),
            Self::Standing(error) => error.reason(),
            Self::Operation(refused) => refused.reason(),
            Self::Upload(error) => error.reason(),
            Self::NoUpload => Reason::UploadNotFound,
            Self::UploadOffset(_) => Reason::UploadOffset,
            Self::NoAttachment => Reason::AttachmentNotFound,
            Self::NotComplete { .. } => Reason::AttachmentNotComplete,
            Self::AttachmentFailed(_) => Reason::AttachmentFailed,
            Self::Damaged => Reason::AttachmentDamaged,
            Self::Id(_) => Reason::NoticeIdInvalid,
            Self::DraftId(_) => Reason::DraftIdInvalid,
            Self::NotFound => Reason::NoticeNotFound,
            Self::NothingCounted => Reason::NothingCounted,
            Self::CountedByNode => Reason::CountedByNode,
            Self::NoSuchGroup => Reason::GroupNotFound,
            Self::Ended { status: NoticeStatus::Expired, .. } => Reason::NoticeExpired,
            Self::Ended { .. } => Reason::NoticeWithdrawn,
            Self::Suspended(_) => Reason::NoticeSuspended,
            Self::NoVersionBefore => Reason::NoVersionBefore,
            Self::OtherNotice => Reason::OtherNotice,
            Self::Ground => Reason::GroundNeeded,
            Self::Grounds(GroundsRefused::TextNeeded) | Self::Refusal(ReviewRefusalProblem::TextNeeded) => {
                Reason::GroundTextNeeded
            }
            Self::Grounds(_) | Self::Refusal(_) => Reason::GroundTextInvalid,
            Self::Verdict => Reason::VerdictNeeded,
            Self::Decide(error) => error.reason(),
            Self::Reply(_) => Reason::ReplyInvalid,
            Self::Unsaid(unsaid) => unsaid.reason(),
            Self::Forbidden(forbidden) => forbidden.reason(),
            Self::Member(_) => Reason::MemberCodeInvalid,
            Self::NotInLog => Reason::NotInLogYet,
            Self::Direction => Reason::DirectionNeeded,
            Self::PageToken => Reason::PageTokenInvalid,
            Self::Question => Reason::QuestionEmpty,
            Self::Book(BookError::Write(error)) => error.reason(),
            Self::Trail(_) => Reason::TrailNotWhole,
            Self::Book(BookError::Rest(_)) | Self::Holdings(_) | Self::Worker => Reason::NodeFault,
        }
    }

    /// Facts for programs, beside the reason.
    fn facts(&self, refusal: Refusal) -> Refusal {
        match self {
            Self::Notice(problems) | Self::Reply(problems) => refusal.violations(problems.iter().cloned()),
            Self::Ended { at, ground: Some(ground), .. } => refusal.with("at", at).with("ground", ground),
            Self::Ended { at, .. } | Self::Suspended(at) => refusal.with("at", at),
            Self::Forbidden(Forbidden::Handling { handling, .. }) => refusal.with("handling", handling),
            Self::UploadOffset(received) => refusal.with("received_bytes", received),
            _ => self.standing_facts(refusal),
        }
    }

    fn standing_facts(&self, refusal: Refusal) -> Refusal {
        match (self.standing(), self.draft()) {
            (Some(StandingError::NotTheOwner(owner)), _) => refusal.with("owner", owner),
            (Some(StandingError::Superseded(newest)), _) => match newest.first() {
                Some(newest) => refusal.with("newest", newest),
                None => refusal,
            },
            (_, Some(DraftRefused::Changed(revision))) => refusal.with("revision", revision),
            _ => refusal,
        }
    }

    /// Where the notice stands, if that is why a command was refused.
    const fn standing(&self) -> Option<&StandingError> {
        match self {
            Self::Standing(error)
            | Self::Amend(AmendError::Standing(error))
            | Self::Withdraw(WithdrawError::Standing(error))
            | Self::Suspend(SuspendError::Standing(error))
            | Self::Answer(ReplyError::Standing(error)) => Some(error),
            _ => None,
        }
    }

    /// What is with a draft, if that is why a command was refused.
    const fn draft(&self) -> Option<DraftRefused> {
        match self {
            Self::Draft(DraftError::Refused(refused)) | Self::Publish(PublishError::Draft(refused)) => {
                Some(*refused)
            }
            _ => None,
        }
    }
}

/// The status of a refusal, with exactly one `ErrorInfo`. What only the administrator can mend is said in the
/// node's log alone.
pub(crate) fn status(error: CallError, language: Option<Language>) -> Status {
    let reason = error.reason();
    if matches!(reason, Reason::NodeFault | Reason::TrailNotWhole) {
        tracing::error!(%error, "a call failed by a fault of this node");
    }
    let message = match reason {
        Reason::NodeFault => "the node could not do that; its administrator finds why in its log".to_owned(),
        _ => error.to_string(),
    };
    let refusal = Refusal::new(reason, message);
    error.facts(language.into_iter().fold(refusal, Refusal::in_language)).into()
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
