//! Calendar days, and dates known only in part.

use std::fmt;

use amana_types::Timestamp;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A date as well as it is known: a day, a month, a year, or an estimated range of years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialDate(Known);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Known {
    Day(Date),
    Month { year: u16, month: u8 },
    Year(u16),
    Years { from: u16, to: u16 },
}

/// How well a date is known, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatePrecision {
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the year.
    Year,
    /// A range of years.
    EstimatedRange,
}

/// Numbers that are not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The year is missing or out of range.
    #[error("the year must lie between 1800 and 2200")]
    Year,
    /// The month is out of range.
    #[error("the month must lie between 1 and 12")]
    Month,
    /// That month has no such day.
    #[error("there is no such day in that month")]
    Day,
    /// A day without its month.
    #[error("a day needs its month")]
    DayWithoutMonth,
    /// An estimated range with a month or day, or one that does not go forward.
    #[error(
        "an estimated range has a first year and a later last year, at most 60 years on, and no month or day"
    )]
    Range,
}

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
        Self::new(date.year, date.month, date.day, date.estimated_to_year)
    }

    /// A date from its parts: 0 means not known, `estimated_to_year` is the last year of an estimate.
    ///
    /// # Errors
    /// [`DateError`] when the parts are not a date.
    pub fn new(year: u32, month: u32, day: u32, estimated_to_year: u32) -> Result<Self, DateError> {
        let year = year_of(year)?;
        if estimated_to_year != 0 {
            let to = year_of(estimated_to_year)?;
            if month != 0 || day != 0 || to <= year || to - year > 60 {
                return Err(DateError::Range);
            }
            return Ok(Self(Known::Years { from: year, to }));
        }
        if month == 0 {
            return if day == 0 { Ok(Self(Known::Year(year))) } else { Err(DateError::DayWithoutMonth) };
        }
        let month = u8::try_from(month).ok().filter(|m| (1..=12).contains(m)).ok_or(DateError::Month)?;
        if day == 0 {
            return Ok(Self(Known::Month { year, month }));
        }
        Date::new(year, month, u8::try_from(day).map_err(|_| DateError::Day)?).map(Into::into)
    }

    /// How well the date is known.
    #[must_use]
    pub const fn precision(self) -> DatePrecision {
        match self.0 {
            Known::Day(_) => DatePrecision::Day,
            Known::Month { .. } => DatePrecision::Month,
            Known::Year(_) => DatePrecision::Year,
            Known::Years { .. } => DatePrecision::EstimatedRange,
        }
    }

    /// The year, or the first year of an estimate.
    #[must_use]
    pub const fn year(self) -> u16 {
        match self.0 {
            Known::Day(date) => date.year,
            Known::Month { year, .. } | Known::Year(year) | Known::Years { from: year, .. } => year,
        }
    }

    /// The month, 1 to 12, if known.
    #[must_use]
    pub const fn month(self) -> Option<u8> {
        match self.0 {
            Known::Day(Date { month, .. }) | Known::Month { month, .. } => Some(month),
            Known::Year(_) | Known::Years { .. } => None,
        }
    }

    /// The day of the month, 1 to 31, if known.
    #[must_use]
    pub const fn day(self) -> Option<u8> {
        match self.0 {
            Known::Day(date) => Some(date.day),
            _ => None,
        }
    }

    /// The last year of an estimate.
    #[must_use]
    pub const fn estimated_to_year(self) -> Option<u16> {
        match self.0 {
            Known::Years { to, .. } => Some(to),
            _ => None,
        }
    }

    /// The first day that it can be.
    #[must_use]
    pub const fn earliest(self) -> Date {
        match self.0 {
            Known::Day(date) => date,
            Known::Month { year, month } => Date { year, month, day: 1 },
            Known::Year(year) | Known::Years { from: year, .. } => Date { year, month: 1, day: 1 },
        }
    }

    /// The last day that it can be.
    #[must_use]
    pub fn latest(self) -> Date {
        match self.0 {
            Known::Day(date) => date,
            Known::Month { year, month } => Date { year, month, day: days_in(year, month).unwrap_or(31) },
            Known::Year(year) | Known::Years { to: year, .. } => Date { year, month: 12, day: 31 },
        }
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
        Self(Known::Day(date))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Known::Day(date) => date.fmt(f),
            Known::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Known::Year(year) => write!(f, "{year:04}"),
            Known::Years { from, to } => write!(f, "{from:04}/{to:04}"),
        }
    }
}

fn year_of(year: u32) -> Result<u16, DateError> {
    u16::try_from(year).ok().filter(|y| (1800..=2200).contains(y)).ok_or(DateError::Year)
}

/// The number of days of a month, or nothing when there is no such month.
const fn days_in(year: u16, month: u8) -> Option<u8> {
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
