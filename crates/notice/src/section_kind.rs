//! The kinds of sections.

use amana_types::codes;

codes! {
    /// A section of a notice, sealed under a key of its own.
    pub enum SectionKind in "section_kind" {
        /// The case as every recipient reads it.
        Case = "CASE",
        /// The identities of victims and children: for child protection only.
        ProtectedPersons = "PROTECTED_PERSONS",
        /// Why a notice is withdrawn.
        Withdrawal = "WITHDRAWAL",
        /// Why a notice is suspended, or that it no longer is.
        Suspension = "SUSPENSION",
        /// What a partner needs to shelter victims and children, and nothing else of the case.
        Partner = "PARTNER",
        /// A reply.
        Reply = "REPLY",
        /// What an owner allows to be done with its notice.
        Grant = "GRANT",
        /// Who the victims and children are that a partner shelters: for partners registered for child
        /// protection.
        PartnerPersons = "PARTNER_PERSONS",
        /// A bulletin, which is no case: partners read it as everybody does.
        Bulletin = "BULLETIN",
    }
}

impl SectionKind {
    /// Whether a section of that kind can list attachments, with their keys.
    #[must_use]
    pub const fn lists_attachments(self) -> bool {
        matches!(self, Self::Case | Self::ProtectedPersons | Self::Bulletin)
    }
}
