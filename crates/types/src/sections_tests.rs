use super::*;
use crate::check::fixture::{child, date, now, text, valid};
use crate::notice::Majority;

const CANARIES: [&str; 6] = ["سلمى", "Salma", "12345678", "+21611111111", "salma@example.org", "قرية"];

fn xa() -> MemberCode {
    "XA".parse().unwrap()
}

/// The drafted case as a reader gets it: persons[1], the child, reduced by hand.
fn case() -> CaseSectionDraft {
    let mut notice = valid();
    notice.persons[1] = PersonDraft {
        role: child().role,
        sex: child().sex,
        majority: Majority::Child.into(),
        nationalities: child().nationalities,
        measures: child().measures,
        ..PersonDraft::default()
    };
    CaseSectionDraft { sender: "XA".into(), notice, protected_persons: vec![1] }
}

fn protected() -> ProtectedPersonsDraft {
    ProtectedPersonsDraft { sender: "XA".into(), persons: vec![child()] }
}

/// Everything a value holds as text, whatever its Debug hides.
fn texts(person: &Person) -> String {
    let mut all = vec![person.birth_place.clone().unwrap_or_default()];
    all.extend(person.names.iter().flat_map(|n| [n.original.clone(), n.latin.clone().unwrap_or_default()]));
    all.extend(person.documents.iter().map(|d| d.number.to_string()));
    all.extend(person.phones.iter().map(ToString::to_string));
    all.extend(person.emails.iter().map(ToString::to_string));
    all.extend(person.remarks.iter().map(|r| r.text.clone()));
    all.extend(person.born.map(|born| born.to_string()));
    all.join("|")
}

#[test]
fn the_case_keeps_what_helps_and_nothing_that_identifies() {
    let checked = check(&valid(), now()).unwrap();
    let (case, protected) = split(&checked, xa());
    assert_eq!(case.protected_persons, [1]);
    assert_eq!(case.notice.persons[0], checked.notice().persons[0]);
    let reduced = &case.notice.persons[1];
    assert_eq!(texts(reduced), "");
    assert_eq!(reduced.majority, Some(Majority::Child));
    assert_eq!(reduced.nationalities, checked.notice().persons[1].nationalities);
    assert_eq!(protected.unwrap().persons, [checked.notice().persons[1].clone()]);
    let whole = texts(&checked.notice().persons[1]);
    assert!(CANARIES.iter().all(|canary| whole.contains(canary)), "{whole}");
}

#[test]
fn nobody_protected_means_no_second_section() {
    let mut draft = valid();
    draft.persons.truncate(1);
    let (case, protected) = split(&check(&draft, now()).unwrap(), xa());
    assert_eq!((case.protected_persons, protected), (vec![], None));
}

#[test]
fn both_sections_give_the_notice_back() {
    let merged = merge(case(), Some(protected()), xa(), now()).unwrap();
    assert_eq!(merged.notice, check(&valid(), now()).unwrap());
    assert_eq!(merged.withheld_persons, []);
}

#[test]
fn the_case_alone_is_readable_and_says_whom_it_withholds() {
    let merged = merge(case(), None, xa(), now()).unwrap();
    assert_eq!(merged.withheld_persons, [1]);
    let (written, _) = split(&check(&valid(), now()).unwrap(), xa());
    assert_eq!(*merged.notice.notice(), written.notice);
}

#[test]
fn the_reader_believes_nothing() {
    type Lie = (&'static str, fn(&mut CaseSectionDraft, &mut ProtectedPersonsDraft), MergeRefused);
    let lies: [Lie; 9] = [
        ("other sender of the case", |c, _| c.sender = "XE".into(), MergeRefused::Sender(xa())),
        ("no sender", |c, _| c.sender.clear(), MergeRefused::Sender(xa())),
        ("other sender of the persons", |_, p| p.sender = "XE".into(), MergeRefused::Sender(xa())),
        ("identity in the case", |c, _| c.notice.persons[1] = child(), MergeRefused::IdentityInCase),
        (
            "a phone left in the case",
            |c, _| c.notice.persons[1].phones = child().phones,
            MergeRefused::IdentityInCase,
        ),
        ("not named as protected", |c, _| c.protected_persons.clear(), MergeRefused::IdentityInCase),
        ("named twice", |c, _| c.protected_persons = vec![1, 1], MergeRefused::IdentityInCase),
        ("one person too many", |_, p| p.persons.push(child()), MergeRefused::Disagree),
        ("another person", |_, p| p.persons[0].nationalities = vec!["XE".into()], MergeRefused::Disagree),
    ];
    for (what, lie, expected) in lies {
        let (mut case, mut protected) = (case(), protected());
        lie(&mut case, &mut protected);
        assert_eq!(merge(case, Some(protected), xa(), now()), Err(expected), "{what}");
    }
}

#[test]
fn a_protected_person_cannot_turn_into_an_unprotected_one() {
    let mut protected = protected();
    protected.persons[0].role = crate::notice::PersonRole::Witness.into();
    protected.persons[0].born = date(1980, 1, 1);
    assert_eq!(merge(case(), Some(protected), xa(), now()), Err(MergeRefused::Disagree));
}

#[test]
fn a_poisoned_body_is_refused_with_its_problems() {
    let mut poisoned = case();
    poisoned.notice.subject = vec![text("ar", "\u{202E}")];
    let refused = merge(poisoned, None, xa(), now()).unwrap_err();
    assert!(matches!(refused, MergeRefused::Invalid(ref problems) if problems.len() == 1), "{refused:?}");
}

#[test]
fn what_was_right_when_sent_stays_readable() {
    assert!(merge(case(), None, xa(), now()).is_ok());
    let after_its_end = now().after(crate::limits::RETENTION);
    let refused = merge(case(), None, xa(), after_its_end).unwrap_err();
    assert!(matches!(refused, MergeRefused::Invalid(_)), "judged as of the moment of sending: {refused:?}");
}
