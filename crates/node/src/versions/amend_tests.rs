use super::*;
use crate::office::{Office, addressed, publication, records};
use crate::testing::{case, code};

fn amendment(number: u8, of: NoticeId, to: &[&str]) -> Amendment {
    let (agency, addressing) = ("police".to_owned(), (!to.is_empty()).then(|| addressed(to)));
    Amendment { of, request: [number; 16], content: [number; 16], notice: case(), agency, addressing }
}

#[test]
fn an_amendment_says_whom_it_leaves_out_before_anything_is_written() {
    let mut office = Office::new();
    let of = office.carry_out(publication(1, &["XE", "XF", "XS"])).unwrap().id;
    assert!(matches!(office.decide(amendment(2, of, &[])), Err(AmendError::NotInLog)));
    office.accepted(of);

    let same = office.decide(amendment(2, of, &[])).unwrap().answer.unwrap();
    assert_eq!(same.left_out, [], "it goes to the same");
    let decision = office.decide(amendment(2, of, &["XF"])).unwrap();
    assert_eq!(decision.answer.as_ref().unwrap().left_out, [code("XE"), code("XS")]);
    let records = records(decision);
    let [Record::Outgoing(put)] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!(put.supersedes.map(|before| before.id), Some(of));

    let amended = office.carry_out(amendment(2, of, &["XF"])).unwrap();
    let again = office.decide(amendment(2, of, &["XF"])).unwrap();
    assert!(again.records.is_empty());
    let again = again.answer.unwrap();
    assert!(again.version.repeated);
    assert_eq!(again.left_out, amended.left_out);
    assert!(matches!(
        office.decide(amendment(3, of, &[])),
        Err(AmendError::Standing(StandingError::Superseded(newest))) if newest == [amended.version.id]
    ));
}

#[test]
fn whom_an_amendment_leaves_out_is_decided_once() {
    let mut office = Office::new();
    let of = office.published(1, &["XE", "XF"]);
    let id = office.carry_out(amendment(2, of, &["XF"])).unwrap().version.id;
    let settled = records(office.decide(SettleAmendment(id)).unwrap());
    let [Record::Restricted(restricted)] = settled.as_slice() else { panic!("{settled:?}") };
    assert_eq!((restricted.by, restricted.version), (id, of));
    assert_eq!(restricted.members, [code("XE")]);
    office.carry_out(SettleAmendment(id)).unwrap();
    assert!(matches!(office.decide(SettleAmendment(id)), Err(SettleError::Settled)));
}
