use amana_kit::random::SystemRandom;
use amana_types::{Digest, Seq};

use super::*;
use crate::ending::record::Recall;
use crate::testing::now;

#[test]
fn a_withdrawal_that_is_refused_for_good_raises_an_alarm_that_names_its_notice() {
    let [notice, id] = [(); 2].map(|()| NoticeId::new(now(), &SystemRandom));
    let recall = Recall {
        of: Seq(3),
        notice,
        id,
        created: now(),
        expires: now(),
        recipients: Vec::new(),
        header_hash: Digest([1; 32]),
        envelope: Vec::new(),
    };
    let alarm = alarm_about(&Record::Recall(recall), "EXPIRED", now()).unwrap();
    assert_eq!(alarm.reason, "WITHDRAWAL_NOT_SENT");
    assert!(alarm.message.contains(&notice.to_string()) && alarm.message.contains("EXPIRED"));
}

#[test]
fn a_notice_that_is_refused_is_seen_at_its_receipts_and_raises_none() {
    let verdict = Verdict::Refused { reason: "EXPIRED".to_owned(), message: String::new() };
    let outcome = Outcome { id: NoticeId::new(now(), &SystemRandom), at: now(), verdict };
    assert_eq!(alarm_about(&Record::Outcome(outcome), "EXPIRED", now()), None);
}
