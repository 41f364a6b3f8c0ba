use serde_json::{Value, json};

use crate::args::Lang;

fn view() -> Value {
    json!({ "notice": {
        "persons": [
            { "roles": ["SUSPECT"], "label": "p1", "names": [{ "original": "كريم المثالي", "latin": "", "kind": null }],
              "accounts": [{ "platform": "Forum", "identifier": "night.owl" }],
              "evaluation": { "source": "B", "information": "2" } },
            { "roles": ["POSSIBLE_VICTIM"], "label": "p2", "names": [],
              "trafficking": { "status": "POSSIBLE_VICTIM", "decided_by": "NGO",
                               "means_of_control": ["DEBT_BONDAGE"], "industry": "AGRICULTURE",
                               "consent": "NOT_GIVEN", "recruitment_place": "Souk" } },
        ],
        "vehicles": [{ "label": "v1", "plate": "123 تونس 4567", "vin": "WVWZZZ1JZXW000001", "country": "TN",
                       "description": [{ "language": "fr", "text": "Camionnette blanche" }] }],
        "organisations": [{ "label": "org1", "names": [{ "original": "شركة المرفأ", "latin": "Port Company" }],
                            "role": "EMPLOYER", "registration_number": "B-1", "country": "XF" }],
        "places": [{ "label": "pl1", "name": "Port", "latitude": "36.8", "longitude": "10.1" }],
        "assets": [{ "label": "a1", "type": "BANK_ACCOUNT", "iban": "TN5910006035183598478831",
                     "amount": "12500.50", "currency": "TND" }],
        "events": [{ "label": "e1", "type": "ARRIVAL", "date": "2026-01", "place": "pl1" }],
        "links": [
            { "type": "EXPLOITED_BY", "source": "p2", "target": "p1", "evaluation": { "source": "A", "information": "1" } },
            { "type": "MAY_HAVE_BECOME_VICTIM", "source": "p2", "target": "", "target_case": "XA-2026-7" },
        ],
    }, "withheld_persons": [1] })
}

/// Everything but the isolates, which no terminal shows.
fn shown(lang: Lang) -> String {
    super::super::notice(&view(), lang).replace(['\u{2068}', '\u{2069}'], "")
}

#[test]
fn things_and_links_are_read_in_english() {
    let page = shown(Lang::En);
    for line in [
        "role: suspect [p1]",
        "accounts: Forum night.owl",
        "evaluation: source usually reliable (B); known personally to the source (2)",
        "trafficking status: possible victim of trafficking",
        "decided by: non-governmental organisation",
        "place of recruitment: Souk",
        "means of control: debt bondage",
        "industry: agriculture, forestry and fishing",
        "consent to the interview: not given",
        "vehicles: 123 تونس 4567 WVWZZZ1JZXW000001 [v1]",
        "country: Tunisia (TN)",
        "description [fr, original]: Camionnette blanche",
        "organisations: شركة المرفأ Port Company [org1]",
        "role: employer",
        "places: Port [pl1]",
        "coordinates: 36.8, 10.1",
        "assets: bank account [a1]",
        "value: 12500.50 TND",
        "number: TN5910006035183598478831",
        "events: arrival 2026-01 [e1]",
        "links: p2 — exploited by — p1 كريم المثالي",
        "evaluation: source not in doubt (A); known to be true (1)",
        "links: p2 — may have become a victim — XA-2026-7",
    ] {
        assert!(page.lines().any(|shown| shown == line), "{line}\n---\n{page}");
    }
}

#[test]
fn every_label_follows_the_language() {
    let arabic = shown(Lang::Ar);
    for line in [
        "وسائل السيطرة: إسار الدين",
        "الصلات: p2 — استغله — p1 كريم المثالي",
        "الأصول: حساب مصرفي [a1]",
        "الصلات: p2 — ربما أصبح ضحية — XA-2026-7",
    ] {
        assert!(arabic.lines().any(|shown| shown == line), "{line}\n---\n{arabic}");
    }
    let english = ["vehicles", "places", "links", "exploited by", "bank account", "evaluation"];
    for word in english {
        assert!(!arabic.contains(word), "{word} in {arabic}");
    }
}

#[test]
fn foreign_text_is_isolated() {
    let page = super::super::notice(&view(), Lang::En);
    assert!(page.contains("\u{2068}123 تونس 4567\u{2069} \u{2068}WVWZZZ1JZXW000001\u{2069}"), "{page}");
}
