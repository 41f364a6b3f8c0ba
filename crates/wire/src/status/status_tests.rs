use amana_notice::{Problem, Rule};
use amana_types::{Duration, Reason};
use prost::Message;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::*;

fn problem(field: &str) -> Problem {
    Problem { field: field.into(), rule: Rule::FieldNeeded, message: "missing; give it".into() }
}

#[test]
fn a_refusal_comes_back() {
    let status: Status = Refusal::new(Reason::NodeStopping, "the notice has 2 problems")
        .with("limit", 5)
        .violations([problem("purpose"), problem("persons[0].role")])
        .into();
    let error = RemoteError::from(&status);
    let violation = |field: &str| Violation {
        field: field.into(),
        rule: "FIELD_NEEDED".into(),
        message: "missing; give it".into(),
    };
    assert_eq!(
        error,
        RemoteError {
            code: Code::Unavailable,
            reason: "NODE_STOPPING".into(),
            message: "the notice has 2 problems".into(),
            metadata: [("acts".into(), "NOBODY".into()), ("limit".into(), "5".into())].into(),
            violations: vec![violation("purpose"), violation("persons[0].role")],
            retry_after: Some(Duration::from_seconds(2)),
        }
    );
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "NODE_STOPPING: the notice has 2 problems\n  purpose: FIELD_NEEDED: missing; give it\n  \
         persons[0].role: FIELD_NEEDED: missing; give it"
    );
}

#[test]
fn a_status_has_exactly_one_error_info() {
    let status: Status = Refusal::new(Reason::NoticeNotFound, "no such notice").into();
    let details = tonic_types::pb::Status::decode(status.details()).unwrap().details;
    let types: Vec<_> = details.iter().map(|any| any.type_url.as_str()).collect();
    assert_eq!(types, ["type.googleapis.com/google.rpc.ErrorInfo"]);
    assert_eq!(status.get_details_error_info().unwrap().domain, DOMAIN);
    assert!(!RemoteError::from(&status).is_retryable());
}

#[test]
fn a_thousand_problems_still_fit_into_a_header() {
    let problems = (0..1000).map(|i| problem(&format!("persons[{i}].role")));
    let status: Status = Refusal::new(Reason::NoticeInvalid, "ق".repeat(5000)).violations(problems).into();
    // Base64 and percent-encoding included.
    assert!(status.details().len() * 4 / 3 + status.message().len() * 3 < 8 * 1024 - 512);
    let error = RemoteError::from(&status);
    let shown = error.violations.len();
    assert!(shown > 20);
    assert_eq!(error.metadata["violations_left_out"], (1000 - shown).to_string());
    assert!(error.message.ends_with('…'));
}

#[test]
fn a_strangers_status_keeps_its_code() {
    let error = RemoteError::from(&Status::unavailable("connection refused"));
    assert_eq!((error.reason.as_str(), error.is_retryable()), ("UNAVAILABLE", true));
    let mut details = tonic_types::ErrorDetails::new();
    details.set_error_info("QUOTA", "example.org", std::collections::HashMap::new());
    let status = Status::with_error_details(Code::ResourceExhausted, "too many", details);
    let error = RemoteError::from(&status);
    assert_eq!((error.reason.as_str(), error.known()), ("RESOURCE_EXHAUSTED", None));
}

#[test]
fn the_reason_decides_the_code_and_a_newer_servers_reason_stays_text() {
    for reason in Reason::ALL {
        let status: Status = Refusal::new(*reason, "no").into();
        let error = RemoteError::from(&status);
        assert_eq!((error.known(), error.retry_after), (Some(*reason), reason.retry_after()));
        assert_ne!(status.code(), Code::Unknown, "{reason}");
        assert_eq!(format!("{:?}", status.code()), format!("{:?}", reason.status()), "{reason}");
    }
    let mut details = tonic_types::ErrorDetails::new();
    details.set_error_info("OF_TOMORROW", DOMAIN, std::collections::HashMap::new());
    let error = RemoteError::from(&Status::with_error_details(Code::NotFound, "no", details));
    assert_eq!((error.reason.as_str(), error.known()), ("OF_TOMORROW", None));
}
