use amana_types::{Digest, NoticeId};

use super::*;
use crate::testing::now;

fn refused(reason: &str, retryable: bool) -> Refused {
    let notice = NoticeId::new(now(), &amana_kit::random::SystemRandom);
    Refused { notice, reason: reason.to_owned(), message: "as the hub said it".to_owned(), retryable }
}

const HEAD: DirectoryHead = DirectoryHead { entries: 4, hash: Digest([1; 32]) };

#[test]
fn whether_it_may_be_taken_later_is_the_hubs_word_and_not_a_list_of_reasons() {
    let later = Course::of(&refused("SOMETHING_NEW", true), HEAD);
    assert_eq!(later, Course::Later(Cause::of_hub("SOMETHING_NEW", "as the hub said it")));
    assert_eq!(Course::of(&refused("SOMETHING_NEW", false), HEAD), Course::Over);
    assert_eq!(Course::of(&refused("CLOCK_OFF", false), HEAD), Course::Over);
    let full = Course::of(&refused("HUB_DISK_FULL", true), HEAD);
    assert!(matches!(full, Course::Later(cause) if cause.needs_somebody));
}

#[test]
fn what_helps_is_done_first() {
    let remedy = |reason, retryable| match Course::of(&refused(reason, retryable), HEAD) {
        Course::First(remedy, _) => Some(remedy),
        _ => None,
    };
    assert_eq!(remedy("CLOCK_OFF", true), Some(Remedy::Clock));
    assert_eq!(remedy("ATTACHMENT_MISSING", true), Some(Remedy::Bring));
    assert_eq!(remedy("DIRECTORY_MOVED", false), Some(Remedy::Seal(HEAD)));
    assert_eq!(remedy("ENVELOPE_EXPIRED", false), None);
}

#[test]
fn what_is_from_the_future_waits_for_the_clock_or_its_moment_or_is_made_anew() {
    let hub = now();
    let timing = |created: Duration, own: Duration| Timing::of(hub.after(created), hub.after(own), hub);
    let (minute, day) = (Duration::from_seconds(60), Duration::from_days(1));
    let minutes = |n: u64| Duration::from_millis(minute.as_millis() * n);
    assert_eq!(timing(minutes(5), minutes(0)), Timing::Send);
    assert_eq!(timing(minutes(6), minutes(6)), Timing::OwnClockAhead);
    assert_eq!(timing(day, day), Timing::OwnClockAhead);
    assert_eq!(timing(minutes(6), minutes(0)), Timing::Soon);
    assert_eq!(timing(minutes(15), minutes(5)), Timing::Soon);
    assert_eq!(timing(minutes(16), minutes(0)), Timing::MakeAnew);
    assert_eq!(timing(Duration::from_days(300), minutes(5)), Timing::MakeAnew);
}
