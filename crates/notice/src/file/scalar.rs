//! Dates and times as they are written in a file.

use amana_types::Timestamp;

use crate::content;
use crate::convert::timestamp_message;
use crate::tree::Value;

/// How to write a date.
pub(super) const DATE_FORM: &str =
    "write it like \"1984-02-29\", \"1984-02\" or \"1984\", or \"1984/1988\" for an estimate";
/// How to write a time.
pub(super) const TIME_FORM: &str = "write it like 2026-11-23T08:30:00Z (RFC 3339)";

/// Reads a date of any precision. Whether there is such a day is judged later.
pub(super) fn date(value: &Value) -> Option<content::PartialDate> {
    match value {
        Value::Integer(year) => {
            Some(content::PartialDate { year: u32::try_from(*year).ok()?, ..Default::default() })
        }
        Value::Text(text) | Value::Moment(text) => date_of_text(text),
        _ => None,
    }
}

fn date_of_text(text: &str) -> Option<content::PartialDate> {
    if let Some((from, to)) = text.split_once('/') {
        let (year, estimated_to_year) = (digits(from, 4)?, digits(to, 4)?);
        return Some(content::PartialDate { year, estimated_to_year, ..Default::default() });
    }
    let mut parts = text.split('-');
    let mut part = |length| match parts.next() {
        // 0 means absent on the wire: a written 00 is no month and no day.
        Some(part) => digits(part, length).filter(|number| *number != 0),
        None => Some(0),
    };
    let date = content::PartialDate { year: part(4)?, month: part(2)?, day: part(2)?, ..Default::default() };
    parts.next().is_none().then_some(date)
}

/// A number of exactly so many Latin digits.
fn digits(text: &str, length: usize) -> Option<u32> {
    let all = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

/// Reads a moment.
pub(super) fn time(value: &Value) -> Option<prost_types::Timestamp> {
    match value {
        Value::Text(text) | Value::Moment(text) => text.parse::<Timestamp>().ok().map(timestamp_message),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::date_text;

    #[test]
    fn dates_of_every_precision_come_back() {
        for text in ["1984", "1984-02", "1984-02-29", "1984/1988", "1984-13", "1984-02-31"] {
            let date = date(&Value::Text(text.into())).unwrap();
            assert_eq!(date_text(&date), text);
        }
        assert_eq!(date(&Value::Integer(1984)).unwrap().year, 1984);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "84",
            "1984-2",
            "1984-02-3",
            "1984-02-29-01",
            "1984-00",
            "1984-02-00",
            "+984",
            "١٩٨٤",
            "1984/88",
        ] {
            assert_eq!(date(&Value::Text(text.into())), None, "{text}");
        }
        assert_eq!(date(&Value::Moment("2027-01-01T00:00:00Z".into())), None);
        assert_eq!(date(&Value::Integer(-1)), None);
        assert_eq!(time(&Value::Moment("2027-01-01".into())), None);
    }
}
