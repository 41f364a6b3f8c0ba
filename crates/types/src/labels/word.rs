//! The words of the command line's own output: headings, verdicts, what is said about a step.

use crate::notice::codes::codes;

codes! {
    /// A word or phrase that people are shown beside codes and fields.
    pub enum Word in "word" {
        /// Who tells a trail.
        ToldBy = "TOLD_BY",
        /// What nobody but the maker of a trail vouches for.
        OwnWord = "OWN_WORD",
        /// By another version or envelope.
        By = "BY",
        /// Taking the place of another version.
        InPlaceOf = "IN_PLACE_OF",
        /// Since a moment.
        Since = "SINCE",
        /// Every proof holds, and the log only grew.
        TrailHolds = "TRAIL_HOLDS",
        /// Every proof holds; that the log only grew could not be shown.
        TrailNotJoined = "TRAIL_NOT_JOINED",
    }
}
