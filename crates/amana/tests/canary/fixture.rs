//! A notice with words that are looked for.

use amana_wire::{json, v1};

use crate::common::notice;
use crate::texts;

/// What is looked for. Each is in the notice as it stands here, and some in the form an index would fold
/// them to.
pub(crate) const WORDS: [&str; 6] =
    ["Qanarzwf", "qanarzwf", "QANARZWF", "كنارظغذ", "985417203641", "Zk49Q8810772"];
pub(crate) const LATIN: &str = WORDS[0];
pub(crate) const ARABIC: &str = WORDS[3];

fn words(what: &str) -> Vec<v1::Text> {
    let text = |language: &str, text: String| v1::Text { language: language.into(), text };
    vec![text("en", format!("{what} {LATIN} {what}")), text("ar", format!("{ARABIC} {what}"))]
}

// Every field is named, so that one that is added later does not compile without its word here.

fn person(role: v1::PersonRole, n: usize) -> v1::Person {
    let name = |kind: v1::NameKind| v1::Name {
        original: format!("{ARABIC} {n}"),
        language: "ar".into(),
        latin: format!("{LATIN} {}", if kind == v1::NameKind::Alias { "Alias" } else { "Name" }),
        kind: kind.into(),
    };
    v1::Person {
        roles: vec![role.into()],
        names: vec![name(v1::NameKind::Official), name(v1::NameKind::Alias)],
        born: Some(v1::PartialDate {
            earliest: "1984-02-01".into(),
            latest: "1984-02-29".into(),
            written: format!("{LATIN} 1404"),
            calendar: v1::Calendar::Hijri.into(),
        }),
        birth_place: format!("{LATIN} birth place {n}"),
        sex: v1::Sex::Male.into(),
        age_group: v1::AgeGroup::Adult.into(),
        nationalities: vec!["XA".into()],
        documents: vec![v1::Document {
            r#type: v1::DocumentType::Passport.into(),
            number: format!("{}{n}", WORDS[5]),
            issuing_country: "XA".into(),
            issued: None,
            expires: None,
        }],
        phones: vec![format!("+{}{n}", WORDS[4])],
        emails: vec![format!("{LATIN}{n}@example.org")],
        measures: Vec::new(),
        remarks: words("remark"),
        label: format!("p{n}"),
        accounts: vec![v1::Account { platform: "Forum".into(), identifier: format!("{LATIN} account {n}") }],
        evaluation: None,
        trafficking: Some(v1::Trafficking {
            status: 0,
            decided_by: 0,
            recruitment_methods: Vec::new(),
            recruitment_place: format!("{LATIN} recruited {n}"),
            means_of_control: Vec::new(),
            industry: 0,
            consent: 0,
        }),
    }
}

/// The things of a case, and how they are linked.
fn things() -> v1::Notice {
    v1::Notice {
        vehicles: vec![v1::Vehicle {
            label: "v1".into(),
            vin: format!("{}ZKWRT", WORDS[4]),
            plate: format!("{} 7", WORDS[2]),
            country: "XA".into(),
            description: words("vehicle"),
            evaluation: None,
        }],
        organisations: vec![v1::Organisation {
            label: "o1".into(),
            names: vec![v1::Name {
                original: format!("{LATIN} company"),
                language: "en".into(),
                latin: format!("{LATIN} latin"),
                kind: 0,
            }],
            country: "XA".into(),
            registration_number: format!("{LATIN} register"),
            role: v1::OrganisationRole::Employer.into(),
            evaluation: None,
        }],
        places: vec![v1::Place {
            label: "l1".into(),
            name: format!("{LATIN} farm"),
            country: "XA".into(),
            address: format!("{ARABIC} {LATIN} road"),
            latitude: "36.8".into(),
            longitude: "10.1".into(),
            evaluation: None,
        }],
        assets: vec![v1::Asset {
            label: "a1".into(),
            r#type: v1::AssetType::BankAccount.into(),
            description: words("asset"),
            amount: WORDS[4].into(),
            currency: "TND".into(),
            iban: format!("XA15{}", WORDS[4]),
            identifier: format!("{LATIN} wallet"),
            country: "XA".into(),
            evaluation: None,
        }],
        events: vec![v1::Event {
            label: "e1".into(),
            r#type: v1::EventType::Payment.into(),
            date: None,
            place: "l1".into(),
            description: words("event"),
            evaluation: None,
        }],
        links: vec![v1::Link {
            r#type: v1::LinkType::Uses.into(),
            source: "p1".into(),
            target: "v1".into(),
            target_case: String::new(),
            evaluation: None,
        }],
        abuse_media: vec![v1::AbuseMedia {
            algorithm: v1::HashAlgorithm::Md5.into(),
            hash: format!("{}{}", WORDS[4], "0".repeat(20)),
            database_reference: format!("{LATIN} database"),
            series: format!("{LATIN} series"),
        }],
        ..v1::Notice::default()
    }
}

/// A notice with a word that is looked for in every text that one may have. What another kind of notice
/// carries, `WITHOUT` lists.
pub(crate) fn full() -> v1::Notice {
    let v1::Notice { circulation, urgency, offences, exploitation, purpose, .. } = notice("XA-0");
    let v1::Notice { vehicles, organisations, places, assets, events, links, abuse_media, .. } = things();
    v1::Notice {
        circulation,
        r#type: v1::NoticeType::Red.into(),
        case_reference: format!("XA-{LATIN}-1"),
        urgency,
        subject: words("subject"),
        narrative: words("narrative"),
        offences,
        exploitation,
        persons: vec![person(v1::PersonRole::Wanted, 1), person(v1::PersonRole::Witness, 2)],
        route: vec![v1::RouteLeg {
            stage: v1::RouteStage::Transit.into(),
            country: "XF".into(),
            region: 0,
            place: format!("{ARABIC} {LATIN} place"),
            departed: None,
            arrived: None,
            carrier: format!("{LATIN} carrier"),
            evaluation: None,
        }],
        marking: Some(v1::Marking {
            handling: v1::Handling::H3.into(),
            tlp: 0,
            conditions: words("condition"),
        }),
        purpose,
        arrest_warrant_reference: format!("{LATIN} warrant"),
        expires: None,
        reexamine: None,
        question: Vec::new(),
        modus_operandi: words("modus operandi"),
        threat: Vec::new(),
        sanctions_reference: String::new(),
        vehicles,
        organisations,
        places,
        assets,
        events,
        links,
        referral: None,
        attachments: Vec::new(),
        abuse_media,
        operation: String::new(),
        tally: Vec::new(),
        bulletin: None,
        closing_report: None,
    }
}

/// The fields of [`full`] without a word: times, languages, keys, coordinates, and what it does not carry.
const WITHOUT: &[&str] = &[
    "assets.description.language",
    "assets.evaluation",
    "assets.label",
    "attachments",
    "bulletin",
    "closing_report",
    "events.date",
    "events.description.language",
    "events.evaluation",
    "events.label",
    "events.place",
    "expires",
    "exploitation.criminality",
    "links.evaluation",
    "links.source",
    "links.target",
    "links.target_case",
    "marking.conditions.language",
    "marking.tlp",
    "modus_operandi.language",
    "narrative.language",
    "offences.evaluation",
    "operation",
    "organisations.evaluation",
    "organisations.label",
    "organisations.names.kind",
    "organisations.names.language",
    "persons.accounts.platform",
    "persons.documents.expires",
    "persons.documents.issued",
    "persons.evaluation",
    "persons.label",
    "persons.measures",
    "persons.names.language",
    "persons.remarks.language",
    "persons.trafficking.consent",
    "persons.trafficking.decided_by",
    "persons.trafficking.industry",
    "persons.trafficking.means_of_control",
    "persons.trafficking.recruitment_methods",
    "persons.trafficking.status",
    "places.evaluation",
    "places.label",
    "places.latitude",
    "places.longitude",
    "question",
    "reexamine",
    "referral",
    "route.arrived",
    "route.departed",
    "route.evaluation",
    "route.region",
    "sanctions_reference",
    "subject.language",
    "tally",
    "threat",
    "vehicles.description.language",
    "vehicles.evaluation",
    "vehicles.label",
];

/// The fixture keeps its word: a field that is added to the contract must get one, or be listed.
#[test]
fn every_text_of_the_notice_holds_a_word() {
    let without: Vec<String> = texts::without(&WORDS, &json::view(&full())).into_iter().collect();
    assert_eq!(without, WITHOUT);
}

/// A notice with mistakes would be sent nowhere, and then no word of it would be found anywhere.
#[test]
fn the_notice_may_be_sent() {
    let now = amana_types::Clock::now(&amana_kit::clock::SystemClock);
    assert_eq!(amana_notice::check(&full(), now).err(), None);
}
