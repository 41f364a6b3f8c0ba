use amana_wire::v1;

use super::*;

fn days(earliest: &str, latest: &str) -> Option<v1::PartialDate> {
    Some(v1::PartialDate { earliest: earliest.into(), latest: latest.into(), ..Default::default() })
}

fn person(name: &str, year: u32) -> v1::Person {
    v1::Person {
        names: vec![v1::Name { original: name.into(), latin: "Fatima Haddad".into(), ..Default::default() }],
        born: days(&format!("{year}-02-29"), &format!("{year}-02-29")),
        documents: vec![v1::Document { number: "X-12 345".into(), ..Default::default() }],
        phones: vec!["+21698765432".into()],
        ..Default::default()
    }
}

fn notice() -> v1::Notice {
    v1::Notice {
        case_reference: "TN-2026-000123".into(),
        subject: vec![v1::Text { language: "ar".into(), text: "السخرة في ليبيا".into() }],
        exploitation: vec![v1::ExploitationForm {
            form: v1::Exploitation::ForcedLabour.into(),
            criminality: 0,
        }],
        ..Default::default()
    }
}

fn kept_back(persons: Vec<v1::Person>) -> v1::ProtectedPersonsSection {
    v1::ProtectedPersonsSection { persons, ..Default::default() }
}

fn found(terms: &BTreeSet<Term>, scope: Scope, question: impl Into<Asked>) -> bool {
    let Asked(question, filter) = question.into();
    let asked = asked(question.as_ref(), filter.as_ref()).expect("a question");
    asked.into_iter().all(|(field, token)| terms.contains(&Term { scope, field, token }))
}

/// A question, and among which notices.
struct Asked(Option<v1::Question>, Option<v1::NoticeFilter>);

impl From<About> for Asked {
    fn from(about: About) -> Self {
        Self(Some(v1::Question { about: Some(about) }), None)
    }
}

impl From<v1::PersonQuestion> for Asked {
    fn from(person: v1::PersonQuestion) -> Self {
        About::Person(person).into()
    }
}

impl From<v1::NoticeFilter> for Asked {
    fn from(filter: v1::NoticeFilter) -> Self {
        Self(None, Some(filter))
    }
}

fn by_words(words: &str) -> About {
    About::Case(v1::CaseQuestion { words: words.into() })
}

fn by_number(kind: v1::IdentifierKind, value: &str) -> About {
    About::Identifier(v1::IdentifierQuestion { kind: kind.into(), value: value.into() })
}

#[test]
fn a_case_is_found_by_what_is_in_it() {
    let mut case = notice();
    case.persons.push(person("فاطمة حداد", 1984));
    let terms = terms_of("XA", &case, &v1::ProtectedPersonsSection::default());
    for words in
        ["سخرة", "ليبيا السخرة", "2026", "tn2026000123", "forced labour", "FORCED_LABOUR", "فاطمه", "HADDAD"]
    {
        assert!(found(&terms, Scope::Case, by_words(words)), "{words}");
    }
    assert!(!found(&terms, Scope::Case, by_words("سخرة مصر")), "every word must occur");
    for question in [
        v1::PersonQuestion { name: "Haddad".into(), ..Default::default() },
        v1::PersonQuestion { born: "1984-02".into(), ..Default::default() },
        v1::PersonQuestion { born: "١٩٨٤".into(), ..Default::default() },
        v1::PersonQuestion { document_number: "x12345".into(), ..Default::default() },
        v1::PersonQuestion { phone: "00216 98 765 432".into(), ..Default::default() },
    ] {
        assert!(found(&terms, Scope::Case, question));
    }
    for filter in [
        v1::NoticeFilter { exploitation: 1, sender: "XA".into(), ..Default::default() },
        v1::NoticeFilter { words: "haddad".into(), ..Default::default() },
    ] {
        assert!(found(&terms, Scope::Case, filter));
    }
    assert!(!found(&terms, Scope::Case, v1::NoticeFilter { sender: "XF".into(), ..Default::default() }));
    for (kind, value, holds) in [
        (v1::IdentifierKind::Document, "x12345", true),
        (v1::IdentifierKind::Phone, "00216 98 765 432", true),
        (v1::IdentifierKind::Unspecified, "x12345", true),
        (v1::IdentifierKind::Document, "x12346", false),
        (v1::IdentifierKind::Phone, "x12345", false),
    ] {
        let asked = asked(Some(&v1::Question { about: Some(by_number(kind, value)) }), None);
        let all = asked.is_some_and(|asked| {
            asked.into_iter().all(|(field, token)| terms.contains(&Term { scope: Scope::Case, field, token }))
        });
        assert_eq!(all, holds, "{kind:?} {value}");
    }
    assert!(!found(&terms, Scope::Case, v1::PersonQuestion { name: "libya".into(), ..Default::default() }));
    assert!(!found(&terms, Scope::Case, v1::PersonQuestion { born: "Haddad".into(), ..Default::default() }));
}

#[test]
fn protected_identities_stand_on_their_own_shelf() {
    let terms = terms_of("XA", &notice(), &kept_back(vec![person("مريم", 2012)]));
    assert!(!found(&terms, Scope::Case, by_words("مريم")));
    assert!(found(&terms, Scope::Protected, by_words("مريم")));
}

#[test]
fn an_estimated_year_is_found_by_each_of_its_years() {
    let mut case = notice();
    case.persons.push(v1::Person { born: days("1990-01-01", "1993-12-31"), ..Default::default() });
    let terms = terms_of("XA", &case, &v1::ProtectedPersonsSection::default());
    let born = |year: &str| v1::PersonQuestion { born: year.into(), ..Default::default() };
    assert!(found(&terms, Scope::Case, born("1990")) && found(&terms, Scope::Case, born("1993")));
    assert!(!found(&terms, Scope::Case, born("1994")));
}

#[test]
fn asking_nothing_is_no_question() {
    let nothing = v1::Question { about: Some(by_words(" ، ")) };
    assert!(asked(Some(&nothing), Some(&v1::NoticeFilter::default())).is_none());
    assert!(asked(None, None).is_none());
}

fn things() -> v1::ProtectedPersonsSection {
    let name =
        v1::Name {
            original: "شركة المرفأ".into(), latin: "Port Company".into(), ..Default::default()
        };
    v1::ProtectedPersonsSection {
        vehicles: vec![v1::Vehicle {
            vin: "WVWZZZ1JZXW000001".into(),
            plate: "123 تونس 4567".into(),
            ..Default::default()
        }],
        organisations: vec![v1::Organisation {
            names: vec![name],
            registration_number: "B-100 001".into(),
            ..Default::default()
        }],
        places: vec![v1::Place { address: "9 rue Cachee".into(), ..Default::default() }],
        assets: vec![v1::Asset { iban: "TN5910006035183598478831".into(), ..Default::default() }],
        persons: vec![v1::Person {
            accounts: vec![v1::Account { platform: "Forum".into(), identifier: "night.owl".into() }],
            ..Default::default()
        }],
        ..Default::default()
    }
}

const ASKED: [&str; 8] = [
    "wvwzzz1jzxw000001",
    "123 تونس 4567",
    "شركة المرفأ",
    "port company",
    "B-100 001",
    "rue cachee",
    "TN5910006035183598478831",
    "night.owl",
];

#[test]
fn things_are_found_by_their_numbers_and_names() {
    let v1::ProtectedPersonsSection { vehicles, organisations, places, assets, persons, .. } = things();
    let case = v1::Notice { vehicles, organisations, places, assets, persons, ..notice() };
    let terms = terms_of("XA", &case, &v1::ProtectedPersonsSection::default());
    for words in ASKED {
        assert!(found(&terms, Scope::Case, by_words(words)), "{words}");
    }
}

#[test]
fn things_that_are_kept_back_are_on_the_protected_shelf_only() {
    let terms = terms_of("XA", &notice(), &things());
    for words in ASKED {
        assert!(found(&terms, Scope::Protected, by_words(words)), "{words}");
        assert!(!found(&terms, Scope::Case, by_words(words)), "{words}");
    }
}
