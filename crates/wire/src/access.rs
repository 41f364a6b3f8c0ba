//! The first field of every request of an agency, whatever the request.

use crate::agency::{self, AccessContext};

/// A request of an agency: who asks, why, and for which case.
pub trait Accessed {
    /// What stands at field 1; a client may have left it out.
    fn access(&self) -> Option<&AccessContext>;
}

macro_rules! accessed {
    ($($request:ident)+) => {$(
        impl Accessed for agency::$request {
            fn access(&self) -> Option<&AccessContext> {
                self.access.as_ref()
            }
        }
    )+};
}

accessed! {
    AcknowledgeNoticeRequest AmendNoticeRequest CheckNoticeRequest DecideReviewRequest DiffVersionsRequest
    DiscardDraftRequest DownloadAttachmentRequest DownloadItemAttachmentRequest ExportNoticeRequest
    ForwardNoticeRequest GetClosingReportRequest GetDeliveryRequest GetDraftRequest GetGroupRequest
    GetItemRequest GetNodeStatusRequest GetNoticeRequest GetOperationRequest GetProofRequest GetTrailRequest
    GetUploadRequest GrantPermissionRequest ListDeadlinesRequest ListDraftsRequest ListGroupsRequest
    ListItemsRequest ListNoticesRequest ListRepliesRequest ListReviewsRequest ListVersionsRequest
    ListWaitingRequest PublishClosingReportRequest PublishNoticeRequest ReportTallyRequest ResumeNoticeRequest
    RevokePermissionRequest SaveDraftRequest ScreenFilesRequest SearchCasesRequest SendReplyRequest
    SuspendNoticeRequest UploadFileRequest WatchEventsRequest WithdrawNoticeRequest WriteUploadRequest
}
