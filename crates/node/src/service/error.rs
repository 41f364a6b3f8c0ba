//! Every refusal of the agency API, and the one place where it becomes a status.

use amana_policy::operation::OperationRefused;
use amana_policy::{DeniedRule, RouteRefused};
use amana_types::life::{Ground, GroundsRefused, NoticeStatus};
use amana_types::review::ReviewRefusalProblem;
use amana_types::{Duration, IdError, Problem, Timestamp};
use amana_wire::status::Refusal;
use tonic::{Code, Status};

use super::handling::Forbidden;
use super::reply::Unsaid;
use crate::access::{AccessError, BookError};
use crate::agency::Unknown;
use crate::amend::AmendError;
use crate::attach::AttachError;
use crate::attachments::UploadRefused;
use crate::commands::CommandError;
use crate::drafts::{DraftError, DraftRefused};
use crate::holdings::HoldingsError;
use crate::ledger_writer::WriteError;
use crate::publish::PublishError;
use crate::replies::ReplyError;
use crate::review::DecideError;
use crate::sealing::SealingError;
use crate::standing::StandingError;
use crate::suspend::SuspendError;
use crate::withdraw::WithdrawError;

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
    #[error("the attachment cannot be had: {0}; ask the sender of the notice")]
    AttachmentFailed(String),
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
    /// The page size is too large.
    #[error("a page has 1 to {most} notices; 0 means {usual}")]
    PageSize {
        /// The largest page.
        most: u32,
        /// The usual page.
        usual: u32,
    },
    /// The page token is none of ours.
    #[error("this page token was not given by this node; begin again without one")]
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

/// The status of a refusal, with exactly one `ErrorInfo`.
pub(crate) fn status(error: CallError) -> Status {
    let message = error.to_string();
    let refuse = |code, reason| Refusal::new(code, reason, message.clone());
    match error {
        CallError::Access(error) => access(&error, message),
        CallError::RequestId => refuse(Code::InvalidArgument, "REQUEST_ID_INVALID"),
        CallError::Notice(problems) => refuse(Code::InvalidArgument, "NOTICE_INVALID").violations(problems),
        CallError::Publish(error) => publish(&error, message),
        CallError::Amend(error) => amend(&error, message),
        CallError::Withdraw(error) => withdraw(&error, message),
        CallError::Suspend(error) => suspend(&error, message),
        CallError::Answer(error) => answer(&error, message),
        CallError::Draft(error) => kept(&error, message),
        CallError::Standing(error) => standing(&error, message),
        CallError::Operation(refused) => refuse(Code::FailedPrecondition, refused.reason()),
        CallError::Upload(error) => upload(&error, message),
        CallError::NoUpload => refuse(Code::NotFound, "UPLOAD_NOT_FOUND"),
        CallError::NoAttachment => refuse(Code::NotFound, "ATTACHMENT_NOT_FOUND"),
        CallError::NotComplete { .. } => {
            refuse(Code::FailedPrecondition, "ATTACHMENT_NOT_COMPLETE").retry_after(Duration::from_seconds(2))
        }
        CallError::AttachmentFailed(_) => refuse(Code::FailedPrecondition, "ATTACHMENT_FAILED"),
        CallError::Damaged => refuse(Code::DataLoss, "ATTACHMENT_DAMAGED"),
        CallError::Id(_) => refuse(Code::InvalidArgument, "NOTICE_ID_INVALID"),
        CallError::DraftId(_) => refuse(Code::InvalidArgument, "DRAFT_ID_INVALID"),
        CallError::NotFound => refuse(Code::NotFound, "NOTICE_NOT_FOUND"),
        CallError::NothingCounted => refuse(Code::InvalidArgument, "NOTHING_COUNTED"),
        CallError::CountedByNode => refuse(Code::InvalidArgument, "COUNTED_BY_NODE"),
        CallError::NoSuchGroup => refuse(Code::NotFound, "GROUP_NOT_FOUND"),
        CallError::Ended { status, at, ground } => {
            let reason = if status == NoticeStatus::Expired { "NOTICE_EXPIRED" } else { "NOTICE_WITHDRAWN" };
            let refusal = refuse(Code::NotFound, reason).with("at", at);
            match ground {
                Some(ground) => refusal.with("ground", ground),
                None => refusal,
            }
        }
        CallError::Suspended(at) => refuse(Code::NotFound, "NOTICE_SUSPENDED").with("at", at),
        CallError::NoVersionBefore => refuse(Code::FailedPrecondition, "NO_VERSION_BEFORE"),
        CallError::OtherNotice => refuse(Code::InvalidArgument, "OTHER_NOTICE"),
        CallError::Ground => refuse(Code::InvalidArgument, "GROUND_NEEDED"),
        CallError::Grounds(GroundsRefused::TextNeeded) => refuse(Code::InvalidArgument, "GROUND_TEXT_NEEDED"),
        CallError::Grounds(_) => refuse(Code::InvalidArgument, "GROUND_TEXT_INVALID"),
        CallError::Verdict => refuse(Code::InvalidArgument, "VERDICT_NEEDED"),
        CallError::Refusal(ReviewRefusalProblem::TextNeeded) => {
            refuse(Code::InvalidArgument, "GROUND_TEXT_NEEDED")
        }
        CallError::Refusal(_) => refuse(Code::InvalidArgument, "GROUND_TEXT_INVALID"),
        CallError::Decide(error) => decide(&error, message),
        CallError::Reply(problems) => refuse(Code::InvalidArgument, "REPLY_INVALID").violations(problems),
        CallError::Unsaid(unsaid @ Unsaid::RecipientNeeded) => refuse(Code::InvalidArgument, unsaid.reason()),
        CallError::Unsaid(unsaid) => refuse(Code::FailedPrecondition, unsaid.reason()),
        CallError::Forbidden(forbidden) if forbidden.is_the_request() => {
            refuse(Code::InvalidArgument, forbidden.reason())
        }
        CallError::Forbidden(forbidden @ Forbidden::NoGrant) => refuse(Code::NotFound, forbidden.reason()),
        CallError::Forbidden(forbidden) => {
            let refusal = refuse(Code::FailedPrecondition, forbidden.reason());
            match forbidden {
                Forbidden::Handling { handling, .. } => refusal.with("handling", handling),
                _ => refusal,
            }
        }
        CallError::Member(_) => refuse(Code::InvalidArgument, "MEMBER_UNKNOWN"),
        CallError::NotInLog => refuse(Code::FailedPrecondition, "NOT_IN_LOG_YET"),
        CallError::Direction => refuse(Code::InvalidArgument, "DIRECTION_NEEDED"),
        CallError::PageSize { most, .. } => {
            refuse(Code::InvalidArgument, "PAGE_SIZE_INVALID").with("most", most)
        }
        CallError::PageToken => refuse(Code::InvalidArgument, "PAGE_TOKEN_INVALID"),
        CallError::Question => refuse(Code::InvalidArgument, "QUESTION_EMPTY"),
        CallError::Book(BookError::Write(error)) => write(&error, message),
        CallError::Book(BookError::Rest(_)) | CallError::Worker => internal(&message),
        CallError::Trail(error) => {
            tracing::error!(%error, "a trail does not hold");
            Refusal::new(Code::DataLoss, "TRAIL_NOT_WHOLE", message)
        }
        CallError::Holdings(error) => {
            tracing::error!(%error, "something stored does not read");
            internal("something stored at the node does not read; its administrator finds it in the log")
        }
    }
    .into()
}

fn access(error: &AccessError, message: String) -> Refusal {
    match error {
        AccessError::Unknown(Unknown::NotKnown) => {
            Refusal::new(Code::Unauthenticated, "AGENCY_UNKNOWN", message)
        }
        AccessError::Unknown(Unknown::Revoked) => {
            Refusal::new(Code::Unauthenticated, "AGENCY_REVOKED", message)
        }
        AccessError::Denied(denied) => {
            let code = match denied.rule {
                DeniedRule::PurposeNeeded | DeniedRule::CaseReferenceNeeded => Code::InvalidArgument,
                _ => Code::PermissionDenied,
            };
            Refusal::new(code, denied.rule.code(), message)
        }
        AccessError::Purpose => Refusal::new(Code::InvalidArgument, "PURPOSE_UNKNOWN", message),
        AccessError::CaseReference(_) => {
            Refusal::new(Code::InvalidArgument, "CASE_REFERENCE_INVALID", message)
        }
    }
}

fn publish(error: &PublishError, message: String) -> Refusal {
    match error {
        PublishError::RequestIdReused(_) => reused(message),
        PublishError::Draft(refused) => draft(*refused, message),
        PublishError::Attach(error) => attach(error, message),
        PublishError::Sealing(error) => sealing(error, message),
        PublishError::Rest(error) => undecided(error),
        PublishError::Holdings(error) => undecided(error),
        PublishError::Command(error) => command(error, message),
    }
}

fn amend(error: &AmendError, message: String) -> Refusal {
    match error {
        AmendError::Standing(error) => standing(error, message),
        AmendError::NotInLog => Refusal::new(Code::FailedPrecondition, "NOT_IN_LOG_YET", message),
        AmendError::TooManyVersions => Refusal::new(Code::FailedPrecondition, "TOO_MANY_VERSIONS", message),
        AmendError::Publish(error) => publish(error, message),
        AmendError::Holdings(error) => undecided(error),
        AmendError::Command(error) => command(error, message),
    }
}

fn withdraw(error: &WithdrawError, message: String) -> Refusal {
    match error {
        WithdrawError::RequestIdReused(_) => reused(message),
        WithdrawError::Standing(error) => standing(error, message),
        WithdrawError::Rest(error) => undecided(error),
        WithdrawError::Holdings(error) => undecided(error),
        WithdrawError::Command(error) => command(error, message),
    }
}

fn suspend(error: &SuspendError, message: String) -> Refusal {
    match error {
        SuspendError::RequestIdReused(_) => reused(message),
        SuspendError::Standing(error) => standing(error, message),
        SuspendError::OriginHolds => Refusal::new(Code::FailedPrecondition, "ORIGIN_HOLDS", message),
        SuspendError::Holdings(error) => undecided(error),
        SuspendError::Command(error) => command(error, message),
    }
}

fn answer(error: &ReplyError, message: String) -> Refusal {
    match error {
        ReplyError::RequestIdReused(_) => reused(message),
        ReplyError::Over => Refusal::new(Code::FailedPrecondition, "NOTICE_OVER", message),
        ReplyError::Standing(error) => standing(error, message),
        ReplyError::Sealing(error) => sealing(error, message),
        ReplyError::Rest(error) => undecided(error),
        ReplyError::Holdings(error) => undecided(error),
        ReplyError::Command(error) => command(error, message),
    }
}

fn kept(error: &DraftError, message: String) -> Refusal {
    match error {
        DraftError::Refused(refused) => draft(*refused, message),
        DraftError::Rest(error) => undecided(error),
        DraftError::Command(error) => command(error, message),
    }
}

fn standing(error: &StandingError, message: String) -> Refusal {
    match error {
        StandingError::NoSuchNotice => Refusal::new(Code::NotFound, "NOTICE_NOT_FOUND", message),
        StandingError::NotTheOwner(owner) => {
            Refusal::new(Code::FailedPrecondition, "NOT_THE_OWNER", message).with("owner", owner)
        }
        StandingError::Status { .. } => Refusal::new(Code::FailedPrecondition, "STATUS_FORBIDS", message),
        StandingError::Superseded(newest) => {
            let refusal = Refusal::new(Code::FailedPrecondition, "NOTICE_SUPERSEDED", message);
            match newest.first() {
                Some(newest) => refusal.with("newest", newest),
                None => refusal,
            }
        }
        StandingError::Holdings(error) => undecided(error),
    }
}

fn sealing(error: &SealingError, message: String) -> Refusal {
    match error {
        SealingError::Route(refused) => route(refused, message),
        SealingError::Unfit(unfit) => Refusal::new(Code::FailedPrecondition, unfit.reason(), message),
        SealingError::Operation(refused) => Refusal::new(Code::FailedPrecondition, refused.reason(), message),
        SealingError::Seal(_) => Refusal::new(Code::FailedPrecondition, "NOT_SEALABLE", message),
    }
}

fn attach(error: &AttachError, message: String) -> Refusal {
    match error {
        AttachError::NotUploaded => {
            Refusal::new(Code::FailedPrecondition, "ATTACHMENT_NOT_UPLOADED", message)
        }
        AttachError::AbuseMedia => Refusal::new(Code::PermissionDenied, "ABUSE_MEDIA_REFUSED", message),
        AttachError::Upload(error) => upload(error, message),
        AttachError::Holdings(error) => undecided(error),
    }
}

fn reused(message: String) -> Refusal {
    Refusal::new(Code::AlreadyExists, "REQUEST_ID_REUSED", message)
}

fn command(error: &CommandError, message: String) -> Refusal {
    match error {
        CommandError::Write(error) => write(error, message),
        CommandError::Disk(_) | CommandError::Defect => undecided(error),
    }
}

fn undecided(error: &dyn std::error::Error) -> Refusal {
    tracing::error!(%error, "a command could not be carried out");
    internal("that could not be done; the node's administrator finds why in its log")
}

fn decide(error: &DecideError, message: String) -> Refusal {
    match error {
        DecideError::NotTheDesk => Refusal::new(Code::FailedPrecondition, "NOT_THE_REVIEW_DESK", message),
        DecideError::NotForReview => Refusal::new(Code::NotFound, "NOT_FOR_REVIEW", message),
        DecideError::Over => Refusal::new(Code::FailedPrecondition, "REVIEW_OVER", message),
        DecideError::SecondOfficerNeeded => {
            Refusal::new(Code::FailedPrecondition, "SECOND_OFFICER_NEEDED", message)
        }
        DecideError::Words => Refusal::new(Code::FailedPrecondition, "NOT_SEALABLE", message),
        DecideError::Holdings(error) => undecided(error),
        DecideError::Command(error) => command(error, message),
    }
}

fn upload(error: &UploadRefused, message: String) -> Refusal {
    let (code, reason) = match error {
        UploadRefused::Invalid(_) => (Code::InvalidArgument, "UPLOAD_INVALID"),
        UploadRefused::Differs => (Code::InvalidArgument, "CONTENT_DIFFERS"),
        UploadRefused::AbuseMedia => (Code::PermissionDenied, "ABUSE_MEDIA_REFUSED"),
        UploadRefused::Busy => (Code::Aborted, "UPLOAD_BUSY"),
        UploadRefused::TooMany => (Code::ResourceExhausted, "TOO_MANY_UPLOADS"),
        UploadRefused::DiskFull => (Code::ResourceExhausted, "DISK_FULL"),
        UploadRefused::Rest(_) | UploadRefused::Codec(_) | UploadRefused::Seal(_) | UploadRefused::Io(_) => {
            tracing::error!(%error, "an upload could not be taken");
            return internal("the upload could not be taken; the node's administrator finds why in its log");
        }
    };
    Refusal::new(code, reason, message)
}

fn draft(refused: DraftRefused, message: String) -> Refusal {
    match refused {
        DraftRefused::NotFound => Refusal::new(Code::NotFound, "DRAFT_NOT_FOUND", message),
        DraftRefused::Changed(revision) => {
            Refusal::new(Code::FailedPrecondition, "DRAFT_CHANGED", message).with("revision", revision)
        }
        DraftRefused::TooMany => Refusal::new(Code::ResourceExhausted, "TOO_MANY_DRAFTS", message),
        DraftRefused::Size => Refusal::new(Code::InvalidArgument, "DRAFT_SIZE", message),
    }
}

fn route(refused: &RouteRefused, message: String) -> Refusal {
    Refusal::new(Code::FailedPrecondition, refused.reason(), message)
}

fn write(error: &WriteError, message: String) -> Refusal {
    match error {
        WriteError::DiskFull => Refusal::new(Code::ResourceExhausted, "DISK_FULL", message),
        WriteError::Stopped => {
            Refusal::new(Code::Unavailable, "NODE_STOPPING", message).retry_after(Duration::from_seconds(2))
        }
    }
}

fn internal(message: &str) -> Refusal {
    Refusal::new(Code::Internal, "NODE_FAULT", message)
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
