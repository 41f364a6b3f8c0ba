//! Notice files: what is said about mistakes, and that files come back as they were written.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

use amana_notice::content::{self, NameKind};
use amana_notice::file::{self, Format, NoticeFile};
use amana_types::Timestamp;

fn now() -> Timestamp {
    "2026-11-23T08:30:00Z".parse().unwrap()
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)
}

/// Compares with an expected file, or writes it.
fn expect(name: &str, actual: &str) {
    if std::env::var_os("AMANA_REGENERATE").is_some() {
        fs::write(path(name), actual).unwrap();
    }
    assert_eq!(actual, fs::read_to_string(path(name)).unwrap_or_default(), "{name}");
}

fn read(name: &str) -> Result<NoticeFile, file::FileProblems> {
    file::read(&fs::read(path(name)).unwrap(), Format::of_name(name).unwrap(), now())
}

fn case() -> (NoticeFile, content::Notice, content::Addressing) {
    let case = read("case.toml").unwrap_or_else(|problems| panic!("{problems}"));
    let (notice, to) = (case.notice.notice().clone(), content::Addressing::from(&case.to));
    (case, notice, to)
}

#[test]
fn ten_mistakes_are_ten_lines() {
    for name in ["ten.toml", "ten.json"] {
        let problems = read(name).unwrap_err();
        expect(&format!("{name}.txt"), &format!("{problems}\n"));
        assert_eq!(problems.len(), 10, "{name}");
    }
}

#[test]
fn both_formats_say_the_same() {
    let said = |name| {
        let said: Vec<_> =
            read(name).unwrap_err().into_iter().map(|p| (p.field, p.rule, p.message)).collect();
        said
    };
    assert_eq!(said("ten.toml"), said("ten.json"));
}

#[test]
fn syntax_errors_have_their_place() {
    for name in ["syntax.toml", "syntax.json"] {
        expect(&format!("{name}.txt"), &format!("{}\n", read(name).unwrap_err()));
    }
}

#[test]
fn wrong_kinds_and_missing_fields_are_named_once() {
    for name in ["wrong.toml", "wrong.json", "list.json", "empty.toml"] {
        expect(&format!("{name}.txt"), &format!("{}\n", read(name).unwrap_err()));
    }
}

#[test]
fn what_is_no_text_is_refused() {
    let only = |bytes: &[u8], format| {
        let problems = file::read(bytes, format, now()).unwrap_err();
        let problem = problems.iter().next().unwrap();
        assert_eq!(problems.len(), 1, "{problems}");
        (problem.place.line, problem.place.column, problem.rule.clone())
    };
    assert_eq!(only(b"type = 'BLUE'\n# \xFF", Format::Toml), (2, 3, "NOT_UTF8".into()));
    assert_eq!(only(&vec![b' '; file::FILE_BYTES + 1], Format::Json), (1, 1, "FILE_TOO_LARGE".into()));
    assert_eq!(only(b"", Format::Json), (1, 1, "SYNTAX".into()));
    assert_eq!(only("[".repeat(100_000).as_bytes(), Format::Json).2, "SYNTAX");
    let deep = [r#"{"to":"#.repeat(20), "1".into(), "}".repeat(20)].concat();
    assert_eq!(only(deep.as_bytes(), Format::Json), (1, 97, "SYNTAX".into()));
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let text = fs::read_to_string(path("case.toml")).unwrap().replace('\n', "\r\n");
    let marked = format!("\u{FEFF}{text}");
    assert_eq!(file::read(marked.as_bytes(), Format::Toml, now()), read("case.toml"));
}

#[test]
fn nested_brackets_do_not_exhaust_the_stack() {
    let deep = format!("to = {}", "[".repeat(100_000));
    assert!(file::read(deep.as_bytes(), Format::Toml, now()).is_err());
}

#[test]
fn a_case_has_its_words_in_their_places() {
    let (file, ..) = case();
    let case = file.notice.notice();
    let (wanted, legs) = (&case.persons[0], &case.route);
    assert_eq!(case.arrest_warrant_reference, "TPI 44/2026");
    assert_eq!(file.notice.expires().to_string(), "2027-06-30T00:00:00Z");
    assert_eq!(case.reexamine.unwrap().to_string(), "2027-01-31T08:00:00Z");
    assert!(case.subject[1].text.starts_with("Personne") && case.narrative[0].text.contains('\n'));
    assert_eq!(
        (wanted.names[0].latin.as_str(), wanted.names[1].kind()),
        ("Slim Mathlouthi", NameKind::Alias)
    );
    assert_eq!(wanted.birth_place, "Sousse");
    assert_eq!(
        (wanted.phones[0].as_str(), wanted.emails[0].as_str()),
        ("+21698765432", "someone@example.org")
    );
    assert_eq!(wanted.documents[0].issued.as_ref().unwrap().earliest, "2019-04-01");
    assert_eq!(wanted.documents[0].expires.as_ref().unwrap().latest, "2029-12-31");
    assert_eq!((legs[1].place.as_str(), legs[1].carrier.as_str()), ("Lyon", "ferry"));
    assert_eq!(
        (&*legs[1].departed.as_ref().unwrap().latest, &*legs[1].arrived.as_ref().unwrap().latest),
        ("2026-01-15", "2026-03-31")
    );
    assert_eq!(case.persons[1].remarks[0].language.as_str(), "fr");
    assert_eq!((file.to.countries.len(), file.to.groups.len(), file.to.except.len()), (2, 1, 1));
}

#[test]
fn a_case_comes_back_from_toml() {
    let (case, notice, to) = case();
    let written = file::to_toml(&notice, &to);
    expect("case.written.toml", &written);
    assert_eq!(file::read(written.as_bytes(), Format::Toml, now()), Ok(case));
}

#[test]
fn a_case_comes_back_from_json() {
    let (case, notice, to) = case();
    let written = format!("{:#}\n", file::to_json(&notice, &to));
    expect("case.json", &written);
    assert_eq!(file::read(written.as_bytes(), Format::Json, now()), Ok(case));
}

/// What people write in short is what it would be in full.
#[test]
fn short_forms_are_the_full_ones() {
    let short = r#"
        circulation = "diffusion"
        type = "Green"
        case_reference = "XA-1"
        purpose = "criminal investigation"
        marking = { tlp = "amber" }
        language = "ar"
        subject = "تمرين"
        narrative = ["تمرين"]
        expires = 2027-06-30
        exploitation = ["forced-labour", "FORCED_CRIMINALITY/BEGGING"]
        persons = { roles = "SUSPECT", age_group = "ADULT", names = "سالم", evaluation = "B2" }
        assets = [{ type = "CASH", amount = 12500.50, currency = "TND", identifier = "1",
                    evaluation = { source = "a", information = 2 } }]
        to = { members = "XF" }
    "#;
    let full = r#"
        circulation = "DIFFUSION"
        type = "GREEN"
        case_reference = "XA-1"
        purpose = "CRIMINAL_INVESTIGATION"
        marking = { handling = "H2", tlp = "AMBER" }
        subject = [{ language = "ar", text = "تمرين" }]
        narrative = [{ language = "ar", text = "تمرين" }]
        expires = 2027-06-30T23:59:59Z
        exploitation = [{ form = "FORCED_LABOUR" }, { form = "FORCED_CRIMINALITY", criminality = "BEGGING" }]
        persons = [{ roles = ["SUSPECT"], age_group = "ADULT", names = [{ language = "ar", original = "سالم" }],
                     evaluation = { source = "B", information = "2" } }]
        assets = [{ type = "CASH", amount = "12500.50", currency = "TND", identifier = "1",
                    evaluation = { source = "A", information = "2" } }]
        to = { members = ["XF"] }
    "#;
    let [short, full] = [short, full].map(|text| file::read(text.as_bytes(), Format::Toml, now()));
    assert_eq!(short.unwrap_or_else(|problems| panic!("{problems}")), full.unwrap());
}

#[test]
fn a_key_below_the_addressing_is_told_where_it_belongs_and_a_reply_has_one_body() {
    let below = "type = \"GREEN\"\n[to]\nmembers = [\"XF\"]\npurpose = \"LOCATE\"\n";
    let problems = file::read(below.as_bytes(), Format::Toml, now()).unwrap_err();
    let slip = problems.iter().find(|problem| problem.field == "to.purpose").unwrap();
    assert!(slip.message.contains("it belongs above [to]"), "{slip}");
    assert!(!problems.iter().any(|problem| problem.field == "purpose"), "it is said once");
    let two = "hit = { contact_point = \"desk\" }\nno_hit = {}\n";
    let problems = file::read_reply(two.as_bytes(), Format::Toml).unwrap_err();
    assert_eq!(problems.iter().map(|problem| problem.rule.as_str()).collect::<Vec<_>>(), ["ONE_OF"]);
}
