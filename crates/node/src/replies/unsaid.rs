//! What cannot be said about a notice, by whom or to whom.

use amana_types::{MemberCode, Reason};

/// What cannot be said, by whom or to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsaid {
    /// Only the owner can say that, or reply to others.
    #[error("only the owner of the notice can do that; reply to the owner")]
    NotTheOwner,
    /// The owner cannot say that of its own notice.
    #[error("this is for a recipient to say; the owner answers with ANSWER, or withdraws the notice")]
    NotTheOwners,
    /// It was not sent to that member.
    #[error("{0} did not receive the notice; name a recipient of it")]
    NotARecipient(MemberCode),
    /// The owner has to say to whom.
    #[error("say to which recipient of the notice")]
    RecipientNeeded,
    /// It is more than words.
    #[error("a node says that when it is done; use amana notice grant, revoke-grant or export")]
    SaidByDoing,
    /// The identifier would lead to a protected person.
    #[error("the person of that key is protected: name the key without an identifier, and the contact point")]
    ProtectedIdentity,
}

impl Unsaid {
    /// The reason.
    pub(crate) const fn reason(self) -> Reason {
        match self {
            Self::NotTheOwner => Reason::NotTheOwner,
            Self::NotTheOwners => Reason::NotTheOwners,
            Self::NotARecipient(_) => Reason::NotARecipient,
            Self::RecipientNeeded => Reason::RecipientNeeded,
            Self::SaidByDoing => Reason::SaidByDoing,
            Self::ProtectedIdentity => Reason::ProtectedIdentity,
        }
    }
}
