use super::fixture::{date, name, now, problems, run, text, valid, wanted};
use super::*;
use crate::content::{Document, RouteLeg};
use crate::model::{Act, Circulation, NoticeType, RouteStage};
use amana_types::Duration;
use amana_types::limits::RETENTION;

fn moment(at: amana_types::Timestamp) -> Option<prost_types::Timestamp> {
    Some(crate::convert::timestamp_message(at))
}

#[test]
fn a_notice_as_it_really_looks_is_accepted_whole() {
    let checked = check(&valid(), now()).unwrap();
    assert_eq!(checked.protected_persons(), [1]);
    let notice = checked.notice();
    assert_eq!(notice.case_reference.as_str(), "XA-2026-000123");
    assert_eq!(notice.persons.len(), 2);
    assert_eq!(notice.persons[0].names[0].latin, "Karim al-Mithālī");
    assert_eq!(notice.persons[1].documents[0].number.as_str(), "12345678");
    assert_eq!(notice.narrative[0].text.lines().count(), 2);
    assert_eq!(
        crate::PartialDate::of(notice.route[0].arrived.as_ref().unwrap()).unwrap().to_string(),
        "2026-02"
    );
}

#[test]
fn fields_that_must_be_there() {
    run(&[
        ("circulation", |d| d.circulation = 0, &[("circulation", Rule::FieldNeeded)]),
        ("type", |d| d.r#type = 0, &[("type", Rule::FieldNeeded)]),
        (
            "type is not for messages",
            |d| {
                d.circulation = Circulation::Message.into();
                d.r#type = 0;
            },
            &[],
        ),
        ("case reference", |d| d.case_reference.clear(), &[("case_reference", Rule::FieldNeeded)]),
        ("urgency is routine", |d| d.urgency = 0, &[]),
        ("subject", |d| d.subject.clear(), &[("subject", Rule::FieldNeeded)]),
        ("subject text", |d| d.subject[0].text = "  ".into(), &[("subject[0].text", Rule::FieldNeeded)]),
        ("narrative", |d| d.narrative.clear(), &[("narrative", Rule::FieldNeeded)]),
        ("language", |d| d.narrative[0].language.clear(), &[("narrative[0].language", Rule::FieldNeeded)]),
        ("handling", |d| d.marking = None, &[("marking.handling", Rule::FieldNeeded)]),
        ("purpose", |d| d.purpose = 0, &[("purpose", Rule::FieldNeeded)]),
        (
            "role",
            |d| d.persons[0].roles = Vec::new(),
            &[("persons[0].roles", Rule::FieldNeeded), ("persons", Rule::WantedPersonNeeded)],
        ),
        ("stage", |d| d.route[0].stage = 0, &[("route[0].stage", Rule::FieldNeeded)]),
        (
            "document type and number",
            |d| d.persons[1].documents.push(Document::default()),
            &[
                ("persons[1].documents[1].type", Rule::FieldNeeded),
                ("persons[1].documents[1].number", Rule::FieldNeeded),
            ],
        ),
        (
            "name",
            |d| d.persons[0].names[0].original.clear(),
            &[("persons[0].names[0].original", Rule::FieldNeeded)],
        ),
        (
            "leg",
            |d| d.route.push(RouteLeg { stage: RouteStage::Transit.into(), ..RouteLeg::default() }),
            &[("route[1]", Rule::CountryOrRegionNeeded)],
        ),
    ]);
}

#[test]
fn codes_languages_and_countries_that_do_not_exist() {
    run(&[
        ("circulation", |d| d.circulation = 99, &[("circulation", Rule::UnknownCode)]),
        ("act", |d| d.offences[0].acts.push(99), &[("offences[0].acts[2]", Rule::UnknownCode)]),
        (
            "criminality",
            |d| d.exploitation[0].criminality = 99,
            &[("exploitation[0].criminality", Rule::UnknownCode)],
        ),
        (
            "language",
            |d| d.subject[1].language = "xx".into(),
            &[("subject[1].language", Rule::UnknownLanguage)],
        ),
        (
            "nationality",
            |d| d.persons[0].nationalities[0] = "ZZ".into(),
            &[("persons[0].nationalities[0]", Rule::UnknownCountry)],
        ),
        (
            "issuing country",
            |d| d.persons[0].documents[0].issuing_country = "Tunisia".into(),
            &[("persons[0].documents[0].issuing_country", Rule::UnknownCountry)],
        ),
        ("route", |d| d.route[0].country = "UK".into(), &[("route[0].country", Rule::UnknownCountry)]),
    ]);
}

#[test]
fn values_with_a_form_of_their_own() {
    run(&[
        (
            "reference",
            |d| d.case_reference = "XA 2026".into(),
            &[("case_reference", Rule::InvalidCaseReference)],
        ),
        (
            "phone",
            |d| d.persons[0].phones.push("0021698765432".into()),
            &[("persons[0].phones[1]", Rule::InvalidPhone)],
        ),
        (
            "e-mail",
            |d| d.persons[0].emails.push("karim".into()),
            &[("persons[0].emails[1]", Rule::InvalidEmail)],
        ),
        (
            "document",
            |d| d.persons[0].documents[0].number = "X<1".into(),
            &[("persons[0].documents[0].number", Rule::InvalidDocumentNumber)],
        ),
        ("30 February", |d| d.persons[0].born = date(1984, 2, 30), &[("persons[0].born", Rule::InvalidDate)]),
        (
            "Latin",
            |d| d.persons[0].names[0].latin = "Каrim".into(),
            &[("persons[0].names[0].latin", Rule::NotLatin)],
        ),
    ]);
}

#[test]
fn dates_that_cannot_be_together() {
    run(&[
        ("unborn", |d| d.persons[1].born = date(2026, 7, 0), &[("persons[1].born", Rule::DateInFuture)]),
        ("born this month", |d| d.persons[1].born = date(2026, 6, 0), &[]),
        (
            "expired before issued",
            |d| d.persons[0].documents[0].expires = date(2020, 2, 0),
            &[("persons[0].documents[0].expires", Rule::DatesOutOfOrder)],
        ),
        ("perhaps in order", |d| d.persons[0].documents[0].expires = date(2020, 0, 0), &[]),
        (
            "issued tomorrow",
            |d| d.persons[0].documents[0].issued = date(2026, 6, 16),
            &[("persons[0].documents[0].issued", Rule::DateInFuture)],
        ),
        (
            "issued before birth",
            |d| d.persons[0].documents[0].issued = date(1983, 0, 0),
            &[("persons[0].documents[0].issued", Rule::DatesOutOfOrder)],
        ),
        ("leg", |d| d.route[0].arrived = date(2025, 0, 0), &[("route[0].arrived", Rule::DatesOutOfOrder)]),
        (
            "ended",
            |d| d.expires = moment(now()),
            &[("expires", Rule::ExpiresInPast), ("reexamine", Rule::ReexamineAfterExpiry)],
        ),
        (
            "too long",
            |d| d.expires = moment(now().after(RETENTION).after(Duration::from_millis(1))),
            &[("expires", Rule::ExpiresTooLate)],
        ),
        ("looked at in the past", |d| d.reexamine = moment(now()), &[("reexamine", Rule::ReexamineInPast)]),
        (
            "looked at too late",
            |d| {
                d.reexamine = d
                    .expires
                    .and_then(|end| moment(crate::convert::timestamp(end).after(Duration::from_millis(1))))
            },
            &[("reexamine", Rule::ReexamineAfterExpiry)],
        ),
    ]);
}

#[test]
fn without_an_expiry_it_is_the_latest() {
    let mut draft = valid();
    draft.expires = None;
    assert_eq!(check(&draft, now()).unwrap().expires(), now().after(RETENTION));
}

#[test]
fn characters_that_deceive() {
    let refused = ["\0", "\u{7}", "\u{1b}[2J", "\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{FEFF}"];
    for mark in refused {
        let mut draft = valid();
        draft.persons[0].names[0].original.insert_str(4, mark);
        draft.subject[0].text.insert_str(4, mark);
        draft.narrative[0].text.insert_str(4, mark);
        draft.route[0].place.insert_str(4, mark);
        draft.arrest_warrant_reference.insert_str(4, mark);
        let expected: Vec<_> = [
            "subject[0].text",
            "narrative[0].text",
            "persons[0].names[0].original",
            "route[0].place",
            "arrest_warrant_reference",
        ]
        .map(|field| (field.to_owned(), Rule::ForbiddenCharacter))
        .into();
        assert_eq!(problems(&draft), expected, "{mark:?}");
    }
    for kept in ['\u{200E}', '\u{200F}', '\u{200C}', '\u{200D}'] {
        let mut draft = valid();
        draft.persons[0].names[0].original.insert(4, kept);
        assert_eq!(problems(&draft), [], "{kept:?}");
    }
}

#[test]
fn lines_end_in_narratives_only() {
    run(&[
        ("tab and CR LF", |d| d.narrative[0].text = "one\r\n\ttwo".into(), &[]),
        (
            "lone CR",
            |d| d.narrative[0].text = "one\rtwo".into(),
            &[("narrative[0].text", Rule::ForbiddenCharacter)],
        ),
        (
            "subject",
            |d| d.subject[0].text = "one\ntwo".into(),
            &[("subject[0].text", Rule::ForbiddenCharacter)],
        ),
        (
            "name",
            |d| d.persons[0].names[0].original = "one\ntwo".into(),
            &[("persons[0].names[0].original", Rule::ForbiddenCharacter)],
        ),
    ]);
    let mut draft = valid();
    draft.narrative[0].text = "one\r\ntwo".into();
    assert_eq!(check(&draft, now()).unwrap().notice().narrative[0].text, "one\ntwo");
}

#[test]
fn sizes_and_counts() {
    run(&[
        ("subject", |d| d.subject[0].text = "ش".repeat(201), &[("subject[0].text", Rule::TextTooLong)]),
        ("longest subject", |d| d.subject[0].text = "ش".repeat(200), &[]),
        (
            "narrative",
            |d| d.narrative[0].text = "a".repeat(20_001),
            &[("narrative[0].text", Rule::TextTooLong)],
        ),
        ("persons", |d| d.persons = vec![wanted(); 101], &[("persons", Rule::TooMany)]),
        ("route", |d| d.route = vec![d.route[0].clone(); 65], &[("route", Rule::TooMany)]),
        (
            "names",
            |d| d.persons[0].names = vec![name("Karim", "fr", ""); 33],
            &[("persons[0].names", Rule::TooMany)],
        ),
        (
            "all together",
            |d| {
                let narrative = "ش".repeat(20_000);
                d.narrative = ["ar", "fa", "ur", "he", "ps", "ku", "ug"]
                    .map(|language| text(language, &narrative))
                    .into();
            },
            &[("", Rule::NoticeTooLarge)],
        ),
    ]);
}

#[test]
fn a_flood_of_items_is_neither_read_nor_told() {
    let mut draft = valid();
    draft.persons[0].nationalities = vec!["??".into(); 400_000];
    let found = problems(&draft);
    let (of_list, of_items) = (("persons[0].nationalities".to_owned(), Rule::TooMany), 8 + 7);
    let too_large = 1;
    assert_eq!((found.first(), found.len()), (Some(&of_list), 1 + of_items + too_large));

    draft.persons = vec![crate::content::Person::default(); 1_000];
    draft.r#type = NoticeType::Blue.into();
    draft.offences.clear();
    assert_eq!(problems(&draft).len(), 1 + 100, "persons past the limit are not read");

    draft.persons = vec![wanted(); 100];
    draft.persons.iter_mut().for_each(|person| person.phones = vec!["0".into(); 32]);
    assert_eq!(problems(&draft).len(), amana_types::limits::PROBLEMS);
}

#[test]
fn nothing_twice() {
    run(&[
        ("language", |d| d.subject[1].language = "ar".into(), &[("subject[1]", Rule::Duplicate)]),
        (
            "act",
            |d| d.offences[0].acts.push(Act::Recruitment.into()),
            &[("offences[0].acts[2]", Rule::Duplicate)],
        ),
        ("form", |d| d.exploitation.push(d.exploitation[0]), &[("exploitation[1]", Rule::Duplicate)]),
        (
            "nationality",
            |d| d.persons[0].nationalities.push("XA".into()),
            &[("persons[0].nationalities[1]", Rule::Duplicate)],
        ),
    ]);
}

#[test]
fn ten_mistakes_show_ten_and_repeat_no_case_text() {
    let mut draft = valid();
    draft.circulation = 99;
    draft.case_reference = "secret words".into();
    draft.subject[0].language = "secret words".into();
    draft.persons[0].nationalities[0] = "secret words".into();
    draft.persons[0].phones[0] = "secret words".into();
    draft.persons[0].emails[0] = "secret words".into();
    draft.persons[0].documents[0].number = "secret\u{202E}words".into();
    draft.offences[0].means = vec![99];
    draft.route[0].region = 99;
    draft.route[0].arrived = date(1, 0, 0);
    let found = check(&draft, now()).unwrap_err();
    assert_eq!(found.len(), 10, "{found:#?}");
    let told = format!("{found:?}{draft:?}");
    assert!(!told.contains("secret"), "{told}");
    for problem in &found {
        assert!(problem.message.len() > 10, "{problem}");
    }
}

#[test]
fn an_unknown_code_is_shown() {
    let mut draft = valid();
    draft.route[0].region = 77;
    let found = check(&draft, now()).unwrap_err();
    let told = "route[0].region: 77 is not a region; expected one of AFRICA, AMERICAS, ASIA, EUROPE, MENA \
                [UNKNOWN_CODE]";
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [told]);
}
