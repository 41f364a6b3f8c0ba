use super::*;
use crate::check::fixture::{child, date, linked, now, text, valid};
use crate::draft::Stated;
use crate::model::Majority;

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
        evaluation: child().evaluation,
        ..PersonDraft::default()
    };
    CaseSectionDraft { sender: "XA".into(), notice, protected_persons: vec![1] }
}

fn protected() -> ProtectedPersonsDraft {
    ProtectedPersonsDraft { sender: "XA".into(), persons: vec![child()], entities: EntitiesDraft::default() }
}

/// Everything a value holds as text, whatever its Debug hides.
fn texts(person: &Person) -> String {
    let mut all = vec![person.birth_place.clone().unwrap_or_default()];
    all.extend(person.names.iter().flat_map(|n| [n.original.clone(), n.latin.clone().unwrap_or_default()]));
    all.extend(person.documents.iter().map(|d| d.number.to_string()));
    all.extend(person.phones.iter().map(ToString::to_string));
    all.extend(person.emails.iter().map(ToString::to_string));
    all.extend(person.accounts.iter().map(|a| a.identifier.clone()));
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
    assert!(merged.withheld_persons.is_empty());
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
    protected.persons[0].role = crate::model::PersonRole::Witness.into();
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
    let after_its_end = now().after(amana_types::limits::RETENTION);
    let refused = merge(case(), None, xa(), after_its_end).unwrap_err();
    assert!(matches!(refused, MergeRefused::Invalid(_)), "judged as of the moment of sending: {refused:?}");
}

/// Words of the linked case that lead to the child, by way of things and links.
const LEADS: [&str; 9] = [
    "777 XA 42",
    "WVWZZZ1JZXW000001",
    "École Refuge",
    "S-555777",
    "9 rue Cachée",
    "TN5910006035183598478831",
    "SALMA-9",
    "hidden house",
    "salma.star",
];

/// Everything that things and links hold as text.
fn words(things: &Entities) -> String {
    let mut all: Vec<String> = Vec::new();
    for vehicle in &things.vehicles {
        all.extend(
            [vehicle.vin.as_ref().map(ToString::to_string), vehicle.plate.as_ref().map(ToString::to_string)]
                .into_iter()
                .flatten(),
        );
        all.extend(vehicle.description.iter().map(|text| text.text.clone()));
    }
    for one in &things.organisations {
        all.extend(one.names.iter().map(|name| name.original.clone()).chain(one.registration_number.clone()));
    }
    for place in &things.places {
        all.extend(place.name.iter().chain(&place.address).cloned());
    }
    for asset in &things.assets {
        all.extend(asset.iban.as_ref().map(ToString::to_string).into_iter().chain(asset.identifier.clone()));
    }
    all.extend(things.events.iter().flat_map(|event| &event.description).map(|text| text.text.clone()));
    all.join("|")
}

#[test]
fn no_thing_or_link_in_the_case_leads_to_a_child() {
    let checked = check(&linked(), now()).unwrap();
    let (case, protected) = split(&checked, xa());
    let (open, back) = (words(&case.notice.entities), protected.unwrap());
    let kept = format!("{}|{}", words(&back.entities), texts(&back.persons[0]));
    for lead in LEADS {
        assert!(!open.contains(lead), "{lead} stands in the case: {open}");
        assert!(kept.contains(lead), "{lead} is lost: {kept}");
    }
    assert!(case.notice.persons.iter().skip(1).all(|person| texts(person).is_empty()));
    let open: Vec<String> = case
        .notice
        .entities
        .links
        .iter()
        .map(|l| format!("{} {} {:?}", l.link_type, l.from.as_str(), l.to.key().map(Key::as_str)))
        .collect();
    assert_eq!(
        open,
        [
            "EXPLOITED_BY p2 Some(\"p1\")",
            "USES p1 Some(\"v1\")",
            "OWNS p1 Some(\"org1\")",
            "TOOK_PART_IN p1 Some(\"e1\")"
        ]
    );
}

/// The linked case as its two readers get it, by hand.
fn linked_sections() -> (CaseSectionDraft, ProtectedPersonsDraft) {
    let mut case = case();
    let mut back = EntitiesDraft::default();
    let mut things = linked().entities;
    back.vehicles.push(things.vehicles.remove(0));
    back.organisations.push(things.organisations.remove(1));
    back.places.push(things.places.remove(1));
    back.assets.push(things.assets.remove(1));
    back.events.push(things.events.remove(1));
    let open = [0, 2, 7, 8];
    for (i, link) in linked().entities.links.into_iter().enumerate() {
        if !open.contains(&i) {
            back.links.push(link);
        }
    }
    let mut at = 0;
    things.links.retain(|_| {
        at += 1;
        open.contains(&(at - 1))
    });
    case.notice.entities = things;
    case.notice.persons[0].key = "p1".into();
    case.notice.persons[1].key = "p2".into();
    let person = PersonDraft { key: "p2".into(), ..child() };
    (case, ProtectedPersonsDraft { sender: "XA".into(), persons: vec![person], entities: back })
}

#[test]
fn things_and_links_come_back_together() {
    let (case, protected) = linked_sections();
    let alone = merge(case.clone(), None, xa(), now()).unwrap();
    assert_eq!(alone.withheld_persons, [1]);
    let whole = merge(case, Some(protected), xa(), now()).unwrap();
    assert_eq!(whole.notice.without_identities(), *alone.notice.notice());
    let (mut expected, merged) = (check(&linked(), now()).unwrap().into_notice(), whole.notice.notice());
    // What was kept back comes last in its list: here only the vehicles and links stood otherwise.
    expected.entities.vehicles.reverse();
    let sorted = |links: &[crate::model::Link]| {
        let mut all: Vec<String> =
            links.iter().map(|link| format!("{} {:?}", link.link_type, link.from.as_str())).collect();
        all.sort();
        all
    };
    assert_eq!(sorted(&merged.entities.links), sorted(&expected.entities.links));
    expected.entities.links.clear();
    let mut merged = merged.clone();
    merged.entities.links.clear();
    assert_eq!(merged, expected);
}

#[test]
fn the_reader_believes_nothing_about_things_either() {
    type Lie = (&'static str, fn(&mut CaseSectionDraft, &mut ProtectedPersonsDraft), MergeRefused);
    let lies: [Lie; 4] = [
        (
            "a hiding place in the case",
            |c, p| {
                c.notice.entities.places.append(&mut p.entities.places);
                c.notice.entities.links.append(&mut p.entities.links);
                c.notice.entities.vehicles.append(&mut p.entities.vehicles);
                c.notice.entities.organisations.append(&mut p.entities.organisations);
                c.notice.entities.assets.append(&mut p.entities.assets);
                c.notice.entities.events.append(&mut p.entities.events);
            },
            MergeRefused::IdentityInCase,
        ),
        (
            "a link to the child's family in the case",
            |c, p| c.notice.entities.links.push(p.entities.links.remove(4)),
            MergeRefused::IdentityInCase,
        ),
        (
            "an account in the case",
            |c, _| c.notice.persons[1].accounts = child().accounts,
            MergeRefused::IdentityInCase,
        ),
        (
            "a thing that belongs in the case among the protected",
            |c, p| {
                let mut van = c.notice.entities.vehicles[0].clone();
                van.key.clear();
                p.entities.vehicles.push(van);
            },
            MergeRefused::Disagree,
        ),
    ];
    for (what, lie, expected) in lies {
        let (mut case, mut protected) = linked_sections();
        lie(&mut case, &mut protected);
        assert_eq!(merge(case, Some(protected), xa(), now()), Err(expected), "{what}");
    }
    let (mut case, _) = linked_sections();
    case.notice.persons[1].majority = Stated::Absent;
    assert_eq!(merge(case, None, xa(), now()), Err(MergeRefused::IdentityInCase), "majority as a word");
}
