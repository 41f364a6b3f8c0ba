use super::*;
use crate::drafts::save::{DraftRef, Saving};
use crate::office::{Office, addressed, publication, records};
use crate::testing::code;

#[test]
fn what_is_published_is_decided_without_a_trace_and_the_same_request_decides_nothing() {
    let mut office = Office::new();
    let before = office.records();
    let decided = || office.decide(publication(1, &["XF", "XS"])).unwrap();
    let decision = decided();
    assert_eq!(decision.answer.as_ref().unwrap().recipients, [code("XF"), code("XS")]);
    assert!(decision.before.is_none() && decision.after.is_none(), "nothing is attached");
    let records = records(decision);
    let [Record::Outgoing(put)] = records.as_slice() else { panic!("{records:?}") };
    assert!(!put.held && !put.parked);
    assert_eq!(put.request, [1; 16]);
    assert_ne!(decided().answer.unwrap().id, put.id, "each decision draws anew");
    assert_eq!(office.records(), before);
    assert!(office.sources.holdings.state().read().base.outbox.is_empty());

    let published = office.carry_out(publication(1, &["XF", "XS"])).unwrap();
    assert!(!published.repeated);
    let again = office.decide(publication(1, &["XF", "XS"])).unwrap();
    assert_eq!(again.answer.as_ref().unwrap(), &Published { repeated: true, ..published });
    assert!(again.records.is_empty());
    let other = Publication { content: [9; 16], ..publication(1, &["XF"]) };
    assert!(matches!(office.decide(other), Err(PublishError::RequestIdReused(_))));
}

#[test]
fn each_notice_follows_the_one_before_it_to_the_same_member() {
    let mut office = Office::new();
    let mut numbers = Vec::new();
    for number in 0..3 {
        let id = office.carry_out(publication(number, &["XF"])).unwrap().id;
        numbers.push(office.sources.holdings.own_notice(id).unwrap().unwrap().recipients[0].number);
    }
    assert_eq!(numbers, [0, 1, 2]);
}

#[test]
fn nobody_to_receive_it_is_a_refusal() {
    let office = Office::new();
    let nobody = Publication { addressing: addressed(&["XA"]), ..publication(1, &[]) };
    assert!(matches!(office.decide(nobody), Err(PublishError::Sealing(SealingError::Route(_)))));
}

#[test]
fn its_draft_goes_with_it_in_the_same_group_or_not_at_all() {
    let mut office = Office::new();
    let (id, agency) = (office.sources.basis().new_id(), [5; 16]);
    let (name, document) = ("a draft".to_owned(), b"text".to_vec());
    let draft = DraftRef { id, revision: 0 };
    let saved = office.carry_out(Saving { draft, agency, content: [6; 16], name, document }).unwrap();
    let with = |revision| {
        let draft = Some(Discarding { draft: DraftRef { id, revision }, agency });
        Publication { draft, ..publication(1, &["XF"]) }
    };
    assert!(matches!(
        office.decide(with(0)),
        Err(PublishError::Draft(DraftRefused::Changed(revision))) if revision == saved.revision
    ));
    let records = records(office.decide(with(saved.revision)).unwrap());
    assert!(matches!(records.as_slice(), [Record::Outgoing(_), Record::Discarded(gone)] if gone.id == id));
}
