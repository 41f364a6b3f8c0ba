//! The review desk's part in the life of a notice: what it may say, and why it does not let one through.
//!
//! What needs review is in [`crate::rules`]; who is under review is in the directory.

use crate::codes;
use crate::hygiene;

codes! {
    /// What the review desk says about a notice that was held for it.
    pub enum ReviewVerdict in "review_verdict" {
        /// It goes to its recipients.
        Pass = "PASS",
        /// It goes to nobody, for good.
        Refuse = "REFUSE",
    }
}

codes! {
    /// Why the review desk does not let a notice through.
    pub enum ReviewGround in "review_ground" {
        /// It serves a political, military, religious or racial end.
        PoliticalCharacter = "POLITICAL_CHARACTER",
        /// The arrest warrant is missing, is not valid, or does not bear the notice.
        WarrantNotValid = "WARRANT_NOT_VALID",
        /// It says too little of the person or of the facts.
        InsufficientData = "INSUFFICIENT_DATA",
        /// It asks for more than the case bears, or addresses more members than it needs.
        NotProportionate = "NOT_PROPORTIONATE",
        /// It is directed against somebody under protection: a refugee, a victim, a witness.
        ProtectedPerson = "PROTECTED_PERSON",
        /// Something else, said in words.
        Other = "OTHER",
    }
}

/// The most characters of what is said about a refusal.
pub const REVIEW_TEXT_CHARS: usize = 500;

/// Why a notice is not let through: the ground, and words where the ground alone says nothing.
///
/// It has no readable `Debug`: people write about cases in it.
#[derive(Clone, PartialEq, Eq)]
pub struct ReviewRefusal {
    ground: ReviewGround,
    text: String,
}

/// A refusal that cannot stand as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviewRefusalProblem {
    /// Another ground, and not said which.
    #[error("the ground OTHER needs words; say why the notice is not let through")]
    TextNeeded,
    /// The words are too long.
    #[error("at most {REVIEW_TEXT_CHARS} characters about a refusal; shorten the text")]
    TextTooLong,
    /// The words hold what can deceive a reader.
    #[error("character {0} of the text about the refusal is a control character; remove it")]
    Character(usize),
}

impl ReviewRefusal {
    /// A refusal that can stand.
    ///
    /// # Errors
    /// [`ReviewRefusalProblem`].
    pub fn new(ground: ReviewGround, text: &str) -> Result<Self, ReviewRefusalProblem> {
        if ground == ReviewGround::Other && text.trim().is_empty() {
            return Err(ReviewRefusalProblem::TextNeeded);
        }
        if text.chars().count() > REVIEW_TEXT_CHARS {
            return Err(ReviewRefusalProblem::TextTooLong);
        }
        match hygiene::first_refused(text, true) {
            Some((place, _)) => Err(ReviewRefusalProblem::Character(place)),
            None => Ok(Self { ground, text: text.to_owned() }),
        }
    }

    /// The ground.
    #[must_use]
    pub const fn ground(&self) -> ReviewGround {
        self.ground
    }

    /// The words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for ReviewRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReviewRefusal({}, {} bytes)", self.ground, self.text.len())
    }
}

#[cfg(test)]
#[path = "review_tests.rs"]
mod tests;
