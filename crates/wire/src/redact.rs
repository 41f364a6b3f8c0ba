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

opaque!(Text PartialDate Name Document Person RouteLeg Notice NoticeSummary NoticeView);
opaque!(Account Trafficking Vehicle Organisation Place Asset Event Link);
opaque!(Referral PartnerSection PartnerPerson PartnerPersonsSection PartnerIdentity);
opaque!(SearchRequest AccessReason CaseSection ProtectedPersonsSection);
opaque!(Attachment AbuseMedia UploadRequest DownloadResponse);
opaque!(Export ForwardRequest GrantRequest);
opaque!(Match Reply ReplySection ReplyView Due);
opaque!(FieldChange);
opaque!(SaveDraftRequest DraftSummary GetDraftResponse);
opaque!(ListItemsRequest WithdrawRequest WithdrawalSection DecideReviewRequest Review ReviewOutcome);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_no_case_text() {
        let text = v1::Text { language: "en".into(), text: "canary".into() };
        let notice = v1::Notice { narrative: vec![text], ..v1::Notice::default() };
        let request = v1::PublishNoticeRequest { notice: Some(notice), ..Default::default() };
        assert!(!format!("{request:?}").contains("canary"));
    }
}
