//! Why an envelope that opened does not make what it should.

use amana_notice::MergeRefused;
use amana_notice::convert::SectionError;

/// Sections that verified and opened, and still do not make a notice. The sender must act; here the
/// notice is set aside alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// There is neither a case nor a bulletin nor a partner's part of a case, or there are two.
    #[error(
        "the envelope does not hold exactly one case section, one bulletin, or one partner's part of a case"
    )]
    NoCase,
    /// What is in a bulletin's place is none.
    #[error("the section for a bulletin holds something else; its sender broke the rule")]
    NoBulletin,
    /// A section does not decode.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// An attachment is described and not in the signed header, or not as it is there.
    #[error("an attachment is not described as the signed header lists it")]
    Attachment,
    /// The sections do not make a notice.
    #[error(transparent)]
    Merge(#[from] MergeRefused),
}
