use super::*;
use crate::check;
use crate::check::fixture::{child, date, linked, now, text, valid};

use crate::content::Link;
use crate::model::{AgeGroup, LinkType};

const CANARIES: [&str; 6] = ["سلمى", "Salma", "12345678", "+21611111111", "salma@example.org", "قرية"];

fn xa() -> MemberCode {
    "XA".parse().unwrap()
}

/// The drafted case as a reader gets it: persons[1], the child, reduced by hand.
fn case() -> CaseSection {
    let mut notice = valid();
    notice.persons[1] = Person {
        roles: child().roles,
        sex: child().sex,
        age_group: AgeGroup::Child.into(),
        nationalities: child().nationalities,
        measures: child().measures,
        evaluation: child().evaluation,
        ..Person::default()
    };
    CaseSection {
        sender: "XA".into(),
        notice: Some(notice),
        protected_persons: vec![1],
        ..Default::default()
    }
}

fn protected() -> ProtectedPersonsSection {
    ProtectedPersonsSection { sender: "XA".into(), persons: vec![child()], ..Default::default() }
}

/// Everything a value holds as text, whatever its Debug hides.
fn texts(person: &Person) -> String {
    let mut all = vec![person.birth_place.clone()];
    all.extend(person.names.iter().flat_map(|n| [n.original.clone(), n.latin.clone()]));
    all.extend(person.documents.iter().map(|d| d.number.clone()));
    all.extend(person.phones.iter().chain(&person.emails).cloned());
    all.extend(person.accounts.iter().map(|a| a.identifier.clone()));
    all.extend(person.remarks.iter().map(|r| r.text.clone()));
    all.extend(person.born.as_ref().map(|born| born.earliest.clone()));
    all.retain(|text| !text.is_empty());
    all.join("|")
}

#[test]
fn the_case_keeps_what_helps_and_nothing_that_identifies() {
    let checked = check(&valid(), now()).unwrap();
    let (case, protected) = split(&checked, xa());
    assert_eq!(case.protected_persons, [1]);
    let case = case.notice.unwrap();
    assert_eq!(case.persons[0], checked.notice().persons[0]);
    let reduced = &case.persons[1];
    assert_eq!(texts(reduced), "");
    assert_eq!(reduced.age_group, i32::from(AgeGroup::Child));
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
    assert_eq!(Some(merged.notice.notice()), written.notice.as_ref());
}

#[test]
fn the_reader_believes_nothing() {
    type Lie = (&'static str, fn(&mut CaseSection, &mut ProtectedPersonsSection), MergeRefused);
    let lies: [Lie; 9] = [
        ("other sender of the case", |c, _| c.sender = "XE".into(), MergeRefused::Sender(xa())),
        ("no sender", |c, _| c.sender.clear(), MergeRefused::Sender(xa())),
        ("other sender of the persons", |_, p| p.sender = "XE".into(), MergeRefused::Sender(xa())),
        (
            "identity in the case",
            |c, _| c.notice.as_mut().unwrap().persons[1] = child(),
            MergeRefused::IdentityInCase,
        ),
        (
            "a phone left in the case",
            |c, _| c.notice.as_mut().unwrap().persons[1].phones = child().phones,
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
    protected.persons[0].roles = vec![crate::model::PersonRole::Witness.into()];
    protected.persons[0].born = date(1980, 1, 1);
    assert_eq!(merge(case(), Some(protected), xa(), now()), Err(MergeRefused::Disagree));
}

#[test]
fn a_poisoned_body_is_refused_with_its_problems() {
    let mut poisoned = case();
    poisoned.notice.as_mut().unwrap().subject = vec![text("ar", "\u{202E}")];
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

/// Everything that things hold as text.
fn words(things: &ProtectedPersonsSection) -> String {
    let mut all: Vec<&str> = Vec::new();
    for vehicle in &things.vehicles {
        all.extend([vehicle.vin.as_str(), &vehicle.plate]);
        all.extend(vehicle.description.iter().map(|text| text.text.as_str()));
    }
    for one in &things.organisations {
        all.extend(one.names.iter().map(|name| name.original.as_str()));
        all.push(&one.registration_number);
    }
    all.extend(things.places.iter().flat_map(|place| [place.name.as_str(), &place.address]));
    all.extend(things.assets.iter().flat_map(|asset| [asset.iban.as_str(), &asset.identifier]));
    all.extend(things.events.iter().flat_map(|event| &event.description).map(|text| text.text.as_str()));
    all.join("|")
}

/// The things of a notice.
fn things(notice: &Notice) -> ProtectedPersonsSection {
    ProtectedPersonsSection {
        vehicles: notice.vehicles.clone(),
        organisations: notice.organisations.clone(),
        places: notice.places.clone(),
        assets: notice.assets.clone(),
        events: notice.events.clone(),
        ..Default::default()
    }
}

#[test]
fn no_thing_or_link_in_the_case_leads_to_a_child() {
    let checked = check(&linked(), now()).unwrap();
    let (case, protected) = split(&checked, xa());
    let (case, back) = (case.notice.unwrap(), protected.unwrap());
    let (open, kept) = (words(&things(&case)), format!("{}|{}", words(&back), texts(&back.persons[0])));
    for lead in LEADS {
        assert!(!open.contains(lead), "{lead} stands in the case: {open}");
        assert!(kept.contains(lead), "{lead} is lost: {kept}");
    }
    assert!(case.persons.iter().skip(1).all(|person| texts(person).is_empty()));
    let name = |link: &Link| known::<LinkType>(link.r#type).unwrap();
    let open: Vec<String> =
        case.links.iter().map(|l| format!("{} {} {}", name(l), l.source, l.target)).collect();
    assert_eq!(open, ["EXPLOITED_BY p2 p1", "USES p1 v1", "OWNS p1 org1", "TOOK_PART_IN p1 e1"]);
}

/// The linked case as its two readers get it, by hand.
fn linked_sections() -> (CaseSection, ProtectedPersonsSection) {
    let mut case = case();
    let mut back = ProtectedPersonsSection::default();
    let mut notice = case.notice.take().unwrap();
    let linked = linked();
    let mut things = linked.clone();
    back.vehicles.push(things.vehicles.remove(0));
    back.organisations.push(things.organisations.remove(1));
    back.places.push(things.places.remove(1));
    back.assets.push(things.assets.remove(1));
    back.events.push(things.events.remove(1));
    let open = [0, 2, 7, 8];
    for (i, link) in linked.links.into_iter().enumerate() {
        if !open.contains(&i) {
            back.links.push(link);
        }
    }
    let mut at = 0;
    things.links.retain(|_| {
        at += 1;
        open.contains(&(at - 1))
    });
    (notice.vehicles, notice.organisations, notice.places) =
        (things.vehicles, things.organisations, things.places);
    (notice.assets, notice.events, notice.links) = (things.assets, things.events, things.links);
    notice.persons[0].label = "p1".into();
    notice.persons[1].label = "p2".into();
    case.notice = Some(notice);
    back.sender = "XA".into();
    back.persons = vec![Person { label: "p2".into(), ..child() }];
    (case, back)
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
    expected.vehicles.reverse();
    let sorted = |links: &[Link]| {
        let mut all: Vec<String> =
            links.iter().map(|link| format!("{} {}", link.r#type, link.source)).collect();
        all.sort();
        all
    };
    assert_eq!(sorted(&merged.links), sorted(&expected.links));
    expected.links.clear();
    let mut merged = merged.clone();
    merged.links.clear();
    assert_eq!(merged, expected);
}

#[test]
fn the_reader_believes_nothing_about_things_either() {
    type Lie = (&'static str, fn(&mut CaseSection, &mut ProtectedPersonsSection), MergeRefused);
    let lies: [Lie; 4] = [
        (
            "a hiding place in the case",
            |c, p| {
                c.notice.as_mut().unwrap().places.append(&mut p.places);
                c.notice.as_mut().unwrap().links.append(&mut p.links);
                c.notice.as_mut().unwrap().vehicles.append(&mut p.vehicles);
                c.notice.as_mut().unwrap().organisations.append(&mut p.organisations);
                c.notice.as_mut().unwrap().assets.append(&mut p.assets);
                c.notice.as_mut().unwrap().events.append(&mut p.events);
            },
            MergeRefused::IdentityInCase,
        ),
        (
            "a link to the child's family in the case",
            |c, p| c.notice.as_mut().unwrap().links.push(p.links.remove(4)),
            MergeRefused::IdentityInCase,
        ),
        (
            "an account in the case",
            |c, _| c.notice.as_mut().unwrap().persons[1].accounts = child().accounts,
            MergeRefused::IdentityInCase,
        ),
        (
            "a thing that belongs in the case among the protected",
            |c, p| {
                let mut van = c.notice.as_mut().unwrap().vehicles[0].clone();
                van.label.clear();
                p.vehicles.push(van);
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
    case.notice.as_mut().unwrap().persons[1].age_group = 0;
    assert_eq!(merge(case, None, xa(), now()), Err(MergeRefused::IdentityInCase), "age_group as a word");
}

#[test]
fn a_newer_contracts_codes_and_forms_are_kept_as_they_are() {
    let mut case = case();
    let notice = case.notice.as_mut().unwrap();
    notice.purpose = 77;
    notice.urgency = 78;
    notice.offences[0].acts.push(79);
    notice.persons[0].phones.push("sat:8816".into());
    notice.arrest_warrant_reference.clear();
    let merged = merge(case.clone(), Some(protected()), xa(), now()).unwrap();
    let read = merged.notice.notice();
    assert_eq!((read.purpose, read.urgency, read.offences[0].acts[2]), (77, 78, 79));
    assert_eq!(read.persons[0].phones[1], "sat:8816");
    assert!(check(case.notice.as_ref().unwrap(), now()).is_err(), "its author would be held to all rules");
    for decisive in [
        |n: &mut Notice| n.circulation = 77,
        |n: &mut Notice| n.circulation = 0,
        |n: &mut Notice| n.r#type = 77,
    ] {
        let mut case = case.clone();
        decisive(case.notice.as_mut().unwrap());
        assert!(
            matches!(merge(case, None, xa(), now()), Err(MergeRefused::Invalid(_))),
            "it decides who gets it"
        );
    }
    // Protection is not loosened by it, and a newer contract may protect more.
    let mut unprotected = case.clone();
    unprotected.notice.as_mut().unwrap().persons[0].age_group = 77;
    assert_eq!(merge(unprotected, None, xa(), now()), Err(MergeRefused::IdentityInCase));
    let mut more = case.clone();
    let notice = more.notice.as_mut().unwrap();
    notice.persons[0] = Person { roles: vec![77], ..notice.persons[0].without_identity(Date::of(now())) };
    more.protected_persons = vec![0, 1];
    assert_eq!(merge(more, None, xa(), now()).unwrap().withheld_persons, [0, 1]);
    let mut hidden = case;
    hidden.notice.as_mut().unwrap().persons[0].phones.push("\u{202e}1".into());
    assert!(matches!(merge(hidden, None, xa(), now()), Err(MergeRefused::Invalid(_))));
}
