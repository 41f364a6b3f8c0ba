//! A refusal on its way out.

use std::collections::HashMap;

use amana_notice::Problem;
use amana_types::labels::by_code;
use amana_types::{Language, Reason};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use super::{ACTS, DOMAIN};

/// The most bytes of a message: gRPC sends it percent-encoded, up to three times as long.
const MESSAGE_BYTES: usize = 512;
/// The most bytes of all violations together. Details travel in a header, as base64, and the whole
/// header list may have 8 KiB.
const VIOLATIONS_BYTES: usize = 3 * 1024;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    reason: Reason,
    message: String,
    metadata: HashMap<String, String>,
    violations: Vec<Problem>,
    language: Option<Language>,
}

impl Refusal {
    /// A refusal: its reason, which decides the gRPC code and whether to try again, and what is wrong and what
    /// to do.
    #[must_use]
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            metadata: HashMap::new(),
            violations: Vec::new(),
            language: None,
        }
    }

    /// Adds a fact that programs may need, such as the limit that was passed.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.metadata.insert(key.to_owned(), value.to_string());
        self
    }

    /// Says it to a person as well, by the label of its reason in that language.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// Names the bad fields. Those that do not fit into a gRPC header are left out, and their number is
    /// stated in the metadata as `violations_left_out`.
    #[must_use]
    pub fn violations(mut self, problems: impl IntoIterator<Item = Problem>) -> Self {
        self.violations.extend(problems);
        self
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let Refusal { reason, message, mut metadata, violations, language } = refusal;
        let all = violations.len();
        let violations = fitting(violations);
        if violations.len() < all {
            metadata.insert("violations_left_out".to_owned(), (all - violations.len()).to_string());
        }
        metadata.insert(ACTS.to_owned(), reason.actor().to_string());
        let mut details = ErrorDetails::new();
        details.set_error_info(reason.code(), DOMAIN, metadata);
        if !violations.is_empty() {
            details.set_bad_request(violations);
        }
        if let Some(delay) = reason.retry_after() {
            details.set_retry_info(Some(std::time::Duration::from_millis(delay.as_millis())));
        }
        let label =
            language.and_then(|language| Some((language, by_code("reason", reason.code(), language)?)));
        if let Some((language, label)) = label {
            details.set_localized_message(language.to_string(), label);
        }
        Self::with_error_details(Code::from_i32(reason.status() as i32), shorten(message), details)
    }
}

/// The violations from the first on that fit into [`VIOLATIONS_BYTES`].
fn fitting(problems: Vec<Problem>) -> Vec<FieldViolation> {
    let mut left = VIOLATIONS_BYTES;
    problems
        .into_iter()
        .map_while(|problem| {
            let mut violation = FieldViolation::new(problem.field, problem.message);
            violation.reason = problem.rule.to_string();
            let bytes = violation.field.len() + violation.description.len() + violation.reason.len() + 12;
            left = left.checked_sub(bytes)?;
            Some(violation)
        })
        .collect()
}

/// Cuts a message at a character's end.
fn shorten(mut message: String) -> String {
    if message.len() > MESSAGE_BYTES {
        message.truncate(message.floor_char_boundary(MESSAGE_BYTES - 4));
        message.push('…');
    }
    message
}
