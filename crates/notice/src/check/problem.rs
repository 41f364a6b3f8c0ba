//! One thing wrong with a notice.

use std::fmt;

use super::rule::Rule;

/// One thing wrong with a notice. It repeats no case text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path of the field, such as `persons[1].documents[0].number`.
    pub field: String,
    /// The rule that was broken.
    pub rule: Rule,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.field, self.message, self.rule)
    }
}
