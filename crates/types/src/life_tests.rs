use super::*;

/// The table a second time: a row a status, a column an event in the order of `Event::ALL`.
const EXPECTED: [(NoticeStatus, [&str; 10]); 9] = [
    // SUBMIT PASS REFUSE PUBLISH AMEND SUSPEND RESUME WITHDRAW EXPIRE ERASE
    (Draft, ["UNDER_REVIEW", "", "", "PUBLISHED", "", "", "", "", "", ""]),
    (UnderReview, ["", "PUBLISHED", "REFUSED", "", "", "", "", "WITHDRAWN", "EXPIRED", ""]),
    (Published, ["", "", "REFUSED", "", "AMENDED", "SUSPENDED", "", "WITHDRAWN", "EXPIRED", ""]),
    (Refused, ["", "", "", "", "", "", "", "", "EXPIRED", ""]),
    (Suspended, ["", "", "", "", "SUSPENDED", "", "PUBLISHED", "WITHDRAWN", "EXPIRED", ""]),
    (Amended, ["", "", "", "", "AMENDED", "SUSPENDED", "", "WITHDRAWN", "EXPIRED", ""]),
    (Withdrawn, ["", "", "", "", "", "", "", "", "", "ERASED"]),
    (Expired, ["", "", "", "", "", "", "", "", "", "ERASED"]),
    (Erased, [""; 10]),
];

#[test]
fn every_status_answers_every_event_as_the_table_says() {
    assert_eq!(EXPECTED.map(|(status, _)| status).as_slice(), NoticeStatus::ALL);
    for (status, row) in EXPECTED {
        for (event, expected) in Event::ALL.iter().zip(row) {
            let next = status.after(*event).map_or("", NoticeStatus::code);
            assert_eq!(next, expected, "{status} on {event}");
        }
    }
}

#[test]
fn nothing_that_ended_comes_back_into_sight() {
    for status in [Withdrawn, Expired, Erased] {
        let mut reached = vec![status];
        let mut seen = 0;
        while let Some(from) = reached.get(seen).copied() {
            seen += 1;
            assert!(!from.is_readable(), "{status} leads back to {from}");
            reached.extend(Event::ALL.iter().filter_map(|event| from.after(*event)));
        }
    }
}

#[test]
fn every_status_can_be_reached_and_whatever_recipients_hold_can_be_taken_back() {
    let reachable = |status: &NoticeStatus| TABLE.iter().any(|(.., to)| to == status);
    for status in NoticeStatus::ALL {
        assert!(*status == Draft || reachable(status), "{status}");
        if status.is_readable() {
            assert_eq!(status.after(Withdraw), Some(Withdrawn), "{status}");
            assert_eq!(status.after(Expire), Some(Expired), "{status}");
        }
    }
}

#[test]
fn grounds_say_why_and_deceive_nobody() {
    assert!(Grounds::new(Ground::Error, "").is_ok());
    assert_eq!(Grounds::new(Ground::Other, " ").err(), Some(GroundsRefused::TextNeeded));
    assert!(Grounds::new(Ground::Other, "خطأ في الاسم").is_ok());
    let longest = "ش".repeat(GROUND_TEXT_CHARS);
    assert!(Grounds::new(Ground::Error, &longest).is_ok());
    assert_eq!(Grounds::new(Ground::Error, &(longest + "x")).err(), Some(GroundsRefused::TextTooLong));
    assert_eq!(Grounds::new(Ground::Error, "a\u{202e}b").err(), Some(GroundsRefused::Character(2)));
    let shown = format!("{:?}", Grounds::new(Ground::Error, "canary").unwrap());
    assert!(!shown.contains("canary"));
}
