//! Messages with case text show none of it through `Debug`, which ends up in logs.

use crate::content::*;

macro_rules! opaque {
    ($($message:ident)+) => {$(
        impl ::std::fmt::Debug for $message {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($message)).finish_non_exhaustive()
            }
        }
    )+};
}

pub(crate) use opaque;

opaque!(Text PartialDate Name Document Person RouteLeg Notice Account Trafficking Vehicle);
opaque!(Organisation Place Asset Event Link Referral PartnerSection PartnerPerson);
opaque!(PartnerPersonsSection PartnerIdentity CaseSection ProtectedPersonsSection Attachment SealedAttachment);
opaque!(AbuseMedia Hit HitMatch Reply ReplySection WithdrawalSection);

#[cfg(test)]
mod tests {
    use crate::content;

    #[test]
    fn a_message_shows_no_case_text() {
        let text = content::Text { language: "en".into(), text: "canary".into() };
        let notice = content::Notice { narrative: vec![text], ..content::Notice::default() };
        let section = content::CaseSection { notice: Some(notice), ..Default::default() };
        assert!(!format!("{section:?}").contains("canary"));
    }
}
