use crate::check::Rule;
use crate::check::fixture::{Case, child, now, problems, run, text, valid, wanted};
use crate::content::{Notice, Person};
use crate::model::{AgeGroup, Circulation, NoticeType, PersonRole, Urgency};

/// A plain notice of that type: the valid case without what only some types carry, and one adult.
fn of_type(notice_type: NoticeType, role: PersonRole) -> Notice {
    let person = Person { roles: vec![role.into()], measures: Vec::new(), ..wanted() };
    Notice {
        r#type: notice_type.into(),
        arrest_warrant_reference: String::new(),
        persons: vec![person],
        ..valid()
    }
}

#[test]
fn red_needs_a_warrant_and_a_wanted_person() {
    let cases: &[Case] = &[
        (
            "warrant",
            |d| d.arrest_warrant_reference = " ".into(),
            &[("arrest_warrant_reference", Rule::ArrestWarrantNeeded)],
        ),
        (
            "wanted",
            |d| d.persons[0].roles = vec![PersonRole::Suspect.into()],
            &[("persons", Rule::WantedPersonNeeded)],
        ),
        (
            "blue needs neither",
            |d| {
                d.r#type = NoticeType::Blue.into();
                d.arrest_warrant_reference.clear();
                d.persons.remove(0);
            },
            &[],
        ),
    ];
    run(cases);
}

#[test]
fn each_type_has_the_persons_it_is_about() {
    use NoticeType::{Black, Blue, Green, Yellow};
    use PersonRole::{Deceased, Missing, Suspect, Unidentified, Wanted};
    let table: &[(NoticeType, &[PersonRole], Rule)] = &[
        (Green, &[Wanted, Suspect], Rule::OffenderNeeded),
        (Yellow, &[Missing, Unidentified], Rule::MissingPersonNeeded),
        (Black, &[Unidentified, Deceased], Rule::BodyNeeded),
        (Blue, PersonRole::ALL, Rule::PersonNeeded),
    ];
    for (notice_type, about, rule) in table {
        for role in PersonRole::ALL {
            let found = problems(&of_type(*notice_type, *role));
            let needed = ("persons".to_owned(), *rule);
            assert_eq!(found.contains(&needed), !about.contains(role), "{notice_type} {role}: {found:?}");
        }
        let nobody = Notice { persons: Vec::new(), ..of_type(*notice_type, Wanted) };
        assert_eq!(problems(&nobody), [("persons".to_owned(), *rule)], "{notice_type}");
    }
}

#[test]
fn roles_that_do_not_fit() {
    let unfit = [
        (NoticeType::Yellow, PersonRole::Wanted),
        (NoticeType::Black, PersonRole::Wanted),
        (NoticeType::Green, PersonRole::Missing),
        (NoticeType::Purple, PersonRole::Missing),
        (NoticeType::UnSpecial, PersonRole::Victim),
    ];
    for (notice_type, role) in unfit {
        let found = problems(&of_type(notice_type, role));
        assert!(
            found.contains(&("persons[0].roles[0]".into(), Rule::RoleDoesNotFit)),
            "{notice_type}: {found:?}"
        );
    }
}

#[test]
fn what_a_type_is_there_to_say() {
    let said = |draft: &Notice| problems(draft);
    let mut purple = of_type(NoticeType::Purple, PersonRole::Suspect);
    assert_eq!(said(&purple), [("modus_operandi".into(), Rule::ModusOperandiNeeded)]);
    purple.modus_operandi = vec![text("en", "Passports are kept, debts are invented.")];
    assert_eq!(said(&purple), []);

    let mut orange = of_type(NoticeType::Orange, PersonRole::Suspect);
    assert_eq!(said(&orange), [("threat".into(), Rule::ThreatNeeded)]);
    orange.threat = vec![text("en", "A boat without water leaves tonight.")];
    assert_eq!(said(&orange), []);

    let mut special = of_type(NoticeType::UnSpecial, PersonRole::Suspect);
    assert_eq!(said(&special), [("sanctions_reference".into(), Rule::SanctionsReferenceNeeded)]);
    special.sanctions_reference = "QDi.001".into();
    assert_eq!(said(&special), []);
}

#[test]
fn a_request_asks_and_others_do_not() {
    run(&[
        (
            "a request without a question",
            |d| d.circulation = Circulation::RequestForInformation.into(),
            &[("question", Rule::QuestionNeeded)],
        ),
        (
            "with one",
            |d| {
                d.circulation = Circulation::RequestForInformation.into();
                d.question = vec![text("ar", "هل دخل المركب ميناءكم؟")];
            },
            &[],
        ),
        (
            "a diffusion with a question",
            |d| d.question = vec![text("ar", "هل دخل المركب ميناءكم؟")],
            &[("question", Rule::NotCarriedHere)],
        ),
        (
            "a red notice with a threat and a sanctions entry",
            |d| {
                d.threat = vec![text("en", "Tonight.")];
                d.sanctions_reference = "QDi.001".into();
            },
            &[("threat", Rule::NotCarriedHere), ("sanctions_reference", Rule::NotCarriedHere)],
        ),
    ]);
}

#[test]
fn a_bulletin_carries_no_persons_and_no_colour() {
    run(&[
        (
            "all of the case",
            |d| d.circulation = Circulation::Bulletin.into(),
            &[
                ("bulletin", Rule::BulletinNeeded),
                ("type", Rule::NotCarriedHere),
                ("persons", Rule::NotCarriedHere),
                ("arrest_warrant_reference", Rule::NotCarriedHere),
            ],
        ),
        (
            "what is shared beside cases",
            |d| {
                d.circulation = Circulation::Bulletin.into();
                d.bulletin = Some(Box::new(crate::content::Bulletin {
                    category: crate::model::BulletinCategory::Resource.into(),
                    resource: Some(crate::content::Resource {
                        kind: crate::model::ResourceKind::Guide.into(),
                        publisher: "A publisher".to_owned(),
                        ..Default::default()
                    }),
                    ..Default::default()
                }));
                d.r#type = 0;
                d.persons.clear();
                d.arrest_warrant_reference.clear();
                d.offences.clear();
                d.exploitation.clear();
            },
            &[],
        ),
    ]);
}

#[test]
fn urgency_is_what_is_usual_unless_stated() {
    let mut draft = valid();
    draft.urgency = 0;
    let urgency = |draft: &Notice| crate::check(draft, now()).unwrap().notice().urgency;
    assert_eq!(urgency(&draft), i32::from(Urgency::Priority));
    draft.urgency = Urgency::Routine.into();
    assert_eq!(urgency(&draft), i32::from(Urgency::Routine));
}

#[test]
fn the_usual_handling_is_told_and_never_taken() {
    let mut draft = valid();
    draft.marking = None;
    let found = crate::check(&draft, now()).unwrap_err();
    assert_eq!(found[0].message, "missing; give one of H0, H1, H2, H3 (H1 is usual here)");
}

#[test]
fn the_new_texts_name_no_victim_either() {
    let mut draft = of_type(NoticeType::Purple, PersonRole::Suspect);
    draft.persons.push(Person { age_group: AgeGroup::Child.into(), ..child() });
    draft.modus_operandi = vec![text("ar", "أُخذ جواز سفر سلمى النموذجي.")];
    assert_eq!(problems(&draft), [("modus_operandi[0].text".into(), Rule::ProtectedIdentityInText)]);
}
