//! The life of a notice: one table says what may follow on what.
//!
//! ```
//! use amana_types::life::{Event, NoticeStatus};
//! assert_eq!(NoticeStatus::Published.after(Event::Withdraw), Some(NoticeStatus::Withdrawn));
//! assert_eq!(NoticeStatus::Withdrawn.after(Event::Amend), None);
//! ```

use crate::codes;
use crate::hygiene;
use crate::{MemberCode, NoticeId};

codes! {
    /// Where a notice stands.
    pub enum NoticeStatus in "notice_status" {
        /// Being written; nobody else has it.
        Draft = "DRAFT",
        /// Waits for the review desk's pass.
        UnderReview = "UNDER_REVIEW",
        /// Its recipients may read it.
        Published = "PUBLISHED",
        /// It was not let through, for good.
        Refused = "REFUSED",
        /// Kept, but found by no search until it is resumed.
        Suspended = "SUSPENDED",
        /// A newer version took the place of the first.
        Amended = "AMENDED",
        /// Its owner took it back.
        Withdrawn = "WITHDRAWN",
        /// Its time is over.
        Expired = "EXPIRED",
        /// Its keys are gone.
        Erased = "ERASED",
    }
}

codes! {
    /// What can happen to a notice.
    pub enum Event in "life_event" {
        /// It is sent to the review desk.
        Submit = "SUBMIT",
        /// The review desk lets it through.
        Pass = "PASS",
        /// The review desk or the hub does not let it through.
        Refuse = "REFUSE",
        /// It goes out without review.
        Publish = "PUBLISH",
        /// Its owner replaces it by a newer version.
        Amend = "AMEND",
        /// Its owner takes it out of sight for a while.
        Suspend = "SUSPEND",
        /// Its owner brings it back into sight.
        Resume = "RESUME",
        /// Its owner takes it back.
        Withdraw = "WITHDRAW",
        /// Its time is over.
        Expire = "EXPIRE",
        /// Its keys are destroyed.
        Erase = "ERASE",
    }
}

codes! {
    /// Why an owner withdraws a notice.
    pub enum Ground in "withdrawal_ground" {
        /// The case does not need it any more.
        NoLongerNeeded = "NO_LONGER_NEEDED",
        /// It is wrong, or went to the wrong members.
        Error = "ERROR",
        /// A court ordered it.
        CourtOrder = "COURT_ORDER",
        /// The person was found.
        PersonFound = "PERSON_FOUND",
        /// Something else, said in words.
        Other = "OTHER",
        /// It is for fewer members than before; only those that it is no longer for are told.
        Restricted = "RESTRICTED",
    }
}

impl Ground {
    /// The grounds that an owner can give; the others follow from what it does.
    pub fn to_give() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|ground| *ground != Self::Restricted)
    }
}

use Event::{Amend, Erase, Expire, Pass, Publish, Refuse, Resume, Submit, Suspend, Withdraw};
use NoticeStatus::{Amended, Draft, Erased, Expired, Published, Refused, Suspended, UnderReview, Withdrawn};

/// What is not in this table cannot happen.
///
/// What was taken back or has expired can only be erased, and what was erased stays so: there is no way
/// back into a reader's sight. A notice that waits for review can be withdrawn, since recipients may
/// hold its sealed bytes. A resumed notice is published again; that it was amended is in its history.
const TABLE: &[(NoticeStatus, Event, NoticeStatus)] = &[
    (Draft, Submit, UnderReview),
    (Draft, Publish, Published),
    (UnderReview, Pass, Published),
    (UnderReview, Refuse, Refused),
    (UnderReview, Withdraw, Withdrawn),
    (UnderReview, Expire, Expired),
    (Published, Refuse, Refused),
    (Published, Amend, Amended),
    (Published, Suspend, Suspended),
    (Published, Withdraw, Withdrawn),
    (Published, Expire, Expired),
    (Amended, Amend, Amended),
    (Amended, Suspend, Suspended),
    (Amended, Withdraw, Withdrawn),
    (Amended, Expire, Expired),
    (Suspended, Resume, Published),
    (Suspended, Amend, Suspended),
    (Suspended, Withdraw, Withdrawn),
    (Suspended, Expire, Expired),
    (Refused, Expire, Expired),
    (Withdrawn, Erase, Erased),
    (Expired, Erase, Erased),
];

impl NoticeStatus {
    /// Where the notice stands after an event; `None` when that cannot happen to it now.
    #[must_use]
    pub fn after(self, event: Event) -> Option<Self> {
        let row = TABLE.iter().find(|(from, on, _)| (*from, *on) == (self, event));
        row.map(|(.., to)| *to)
    }

    /// Whether its recipients may read it.
    #[must_use]
    pub const fn is_readable(self) -> bool {
        matches!(self, Published | Amended | Suspended)
    }
}

/// The most characters of what is said about a withdrawal.
pub const GROUND_TEXT_CHARS: usize = 500;

/// Why a notice is withdrawn: the ground, and words where the ground alone says nothing.
///
/// It has no readable `Debug`: people write about cases in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Grounds {
    ground: Ground,
    text: String,
}

/// Grounds that cannot stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroundsRefused {
    /// Another ground, and not said which.
    #[error("the ground OTHER needs words; say why the notice is withdrawn")]
    TextNeeded,
    /// The words are too long.
    #[error("at most {GROUND_TEXT_CHARS} characters about a withdrawal; shorten the text")]
    TextTooLong,
    /// The words hold what can deceive a reader.
    #[error("character {0} of the text about the withdrawal is a control character; remove it")]
    Character(usize),
}

impl Grounds {
    /// Grounds that can stand.
    ///
    /// # Errors
    /// [`GroundsRefused`].
    pub fn new(ground: Ground, text: &str) -> Result<Self, GroundsRefused> {
        if ground == Ground::Other && text.trim().is_empty() {
            return Err(GroundsRefused::TextNeeded);
        }
        if text.chars().count() > GROUND_TEXT_CHARS {
            return Err(GroundsRefused::TextTooLong);
        }
        match hygiene::first_refused(text, true) {
            Some((place, _)) => Err(GroundsRefused::Character(place)),
            None => Ok(Self { ground, text: text.to_owned() }),
        }
    }

    /// What is said to those that a notice is no longer for.
    #[must_use]
    pub const fn restricted() -> Self {
        Self { ground: Ground::Restricted, text: String::new() }
    }

    /// The ground.
    #[must_use]
    pub const fn ground(&self) -> Ground {
        self.ground
    }

    /// The words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for Grounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grounds({}, {} bytes)", self.ground, self.text.len())
    }
}

/// The `WITHDRAWAL` section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawalSection {
    /// The body's sender; it must equal the envelope's.
    pub sender: MemberCode,
    /// The notice that it erases.
    pub notice: NoticeId,
    /// Why.
    pub grounds: Grounds,
}

/// The `SUSPENSION` section: its owner takes a notice out of sight for a while, or brings it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuspensionSection {
    /// The body's sender; it must equal the envelope's.
    pub sender: MemberCode,
    /// The notice, by one of its versions.
    pub notice: NoticeId,
    /// Suspended, or resumed.
    pub suspended: bool,
    /// The how-manieth word of this sort about the notice, from 1 on: the greatest is the last word,
    /// whatever the order in which they come.
    pub number: u64,
}

#[cfg(test)]
#[path = "life_tests.rs"]
mod tests;
