use super::fixture::{child, date, name, now, text, valid, wanted};
use super::*;
use crate::draft::{DocumentDraft, ExploitationDraft, OffenceDraft, RouteLegDraft};
use crate::limits::RETENTION;
use crate::notice::{
    Act, Exploitation, ForcedCriminality, Handling, Means, OffenceType, PersonRole, RequestedMeasure,
    RouteStage,
};
use crate::{Duration, Region};

type Case = (&'static str, fn(&mut Draft), &'static [(&'static str, Rule)]);

fn problems(draft: &Draft) -> Vec<(String, Rule)> {
    check(draft, now())
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|problem| (problem.field, problem.rule))
        .collect()
}

fn run(cases: &[Case]) {
    for (what, change, expected) in cases {
        let mut draft = valid();
        change(&mut draft);
        let expected: Vec<_> = expected.iter().map(|(field, rule)| ((*field).to_owned(), *rule)).collect();
        assert_eq!(problems(&draft), expected, "{what}");
    }
}

#[test]
fn a_notice_as_it_really_looks_is_accepted_whole() {
    let checked = check(&valid(), now()).unwrap();
    assert_eq!(checked.protected_persons(), [1]);
    let notice = checked.notice();
    assert_eq!(notice.case_reference.as_str(), "XA-2026-000123");
    assert_eq!(notice.persons.len(), 2);
    assert_eq!(notice.persons[0].names[0].latin.as_deref(), Some("Karim al-Mithālī"));
    assert_eq!(notice.persons[1].documents[0].number.as_str(), "12345678");
    assert_eq!(notice.narrative[0].text.lines().count(), 2);
    assert_eq!(notice.route[0].to.unwrap().to_string(), "2026-02");
}

#[test]
fn fields_that_must_be_there() {
    run(&[
        ("circulation", |d| d.circulation = Stated::Absent, &[("circulation", Rule::FieldNeeded)]),
        ("type", |d| d.notice_type = Stated::Absent, &[("type", Rule::FieldNeeded)]),
        (
            "type is not for messages",
            |d| {
                d.circulation = Circulation::Message.into();
                d.notice_type = Stated::Absent;
            },
            &[],
        ),
        ("case reference", |d| d.case_reference.clear(), &[("case_reference", Rule::FieldNeeded)]),
        ("urgency is routine", |d| d.urgency = Stated::Absent, &[]),
        ("subject", |d| d.subject.clear(), &[("subject", Rule::FieldNeeded)]),
        ("subject text", |d| d.subject[0].text = "  ".into(), &[("subject[0].text", Rule::FieldNeeded)]),
        ("narrative", |d| d.narrative.clear(), &[("narrative", Rule::FieldNeeded)]),
        ("language", |d| d.narrative[0].language.clear(), &[("narrative[0].language", Rule::FieldNeeded)]),
        ("handling", |d| d.handling = Stated::Absent, &[("handling", Rule::FieldNeeded)]),
        ("purpose", |d| d.purpose = Stated::Absent, &[("purpose", Rule::FieldNeeded)]),
        (
            "role",
            |d| d.persons[0].role = Stated::Absent,
            &[("persons[0].role", Rule::FieldNeeded), ("persons", Rule::WantedPersonNeeded)],
        ),
        ("stage", |d| d.route[0].stage = Stated::Absent, &[("route[0].stage", Rule::FieldNeeded)]),
        (
            "document type and number",
            |d| d.persons[1].documents.push(DocumentDraft::default()),
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
            |d| d.route.push(RouteLegDraft { stage: RouteStage::Transit.into(), ..RouteLegDraft::default() }),
            &[("route[1]", Rule::CountryOrRegionNeeded)],
        ),
    ]);
}

#[test]
fn codes_languages_and_countries_that_do_not_exist() {
    run(&[
        (
            "circulation",
            |d| d.circulation = Stated::Unknown("LETTER".into()),
            &[("circulation", Rule::UnknownCode)],
        ),
        (
            "act",
            |d| d.offences[0].acts.push(Stated::Unknown("99".into())),
            &[("offences[0].acts[2]", Rule::UnknownCode)],
        ),
        (
            "criminality",
            |d| d.exploitation[0].criminality = Stated::Unknown("X".into()),
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
        ("leg", |d| d.route[0].to = date(2025, 0, 0), &[("route[0].to", Rule::DatesOutOfOrder)]),
        (
            "ended",
            |d| d.expires = Some(now()),
            &[("expires", Rule::ExpiresInPast), ("reexamine", Rule::ReexamineAfterExpiry)],
        ),
        (
            "too long",
            |d| d.expires = Some(now().after(RETENTION).after(Duration::from_millis(1))),
            &[("expires", Rule::ExpiresTooLate)],
        ),
        ("looked at in the past", |d| d.reexamine = Some(now()), &[("reexamine", Rule::ReexamineInPast)]),
        (
            "looked at too late",
            |d| d.reexamine = d.expires.map(|end| end.after(Duration::from_millis(1))),
            &[("reexamine", Rule::ReexamineAfterExpiry)],
        ),
    ]);
}

#[test]
fn without_an_expiry_it_is_the_latest() {
    let mut draft = valid();
    draft.expires = None;
    assert_eq!(check(&draft, now()).unwrap().notice().expires, now().after(RETENTION));
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
fn nothing_twice() {
    run(&[
        ("language", |d| d.subject[1].language = "ar".into(), &[("subject[1]", Rule::Duplicate)]),
        (
            "act",
            |d| d.offences[0].acts.push(Act::Recruitment.into()),
            &[("offences[0].acts[2]", Rule::Duplicate)],
        ),
        ("form", |d| d.exploitation.push(d.exploitation[0].clone()), &[("exploitation[1]", Rule::Duplicate)]),
        (
            "nationality",
            |d| d.persons[0].nationalities.push("XA".into()),
            &[("persons[0].nationalities[1]", Rule::Duplicate)],
        ),
    ]);
}

#[test]
fn red_needs_a_warrant_and_a_wanted_person() {
    run(&[
        (
            "warrant",
            |d| d.arrest_warrant_reference = " ".into(),
            &[("arrest_warrant_reference", Rule::ArrestWarrantNeeded)],
        ),
        (
            "wanted",
            |d| d.persons[0].role = PersonRole::Suspect.into(),
            &[("persons", Rule::WantedPersonNeeded)],
        ),
        (
            "blue needs neither",
            |d| {
                d.notice_type = NoticeType::Blue.into();
                d.arrest_warrant_reference.clear();
                d.persons.remove(0);
            },
            &[],
        ),
    ]);
}

#[test]
fn no_coercion_of_those_who_cannot_bear_it() {
    let coercive = [RequestedMeasure::Arrest, RequestedMeasure::Detain, RequestedMeasure::RestrictTravel];
    for role in PersonRole::ALL {
        for measure in RequestedMeasure::ALL {
            let mut draft = valid();
            draft.persons[1].role = (*role).into();
            draft.persons[1].measures = vec![RequestedMeasure::Protect.into()];
            if *measure != RequestedMeasure::Protect {
                draft.persons[1].measures.push((*measure).into());
            }
            let rule = match role {
                _ if !coercive.contains(measure) => None,
                PersonRole::Victim
                | PersonRole::PossibleVictim
                | PersonRole::Witness
                | PersonRole::Missing => Some(Rule::VictimCoerciveMeasure),
                PersonRole::Unidentified | PersonRole::Deceased => Some(Rule::CoerciveMeasureNotAllowed),
                PersonRole::Wanted | PersonRole::Suspect => None,
            };
            let expected: Vec<_> =
                rule.map(|rule| ("persons[1].measures[1]".to_owned(), rule)).into_iter().collect();
            assert_eq!(problems(&draft), expected, "{role} {measure}");
        }
    }
}

#[test]
fn age_is_said_and_not_contradicted() {
    run(&[
        (
            "nothing said of a wanted person",
            |d| {
                d.persons[0].born = None;
                d.persons[0].majority = Stated::Absent;
            },
            &[("persons[0].majority", Rule::MajorityNeeded)],
        ),
        ("a birth date says it", |d| d.persons[0].majority = Stated::Absent, &[]),
        (
            "unknown is an answer",
            |d| {
                d.persons[0].born = None;
                d.persons[0].majority = Majority::Unknown.into();
            },
            &[],
        ),
        (
            "adult born in 2012",
            |d| d.persons[1].majority = Majority::Adult.into(),
            &[("persons[1].majority", Rule::MajorityContradictsBirth)],
        ),
        (
            "child born in 1984",
            |d| d.persons[0].majority = Majority::Child.into(),
            &[("persons[0].majority", Rule::MajorityContradictsBirth)],
        ),
        ("disputed", |d| d.persons[0].majority = Majority::Disputed.into(), &[]),
    ]);
}

#[test]
fn the_elements_of_trafficking() {
    let smuggling: fn(&mut Draft) = |d| d.offences[0].offence_type = OffenceType::SmugglingOfMigrants.into();
    run(&[
        ("smuggling with exploitation", smuggling, &[("exploitation", Rule::SmugglingWithExploitation)]),
        (
            "smuggling alone",
            |d| {
                d.offences[0].offence_type = OffenceType::SmugglingOfMigrants.into();
                d.exploitation.clear();
            },
            &[],
        ),
        (
            "both",
            |d| {
                let offence_type = OffenceType::SmugglingOfMigrants.into();
                d.offences.push(OffenceDraft { offence_type, ..OffenceDraft::default() });
            },
            &[],
        ),
        ("no purpose", |d| d.exploitation.clear(), &[("exploitation", Rule::TraffickingWithoutPurpose)]),
        ("no act", |d| d.offences[0].acts.clear(), &[("offences[0].acts", Rule::TraffickingWithoutAct)]),
        ("no means, children only", |d| d.offences[0].means.clear(), &[]),
        (
            "no means, age unknown",
            |d| {
                d.offences[0].means.clear();
                d.persons[1].born = None;
            },
            &[],
        ),
        (
            "no means, an adult among the victims",
            |d| {
                d.offences[0].means.clear();
                let majority = Majority::Adult.into();
                d.persons.push(PersonDraft { born: date(1990, 0, 0), majority, ..child() });
            },
            &[("offences[0].means", Rule::TraffickingWithoutMeans)],
        ),
        (
            "no means, no victim listed",
            |d| {
                d.offences[0].means.clear();
                d.persons.truncate(1);
            },
            &[("offences[0].means", Rule::TraffickingWithoutMeans)],
        ),
    ]);
}

#[test]
fn forced_criminality_and_its_crime_go_together() {
    run(&[
        (
            "no crime",
            |d| d.exploitation[0].criminality = Stated::Absent,
            &[("exploitation[0].criminality", Rule::CriminalityNeeded)],
        ),
        (
            "crime elsewhere",
            |d| {
                d.exploitation.push(ExploitationDraft {
                    form: Exploitation::ForcedLabour.into(),
                    criminality: ForcedCriminality::Drug.into(),
                });
            },
            &[("exploitation[1].criminality", Rule::CriminalityNotAllowed)],
        ),
    ]);
}

#[test]
fn h3_and_its_conditions_go_together() {
    run(&[
        ("none", |d| d.handling_conditions.clear(), &[("handling_conditions", Rule::ConditionsNeeded)]),
        (
            "unasked",
            |d| d.handling = Handling::H2.into(),
            &[("handling_conditions", Rule::ConditionsNotAllowed)],
        ),
    ]);
}

#[test]
fn a_victim_is_not_named_where_all_can_read() {
    run(&[
        (
            "narrative",
            |d| d.narrative[0].text = "وصلت سلمى  النموذجي أمس".into(),
            &[("narrative[0].text", Rule::ProtectedIdentityInText)],
        ),
        (
            "subject",
            |d| d.subject[1].text = "La victime SALMA NAMUDHAJI".into(),
            &[("subject[1].text", Rule::ProtectedIdentityInText)],
        ),
        (
            "phone",
            |d| d.route[0].place = "tel +21611111111".into(),
            &[("route[0].place", Rule::ProtectedIdentityInText)],
        ),
        (
            "remark on another person",
            |d| d.persons[0].remarks[0].text = "يعرف سلمى النموذجي".into(),
            &[("persons[0].remarks[0].text", Rule::ProtectedIdentityInText)],
        ),
        ("own remark", |d| d.persons[1].remarks[0].text = "سلمى النموذجي".into(), &[]),
        ("the wanted adult", |d| d.narrative[0].text = "كريم المثالي".into(), &[]),
    ]);
}

#[test]
fn ten_mistakes_show_ten_and_repeat_no_case_text() {
    let mut draft = valid();
    draft.circulation = Stated::Unknown("secret words".into());
    draft.case_reference = "secret words".into();
    draft.subject[0].language = "secret words".into();
    draft.persons[0].nationalities[0] = "secret words".into();
    draft.persons[0].phones[0] = "secret words".into();
    draft.persons[0].emails[0] = "secret words".into();
    draft.persons[0].documents[0].number = "secret\u{202E}words".into();
    draft.offences[0].means = vec![Stated::Unknown("secret words".into())];
    draft.route[0].region = Stated::Unknown("secret words".into());
    draft.route[0].to = date(1, 0, 0);
    let found = check(&draft, now()).unwrap_err();
    assert_eq!(found.len(), 10, "{found:#?}");
    let told = format!("{found:?}{draft:?}");
    assert!(!told.contains("secret"), "{told}");
    for problem in &found {
        assert!(problem.message.len() > 10, "{problem}");
    }
}

#[test]
fn a_mistyped_code_is_shown() {
    let mut draft = valid();
    draft.route[0].region = Stated::<Region>::parse("EUROP");
    draft.offences[0].means = vec![Stated::<Means>::parse("FRAUD")];
    let found = check(&draft, now()).unwrap_err();
    let told = "route[0].region: \"EUROP\" is not a region; expected one of AFRICA, AMERICAS, ASIA, EUROPE, MENA \
                [UNKNOWN_CODE]";
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [told]);
}
