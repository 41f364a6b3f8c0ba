use super::*;

fn date(earliest: &str, latest: &str) -> PartialDate {
    PartialDate::new(earliest.parse().unwrap(), latest.parse().unwrap()).unwrap()
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
fn partial_dates_show_as_much_as_is_known() {
    let cases = [
        ("1984-02-29", "1984-02-29", "1984-02-29"),
        ("1984-02-01", "1984-02-29", "1984-02"),
        ("1984-02-01", "1984-02-28", "1984-02-01/1984-02-28"),
        ("1984-01-01", "1984-12-31", "1984"),
        ("1984-01-01", "1990-12-31", "1984/1990"),
        ("1984-02-01", "1984-03-31", "1984-02-01/1984-03-31"),
        ("2025-06-26", "2026-06-15", "2025-06-26/2026-06-15"),
    ];
    for (earliest, latest, shown) in cases {
        assert_eq!(date(earliest, latest).to_string(), shown);
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for (text, error) in [
        ("", DateError::Form),
        ("1984", DateError::Form),
        ("1984-2-03", DateError::Form),
        ("1984-02-3", DateError::Form),
        ("+984-02-03", DateError::Form),
        ("1984/02/03", DateError::Form),
        ("1984-02-03Z", DateError::Form),
        ("\u{661}984-02-03", DateError::Form),
        ("1984-13-01", DateError::Month),
        ("1984-00-01", DateError::Month),
        ("1984-02-30", DateError::Day),
        ("0984-02-03", DateError::Year),
    ] {
        assert_eq!(text.parse::<Date>(), Err(error), "{text:?}");
    }
    let range = |earliest: &str, latest: &str| {
        PartialDate::new(earliest.parse().unwrap(), latest.parse().unwrap()).map(|_| ())
    };
    assert_eq!(range("1984-01-02", "1984-01-01"), Err(DateError::Range));
    assert_eq!(range("1900-01-01", "1960-12-31"), Ok(()));
    assert_eq!(range("1900-01-01", "1961-12-31"), Err(DateError::Range));
}

#[test]
fn comparing_says_only_what_is_sure() {
    let day = date("1984-02-29", "1984-02-29");
    let month = date("1984-02-01", "1984-02-29");
    let year = date("1984-01-01", "1984-12-31");
    let range = date("1980-01-01", "1990-12-31");
    let march = date("1984-03-01", "1984-03-31");
    assert!(month.covers(day) && year.covers(month) && range.covers(year) && day.covers(day));
    assert!(!day.covers(month) && !year.covers(range));
    assert!(!month.covers(march));
    assert!(day.overlaps(range) && !day.overlaps(march));
    assert!(day.surely_before(march));
    assert!(!day.surely_before(year) && !year.surely_before(day) && !day.surely_before(day));
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
