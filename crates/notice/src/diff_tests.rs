use super::*;

fn text(language: &str, text: &str) -> content::Text {
    content::Text { language: language.into(), text: text.into() }
}

fn person(key: &str, latin: &str) -> content::Person {
    let name =
        content::Name { original: "سالم".into(), language: "ar".into(), latin: latin.into(), kind: 0 };
    content::Person {
        label: key.into(),
        roles: vec![content::PersonRole::Suspect.into()],
        names: vec![name],
        ..Default::default()
    }
}

/// Each change as `path: before -> after`, with `-` for what is not there.
fn told(before: &content::Notice, after: &content::Notice) -> Vec<String> {
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
    let changes = changes(before, after);
    changes.iter().map(|c| format!("{}: {} -> {}", c.path, side(&c.before), side(&c.after))).collect()
}

fn notice() -> content::Notice {
    content::Notice {
        r#type: content::NoticeType::Blue.into(),
        subject: vec![text("ar", "قضية"), text("en", "a case")],
        persons: vec![person("p1", "Salem"), person("p2", "Nadia")],
        exploitation: vec![content::ExploitationForm {
            form: content::Exploitation::ForcedLabour.into(),
            criminality: 0,
        }],
        ..Default::default()
    }
}

#[test]
fn the_same_notice_has_no_changes_whatever_the_order_of_its_lists() {
    let mut other = notice();
    assert!(told(&notice(), &other).is_empty());
    other.persons.reverse();
    other.subject.reverse();
    assert!(told(&notice(), &other).is_empty());
}

#[test]
fn a_changed_value_is_told_with_its_path() {
    let mut after = notice();
    after.r#type = content::NoticeType::Green.into();
    after.persons[1].names[0].latin = "Nadya".into();
    after.persons[1].born = crate::check::fixture::date(1984, 2, 0);
    after.subject[1].text = "the case".into();
    let mut expected = vec![
        "type: BLUE -> GREEN",
        "subject[1].text: a case -> the case",
        "persons[1].names[0].latin: Nadia -> Nadya",
        "persons[1].born: - -> 1984-02",
    ];
    let mut found = told(&notice(), &after);
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn items_belong_together_by_what_names_them() {
    let mut after = notice();
    after.persons.remove(0);
    after.persons.push(person("p3", "Karim"));
    let found = told(&notice(), &after);
    // The second person moved to the front and is the same; the first is gone, a third is new.
    assert!(found.iter().all(|change| !change.contains("Nadia")), "{found:?}");
    assert!(found.contains(&"persons[0].label: p1 -> -".to_owned()), "{found:?}");
    assert!(found.contains(&"persons[0].names[0].latin: Salem -> -".to_owned()), "{found:?}");
    assert!(found.contains(&"persons[1].label: - -> p3".to_owned()), "{found:?}");
    assert!(found.contains(&"persons[1].roles[0]: - -> SUSPECT".to_owned()), "{found:?}");
}

#[test]
fn what_nothing_names_belongs_together_when_it_is_the_same_and_then_in_order() {
    let leg = |country: &str, place: &str| content::RouteLeg {
        country: country.into(),
        place: place.into(),
        ..Default::default()
    };
    let before = content::Notice { route: vec![leg("XA", "one"), leg("XE", "two")], ..Default::default() };
    let after = content::Notice {
        route: vec![leg("XF", "new"), leg("XA", "one"), leg("XE", "three")],
        ..Default::default()
    };
    assert_eq!(
        told(&before, &after),
        [
            "route[0].country: XE -> XF",
            "route[0].place: two -> new",
            "route[2].country: - -> XE",
            "route[2].place: - -> three",
        ]
    );
}

#[test]
fn codes_of_a_list_are_added_and_removed_and_never_changed() {
    let offence = |acts: &[content::Act]| content::Notice {
        offences: vec![content::Offence {
            r#type: content::OffenceType::TraffickingInPersons.into(),
            acts: acts.iter().map(|act| (*act).into()).collect(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let (before, after) = (
        offence(&[content::Act::Recruitment, content::Act::Transfer]),
        offence(&[content::Act::Transfer, content::Act::Receipt]),
    );
    assert_eq!(
        told(&before, &after),
        ["offences[0].acts[1]: - -> RECEIPT", "offences[0].acts[0]: RECRUITMENT -> -"]
    );
}

#[test]
fn everything_of_a_new_notice_is_added_and_nothing_that_it_does_not_say() {
    let found = changes(&content::Notice::default(), &notice());
    assert!(found.iter().all(|change| change.before.is_none() && change.after.is_some()));
    assert!(!found.iter().any(|change| change.path.contains("alias") || change.path.contains("phones")));
    assert!(changes(&notice(), &content::Notice::default()).iter().all(|change| change.after.is_none()));
    assert!(!format!("{found:?}").contains("Salem"), "a change is case text");
}
