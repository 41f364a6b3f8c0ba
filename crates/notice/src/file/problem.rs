//! What is wrong with a file, and where.

use std::fmt;

use super::lines::{Lines, Place};
use crate::tree::Span;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// Where it is; for something missing, the table that it is missing from.
    pub place: Place,
    /// Path of the field, such as `persons[1].documents[0].number`; empty when it is about the file.
    pub field: String,
    /// The rule that was broken, in upper snake case.
    pub rule: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.place.line, self.place.column)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        write!(f, "{} [{}]", self.message, self.rule)
    }
}

/// Every mistake of a file, in the file's order. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblems(Vec<FileProblem>);

impl FileProblems {
    /// The mistakes.
    pub fn iter(&self) -> std::slice::Iter<'_, FileProblem> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "there is always one")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Puts mistakes into the file's order.
    pub(super) fn of(found: Vec<Found>, lines: &Lines<'_>) -> Self {
        let mut found = found;
        found.sort_by(|a, b| (a.span.start, &a.field).cmp(&(b.span.start, &b.field)));
        let problems = found.into_iter().map(|found| FileProblem {
            place: lines.place(found.span.start),
            field: found.field,
            rule: found.rule,
            message: found.message,
        });
        Self(problems.collect())
    }
}

impl IntoIterator for FileProblems {
    type Item = FileProblem;
    type IntoIter = std::vec::IntoIter<FileProblem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a FileProblems {
    type Item = &'a FileProblem;
    type IntoIter = std::slice::Iter<'a, FileProblem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One line for each.
impl fmt::Display for FileProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.iter().enumerate() {
            write!(f, "{}{problem}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for FileProblems {}

/// A mistake while the place is still counted in bytes.
pub(super) struct Found {
    pub(super) span: Span,
    pub(super) field: String,
    pub(super) rule: String,
    pub(super) message: String,
}

impl Found {
    pub(super) fn new(span: &Span, field: &str, rule: &str, message: impl Into<String>) -> Self {
        Self { span: span.clone(), field: field.to_owned(), rule: rule.to_owned(), message: message.into() }
    }
}
