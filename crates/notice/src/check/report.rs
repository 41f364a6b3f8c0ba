//! Where problems are collected, each with the path of its field.

use std::fmt;
use std::str::FromStr;

use super::{Problem, Rule};
use crate::draft::{DateDraft, Stated, TextDraft};
use crate::model::PartialDate;
use amana_types::hygiene::first_refused;
use amana_types::limits::{BYTES_PER_ITEM, LANGUAGES_PER_TEXT, NOTICE_TEXT_BYTES, PROBLEMS};
use amana_types::{Coded, Language, Text, UnknownCode};

/// Problems found so far, the place where the check is, and the bytes seen.
#[derive(Default)]
pub(super) struct Report {
    path: String,
    problems: Vec<Problem>,
    bytes: usize,
}

impl Report {
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
        if self.problems.len() >= PROBLEMS {
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
    pub(super) fn each<D, T>(
        &mut self,
        field: &str,
        most: usize,
        items: &[D],
        mut work: impl FnMut(&mut Self, &D) -> Option<T>,
    ) -> Vec<T> {
        if items.len() > most {
            self.refuse(
                field,
                Rule::TooMany,
                format!("{} items, at most {most} are possible; leave some out", items.len()),
            );
        }
        self.bytes = self.bytes.saturating_add(items.len().saturating_mul(BYTES_PER_ITEM));
        self.at(field, |report| {
            let indexed = items.iter().take(most).enumerate();
            indexed.filter_map(|(i, item)| report.at(&format!("[{i}]"), |r| work(r, item))).collect()
        })
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
    pub(super) fn code<C: Coded>(&mut self, field: &str, stated: &Stated<C>) -> Option<C> {
        match stated {
            Stated::Absent => None,
            Stated::Known(code) => Some(*code),
            Stated::Unknown(text) => {
                let refusal = UnknownCode::of::<C>();
                self.refuse(field, Rule::UnknownCode, format!("{}{refusal}", quoted(text)));
                None
            }
        }
    }

    /// A code that must be there.
    pub(super) fn needed_code<C: Coded>(&mut self, field: &str, stated: &Stated<C>) -> Option<C> {
        if matches!(stated, Stated::Absent) {
            let one_of = UnknownCode::of::<C>().expected.join(", ");
            self.refuse(field, Rule::FieldNeeded, format!("missing; give one of {one_of}"));
        }
        self.code(field, stated)
    }

    /// A list of codes, each once.
    pub(super) fn codes<C: Coded>(&mut self, field: &str, stated: &[Stated<C>]) -> Vec<C> {
        let most = C::all().len();
        self.unique(field, most, stated);
        self.each(field, most, stated, |report, code| report.needed_code("", code))
    }

    /// One line of text, trimmed; empty is absent.
    pub(super) fn line(&mut self, field: &str, text: &str, most: usize) -> Option<String> {
        let text = text.trim();
        let clean = self.characters(field, text, most, false);
        (clean && !text.is_empty()).then(|| text.to_owned())
    }

    /// A value of a form of its own; empty is absent.
    pub(super) fn value<T>(&mut self, field: &str, text: &str, rule: Rule) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        self.bytes = self.bytes.saturating_add(text.len() + BYTES_PER_ITEM);
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        match text.parse() {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.refuse(field, rule, refusal.to_string());
                None
            }
        }
    }

    /// A value of a form of its own that must be there.
    pub(super) fn needed_value<T>(&mut self, field: &str, text: &str, rule: Rule) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        if text.trim().is_empty() {
            self.refuse(field, Rule::FieldNeeded, "missing; give it");
        }
        self.value(field, text, rule)
    }

    /// A language, which must be there.
    pub(super) fn language(&mut self, text: &str) -> Option<Language> {
        self.needed_value("language", text, Rule::UnknownLanguage)
    }

    /// A date, if one is given.
    pub(super) fn date(&mut self, field: &str, date: Option<DateDraft>) -> Option<PartialDate> {
        let DateDraft { year, month, day, estimated_to_year } = date?;
        match PartialDate::new(year, month, day, estimated_to_year) {
            Ok(date) => Some(date),
            Err(refusal) => {
                self.refuse(field, Rule::InvalidDate, refusal.to_string());
                None
            }
        }
    }

    /// One text per language.
    pub(super) fn texts(&mut self, field: &str, most: usize, lines: Lines, texts: &[TextDraft]) -> Vec<Text> {
        let languages: Vec<&str> = texts.iter().map(|text| text.language.as_str()).collect();
        self.unique(field, LANGUAGES_PER_TEXT, &languages);
        self.each(field, LANGUAGES_PER_TEXT, texts, |report, draft| {
            let language = report.language(&draft.language);
            // Files from some systems end lines in CR LF; the CR alone could hide text on a terminal.
            let text = draft.text.trim().replace("\r\n", "\n");
            if text.is_empty() {
                report.refuse("text", Rule::FieldNeeded, "missing; write it");
            }
            let clean = report.characters("text", &text, most, lines == Lines::Many);
            let language = language?;
            (clean && !text.is_empty()).then_some(Text { language, text })
        })
    }

    fn characters(&mut self, field: &str, text: &str, most: usize, lines: bool) -> bool {
        self.bytes = self.bytes.saturating_add(text.len() + BYTES_PER_ITEM);
        let chars = text.chars().count();
        if chars > most {
            let message = format!("{chars} characters, at most {most} are possible; shorten it");
            self.refuse(field, Rule::TextTooLong, message);
            return false;
        }
        match first_refused(text, lines) {
            None => true,
            Some((place, c)) => {
                let message = format!(
                    "character {place} is U+{:04X}, a control that hides or turns text round; remove it",
                    u32::from(c)
                );
                self.refuse(field, Rule::ForbiddenCharacter, message);
                false
            }
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

/// The text in quotes when it looks like a mistyped code, and nothing when it may be case text.
fn quoted(text: &str) -> String {
    let like_a_code = text.len() <= 40
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
    if like_a_code { format!("{text:?} is ") } else { String::new() }
}
