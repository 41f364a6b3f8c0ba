//! What people are shown is in their language: no heading of another one, no word that stands in the code.
#![allow(clippy::unwrap_used, reason = "tests")]

use amana_types::labels::{AudienceRule, DeliveryState, Field, StatusField, Word};
use amana_types::trail::TrailEvent;
use amana_types::{Coded, Language};
use serde_json::{Value, json};

use super::*;

/// Languages and texts of a notice: Arabic is the original.
fn texts(what: &str) -> Value {
    json!([
        { "language": "ar", "text": format!("نص {what}") },
        { "language": "fr", "text": format!("Texte {what}") },
    ])
}

fn marking() -> Value {
    json!({ "handling": "H3", "tlp": "RED", "conditions": texts("1") })
}

fn evaluation() -> Value {
    json!({ "source": "B", "information": "2" })
}

fn person() -> Value {
    json!({
        "roles": ["SUSPECT"], "label": "p1", "born": "1984", "sex": "MALE", "age_group": "ADULT",
        "names": [{ "original": "كريم", "latin": "Karim", "kind": null },
                  { "original": "أبو", "latin": "Abou", "kind": "ALIAS" }],
        "nationalities": ["TN"], "phones": ["+2161"], "emails": ["k@x.tn"],
        "documents": [{ "type": "PASSPORT", "number": "X1", "issuing_country": "TN" }],
        "accounts": [{ "platform": "Forum", "identifier": "k" }], "measures": ["LOCATE"],
        "remarks": texts("7"), "evaluation": evaluation(),
        "trafficking": { "status": "VICTIM", "decided_by": "NGO", "recruitment_methods": ["FAMILY"],
                         "recruitment_place": "Sfax", "means_of_control": ["DEBT_BONDAGE"],
                         "industry": "MINING", "consent": "GIVEN" },
    })
}

fn things() -> Value {
    json!({
        "vehicles": [{ "label": "v1", "plate": "1 TN 2", "country": "TN", "description": texts("8") }],
        "organisations": [{ "label": "o1", "names": [{ "original": "شركة", "latin": "Sirket" }],
                            "role": "EMPLOYER", "registration_number": "B-1", "country": "TN" }],
        "places": [{ "label": "l1", "name": "Sfax", "address": "1", "country": "TN", "latitude": "36.8",
                     "longitude": "10.1" }],
        "assets": [{ "label": "a1", "type": "CASH", "amount": "1", "currency": "TND", "iban": "TN59",
                     "description": texts("9"), "country": "TN" }],
        "events": [{ "label": "e1", "type": "ARRIVAL", "date": "2026-01", "place": "l1",
                     "description": texts("10") }],
        "links": [{ "type": "USES", "source": "p1", "target": "v1", "target_case": "" }],
        "attachments": [{ "name": "1.png", "media_type": "image/png", "kind": "PHOTO", "about": "p1",
                          "bytes": 100_000, "description": texts("11") },
                        { "name": "2.pdf", "kind": "DOCUMENT", "bytes": 5 },
                        { "name": "3.pdf", "kind": "DOCUMENT", "bytes": 5 }],
    })
}

/// A notice with something in every part that is shown.
fn view() -> Value {
    let mut notice = json!({
        "circulation": "DIFFUSION", "type": "BLUE", "urgency": "PRIORITY", "marking": marking(),
        "purpose": "CRIMINAL_INVESTIGATION", "case_reference": "XA-2026-7",
        "arrest_warrant_reference": "W-1", "sanctions_reference": "S-1",
        "offences": [{ "type": "TRAFFICKING_IN_PERSONS", "acts": ["RECRUITMENT"], "means": ["FRAUD"],
                       "evaluation": evaluation() }],
        "exploitation": [{ "form": "FORCED_CRIMINALITY", "criminality": "BEGGING" }],
        "persons": [person()],
        "route": [{ "stage": "TRANSIT", "country": "XF", "place": "Lyon", "carrier": "Ligne 7" }],
        "expires": "2027-01-01T00:00:00Z",
    });
    let written = ["subject", "question", "threat", "narrative", "modus_operandi"];
    let object = notice.as_object_mut().unwrap();
    object.extend(written.map(|name| (name.to_owned(), texts("1"))));
    object.extend(things().as_object().unwrap().clone());
    let way = |state: &str, reason: &str, protected: bool| {
        json!({ "state": state, "received_bytes": 2048, "sealed_bytes": 66_000, "reason": reason,
                "child_protection_only": protected })
    };
    let attachments =
        [way("PARTIAL", "", true), way("COMPLETE", "", false), way("FAILED", "ATTACHMENT_LEFT_OUT", false)];
    json!({ "summary": summary_view(), "marking": marking(), "notice": notice, "withheld_persons": [0], "attachments": attachments })
}

fn summary_view() -> Value {
    json!({ "notice_id": "01890a5d", "sender": "TN", "type": "BLUE", "urgency": "PRIORITY", "marking": { "handling": "H1" },
            "created": "2026-01-01T00:00:00Z", "subject": texts("0") })
}

fn receipts_view() -> Value {
    json!({
        "state": "DELIVERED", "log_index": 4, "message": "", "status": "WITHDRAWN", "ground": "ERROR",
        "ended": "2026-01-02T00:00:00Z",
        "recipients": [
            { "member": "XF", "state": "ERASED", "delivered": "2026-01-01T00:00:00Z",
              "read": "2026-01-01T00:00:00Z", "erased": "2026-01-02T00:00:00Z", "owes_erasure_since": null },
            { "member": "XE", "state": "DELIVERED", "delivered": null, "read": null, "erased": null,
              "owes_erasure_since": "2026-01-02T00:00:00Z" },
        ],
        "review": { "verdict": "REFUSE", "ground": "INSUFFICIENT_DATA", "text": "", "desk": "XD",
                    "decided": "2026-01-01T00:00:00Z", "log_index": 5 },
    })
}

fn refused_view() -> Value {
    json!({ "state": "REFUSED", "message": "REVIEW_REFUSED: the review desk did not pass it",
            "status": "UNDER_REVIEW", "recipients": [] })
}

fn check_view() -> Value {
    let audience = AudienceRule::ALL.iter().map(|rule| {
        let about = match rule {
            AudienceRule::Region | AudienceRule::ParentRegion => " EUROPE",
            AudienceRule::ExceptParent | AudienceRule::ParentSuspended => " XA",
            _ => "",
        };
        let reason = format!("{}{about}", rule.code());
        json!({ "member": "XF", "receives": *rule == AudienceRule::Country, "reason": reason })
    });
    json!({ "problems": [], "audience": audience.collect::<Vec<_>>() })
}

fn trail_view() -> Value {
    let steps = TrailEvent::ALL.iter().map(|event| {
        json!({ "event": event.code(), "at": "2026-01-01T00:00:00Z", "member": "XF", "log_index": 4,
                "logged": null, "other_notice_id": "01890a5d", "ground": "ERROR" })
    });
    let own = json!({ "event": "WITHDRAWN", "at": "2026-01-01T00:00:00Z", "member": "XA", "log_index": null,
                      "other_notice_id": "", "ground": "ERROR" });
    json!({ "notice_id": "01890a5d", "sender": "XA", "maker": "XA", "made": "2026-01-03T00:00:00Z",
            "steps": steps.chain([own]).collect::<Vec<_>>(), "heads_joined": true })
}

/// Everything that is shown, one below the other.
fn everything(lang: Lang) -> String {
    let review = |decided, proposed| {
        review(&json!({ "notice": summary_view(), "decided": decided, "proposed": proposed }), lang)
    };
    let people = ["XE".to_owned(), "XF".to_owned()];
    let figures =
        StatusField::ALL.iter().map(|field| figure(&field.code().to_lowercase(), "true", lang).join(" "));
    let mut parts = vec![
        notice(&view(), lang),
        summary(&summary_view(), lang),
        line(&summary_view(), lang),
        receipts(&receipts_view(), lang),
        receipts(&refused_view(), lang),
        review(true, false),
        review(false, true),
        check(&check_view(), lang),
        trail::verified(&trail_view(), lang),
        done::published("01890a5d", &people, true, lang),
        done::withdrawn("01890a5d", &people, lang),
        done::decided("01890a5d", true, true, lang),
        done::decided("01890a5d", true, false, lang),
        done::decided("01890a5d", false, false, lang),
        done::proven("01890a5d", "XA", "amana", (4, "2026"), lang),
        done::about(Word::Acknowledged, "01890a5d", lang),
    ];
    parts.extend(figures);
    parts.join("\n")
}

#[test]
fn attachments_are_shown_with_size_state_and_who_may_open_them() {
    let shown = notice(&view(), Lang::En);
    let lines: Vec<&str> = shown.lines().skip_while(|line| !line.starts_with("attachments")).collect();
    let plain: Vec<String> = lines.iter().map(|line| line.replace(['\u{2068}', '\u{2069}'], "")).collect();
    let expected = [
        "attachments: 1 1.png (photograph, image/png, 97.66 KiB)",
        "about: p1",
        "description [ar, original; also in fr]: نص 11",
        "state: partly here (2.00 KiB / 64.45 KiB)",
        "open to: child protection",
        "",
        "attachments: 2 2.pdf (document, 5 B)",
        "state: complete",
        "open to: everyone who may read the notice",
        "",
        "attachments: 3 3.pdf (document, 5 B)",
        "state: cannot be had: removed by a newer version of the notice",
        "open to: everyone who may read the notice",
        "expires: 2027-01-01T00:00:00Z",
    ];
    assert_eq!(plain, expected);
}

/// English labels that another language does not share.
fn english<C: Coded>(lang: Lang) -> impl Iterator<Item = &'static str> {
    let labels = C::all()
        .iter()
        .map(move |code| (labels::label(*code, Language::EN), labels::label(*code, language(lang))));
    labels.filter(|(english, own)| english != own && english.len() > 3).map(|(english, _)| english)
}

/// Part of a word, or of a code.
fn of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a text holds a phrase as words of its own.
fn says(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        !before.is_some_and(of_a_word) && !after.is_some_and(of_a_word)
    })
}

#[test]
fn nothing_is_shown_in_english_to_whoever_reads_another_language() {
    for lang in [Lang::Ar, Lang::Fr, Lang::Es] {
        let shown = everything(lang);
        // A French or Spanish label may be an English word for something else.
        let own: Vec<&str> = Field::ALL.iter().map(|field| labels::label(*field, language(lang))).collect();
        let labels = english::<Field>(lang)
            .chain(english::<Word>(lang))
            .chain(english::<StatusField>(lang))
            .chain(english::<DeliveryState>(lang))
            .chain(english::<AudienceRule>(lang))
            .chain(english::<TrailEvent>(lang))
            .chain(english::<amana_types::life::NoticeStatus>(lang))
            .chain(english::<amana_types::life::Ground>(lang))
            .chain(english::<amana_types::review::ReviewGround>(lang))
            .chain(english::<amana_notice::NoticeType>(lang));
        let said: Vec<&str> =
            labels.filter(|label| says(&shown, label) && !own.iter().any(|own| says(own, label))).collect();
        assert!(said.is_empty(), "{lang:?} readers are shown {said:?} in\n{shown}");
    }
}

/// A phrase in the code that shows things would be in one language only. Keys of JSON and codes are single
/// words; doc comments and tests are nobody's output.
#[test]
fn no_phrase_stands_in_the_code_that_shows_things() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![sources.join("show.rs")];
    files.extend(std::fs::read_dir(sources.join("show")).unwrap().map(|entry| entry.unwrap().path()));
    let mut seen = 0;
    for file in files.iter().filter(|file| !file.to_string_lossy().ends_with("_tests.rs")) {
        seen += 1;
        for (number, text) in std::fs::read_to_string(file).unwrap().lines().enumerate() {
            let code = text.split("//").next().unwrap_or_default();
            for literal in code.split('"').skip(1).step_by(2) {
                assert!(!is_phrase(literal), "{}:{}: {literal:?}", file.display(), number + 1);
            }
        }
    }
    assert!(seen >= 4, "{files:?}");
}

/// Whether there are two words in a row in it, what is put in between braces aside.
fn is_phrase(literal: &str) -> bool {
    let mut plain = String::new();
    let mut depth = 0_u32;
    for c in literal.replace("\\n", " \u{1} ").chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let is_word = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
    plain.split_whitespace().any(is_word) && plain.trim().contains(' ')
}

#[test]
fn phrases_are_told_from_keys() {
    assert!(is_phrase("owes an erasure receipt since {}"));
    assert!(is_phrase("  sealed for {}"));
    for key in ["owes_erasure_since", "{}  {:<4}  {}", "notice_id", "", "COURT ORDER", "{label}: {value}"] {
        assert!(!is_phrase(key), "{key}");
    }
}

#[test]
fn a_text_says_which_language_it_is_in_whether_it_is_the_original_and_what_else_there_is() {
    let all = texts("x");
    let shown =
        |lang| marks(Some(&all), best(Some(&all), lang).unwrap(), lang).replace(['\u{2068}', '\u{2069}'], "");
    assert_eq!(shown(Lang::Fr), "fr; existe aussi en ar (original)");
    assert_eq!(shown(Lang::Es), "ar, original; también en fr");
    assert_eq!(shown(Lang::Ar), "ar; متاح أيضا بـ fr");
    let one = json!([{ "language": "fr", "text": "Texte" }]);
    assert_eq!(marks(Some(&one), best(Some(&one), Lang::Fr).unwrap(), Lang::Fr), "fr");
    assert_eq!(marks(Some(&one), best(Some(&one), Lang::En).unwrap(), Lang::En), "fr, original");
}

#[test]
fn lines_of_a_list_fit_a_terminal_of_80_columns() {
    let long = json!([{ "language": "en", "text": "word ".repeat(60) }]);
    let mut value = summary_view();
    value["subject"] = long;
    for lang in [Lang::Ar, Lang::En, Lang::Fr, Lang::Es] {
        for line in summary(&value, lang).lines().skip(1) {
            let columns = line.replace(['\u{2068}', '\u{2069}'], "").chars().count();
            assert!(columns <= 80, "{columns}: {line}");
        }
    }
}

#[test]
fn mistakes_name_their_rule_in_the_readers_language() {
    let problem = json!({ "field": "persons[0]", "rule": "AGE_GROUP_NEEDED", "message": "say the age" });
    assert_eq!(mistake(&problem, Lang::En), "persons[0]: say the age [AGE_GROUP_NEEDED]");
    let french = mistake(&problem, Lang::Fr);
    assert!(french.contains("rien n'est dit de l'âge") && french.contains("say the age"), "{french}");
}

#[test]
fn a_locale_is_a_language_or_english() {
    for (locale, lang) in [
        ("fr_CA.UTF-8", Lang::Fr),
        ("ar", Lang::Ar),
        ("es@euro", Lang::Es),
        ("C", Lang::En),
        ("de_DE", Lang::En),
    ] {
        assert_eq!(Lang::of_locale(locale), lang, "{locale}");
    }
}

#[test]
fn a_list_has_the_comma_of_its_language() {
    let nations = |lang| {
        let mut page = Page { lang, lines: Vec::new() };
        page.codes(Field::Acts, "act", Some(&json!(["RECRUITMENT", "TRANSFER"])));
        page.lines.concat()
    };
    assert!(nations(Lang::Ar).contains("، ") && !nations(Lang::Ar).contains(", "));
    assert!(nations(Lang::Fr).contains(", "));
}
