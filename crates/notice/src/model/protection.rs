//! Children first: whose identity is kept for child protection only.

use super::{Date, Majority, PartialDate, PersonRole};
use crate::content::Person;
use crate::convert::{Stated, known, stated};

/// The age in years from which a person is an adult (Palermo Protocol, Article 3(d)).
pub const ADULT_AGE_YEARS: u16 = 18;

impl PersonRole {
    /// Whether the role says that the person is, or may be, a victim.
    #[must_use]
    pub const fn is_victim(self) -> bool {
        matches!(self, Self::Victim | Self::PossibleVictim)
    }

    /// Whether a coercive measure may be asked against a person of this role at all.
    ///
    /// Victims, witnesses and missing persons can carry none; nor can those whose identity is unknown,
    /// or the dead.
    #[must_use]
    pub const fn may_be_coerced(self) -> bool {
        matches!(self, Self::Wanted | Self::Suspect)
    }
}

impl Person {
    /// What is known about the person's majority on that day.
    ///
    /// What the sender states goes first. When nothing is stated the date of birth decides, if every
    /// day that it can be gives the same answer; otherwise it is unknown.
    #[must_use]
    pub fn majority_on(&self, day: Date) -> Majority {
        match stated(self.majority) {
            Stated::Known(majority) => majority,
            // A code of a newer version: nobody loses their protection by it.
            Stated::Unknown(_) => Majority::Unknown,
            Stated::Absent => self.majority_by_birth(day).unwrap_or(Majority::Unknown),
        }
    }

    /// What the date of birth alone says about majority on that day, if it says anything.
    #[must_use]
    pub fn majority_by_birth(&self, day: Date) -> Option<Majority> {
        let born = PartialDate::of(self.born.as_ref()?).ok()?;
        if born.latest().plus_years(ADULT_AGE_YEARS) <= day {
            Some(Majority::Adult)
        } else if born.earliest().plus_years(ADULT_AGE_YEARS) > day {
            Some(Majority::Child)
        } else {
            None
        }
    }

    /// Whether the person is treated as a child on that day: age unknown or disputed is child.
    #[must_use]
    pub fn is_treated_as_child(&self, day: Date) -> bool {
        self.majority_on(day) != Majority::Adult
    }

    /// Whether the role says that the person is, or may be, a victim.
    #[must_use]
    pub fn is_victim(&self) -> bool {
        known(self.role).is_some_and(PersonRole::is_victim)
    }

    /// Whether the person's identity goes into the section for child protection only.
    ///
    /// That is every victim and possible victim, and everybody who is treated as a child, whatever the
    /// role. A wanted person or suspect whose sender says nothing about age would fall under it by
    /// silence, and no border officer could ever find them: so the check refuses that
    /// silence (`MAJORITY_NEEDED`), and the sender has to say `ADULT` or accept the protection.
    #[must_use]
    pub fn is_protected(&self, day: Date) -> bool {
        self.is_victim() || self.is_treated_as_child(day)
    }
}

#[cfg(test)]
#[path = "protection_tests.rs"]
mod tests;
