use amana_types::life::Ground;

use super::*;
use crate::office::{Office, records};
use crate::testing::code;
use crate::versions::suspend::{Suspending, Why};

fn withdrawal(number: u8, notice: NoticeId) -> Withdrawal {
    let grounds = Grounds::new(Ground::NoLongerNeeded, "").unwrap();
    Withdrawal { notice, request: [number; 16], content: [number; 16], grounds }
}

#[test]
fn a_withdrawal_tells_all_who_have_it_once_and_the_same_request_decides_nothing() {
    let mut office = Office::new();
    let id = office.published(1, &["XF", "XS"]);
    let decision = office.decide(withdrawal(2, id)).unwrap();
    let told = [code("XF"), code("XS")];
    assert_eq!(decision.answer.as_ref().unwrap().recipients, told);
    let records = records(decision);
    assert!(
        matches!(records.as_slice(), [Record::Withdrawn(one)] if one.notice == id && one.recipients == told)
    );
    assert!(office.sources.holdings.ended(id).unwrap().is_none(), "deciding changes nothing");

    office.carry_out(withdrawal(2, id)).unwrap();
    let again = office.decide(withdrawal(2, id)).unwrap();
    assert!(again.records.is_empty());
    assert_eq!(again.answer.unwrap().recipients, told);
    assert!(matches!(
        office.decide(withdrawal(3, id)),
        Err(WithdrawError::Standing(StandingError::Status { .. }))
    ));
    assert!(matches!(office.decide(withdrawal(1, id)), Err(WithdrawError::RequestIdReused(_))));
}

#[test]
fn nobody_withdraws_what_is_not_here() {
    let office = Office::new();
    let id = office.sources.basis().new_id();
    assert!(matches!(
        office.decide(withdrawal(2, id)),
        Err(WithdrawError::Standing(StandingError::NoSuchNotice))
    ));
}

#[test]
fn each_word_about_a_suspension_has_the_next_number() {
    let mut office = Office::new();
    let id = office.published(1, &["XF"]);
    for (number, suspended) in [(1, true), (2, false), (3, true)] {
        let suspending = |suspended| Suspending { notice: id, suspended, why: Why::Amendment };
        assert!(office.decide(suspending(!suspended)).is_err(), "{number}: it stands so already");
        let word = records(office.decide(suspending(suspended)).unwrap());
        assert!(matches!(word.as_slice(), [Record::Suspended(word)]
            if word.number == number && word.suspended == suspended && word.recipients == [code("XF")]));
        office.carry_out(suspending(suspended)).unwrap();
    }
}
