//! Where problems are collected, each with the path of its field.

use std::fmt;
use std::str::FromStr;

use super::problem::Problem;
use super::rule::Rule;
use crate::content;
use crate::convert::{Stated, known, stated, timestamp, timestamp_message};
use crate::model::{Calendar, PartialDate};
use amana_types::hygiene::first_refused;
use amana_types::limits::{BYTES_PER_ITEM, LANGUAGES_PER_TEXT, LINE_CHARS, NOTICE_TEXT_BYTES, PROBLEMS};
use amana_types::{Coded, CountryCode, Language, Timestamp, UnknownCode};

/// Problems found so far, the place where the check is, and the bytes seen.
#[derive(Default)]
pub(super) struct Report {
    path: String,
    problems: Vec<Problem>,
    bytes: usize,
    /// What somebody else wrote is held only to the rules that bind its readers.
    reads: bool,
}

impl Report {
    /// A report of whoever reads what somebody else wrote.
    pub(super) fn of_reader() -> Self {
        Self { reads: true, ..Self::default() }
    }

    /// The problems, and the bytes of all texts.
    pub(super) fn finish(self) -> (Vec<Problem>, usize) {
        (self.problems, self.bytes)
    }

    /// Whether lists and texts have stayed within their limits so far, so that costly checks are safe.
    pub(super) fn is_within_limits(&self) -> bool {
        self.bytes <= NOTICE_TEXT_BYTES
            && self.problems.len() < PROBLEMS
            && !self.problems.iter().any(|problem| problem.rule == Rule::TooMany)
    }

    /// Notes a problem of a field of the present place; an empty name means the place itself. Past
    /// [`PROBLEMS`] nothing more is noted.
    pub(super) fn refuse(&mut self, field: &str, rule: Rule, message: impl Into<String>) {
        if self.problems.len() >= PROBLEMS || (self.reads && !rule.binds_readers()) {
            return;
        }
        let field = self.at(field, |report| report.path.clone());
        self.problems.push(Problem { field, rule, message: message.into() });
    }

    /// Works at a field of the present place.
    pub(super) fn at<T>(&mut self, field: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let end = self.path.len();
        if !field.is_empty() && !field.starts_with('[') && !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(field);
        let done = work(self);
        self.path.truncate(end);
        done
    }

    /// Works on each item of a list, of which there may be at most `most`. Items past that are not read.
    pub(super) fn each<T>(
        &mut self,
        field: &str,
        most: usize,
        items: &mut [T],
        mut work: impl FnMut(&mut Self, &mut T),
    ) {
        if items.len() > most {
            self.refuse(
                field,
                Rule::TooMany,
                format!("{} items, at most {most} are possible; leave some out", items.len()),
            );
        }
        self.bytes = self.bytes.saturating_add(items.len().saturating_mul(BYTES_PER_ITEM));
        self.at(field, |report| {
            for (i, item) in items.iter_mut().take(most).enumerate() {
                report.at(&format!("[{i}]"), |report| work(report, item));
            }
        });
    }

    /// Refuses the later of two equal items among the first `most` of a list.
    pub(super) fn unique<T: PartialEq>(&mut self, field: &str, most: usize, items: &[T]) {
        for (i, item) in items.iter().take(most).enumerate() {
            if items.iter().take(i).any(|earlier| earlier == item) {
                let place = format!("{field}[{i}]");
                self.refuse(&place, Rule::Duplicate, "given twice; leave one out");
            }
        }
    }

    /// A code that may be absent.
    pub(super) fn code<C: Coded>(&mut self, field: &str, number: i32) -> Option<C> {
        if let Stated::Unknown(number) = stated::<C>(number) {
            let refusal = UnknownCode::of::<C>();
            self.refuse(field, Rule::UnknownCode, format!("{number} is {refusal}"));
        }
        known(number)
    }

    /// A code on which it hangs what is done with a notice: who may send it, who receives it, who reviews it. A
    /// reader must know it as its author does; absent it may be where `needed` is false.
    pub(super) fn decisive_code<C: Coded>(&mut self, field: &str, number: i32, needed: bool) -> Option<C> {
        self.strictly(|report| match needed {
            true => report.needed_code(field, number),
            false => report.code(field, number),
        })
    }

    /// Holds a reader to what an author is held to.
    pub(super) fn strictly<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let reads = std::mem::replace(&mut self.reads, false);
        let done = work(self);
        self.reads = reads;
        done
    }

    /// A code that must be there.
    pub(super) fn needed_code<C: Coded>(&mut self, field: &str, number: i32) -> Option<C> {
        if number == 0 {
            let one_of = UnknownCode::of::<C>().expected.join(", ");
            self.refuse(field, Rule::FieldNeeded, format!("missing; give one of {one_of}"));
        }
        self.code(field, number)
    }

    /// A list of codes, each once.
    pub(super) fn codes<C: Coded>(&mut self, field: &str, numbers: &mut [i32]) {
        let most = C::all().len();
        self.unique(field, most, numbers);
        self.each(field, most, numbers, |report, code| {
            report.needed_code::<C>("", *code);
        });
    }

    /// One line of text, which is trimmed; empty is absent.
    pub(super) fn line(&mut self, field: &str, text: &mut String, most: usize) {
        trim(text);
        self.characters(field, text, most, false);
    }

    /// One line of text that must be there.
    pub(super) fn needed_line(&mut self, field: &str, text: &mut String, message: &str) {
        if text.trim().is_empty() {
            self.refuse(field, Rule::FieldNeeded, message);
        }
        self.line(field, text, LINE_CHARS);
    }

    /// A value of a form of its own, which is put in its one way of writing; empty is absent.
    pub(super) fn value<T>(&mut self, field: &str, text: &mut String, rule: Rule) -> Option<T>
    where
        T: FromStr<Err: fmt::Display> + fmt::Display,
    {
        self.bytes = self.bytes.saturating_add(text.len() + BYTES_PER_ITEM);
        trim(text);
        if text.is_empty() {
            return None;
        }
        match text.parse::<T>() {
            Ok(value) => {
                *text = value.to_string();
                Some(value)
            }
            Err(refusal) => {
                self.refuse(field, rule, refusal.to_string());
                if self.reads {
                    // It is kept as it is written, so it must be fit to be shown.
                    self.characters(field, text, LINE_CHARS, false);
                }
                None
            }
        }
    }

    /// A value of a form of its own that must be there.
    pub(super) fn needed_value<T>(&mut self, field: &str, text: &mut String, rule: Rule) -> Option<T>
    where
        T: FromStr<Err: fmt::Display> + fmt::Display,
    {
        if text.trim().is_empty() {
            self.refuse(field, Rule::FieldNeeded, "missing; give it");
        }
        self.value(field, text, rule)
    }

    /// A list of such values.
    pub(super) fn values<T>(&mut self, field: &str, most: usize, texts: &mut [String], rule: Rule)
    where
        T: FromStr<Err: fmt::Display> + fmt::Display,
    {
        self.each(field, most, texts, |report, text| {
            report.needed_value::<T>("", text, rule);
        });
    }

    /// A country that may be absent.
    pub(super) fn country(&mut self, text: &mut String) {
        self.value::<CountryCode>("country", text, Rule::UnknownCountry);
    }

    /// A date, if one is given.
    pub(super) fn date(&mut self, field: &str, date: Option<&content::PartialDate>) -> Option<PartialDate> {
        let date = date?;
        self.at(field, |report| {
            report.code::<Calendar>("calendar", date.calendar);
            report.characters("written", &date.written, LINE_CHARS, false);
            if date.written.is_empty() && date.calendar != 0 {
                let message =
                    "missing; write the date as it stands in that calendar, or leave the calendar out";
                report.refuse("written", Rule::FieldNeeded, message);
            }
            match PartialDate::of(date) {
                Ok(date) => Some(date),
                Err(refusal) => {
                    report.refuse("", Rule::InvalidDate, refusal.to_string());
                    if report.reads {
                        // It is kept as it is written, so it must be fit to be shown.
                        report.characters("earliest", &date.earliest, LINE_CHARS, false);
                        report.characters("latest", &date.latest, LINE_CHARS, false);
                    }
                    None
                }
            }
        })
    }

    /// One text per language.
    pub(super) fn texts(&mut self, field: &str, most: usize, lines: Lines, texts: &mut [content::Text]) {
        let languages: Vec<&str> = texts.iter().map(|text| text.language.as_str()).collect();
        self.unique(field, LANGUAGES_PER_TEXT, &languages);
        self.each(field, LANGUAGES_PER_TEXT, texts, |report, text| {
            report.needed_value::<Language>("language", &mut text.language, Rule::UnknownLanguage);
            // Files from some systems end lines in CR LF; the CR alone could hide text on a terminal.
            text.text = text.text.trim().replace("\r\n", "\n");
            if text.text.is_empty() {
                report.refuse("text", Rule::FieldNeeded, "missing; write it");
            }
            report.characters("text", &text.text, most, lines == Lines::Many);
        });
    }

    fn characters(&mut self, field: &str, text: &str, most: usize, lines: bool) {
        self.bytes = self.bytes.saturating_add(text.len() + BYTES_PER_ITEM);
        let chars = text.chars().count();
        if chars > most {
            let message = format!("{chars} characters, at most {most} are possible; shorten it");
            self.refuse(field, Rule::TextTooLong, message);
        } else if let Some((place, c)) = first_refused(text, lines) {
            let message = format!(
                "character {place} is U+{:04X}, a control that hides or turns text round; remove it",
                u32::from(c)
            );
            self.refuse(field, Rule::ForbiddenCharacter, message);
        }
    }
}

/// How many lines a text may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// One.
    One,
    /// Any number.
    Many,
}

/// A moment, cut to what the contract keeps of it.
pub(super) fn moment(at: &mut Option<prost_types::Timestamp>) -> Option<Timestamp> {
    let read = at.map(timestamp);
    *at = read.map(timestamp_message);
    read
}

fn trim(text: &mut String) {
    if text.trim().len() < text.len() {
        *text = text.trim().to_owned();
    }
}
