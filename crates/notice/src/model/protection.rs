//! Children first: whose identity is kept for child protection only.
//!
//! Types of notices decide nothing about age. Age unknown or disputed is treated as child. A suspect about whose
//! age nothing is said is refused, since either reading would be wrong for somebody.

use super::{AgeGroup, Date, PartialDate, PersonRole};
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
    /// What is known about the person's age_group on that day.
    ///
    /// What the sender states goes first. When nothing is stated the date of birth decides, if every
    /// day that it can be gives the same answer; otherwise it is unknown.
    #[must_use]
    pub fn age_group_on(&self, day: Date) -> AgeGroup {
        match stated(self.age_group) {
            Stated::Known(age_group) => age_group,
            // A code of a newer version: nobody loses their protection by it.
            Stated::Unknown(_) => AgeGroup::Unknown,
            Stated::Absent => self.age_group_by_birth(day).unwrap_or(AgeGroup::Unknown),
        }
    }

    /// What the date of birth alone says about age_group on that day, if it says anything.
    #[must_use]
    pub fn age_group_by_birth(&self, day: Date) -> Option<AgeGroup> {
        let born = PartialDate::of(self.born.as_ref()?).ok()?;
        if born.latest().plus_years(ADULT_AGE_YEARS) <= day {
            Some(AgeGroup::Adult)
        } else if born.earliest().plus_years(ADULT_AGE_YEARS) > day {
            Some(AgeGroup::Child)
        } else {
            None
        }
    }

    /// Whether the person is treated as a child on that day: age unknown or disputed is child.
    #[must_use]
    pub fn is_treated_as_child(&self, day: Date) -> bool {
        self.age_group_on(day) != AgeGroup::Adult
    }

    /// Its roles, as far as they are known here.
    pub fn known_roles(&self) -> impl Iterator<Item = PersonRole> {
        self.roles.iter().filter_map(|role| known(*role))
    }

    /// Whether a role says that the person is, or may be, a victim.
    #[must_use]
    pub fn is_victim(&self) -> bool {
        self.known_roles().any(PersonRole::is_victim)
    }

    /// Whether the person's identity goes into the section for child protection only.
    ///
    /// That is every victim and possible victim, and everybody who is treated as a child, whatever the
    /// role. A wanted person or suspect whose sender says nothing about age would fall under it by
    /// silence, and no border officer could ever find them: so the check refuses that
    /// silence (`AGE_GROUP_NEEDED`), and the sender has to say `ADULT` or accept the protection.
    #[must_use]
    pub fn is_protected(&self, day: Date) -> bool {
        self.is_victim() || self.is_treated_as_child(day)
    }
}

#[cfg(test)]
#[path = "protection_tests.rs"]
mod tests;
