use super::*;
use crate::office::Office;

fn saving(draft: DraftRef, agency: u8, text: &str) -> Saving {
    let (agency, name, document) = ([agency; 16], "a draft".to_owned(), text.as_bytes().to_vec());
    let mut content = [0; 16];
    content[..text.len()].copy_from_slice(text.as_bytes());
    Saving { draft, agency, content, name, document }
}

#[test]
fn the_second_of_two_officers_is_told_and_a_repeated_save_decides_nothing() {
    let mut office = Office::new();
    let id = office.sources.basis().new_id();
    let draft = |revision| DraftRef { id, revision };
    let saved = office.carry_out(saving(draft(0), 1, "one")).unwrap();
    assert_eq!(saved.revision, 1);

    let again = office.decide(saving(draft(0), 1, "one")).unwrap();
    assert!(again.records.is_empty());
    assert_eq!(again.answer.unwrap(), saved);
    assert!(matches!(
        office.decide(saving(draft(0), 1, "two")),
        Err(DraftError::Refused(DraftRefused::Changed(1)))
    ));
    for revision in [0, 1] {
        assert!(matches!(
            office.decide(saving(draft(revision), 2, "one")),
            Err(DraftError::Refused(DraftRefused::NotFound))
        ));
    }
    assert_eq!(office.decide(saving(draft(1), 1, "two")).unwrap().records.len(), 1);
}

#[test]
fn a_draft_that_is_not_there_is_discarded_already() {
    let mut office = Office::new();
    let draft = DraftRef { id: office.sources.basis().new_id(), revision: 0 };
    let discarding = |revision| Discarding { draft: DraftRef { revision, ..draft }, agency: [1; 16] };
    assert!(office.decide(discarding(1)).unwrap().records.is_empty());
    office.carry_out(saving(draft, 1, "one")).unwrap();
    assert!(matches!(office.decide(discarding(7)), Err(DraftError::Refused(DraftRefused::Changed(1)))));
    office.carry_out(discarding(1)).unwrap();
    assert!(office.decide(discarding(1)).unwrap().records.is_empty());
}
