use super::*;

fn date(year: u32, month: u32, day: u32, to: u32) -> PartialDate {
    PartialDate::new(year, month, day, to).unwrap()
}

#[test]
fn days_that_exist() {
    let cases = [
        (2024, 2, 29, Ok(())),
        (2000, 2, 29, Ok(())),
        (1900, 2, 29, Err(DateError::Day)),
        (2023, 2, 29, Err(DateError::Day)),
        (2023, 4, 31, Err(DateError::Day)),
        (2023, 12, 31, Ok(())),
        (2023, 13, 1, Err(DateError::Month)),
        (2023, 0, 1, Err(DateError::Month)),
        (2023, 1, 0, Err(DateError::Day)),
        (1799, 1, 1, Err(DateError::Year)),
        (2201, 1, 1, Err(DateError::Year)),
    ];
    for (year, month, day, expected) in cases {
        assert_eq!(Date::new(year, month, day).map(|_| ()), expected, "{year}-{month}-{day}");
    }
}

#[test]
fn partial_dates_that_exist() {
    let cases = [
        ((1984, 2, 29, 0), Ok("1984-02-29")),
        ((1984, 2, 0, 0), Ok("1984-02")),
        ((1984, 0, 0, 0), Ok("1984")),
        ((1984, 0, 0, 1990), Ok("1984/1990")),
        ((0, 0, 0, 0), Err(DateError::Year)),
        ((1984, 0, 3, 0), Err(DateError::DayWithoutMonth)),
        ((1984, 13, 0, 0), Err(DateError::Month)),
        ((1984, 257, 1, 0), Err(DateError::Month)),
        ((1984, 1, 257, 0), Err(DateError::Day)),
        ((1984 + 65_536, 1, 1, 0), Err(DateError::Year)),
        ((1984, 1, 0, 1990), Err(DateError::Range)),
        ((1984, 0, 0, 1984), Err(DateError::Range)),
        ((1900, 0, 0, 1961), Err(DateError::Range)),
    ];
    for ((year, month, day, to), expected) in cases {
        let made = PartialDate::new(year, month, day, to).map(|date| date.to_string());
        assert_eq!(made, expected.map(str::to_owned), "{year}-{month}-{day}/{to}");
    }
}

#[test]
fn parts_come_back() {
    let all = [(1984, 2, 29, 0), (1984, 2, 0, 0), (1984, 0, 0, 0), (1984, 0, 0, 1990)];
    for (year, month, day, to) in all {
        let made = date(year, month, day, to);
        let back = (
            u32::from(made.year()),
            made.month().map_or(0, u32::from),
            made.day().map_or(0, u32::from),
            made.estimated_to_year().map_or(0, u32::from),
        );
        assert_eq!(back, (year, month, day, to));
    }
}

#[test]
fn comparing_says_only_what_is_sure() {
    let (day, month, year, range) =
        (date(1984, 2, 29, 0), date(1984, 2, 0, 0), date(1984, 0, 0, 0), date(1980, 0, 0, 1990));
    assert!(month.covers(day) && year.covers(month) && range.covers(year) && day.covers(day));
    assert!(!day.covers(month) && !year.covers(range));
    assert!(!month.covers(date(1984, 3, 1, 0)));
    assert!(day.overlaps(range) && !day.overlaps(date(1984, 3, 0, 0)));
    assert!(day.surely_before(date(1984, 3, 0, 0)));
    assert!(!day.surely_before(year) && !year.surely_before(day) && !day.surely_before(day));
    assert_eq!(
        [day, month, year, range].map(PartialDate::precision),
        [DatePrecision::Day, DatePrecision::Month, DatePrecision::Year, DatePrecision::EstimatedRange]
    );
}

#[test]
fn the_day_of_a_moment_agrees_with_rfc_3339() {
    let mut at = Timestamp::from_unix_millis(0);
    // Steps of 13 hours and 7 minutes over two hundred years meet every day at least once.
    while at < "2199-12-31T00:00:00Z".parse().unwrap() {
        assert_eq!(Date::of(at).to_string(), at.to_string()[..10]);
        at = at.after(amana_types::Duration::from_seconds(13 * 3600 + 420));
    }
}

#[test]
fn birthdays_of_leap_days() {
    let born = Date::new(2008, 2, 29).unwrap();
    assert_eq!(born.plus_years(18).to_string(), "2026-03-01");
    assert_eq!(born.plus_years(16).to_string(), "2024-02-29");
    assert_eq!(Date::new(2008, 12, 31).unwrap().plus_years(18).to_string(), "2026-12-31");
}
