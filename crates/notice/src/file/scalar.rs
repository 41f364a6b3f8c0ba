//! Dates and times as they are written in a file.

use amana_types::Timestamp;

use crate::content;
use crate::convert::{number, timestamp_message};
use crate::model::{Calendar, Date, days_in};
use crate::tree::Value;

/// How to write a date.
pub(super) const DATE_FORM: &str = "write it like \"1984-02-29\", \"1984-02\" or \"1984\", or \"1984/1988\" for an estimate; of another calendar the \
     first and the last day and what is written, such as \"1983-10-08/1984-09-26 (HIJRI 1404)\"";
/// How to write a time.
pub(super) const TIME_FORM: &str =
    "write it like 2026-11-23T08:30:00Z (RFC 3339), or 2026-11-23 for the end of that day in UTC";

/// Reads a date of any precision. Whether there are such days is judged later.
pub(super) fn date(value: &Value) -> Option<content::PartialDate> {
    match value {
        Value::Integer(year) => date_of_text(&year.to_string()),
        Value::Text(text) | Value::Moment(text) => date_of_text(text.trim()),
        _ => None,
    }
}

fn date_of_text(text: &str) -> Option<content::PartialDate> {
    let (days, written) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((days, written)) => (days.trim_end(), written),
        None => (text, ""),
    };
    let (first, last) = days.split_once('/').unwrap_or((days, days));
    let (earliest, latest) = (span(first)?.0, span(last)?.1);
    let calendar =
        written.split_once(' ').and_then(|(code, rest)| Some((code.parse::<Calendar>().ok()?, rest)));
    let (calendar, written) = calendar.map_or((0, written), |(calendar, rest)| (number(calendar), rest));
    Some(content::PartialDate { earliest, latest, written: written.to_owned(), calendar })
}

/// The first and the last day of a year, a month or a day.
fn span(text: &str) -> Option<(String, String)> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map(|month| digits(month, 2));
    let day = parts.next().map(|day| digits(day, 2));
    if parts.next().is_some() {
        return None;
    }
    let (first, last) = match (month, day) {
        (None, _) => ((1, 1), (12, 31)),
        (Some(month), None) => {
            let month = month?;
            let days = u16::try_from(year).ok().zip(u8::try_from(month).ok());
            let days = days.and_then(|(year, month)| days_in(year, month)).unwrap_or(31);
            ((month, 1), (month, u32::from(days)))
        }
        (Some(month), Some(day)) => ((month?, day?), (month?, day?)),
    };
    let text = |(month, day): (u32, u32)| format!("{year:04}-{month:02}-{day:02}");
    Some((text(first), text(last)))
}

/// A number of exactly so many Latin digits.
fn digits(text: &str, length: usize) -> Option<u32> {
    let all = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

/// Reads a moment. A day alone is its end in UTC, or its beginning where something starts.
pub(super) fn time(value: &Value, starts: bool) -> Option<prost_types::Timestamp> {
    let (Value::Text(text) | Value::Moment(text)) = value else { return None };
    let whole = match text.parse::<Date>() {
        Ok(day) if starts => format!("{day}T00:00:00Z"),
        Ok(day) => format!("{day}T23:59:59Z"),
        Err(_) => text.clone(),
    };
    whole.parse::<Timestamp>().ok().map(timestamp_message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::date_text;

    #[test]
    fn dates_of_every_precision_come_back() {
        for text in [
            "1984",
            "1984-02",
            "1984-02-29",
            "1984/1988",
            "1983-10-08/1984-09-26",
            "1983-10-08/1984-09-26 (HIJRI 1404)",
            "1984 (in the year of the drought)",
        ] {
            let date = date(&Value::Text(text.into())).unwrap();
            assert_eq!(date_text(&date), text);
        }
        assert_eq!(date(&Value::Integer(1984)).unwrap().earliest, "1984-01-01");
        assert_eq!(date(&Value::Text("1984-13".into())).unwrap().latest, "1984-13-31", "judged later");
        let hijri = date(&Value::Text("1983-10-08/1984-09-26 (HIJRI 1404)".into())).unwrap();
        assert_eq!((hijri.calendar(), hijri.written.as_str()), (content::Calendar::Hijri, "1404"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "84",
            "1984-2",
            "1984-02-3",
            "1984-02-29-01",
            "+984",
            "١٩٨٤",
            "1984/88",
            "1404 AH",
            "(HIJRI 1404)",
        ] {
            assert_eq!(date(&Value::Text(text.into())), None, "{text}");
        }
        assert_eq!(date(&Value::Moment("2027-01-01T00:00:00Z".into())), None);
        assert_eq!(date(&Value::Integer(-1)), None);
        assert_eq!(time(&Value::Text("2027-13-01".into()), false), None);
    }

    #[test]
    fn a_day_is_its_end_or_its_beginning_in_utc() {
        let at = |text: &str| text.parse().ok().map(timestamp_message);
        let day = Value::Moment("2027-06-30".into());
        assert_eq!(time(&day, false), at("2027-06-30T23:59:59Z"));
        assert_eq!(time(&day, true), at("2027-06-30T00:00:00Z"));
        assert_eq!(time(&Value::Text("2027-06-30T08:00:00+01:00".into()), true), at("2027-06-30T07:00:00Z"));
    }
}
