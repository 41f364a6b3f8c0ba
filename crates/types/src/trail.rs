//! What a trail tells: the steps in the life of a notice, in the words that its proofs bear out.

use crate::codes;

codes! {
    /// A step in the life of a notice.
    pub enum TrailEvent in "trail_event" {
        /// The hub took it into the exchange's log.
        Published = "PUBLISHED",
        /// The review desk let it through.
        Passed = "PASSED",
        /// The review desk did not let it through.
        Refused = "REFUSED",
        /// A recipient's node signed that it holds it.
        Delivered = "DELIVERED",
        /// A recipient's node signed that an officer read it.
        Read = "READ",
        /// A newer version took its place.
        Amended = "AMENDED",
        /// Its owner took it out of sight for a while.
        Suspended = "SUSPENDED",
        /// Its owner brought it back into sight.
        Resumed = "RESUMED",
        /// Its owner decided to take it back.
        Withdrawn = "WITHDRAWN",
        /// The withdrawal is in the exchange's log.
        Recalled = "RECALLED",
        /// Its time is over.
        Expired = "EXPIRED",
        /// Its key is gone at a member.
        Erased = "ERASED",
        /// A recipient has not signed yet that it erased it.
        OwesErasure = "OWES_ERASURE",
    }
}

impl TrailEvent {
    /// Whether the maker of a trail may say it on its own word: what happened in its own house. All else
    /// has to be proven.
    #[must_use]
    pub const fn is_sayable(self) -> bool {
        matches!(
            self,
            Self::Delivered
                | Self::Read
                | Self::Suspended
                | Self::Resumed
                | Self::Withdrawn
                | Self::Expired
                | Self::Erased
        )
    }

    /// Whether recipients owe an erasure receipt from then on.
    #[must_use]
    pub const fn ends(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Expired)
    }
}
