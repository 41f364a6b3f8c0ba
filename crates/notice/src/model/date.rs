//! Calendar days, and dates known only in part.

use std::fmt;
use std::str::FromStr;

use amana_types::{Timestamp, codes};

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A date as well as it is known: a day, a month, a year, a range of years, or any other days in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialDate {
    earliest: Date,
    latest: Date,
}

codes! {
    /// The calendar that a date is written in.
    pub enum Calendar in "calendar" {
        /// The Gregorian calendar.
        Gregorian = "GREGORIAN",
        /// The Islamic lunar calendar.
        Hijri = "HIJRI",
        /// The Islamic solar calendar of Iran and Afghanistan.
        SolarHijri = "SOLAR_HIJRI",
        /// The Ethiopian calendar.
        Ethiopian = "ETHIOPIAN",
        /// The Buddhist calendar.
        Buddhist = "BUDDHIST",
        /// The Hebrew calendar.
        Hebrew = "HEBREW",
        /// Another calendar, named in what is written.
        Other = "OTHER",
    }
}

/// What is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not a day of the form `1984-02-29`.
    #[error("not a day: write it like 1984-02-29, of the Gregorian calendar")]
    Form,
    /// The year is out of range.
    #[error("the year must lie between 1800 and 2200")]
    Year,
    /// The month is out of range.
    #[error("the month must lie between 1 and 12")]
    Month,
    /// That month has no such day.
    #[error("there is no such day in that month")]
    Day,
    /// It ends before it begins, or is known too badly.
    #[error("the last day is the first or a later one, at most 61 years on; correct one")]
    Range,
}

/// The most years from the first day that a date can be to the last.
const MOST_YEARS: u16 = 61;

impl Date {
    /// The day of that year, month (1 to 12) and day of the month.
    ///
    /// # Errors
    /// [`DateError`] when there is no such day, or the year lies outside 1800..=2200.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        if !(1800..=2200).contains(&year) {
            return Err(DateError::Year);
        }
        if day < 1 || day > days_in(year, month).ok_or(DateError::Month)? {
            return Err(DateError::Day);
        }
        Ok(Self { year, month, day })
    }

    /// The day of a moment, in UTC.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        // Days since 1970-01-01 to year, month, day, counting years from March so that the leap day
        // comes last and every month's first day follows one linear formula.
        let days = at.unix_seconds() / 86_400 + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        Self {
            year: u16::try_from(year).unwrap_or(u16::MAX),
            month: u8::try_from(month).unwrap_or(12),
            day: u8::try_from(day).unwrap_or(31),
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The same day `years` later; 29 February falls on 1 March when that year has none.
    #[must_use]
    pub fn plus_years(self, years: u16) -> Self {
        let year = self.year.saturating_add(years);
        match days_in(year, self.month) {
            Some(days) if self.day <= days => Self { year, ..self },
            _ => Self { year, month: 3, day: 1 },
        }
    }
}

impl PartialDate {
    /// The date of a message.
    ///
    /// # Errors
    /// [`DateError`] when it is none.
    pub fn of(date: &crate::content::PartialDate) -> Result<Self, DateError> {
        Self::new(date.earliest.parse()?, date.latest.parse()?)
    }

    /// A date from the first and the last day that it can be.
    ///
    /// # Errors
    /// [`DateError::Range`].
    pub fn new(earliest: Date, latest: Date) -> Result<Self, DateError> {
        let fits = earliest <= latest && latest <= earliest.plus_years(MOST_YEARS);
        if fits { Ok(Self { earliest, latest }) } else { Err(DateError::Range) }
    }

    /// The first day that it can be.
    #[must_use]
    pub const fn earliest(self) -> Date {
        self.earliest
    }

    /// The last day that it can be.
    #[must_use]
    pub const fn latest(self) -> Date {
        self.latest
    }

    /// Whether every day that `other` can be is one that this can be too: 1984 covers 1984-02-29.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.earliest() <= other.earliest() && other.latest() <= self.latest()
    }

    /// Whether both can be the same day.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.earliest() <= other.latest() && other.earliest() <= self.latest()
    }

    /// Whether it lies before `other`, whatever days they are.
    #[must_use]
    pub fn surely_before(self, other: Self) -> bool {
        self.latest() < other.earliest()
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { earliest: date, latest: date }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let part = |range: std::ops::Range<usize>| {
            let digits = text.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
            digits.and_then(|digits| digits.parse::<u16>().ok()).ok_or(DateError::Form)
        };
        let small = |number: u16| u8::try_from(number).map_err(|_| DateError::Form);
        let dashes = [4, 7].map(|at| text.as_bytes().get(at));
        if text.len() != 10 || dashes != [Some(&b'-'); 2] {
            return Err(DateError::Form);
        }
        Self::new(part(0..4)?, small(part(5..7)?)?, small(part(8..10)?)?)
    }
}

/// As much of it as is known: `1984-02-29`, `1984-02`, `1984`, `1980/1990`, or the first and the last day.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { earliest, latest } = self;
        let whole_months = earliest.day == 1 && days_in(latest.year, latest.month) == Some(latest.day);
        let whole_years = whole_months && (earliest.month, latest.month) == (1, 12);
        let (same_year, same_month) = (earliest.year == latest.year, earliest.month == latest.month);
        if earliest == latest {
            earliest.fmt(f)
        } else if whole_years && same_year {
            write!(f, "{:04}", earliest.year)
        } else if whole_years {
            write!(f, "{:04}/{:04}", earliest.year, latest.year)
        } else if whole_months && same_year && same_month {
            write!(f, "{:04}-{:02}", earliest.year, earliest.month)
        } else {
            write!(f, "{earliest}/{latest}")
        }
    }
}

/// The number of days of a month, or nothing when there is no such month.
pub(crate) const fn days_in(year: u16, month: u8) -> Option<u8> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => Some(29),
        2 => Some(28),
        _ => None,
    }
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
