//! Why something is refused or set aside: every reason once, with all that is decided by it.
//!
//! A reason travels as its code. Programs decide on what the table says of it, never on the text. Its label,
//! for people, stands in the table of labels under `reason` and the code.

mod table;

use crate::Duration;
use crate::codes;

pub use table::Reason;

/// What a gRPC status says, by the numbers of the gRPC specification: those that a reason may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusCode {
    /// The request is wrong in itself.
    InvalidArgument = 3,
    /// Absent, or forbidden to know of.
    NotFound = 5,
    /// The identifier is taken.
    AlreadyExists = 6,
    /// The caller may not.
    PermissionDenied = 7,
    /// A limit or a disk is full.
    ResourceExhausted = 8,
    /// Not as things stand.
    FailedPrecondition = 9,
    /// Another call was in the way.
    Aborted = 10,
    /// Beyond what there is.
    OutOfRange = 11,
    /// A fault of the server.
    Internal = 13,
    /// Not now.
    Unavailable = 14,
    /// What was kept does not verify.
    DataLoss = 15,
    /// The caller is nobody known.
    Unauthenticated = 16,
}

codes! {
    /// Who must act so that it can succeed. The code travels beside the reason.
    pub enum Actor in "actor" {
        /// Who asked: by another request, or by asking who may.
        Caller = "CALLER",
        /// Who sent what came.
        Sender = "SENDER",
        /// The administrator of the node.
        NodeAdministrator = "NODE_ADMINISTRATOR",
        /// The operator of the exchange.
        HubOperator = "HUB_OPERATOR",
        /// Nobody: it passes, or is final.
        Nobody = "NOBODY",
    }
}

/// What may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Nothing: the same would be refused again.
    No,
    /// The very same, after so many seconds.
    After(u64),
    /// The same notice, sealed anew over the directory as it is by then.
    SealedAnew,
}

impl Reason {
    /// Whether the very same request or envelope may be taken later.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self.retry(), Retry::After(_))
    }

    /// Whether an envelope that the hub refused so is to be sealed anew.
    #[must_use]
    pub const fn wants_resealing(self) -> bool {
        matches!(self.retry(), Retry::SealedAnew)
    }

    /// How long to wait before the very same is sent again, if that helps.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self.retry() {
            Retry::After(seconds) => Some(Duration::from_seconds(seconds)),
            Retry::No | Retry::SealedAnew => None,
        }
    }
}

#[cfg(test)]
#[path = "reason_tests.rs"]
mod tests;
