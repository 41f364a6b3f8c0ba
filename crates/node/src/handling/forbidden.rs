//! What the handling code of a notice forbids.

use amana_notice::Handling;
use amana_notice::reply::Use;
use amana_types::Reason;

/// What the handling code does not allow, or allows to nobody like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Forbidden {
    /// The owner's permission is needed, and there is none for this.
    #[error("{handling} forbids that without the owner's permission; ask for it: amana notice ask ID --for {}", word(*.wanted))]
    Handling {
        /// How the notice is handled.
        handling: Handling,
        /// What was wanted.
        wanted: Use,
    },
    /// A notice of our own.
    #[error("it is a notice of this node; publish it to them instead of passing it on")]
    OwnNotice,
    /// Neither for an investigation nor for a court.
    #[error("say what it is exported for: INVESTIGATION or COURT")]
    Purpose,
    /// Nothing is permitted.
    #[error("say what is permitted: COURT, or ONWARD with the members")]
    PermittedUse,
    /// The grant would end before it begins, or outlive the notice.
    #[error("a grant ends in the future, and no later than the notice; choose another moment")]
    Until,
    /// No grant of ours.
    #[error("no grant of this node has that identifier; `notice replies` lists those that were given")]
    NoGrant,
    /// It was taken back.
    #[error("the grant was revoked before")]
    Revoked,
}

const fn word(wanted: Use) -> &'static str {
    match wanted {
        Use::Investigation => "investigation",
        Use::Court => "court",
        Use::Onward => "forward",
    }
}

impl Forbidden {
    /// The reason.
    pub(crate) const fn reason(self) -> Reason {
        match self {
            Self::Handling { .. } => Reason::HandlingForbids,
            Self::OwnNotice => Reason::OwnNotice,
            Self::Purpose => Reason::ExportPurposeNeeded,
            Self::PermittedUse => Reason::PermittedUseNeeded,
            Self::Until => Reason::UntilInvalid,
            Self::NoGrant => Reason::GrantNotFound,
            Self::Revoked => Reason::GrantRevoked,
        }
    }
}
