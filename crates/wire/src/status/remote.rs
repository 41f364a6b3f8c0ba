//! A refusal as the other side gets it.

use std::collections::BTreeMap;
use std::fmt;

use amana_types::{Duration, Reason};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::DOMAIN;

/// What the other side answered instead of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteError {
    /// The gRPC code.
    pub code: Code,
    /// The code of the reason; when the answer is not from a server of ours (a proxy, the transport), the
    /// gRPC code's name, such as `UNAVAILABLE`. A newer server may name reasons that are unknown here.
    pub reason: String,
    /// What is wrong and what to do.
    pub message: String,
    /// Facts for programs.
    pub metadata: BTreeMap<String, String>,
    /// The bad fields.
    pub violations: Vec<Violation>,
    /// How long to wait before the same request is sent again, if the server said so.
    pub retry_after: Option<Duration>,
}

/// A bad field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Its path, such as `persons[1].phones[0]`.
    pub field: String,
    /// The rule that was broken, in upper snake case.
    pub rule: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl RemoteError {
    /// The reason, if it is one that is known here.
    #[must_use]
    pub fn known(&self) -> Option<Reason> {
        self.reason.parse().ok()
    }

    /// Whether the same request can succeed later: the server said when, or cannot be reached now.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.retry_after.is_some() || self.code == Code::Unavailable
    }
}

impl From<&Status> for RemoteError {
    fn from(status: &Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info().filter(|info| info.domain == DOMAIN);
        let violations = details.bad_request().map_or(&[][..], |bad| &bad.field_violations);
        let delay = details.retry_info().and_then(|retry| retry.retry_delay);
        Self {
            code: status.code(),
            reason: info.map_or_else(|| name(status.code()).to_owned(), |info| info.reason.clone()),
            message: status.message().to_owned(),
            metadata: info.map(|info| info.metadata.clone().into_iter().collect()).unwrap_or_default(),
            violations: violations
                .iter()
                .map(|violation| Violation {
                    field: violation.field.clone(),
                    rule: violation.reason.clone(),
                    message: violation.description.clone(),
                })
                .collect(),
            retry_after: delay
                .map(|delay| Duration::from_millis(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))),
        }
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.message)?;
        self.violations.iter().try_for_each(|v| write!(f, "\n  {}: {}: {}", v.field, v.rule, v.message))
    }
}

impl std::error::Error for RemoteError {}

/// The code's name in the gRPC specification (Status codes and their use in gRPC).
const fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
