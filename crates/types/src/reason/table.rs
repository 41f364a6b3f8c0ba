//! The table of reasons: code, gRPC status, who must act, and what may be tried again where anything may.

use super::{Actor, Retry, StatusCode};
use crate::codes;

macro_rules! reasons {
    (@retry) => { Retry::No };
    (@retry $retry:ident $(($seconds:literal))?) => { Retry::$retry $(($seconds))? };
    ($(
        $(#[$doc:meta])*
        $name:ident = $code:literal: $status:ident, $actor:ident $(, $retry:ident $(($seconds:literal))?)?;
    )+) => {
        codes! {
            /// Why something is refused or set aside. The code is stable; programs may rely on it.
            pub enum Reason in "reason" { $($(#[$doc])* $name = $code,)+ }
        }

        impl Reason {
            /// The gRPC status of a call that is refused so.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// Who must act.
            #[must_use]
            pub const fn actor(self) -> Actor {
                match self { $(Self::$name => Actor::$actor,)+ }
            }

            /// What may be tried again.
            #[must_use]
            pub const fn retry(self) -> Retry {
                match self { $(Self::$name => reasons!(@retry $($retry $(($seconds))?)?),)+ }
            }
        }
    };
}

// The contract's `ErrorReason` is made from this table, in its order.
reasons! {
    // Who calls.
    /// The caller has no certificate of this exchange.
    NoCertificate = "NO_CERTIFICATE": Unauthenticated, NodeAdministrator;
    /// The certificate is of nobody who is a member now.
    NotAPresentMember = "NOT_A_PRESENT_MEMBER": Unauthenticated, HubOperator;
    /// The caller's membership is suspended.
    CallerSuspended = "CALLER_SUSPENDED": PermissionDenied, HubOperator;
    /// Members call what is for operators, or operators what is for members.
    WrongKindOfCaller = "WRONG_KIND_OF_CALLER": PermissionDenied, Caller;
    /// The node does not know this agency.
    AgencyUnknown = "AGENCY_UNKNOWN": Unauthenticated, NodeAdministrator;
    /// This agency was revoked.
    AgencyRevoked = "AGENCY_REVOKED": Unauthenticated, NodeAdministrator;
    /// The role may not do that.
    RoleMayNotAct = "ROLE_MAY_NOT_ACT": PermissionDenied, Caller;
    /// The role may not publish.
    RoleMayNotPublish = "ROLE_MAY_NOT_PUBLISH": PermissionDenied, Caller;
    /// A read without a purpose.
    PurposeNeeded = "PURPOSE_NEEDED": InvalidArgument, Caller;
    /// Not a purpose.
    PurposeUnknown = "PURPOSE_UNKNOWN": InvalidArgument, Caller;
    /// A read without the reference of a case.
    CaseReferenceNeeded = "CASE_REFERENCE_NEEDED": InvalidArgument, Caller;
    /// Not the reference of a case.
    CaseReferenceInvalid = "CASE_REFERENCE_INVALID": InvalidArgument, Caller;

    // What is asked, and the server that is asked.
    /// A field of the request is missing or wrong.
    BadRequest = "BAD_REQUEST": InvalidArgument, Caller;
    /// The request id is not valid.
    RequestIdInvalid = "REQUEST_ID_INVALID": InvalidArgument, Caller;
    /// The request id was used for something else.
    RequestIdReused = "REQUEST_ID_REUSED": AlreadyExists, Caller;
    /// Not the size of a page.
    PageSizeInvalid = "PAGE_SIZE_INVALID": InvalidArgument, Caller;
    /// A page token that was not given here.
    PageTokenInvalid = "PAGE_TOKEN_INVALID": InvalidArgument, Caller;
    /// Neither received nor sent.
    DirectionNeeded = "DIRECTION_NEEDED": InvalidArgument, Caller;
    /// Nothing to search for.
    QuestionEmpty = "QUESTION_EMPTY": InvalidArgument, Caller;
    /// Not the code of a member.
    MemberCodeInvalid = "MEMBER_CODE_INVALID": InvalidArgument, Caller;
    /// As many streams are open as may be.
    TooManyStreams = "TOO_MANY_STREAMS": ResourceExhausted, Caller;
    /// A newer stream took over.
    StreamReplaced = "STREAM_REPLACED": Aborted, Caller;
    /// The node's disk is full.
    NodeDiskFull = "NODE_DISK_FULL": ResourceExhausted, NodeAdministrator, After(30);
    /// The node is stopping.
    NodeStopping = "NODE_STOPPING": Unavailable, Nobody, After(2);
    /// The node has a fault.
    NodeFault = "NODE_FAULT": Internal, NodeAdministrator;
    /// The hub's disk is full.
    HubDiskFull = "HUB_DISK_FULL": Unavailable, HubOperator, After(30);
    /// The hub is stopping.
    HubDraining = "HUB_DRAINING": Unavailable, Nobody, After(1);
    /// The hub has a fault.
    HubFault = "HUB_FAULT": Internal, HubOperator;
    /// The hub cannot read its records.
    HubStorage = "HUB_STORAGE": Internal, HubOperator;
    /// No such verification, or not the newest.
    VerificationNotFound = "VERIFICATION_NOT_FOUND": NotFound, Caller;
    /// The directory has no such member.
    MemberNotFound = "MEMBER_NOT_FOUND": NotFound, Caller;
    /// The hub cannot be reached.
    HubUnreachable = "HUB_UNREACHABLE": Unavailable, Nobody, After(1);
    /// The hub's answer does not hold.
    HubAnswer = "HUB_ANSWER": Internal, HubOperator;
    /// The other side speaks no version of the protocol that is spoken here.
    ProtocolUnsupported = "PROTOCOL_UNSUPPORTED": FailedPrecondition, NodeAdministrator;

    // A notice, and who receives it.
    /// The notice breaks rules.
    NoticeInvalid = "NOTICE_INVALID": InvalidArgument, Caller;
    /// Not the id of a notice.
    NoticeIdInvalid = "NOTICE_ID_INVALID": InvalidArgument, Caller;
    /// No such notice here, or none that the caller may know of.
    NoticeNotFound = "NOTICE_NOT_FOUND": NotFound, Caller;
    /// Its time is over.
    NoticeExpired = "NOTICE_EXPIRED": NotFound, Nobody;
    /// Its owner withdrew it.
    NoticeWithdrawn = "NOTICE_WITHDRAWN": NotFound, Nobody;
    /// Its owner suspended it.
    NoticeSuspended = "NOTICE_SUSPENDED": NotFound, Sender;
    /// It was withdrawn, or its time is over.
    NoticeOver = "NOTICE_OVER": FailedPrecondition, Nobody;
    /// A newer version has its place.
    NoticeSuperseded = "NOTICE_SUPERSEDED": FailedPrecondition, Caller;
    /// Its status does not allow that.
    StatusForbids = "STATUS_FORBIDS": FailedPrecondition, Caller;
    /// Only its owner may do that.
    NotTheOwner = "NOT_THE_OWNER": FailedPrecondition, Caller;
    /// The hub has not taken it yet.
    NotInLogYet = "NOT_IN_LOG_YET": FailedPrecondition, Nobody;
    /// It was made anew under another id.
    MadeAnew = "MADE_ANEW": FailedPrecondition, Nobody;
    /// Nobody could take it in time.
    WaitedTooLong = "WAITED_TOO_LONG": FailedPrecondition, Caller;
    /// It could not be sealed.
    NotSealable = "NOT_SEALABLE": FailedPrecondition, Caller;
    /// The sender is in no directory.
    UnknownSender = "UNKNOWN_SENDER": FailedPrecondition, HubOperator;
    /// The sender is suspended.
    SenderSuspended = "SENDER_SUSPENDED": FailedPrecondition, HubOperator;
    /// A member that no directory has.
    UnknownMember = "UNKNOWN_MEMBER": FailedPrecondition, Caller, SealedAnew;
    /// A group that the directory does not have is addressed.
    UnknownGroup = "UNKNOWN_GROUP": FailedPrecondition, Caller;
    /// A member that is named is suspended.
    MemberSuspended = "MEMBER_SUSPENDED": FailedPrecondition, HubOperator;
    /// Nobody would receive it.
    EmptyAudience = "EMPTY_AUDIENCE": FailedPrecondition, Caller, SealedAnew;
    /// More recipients than an envelope can have.
    TooManyRecipients = "TOO_MANY_RECIPIENTS": FailedPrecondition, Caller;
    /// Members of the sender's kind do not send that.
    KindMayNotSend = "KIND_MAY_NOT_SEND": FailedPrecondition, Caller;
    /// Members of a recipient's kind are not sent that.
    KindMayNotReceive = "KIND_MAY_NOT_RECEIVE": FailedPrecondition, Caller;
    /// Partners are addressed without a referral.
    ReferralNeeded = "REFERRAL_NEEDED": FailedPrecondition, Caller;
    /// No such group here.
    GroupNotFound = "GROUP_NOT_FOUND": NotFound, Caller;

    // Drafts.
    /// Not the id of a draft.
    DraftIdInvalid = "DRAFT_ID_INVALID": InvalidArgument, Caller;
    /// This agency has no such draft.
    DraftNotFound = "DRAFT_NOT_FOUND": NotFound, Caller;
    /// Somebody saved it since.
    DraftChanged = "DRAFT_CHANGED": FailedPrecondition, Caller;
    /// The draft, or its name, is empty or too large.
    DraftSize = "DRAFT_SIZE": InvalidArgument, Caller;
    /// The agency has as many drafts as it may have.
    TooManyDrafts = "TOO_MANY_DRAFTS": ResourceExhausted, Caller;

    // Versions, withdrawal and suspension.
    /// A ground is needed.
    GroundNeeded = "GROUND_NEEDED": InvalidArgument, Caller;
    /// This ground must be explained.
    GroundTextNeeded = "GROUND_TEXT_NEEDED": InvalidArgument, Caller;
    /// The text of the ground is not valid.
    GroundTextInvalid = "GROUND_TEXT_INVALID": InvalidArgument, Caller;
    /// There is no earlier version.
    NoVersionBefore = "NO_VERSION_BEFORE": FailedPrecondition, Caller;
    /// The two are not versions of one notice.
    OtherNotice = "OTHER_NOTICE": InvalidArgument, Caller;
    /// It has as many versions as it may have.
    TooManyVersions = "TOO_MANY_VERSIONS": FailedPrecondition, Caller;
    /// What it passes on is suspended, or was amended.
    OriginHolds = "ORIGIN_HOLDS": FailedPrecondition, Sender;
    /// The trail that is kept here does not verify.
    TrailNotWhole = "TRAIL_NOT_WHOLE": DataLoss, NodeAdministrator;

    // Replies, handling and grants.
    /// The reply breaks rules.
    ReplyInvalid = "REPLY_INVALID": InvalidArgument, Caller;
    /// It is not for the owner to say.
    NotTheOwners = "NOT_THE_OWNERS": FailedPrecondition, Caller;
    /// That member never received the notice.
    NotARecipient = "NOT_A_RECIPIENT": FailedPrecondition, Caller;
    /// To which recipient is not said.
    RecipientNeeded = "RECIPIENT_NEEDED": InvalidArgument, Caller;
    /// The node says it when it is done.
    SaidByDoing = "SAID_BY_DOING": FailedPrecondition, Caller;
    /// The identifier would lead to a protected person.
    ProtectedIdentity = "PROTECTED_IDENTITY": FailedPrecondition, Caller;
    /// The handling code does not allow it without the owner's permission.
    HandlingForbids = "HANDLING_FORBIDS": FailedPrecondition, Sender;
    /// It is a notice of this node.
    OwnNotice = "OWN_NOTICE": FailedPrecondition, Caller;
    /// What it is exported for is not said.
    ExportPurposeNeeded = "EXPORT_PURPOSE_NEEDED": InvalidArgument, Caller;
    /// What is permitted is not said.
    PermittedUseNeeded = "PERMITTED_USE_NEEDED": InvalidArgument, Caller;
    /// The grant would end before it begins, or outlive the notice.
    UntilInvalid = "UNTIL_INVALID": InvalidArgument, Caller;
    /// There is no such grant.
    GrantNotFound = "GRANT_NOT_FOUND": NotFound, Caller;
    /// The grant was taken back already.
    GrantRevoked = "GRANT_REVOKED": FailedPrecondition, Caller;

    // Groups and operations.
    /// There is no such operation.
    NoOperation = "NO_OPERATION": FailedPrecondition, Caller;
    /// The operation has not started.
    OperationNotStarted = "OPERATION_NOT_STARTED": FailedPrecondition, Nobody;
    /// The operation has ended.
    OperationEnded = "OPERATION_ENDED": FailedPrecondition, Caller;
    /// The operation has not ended yet.
    OperationRuns = "OPERATION_RUNS": FailedPrecondition, Nobody;
    /// The sender does not take part in the operation.
    NotAMember = "NOT_A_MEMBER": FailedPrecondition, Caller;
    /// Somebody else leads the operation.
    NotTheLead = "NOT_THE_LEAD": FailedPrecondition, Caller;
    /// Somebody is addressed who does not take part in the operation.
    OutsideOperation = "OUTSIDE_OPERATION": FailedPrecondition, Caller;
    /// No figure is given.
    NothingCounted = "NOTHING_COUNTED": InvalidArgument, Caller;
    /// The node counts that figure itself.
    CountedByNode = "COUNTED_BY_NODE": InvalidArgument, Caller;

    // Review.
    /// It needs review and is not held for it.
    ReviewNeeded = "REVIEW_NEEDED": FailedPrecondition, Sender, SealedAnew;
    /// Nobody could pass it.
    NoReviewDesk = "NO_REVIEW_DESK": FailedPrecondition, HubOperator;
    /// The review desk cannot be excluded.
    ReviewDeskExcepted = "REVIEW_DESK_EXCEPTED": FailedPrecondition, Caller;
    /// The caller is not the review desk.
    NotTheReviewDesk = "NOT_THE_REVIEW_DESK": PermissionDenied, Caller;
    /// It does not wait for review here.
    NotForReview = "NOT_FOR_REVIEW": NotFound, Caller;
    /// The hub holds nothing like that.
    NotHeld = "NOT_HELD": NotFound, Caller;
    /// It is decided already.
    ReviewOver = "REVIEW_OVER": FailedPrecondition, Caller;
    /// Another officer has to decide as well.
    SecondOfficerNeeded = "SECOND_OFFICER_NEEDED": FailedPrecondition, Caller;
    /// Neither pass nor refusal.
    VerdictNeeded = "VERDICT_NEEDED": InvalidArgument, Caller;
    /// The review desk did not pass it.
    ReviewRefused = "REVIEW_REFUSED": FailedPrecondition, Caller;
    /// The decision is not the review desk's, or about nothing that is held.
    DecisionRefused = "DECISION_REFUSED": PermissionDenied, Sender;
    /// It was held for review and comes without the desk's pass.
    NotPassed = "NOT_PASSED": FailedPrecondition, Sender;

    // Attachments.
    /// Known abuse media.
    AbuseMediaRefused = "ABUSE_MEDIA_REFUSED": PermissionDenied, Caller;
    /// The upload is not one that can be taken.
    UploadInvalid = "UPLOAD_INVALID": InvalidArgument, Caller;
    /// No such upload.
    UploadNotFound = "UPLOAD_NOT_FOUND": NotFound, Caller;
    /// Another stream sends it.
    UploadBusy = "UPLOAD_BUSY": Aborted, Caller;
    /// As many uploads are under way as may be.
    TooManyUploads = "TOO_MANY_UPLOADS": ResourceExhausted, Caller;
    /// The content is not what was announced.
    ContentDiffers = "CONTENT_DIFFERS": InvalidArgument, Caller;
    /// An attachment was not uploaded yet.
    AttachmentNotUploaded = "ATTACHMENT_NOT_UPLOADED": FailedPrecondition, Caller;
    /// No such attachment, or none that the caller may know of.
    AttachmentNotFound = "ATTACHMENT_NOT_FOUND": NotFound, Caller;
    /// It has not come whole yet.
    AttachmentNotComplete = "ATTACHMENT_NOT_COMPLETE": FailedPrecondition, Nobody, After(2);
    /// It could not be obtained.
    AttachmentFailed = "ATTACHMENT_FAILED": FailedPrecondition, Sender;
    /// It is damaged on this node's disk.
    AttachmentDamaged = "ATTACHMENT_DAMAGED": DataLoss, NodeAdministrator;
    /// What came is not the attachment that was signed.
    AttachmentDiffers = "ATTACHMENT_DIFFERS": InvalidArgument, Sender;
    /// A newer version of the notice leaves it out.
    AttachmentLeftOut = "ATTACHMENT_LEFT_OUT": NotFound, Nobody;
    /// Not an attachment that the hub could keep.
    AttachmentInvalid = "ATTACHMENT_INVALID": InvalidArgument, Caller;
    /// Another stream brings it to the hub.
    AttachmentBusy = "ATTACHMENT_BUSY": Aborted, Nobody;
    /// Too much waits at the hub for its envelopes.
    AttachmentQuota = "ATTACHMENT_QUOTA": ResourceExhausted, Caller;
    /// The hub does not have it whole.
    AttachmentMissing = "ATTACHMENT_MISSING": FailedPrecondition, Nobody, After(1);

    // An envelope: refused by the hub, or set aside by whom it was delivered to.
    /// It does not verify.
    EnvelopeRefused = "ENVELOPE_REFUSED": InvalidArgument, Sender;
    /// It is larger than the limits allow.
    EnvelopeTooLarge = "ENVELOPE_TOO_LARGE": InvalidArgument, Sender;
    /// It is over, or too old to be submitted.
    EnvelopeExpired = "ENVELOPE_EXPIRED": FailedPrecondition, Sender;
    /// It comes from the future.
    ClockOff = "CLOCK_OFF": FailedPrecondition, NodeAdministrator, After(1);
    /// Another one has its id.
    NoticeIdTaken = "NOTICE_ID_TAKEN": AlreadyExists, Sender;
    /// The directory has moved on.
    DirectoryMoved = "DIRECTORY_MOVED": FailedPrecondition, Nobody, SealedAnew;
    /// It is not for exactly those whom its addressing names.
    RecipientsMismatch = "RECIPIENTS_MISMATCH": FailedPrecondition, Nobody, SealedAnew;
    /// Its sender is no active member.
    SenderNotActive = "SENDER_NOT_ACTIVE": FailedPrecondition, HubOperator;
    /// What it amends or withdraws is no envelope of its sender.
    SupersedesUnknown = "SUPERSEDES_UNKNOWN": FailedPrecondition, Sender;
    /// A kind of envelope that this version does not take.
    KindUnknown = "KIND_UNKNOWN": InvalidArgument, NodeAdministrator;
    /// It verifies and does not read.
    Unreadable = "UNREADABLE": InvalidArgument, Sender;
    /// It grants sections that are not for us, or keeps from us what is.
    SectionNotGranted = "SECTION_NOT_GRANTED": InvalidArgument, Sender;
    /// It could not be kept.
    NotKept = "NOT_KEPT": Internal, NodeAdministrator;
    /// The notice that it is about is not here.
    NoticeUnknown = "NOTICE_UNKNOWN": NotFound, Sender;
    /// A withdrawal that its sender may not make, or not so.
    WithdrawalRefused = "WITHDRAWAL_REFUSED": InvalidArgument, Sender;
    /// An amendment that its sender may not make, or not so.
    AmendmentRefused = "AMENDMENT_REFUSED": InvalidArgument, Sender;
    /// A suspension that its sender may not make, or not so.
    SuspensionRefused = "SUSPENSION_REFUSED": InvalidArgument, Sender;
    /// A reply that does not say one thing.
    ReplyRefused = "REPLY_REFUSED": InvalidArgument, Sender;
    /// A receipt that does not verify, or is about nothing of ours.
    ReceiptRefused = "RECEIPT_REFUSED": InvalidArgument, Sender;
    /// It may not travel in the name of its operation.
    OperationRefused = "OPERATION_REFUSED": FailedPrecondition, Sender;
    /// It passes on what its owner did not permit to pass on.
    GrantNeeded = "GRANT_NEEDED": FailedPrecondition, Sender;
    /// The grant does not hold for this.
    GrantRefused = "GRANT_REFUSED": InvalidArgument, Sender;

    // The directory and enrolment.
    /// Not an entry of a directory.
    NotAnEntry = "NOT_AN_ENTRY": InvalidArgument, Caller;
    /// A key that must not be used, or is in use.
    KeyRefused = "KEY_REFUSED": InvalidArgument, Caller;
    /// Whose signature is needed did not sign.
    SignatureRefused = "SIGNATURE_REFUSED": PermissionDenied, Caller;
    /// The entry is not for the caller to submit.
    NotTheAuthor = "NOT_THE_AUTHOR": PermissionDenied, Caller;
    /// The entry's number or epoch is not the next one.
    EntryOutOfOrder = "ENTRY_OUT_OF_ORDER": FailedPrecondition, Caller;
    /// An entry of the directory does not hold.
    DirectoryEntryRefused = "DIRECTORY_ENTRY_REFUSED": InvalidArgument, HubOperator;
    /// It would change nothing.
    NoChange = "NO_CHANGE": FailedPrecondition, Caller;
    /// The group does not invite the member.
    NotInvited = "NOT_INVITED": FailedPrecondition, HubOperator;
    /// The invitation to the group says something else now.
    InvitationReplaced = "INVITATION_REPLACED": FailedPrecondition, Caller;
    /// The member cannot answer that as it stands.
    AnswerDoesNotFit = "ANSWER_DOES_NOT_FIT": FailedPrecondition, Caller;
    /// The secret or the statement is not that of the invitation.
    InvitationRefused = "INVITATION_REFUSED": PermissionDenied, Caller;
    /// The invitation is too old.
    InvitationExpired = "INVITATION_EXPIRED": FailedPrecondition, HubOperator;
    /// The invitation was used.
    InvitationUsed = "INVITATION_USED": FailedPrecondition, HubOperator;
    /// The entry is not an enrolment.
    NotAnEnrolment = "NOT_AN_ENROLMENT": InvalidArgument, Caller;
    /// The certificate request does not hold.
    RequestRefused = "REQUEST_REFUSED": InvalidArgument, Caller;
    /// The certificate request is for another key.
    OtherKey = "OTHER_KEY": InvalidArgument, Caller;
    /// The member has other keys by now, or is suspended.
    AlreadyMember = "ALREADY_MEMBER": FailedPrecondition, HubOperator;
    /// A sub-bureau of nobody.
    ParentMissing = "PARENT_MISSING": FailedPrecondition, HubOperator;
    /// Something else than a sub-bureau that belongs to a country.
    ParentOfNoSubBureau = "PARENT_OF_NO_SUB_BUREAU": FailedPrecondition, HubOperator;
    /// A sub-bureau with regions of its own.
    SubBureauRegions = "SUB_BUREAU_REGIONS": FailedPrecondition, HubOperator;
    /// The country of a sub-bureau is not in the directory.
    ParentUnknown = "PARENT_UNKNOWN": FailedPrecondition, HubOperator;
    /// A sub-bureau that belongs to something else than a country.
    ParentNotACountry = "PARENT_NOT_A_COUNTRY": FailedPrecondition, HubOperator;
    /// A country with sub-bureaux would become something else.
    HasSubBureaux = "HAS_SUB_BUREAUX": FailedPrecondition, HubOperator;

    // The log.
    /// Beyond the log.
    BeyondLog = "BEYOND_LOG": OutOfRange, Caller;
    /// The hub's log is shorter than what the caller has verified.
    LogShorter = "LOG_SHORTER": OutOfRange, HubOperator;
    /// The first size is above the second.
    SizesSwapped = "SIZES_SWAPPED": InvalidArgument, Caller;
    /// No leaf is named.
    NoLeaf = "NO_LEAF": InvalidArgument, Caller;
    /// Not a tile.
    NoTile = "NO_TILE": InvalidArgument, Caller;
}
