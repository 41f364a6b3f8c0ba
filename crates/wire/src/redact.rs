//! Messages with case text show none of it through `Debug`, which ends up in logs.

use std::fmt;

use crate::v1;

macro_rules! opaque {
    ($($message:ident)+) => {$(
        impl fmt::Debug for v1::$message {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($message)).finish_non_exhaustive()
            }
        }
    )+};
}

opaque! {
    AccessContext CaseQuestion Deadline DecideReviewRequest DownloadAttachmentResponse DraftSummary
    ExportedNotice FieldChange ForwardNoticeRequest GetDraftResponse GrantPermissionRequest
    IdentifierQuestion ListItemsRequest NoticeFilter NoticeSummary NoticeView PersonQuestion Question
    ReplyView Review ReviewOutcome SaveDraftRequest SearchEvidence UploadFileRequest
    WithdrawNoticeRequest WriteUploadRequest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_no_case_text() {
        let text = v1::Text { language: "en".into(), text: "canary".into() };
        let notice = v1::Notice { narrative: vec![text], ..v1::Notice::default() };
        let request = v1::PublishNoticeRequest { notice: Some(notice), ..Default::default() };
        assert!(!format!("{request:?}").contains("canary"));
        let draft = v1::SaveDraftRequest { name: "canary".into(), ..Default::default() };
        assert!(!format!("{draft:?}").contains("canary"));
    }
}
