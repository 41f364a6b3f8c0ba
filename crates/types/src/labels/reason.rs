//! The reasons for which a node refuses, in one line each.

use crate::codes;

codes! {
    /// Why a node refused a call. The code is stable; the label says it in the reader's language.
    pub enum Reason in "reason" {
        /// This agency was revoked.
        AgencyRevoked = "AGENCY_REVOKED",
        /// The node does not know this agency.
        AgencyUnknown = "AGENCY_UNKNOWN",
        /// The case reference is not valid.
        CaseReferenceInvalid = "CASE_REFERENCE_INVALID",
        /// A case reference is needed.
        CaseReferenceNeeded = "CASE_REFERENCE_NEEDED",
        /// Say which way.
        DirectionNeeded = "DIRECTION_NEEDED",
        /// Somebody saved the draft since.
        DraftChanged = "DRAFT_CHANGED",
        /// Not the id of a draft.
        DraftIdInvalid = "DRAFT_ID_INVALID",
        /// There is no such draft of this agency.
        DraftNotFound = "DRAFT_NOT_FOUND",
        /// The draft, or its name, is empty or too large.
        DraftSize = "DRAFT_SIZE",
        /// The agency has as many drafts as it may have.
        TooManyDrafts = "TOO_MANY_DRAFTS",
        /// Only the owner of the notice may do that.
        NotTheOwner = "NOT_THE_OWNER",
        /// The node counts that figure itself.
        CountedByNode = "COUNTED_BY_NODE",
        /// A sub-bureau of nobody.
        ParentMissing = "PARENT_MISSING",
        /// Something else than a sub-bureau that belongs to a country.
        ParentOfNoSubBureau = "PARENT_OF_NO_SUB_BUREAU",
        /// A sub-bureau with regions of its own.
        SubBureauRegions = "SUB_BUREAU_REGIONS",
        /// The country of a sub-bureau is not in the directory.
        ParentUnknown = "PARENT_UNKNOWN",
        /// A sub-bureau belongs to a country and to nothing else.
        ParentNotACountry = "PARENT_NOT_A_COUNTRY",
        /// A country with sub-bureaux stays one.
        HasSubBureaux = "HAS_SUB_BUREAUX",
        /// The disk is full.
        DiskFull = "DISK_FULL",
        /// Nobody would receive it.
        EmptyAudience = "EMPTY_AUDIENCE",
        /// A ground is needed.
        GroundNeeded = "GROUND_NEEDED",
        /// The words of the ground are not valid.
        GroundTextInvalid = "GROUND_TEXT_INVALID",
        /// This ground needs words.
        GroundTextNeeded = "GROUND_TEXT_NEEDED",
        /// A member is suspended.
        MemberSuspended = "MEMBER_SUSPENDED",
        /// The node has a fault.
        NodeFault = "NODE_FAULT",
        /// The node is stopping; try again.
        NodeStopping = "NODE_STOPPING",
        /// The notice has expired.
        NoticeExpired = "NOTICE_EXPIRED",
        /// Not a notice id.
        NoticeIdInvalid = "NOTICE_ID_INVALID",
        /// The notice has mistakes.
        NoticeInvalid = "NOTICE_INVALID",
        /// No such notice here.
        NoticeNotFound = "NOTICE_NOT_FOUND",
        /// The notice was withdrawn.
        NoticeWithdrawn = "NOTICE_WITHDRAWN",
        /// It does not wait for review here.
        NotForReview = "NOT_FOR_REVIEW",
        /// It is not in the log yet.
        NotInLogYet = "NOT_IN_LOG_YET",
        /// It could not be sealed.
        NotSealable = "NOT_SEALABLE",
        /// This is not the review desk.
        NotTheReviewDesk = "NOT_THE_REVIEW_DESK",
        /// There is no review desk.
        NoReviewDesk = "NO_REVIEW_DESK",
        /// The operation has ended.
        OperationEnded = "OPERATION_ENDED",
        /// The operation has not started.
        OperationNotStarted = "OPERATION_NOT_STARTED",
        /// The page size is not valid.
        PageSizeInvalid = "PAGE_SIZE_INVALID",
        /// The page token is not valid.
        PageTokenInvalid = "PAGE_TOKEN_INVALID",
        /// A purpose is needed.
        PurposeNeeded = "PURPOSE_NEEDED",
        /// Unknown purpose.
        PurposeUnknown = "PURPOSE_UNKNOWN",
        /// Nothing to search for.
        QuestionEmpty = "QUESTION_EMPTY",
        /// The request id is not valid.
        RequestIdInvalid = "REQUEST_ID_INVALID",
        /// The request id was used for something else.
        RequestIdReused = "REQUEST_ID_REUSED",
        /// The review desk cannot be excepted.
        ReviewDeskExcepted = "REVIEW_DESK_EXCEPTED",
        /// It was decided before.
        ReviewOver = "REVIEW_OVER",
        /// The role may not do that.
        RoleMayNotAct = "ROLE_MAY_NOT_ACT",
        /// The role may not publish.
        RoleMayNotPublish = "ROLE_MAY_NOT_PUBLISH",
        /// Another officer is needed.
        SecondOfficerNeeded = "SECOND_OFFICER_NEEDED",
        /// The sender is suspended.
        SenderSuspended = "SENDER_SUSPENDED",
        /// The notice's status forbids it.
        StatusForbids = "STATUS_FORBIDS",
        /// Too many recipients.
        TooManyRecipients = "TOO_MANY_RECIPIENTS",
        /// The trail does not hold as it is kept.
        TrailNotWhole = "TRAIL_NOT_WHOLE",
        /// Unknown group.
        UnknownGroup = "UNKNOWN_GROUP",
        /// Unknown member.
        UnknownMember = "UNKNOWN_MEMBER",
        /// Unknown sender.
        UnknownSender = "UNKNOWN_SENDER",
        /// A verdict is needed.
        VerdictNeeded = "VERDICT_NEEDED",
        /// An attachment was not uploaded yet.
        AttachmentNotUploaded = "ATTACHMENT_NOT_UPLOADED",
        /// No such group here.
        GroupNotFound = "GROUP_NOT_FOUND",
        /// A newer version took the notice's place.
        NoticeSuperseded = "NOTICE_SUPERSEDED",
        /// There is no such grant.
        GrantNotFound = "GRANT_NOT_FOUND",
        /// The grant was taken back before.
        GrantRevoked = "GRANT_REVOKED",
        /// A node says it when it is done.
        SaidByDoing = "SAID_BY_DOING",
        /// What it passes on is suspended, or was amended.
        OriginHolds = "ORIGIN_HOLDS",
        /// The notice is suspended.
        NoticeSuspended = "NOTICE_SUSPENDED",
        /// There is no version before.
        NoVersionBefore = "NO_VERSION_BEFORE",
        /// That is another notice.
        OtherNotice = "OTHER_NOTICE",
        /// Too many versions.
        TooManyVersions = "TOO_MANY_VERSIONS",
        /// The node does not know this member.
        MemberUnknown = "MEMBER_UNKNOWN",
        /// The notice is over.
        NoticeOver = "NOTICE_OVER",
        /// The reply has mistakes.
        ReplyInvalid = "REPLY_INVALID",
        /// Nothing was counted.
        NothingCounted = "NOTHING_COUNTED",
        /// Abuse imagery is refused.
        AbuseMediaRefused = "ABUSE_MEDIA_REFUSED",
        /// The attachment is damaged.
        AttachmentDamaged = "ATTACHMENT_DAMAGED",
        /// What came is not the attachment that was signed.
        AttachmentDiffers = "ATTACHMENT_DIFFERS",
        /// The attachment cannot be had.
        AttachmentFailed = "ATTACHMENT_FAILED",
        /// A newer version of the notice leaves the attachment out.
        AttachmentLeftOut = "ATTACHMENT_LEFT_OUT",
        /// The attachment is not here whole yet.
        AttachmentNotComplete = "ATTACHMENT_NOT_COMPLETE",
        /// No such attachment here.
        AttachmentNotFound = "ATTACHMENT_NOT_FOUND",
        /// The content is another than was said.
        ContentDiffers = "CONTENT_DIFFERS",
        /// Too many uploads.
        TooManyUploads = "TOO_MANY_UPLOADS",
        /// The upload is under way elsewhere.
        UploadBusy = "UPLOAD_BUSY",
        /// The upload is not valid.
        UploadInvalid = "UPLOAD_INVALID",
        /// No such upload.
        UploadNotFound = "UPLOAD_NOT_FOUND",
    }
}
