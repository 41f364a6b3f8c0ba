use super::*;
use crate::Coded;

#[test]
fn every_reason_is_there_once_and_reads_back() {
    for (place, reason) in Reason::ALL.iter().enumerate() {
        assert_eq!(reason.code().parse(), Ok(*reason));
        assert!(Reason::ALL.iter().skip(place + 1).all(|other| other.code() != reason.code()), "{reason}");
        assert!(reason.code().bytes().all(|b| b.is_ascii_uppercase() || b == b'_'), "{reason}");
    }
    assert_eq!(Reason::KIND, "reason");
    assert!("OF_TOMORROW".parse::<Reason>().is_err());
}

#[test]
fn whatever_passes_by_itself_says_when() {
    assert_eq!(Reason::HubDraining.retry_after(), Some(Duration::from_seconds(1)));
    for reason in Reason::ALL {
        assert_eq!(reason.is_retryable(), reason.retry_after().is_some());
        assert!(!(reason.is_retryable() && reason.wants_resealing()), "{reason}");
        assert!(reason.status() != StatusCode::Unavailable || reason.is_retryable(), "{reason}");
    }
}

/// What a hub says of an audience that has changed; all else is final, or waits as it is.
#[test]
fn what_is_sealed_anew_is_what_the_directory_decides() {
    let anew: Vec<&str> =
        Reason::ALL.iter().filter(|reason| reason.wants_resealing()).map(|reason| reason.code()).collect();
    assert_eq!(
        anew,
        ["UNKNOWN_MEMBER", "EMPTY_AUDIENCE", "REVIEW_NEEDED", "DIRECTORY_MOVED", "RECIPIENTS_MISMATCH"]
    );
}
