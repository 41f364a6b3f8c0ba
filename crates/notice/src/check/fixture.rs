//! A trafficking case of an exercise, with every field filled, for tests.

use super::{Rule, check};
use crate::content::{
    Account, Asset, Document, Evaluation, Event, ExploitationForm, Link, Marking, Name, Notice, Offence,
    Organisation, PartialDate, Person, Place, Referral, RouteLeg, Text, Vehicle,
};
use crate::model::{
    Act, AgeGroup, AssetType, Circulation, DocumentType, EventType, Exploitation, ForcedCriminality,
    Handling, InformationAccuracy, LinkType, Means, NoticeType, OffenceType, OrganisationRole, PersonRole,
    Purpose, ReferralNeed, RequestedMeasure, RouteStage, Sex, SourceReliability, Urgency,
};
use amana_types::Timestamp;

/// What is changed, how, and the problems it makes.
pub(crate) type Case = (&'static str, fn(&mut Notice), &'static [(&'static str, Rule)]);

/// The problems of a draft, without their messages.
pub(crate) fn problems(draft: &Notice) -> Vec<(String, Rule)> {
    check(draft, now())
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|problem| (problem.field, problem.rule))
        .collect()
}

/// Changes the valid draft and expects exactly these problems, case by case.
pub(crate) fn run(cases: &[Case]) {
    run_on(valid, cases);
}

/// The same with another draft.
pub(crate) fn run_on(base: fn() -> Notice, cases: &[Case]) {
    for (what, change, expected) in cases {
        let mut draft = base();
        change(&mut draft);
        let expected: Vec<_> = expected.iter().map(|(field, rule)| ((*field).to_owned(), *rule)).collect();
        assert_eq!(problems(&draft), expected, "{what}");
    }
}

/// 2026-06-15T12:00:00Z.
pub(crate) fn now() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

pub(crate) fn at(moment: &str) -> Option<prost_types::Timestamp> {
    Some(crate::convert::timestamp_message(moment.parse().unwrap()))
}

pub(crate) fn text(language: &str, text: &str) -> Text {
    Text { language: language.into(), text: text.into() }
}

/// A year, a month or a day; 0 is not known.
pub(crate) fn date(year: u32, month: u32, day: u32) -> Option<PartialDate> {
    let (first, last) = match (month, day) {
        (0, _) => ((1, 1), (12, 31)),
        (_, 0) => {
            let days = crate::model::days_in(year.try_into().unwrap(), month.try_into().unwrap());
            ((month, 1), (month, u32::from(days.unwrap_or(31))))
        }
        day => (day, day),
    };
    let text = |(month, day)| format!("{year:04}-{month:02}-{day:02}");
    Some(PartialDate { earliest: text(first), latest: text(last), ..PartialDate::default() })
}

pub(crate) fn name(original: &str, language: &str, latin: &str) -> Name {
    Name { original: original.into(), language: language.into(), latin: latin.into(), kind: 0 }
}

/// The marking of a draft.
pub(crate) fn marking(draft: &mut Notice) -> &mut Marking {
    draft.marking.get_or_insert_default()
}

/// `persons[0]`: a wanted adult with every field.
pub(crate) fn wanted() -> Person {
    Person {
        roles: vec![PersonRole::Wanted.into()],
        names: vec![name("كريم المثالي", "ar", "Karim al-Mithālī")],
        born: date(1984, 2, 29),
        birth_place: "مدينة التمرين".into(),
        sex: Sex::Male.into(),
        age_group: AgeGroup::Adult.into(),
        nationalities: vec!["XA".into()],
        documents: vec![Document {
            r#type: DocumentType::Passport.into(),
            number: "X1234567".into(),
            issuing_country: "XA".into(),
            issued: date(2020, 3, 0),
            expires: date(2030, 3, 0),
        }],
        phones: vec!["+21698765432".into()],
        emails: vec!["karim@example.org".into()],
        measures: vec![RequestedMeasure::Locate.into(), RequestedMeasure::Arrest.into()],
        remarks: vec![text("ar", "يتنقل كثيرا")],
        label: String::new(),
        accounts: vec![Account { platform: "Telegram".into(), identifier: "@karim_x".into() }],
        evaluation: evaluation(SourceReliability::B, InformationAccuracy::Two),
        trafficking: None,
    }
}

/// `persons[1]`: a victim who is a child.
pub(crate) fn child() -> Person {
    Person {
        roles: vec![PersonRole::Victim.into()],
        names: vec![name("سلمى النموذجي", "ar", "Salma Namudhaji")],
        born: date(2012, 5, 0),
        birth_place: "قرية التمرين".into(),
        sex: Sex::Female.into(),
        nationalities: vec!["XA".into()],
        documents: vec![Document {
            r#type: DocumentType::IdentityCard.into(),
            number: "١٢٣٤٥٦٧٨".into(),
            ..Document::default()
        }],
        phones: vec!["+21611111111".into()],
        emails: vec!["salma@example.org".into()],
        measures: vec![RequestedMeasure::Protect.into()],
        remarks: vec![text("ar", "سلمى تحتاج إلى رعاية")],
        accounts: vec![Account { platform: "Snapchat".into(), identifier: "salma.star".into() }],
        evaluation: evaluation(SourceReliability::A, InformationAccuracy::One),
        ..Person::default()
    }
}

/// What the child needs from a partner.
pub(crate) fn referral() -> Referral {
    Referral {
        needs: vec![ReferralNeed::Shelter.into(), ReferralNeed::Guardianship.into()],
        summary: vec![
            text("ar", "فتاة تحتاج إلى مأوى هذه الليلة"),
            text("en", "A girl needs shelter tonight"),
        ],
        country: "XF".into(),
        place: "Port-Exercice".into(),
        contact: "Child protection desk, +33123456789".into(),
        until: at("2026-09-15T12:00:00Z"),
    }
}

/// A diffusion that breaks no rule.
pub(crate) fn valid() -> Notice {
    Notice {
        circulation: Circulation::Diffusion.into(),
        r#type: NoticeType::Red.into(),
        case_reference: "XA-2026-000123".into(),
        urgency: Urgency::Urgent.into(),
        subject: vec![text("ar", "اتجار بالأشخاص لغرض التسول"), text("fr", "Traite aux fins de mendicité")],
        narrative: vec![text("ar", "جُنِّدت الضحية في قريتها.\nثم نُقلت عبر الحدود.")],
        offences: vec![Offence {
            r#type: OffenceType::TraffickingInPersons.into(),
            acts: vec![Act::Recruitment.into(), Act::Transport.into()],
            means: vec![Means::Deception.into()],
            evaluation: evaluation(SourceReliability::X, InformationAccuracy::Four),
        }],
        exploitation: vec![ExploitationForm {
            form: Exploitation::ForcedCriminality.into(),
            criminality: ForcedCriminality::Begging.into(),
        }],
        persons: vec![wanted(), child()],
        route: vec![RouteLeg {
            stage: RouteStage::Transit.into(),
            country: "XF".into(),
            region: crate::number(amana_types::Region::Europe),
            place: "Port-Exercice".into(),
            departed: date(2026, 1, 10),
            arrived: date(2026, 2, 0),
            carrier: "MV Exercise".into(),
            evaluation: None,
        }],
        marking: Some(Marking {
            handling: Handling::H3.into(),
            tlp: 0,
            conditions: vec![text("ar", "اتصل بالمرسل أولا")],
        }),
        purpose: Purpose::CriminalInvestigation.into(),
        arrest_warrant_reference: "أمر 12/2026".into(),
        expires: at("2027-06-15T12:00:00Z"),
        reexamine: at("2026-12-15T12:00:00Z"),
        ..Notice::default()
    }
}

pub(crate) fn evaluation(source: SourceReliability, information: InformationAccuracy) -> Option<Evaluation> {
    Some(Evaluation { source: source.into(), information: information.into() })
}

pub(crate) fn link(link_type: LinkType, source: &str, target: &str) -> Link {
    Link { r#type: link_type.into(), source: source.into(), target: target.into(), ..Link::default() }
}

/// The same case with a referral for the child.
pub(crate) fn referred() -> Notice {
    Notice { referral: Some(referral()), ..valid() }
}

/// The same case with things and links.
pub(crate) fn linked() -> Notice {
    let mut draft = entities(valid());
    for (person, label) in draft.persons.iter_mut().zip(["p1", "p2"]) {
        person.label = label.into();
    }
    draft
}

/// The things of the case: those of the wanted man, and those that lead to the child, which are kept back.
pub(crate) fn entities(case: Notice) -> Notice {
    let vehicle = |label: &str, plate: &str, vin: &str| Vehicle {
        label: label.into(),
        vin: vin.into(),
        plate: plate.into(),
        country: "XA".into(),
        description: vec![text("fr", "Camionnette blanche")],
        evaluation: None,
    };
    let place = |label: &str, name: &str, address: &str| Place {
        label: label.into(),
        name: name.into(),
        country: "XF".into(),
        address: address.into(),
        latitude: "36.8065".into(),
        longitude: "10.1815".into(),
        evaluation: None,
    };
    let asset = |label: &str, iban: &str, identifier: &str| Asset {
        label: label.into(),
        r#type: AssetType::BankAccount.into(),
        description: vec![text("en", "An account")],
        amount: "12500.50".into(),
        currency: "TND".into(),
        iban: iban.into(),
        identifier: identifier.into(),
        country: "XA".into(),
        evaluation: None,
    };
    let organisation = |label: &str, original: &str, number: &str| Organisation {
        label: label.into(),
        names: vec![name(original, "fr", "")],
        country: "XF".into(),
        registration_number: number.into(),
        role: OrganisationRole::Employer.into(),
        evaluation: None,
    };
    let event = |label: &str, event_type: EventType, place: &str, description: &str| Event {
        label: label.into(),
        r#type: event_type.into(),
        date: date(2026, 1, 12),
        place: place.into(),
        description: vec![text("en", description)],
        evaluation: None,
    };
    Notice {
        vehicles: vec![
            vehicle("v2", "777 XA 42", "WVWZZZ1JZXW000001"),
            vehicle("v1", "123 XA 4567", "1M8GDM9AXKP042788"),
        ],
        organisations: vec![
            organisation("org1", "Ferme Exercice", "B-100001"),
            organisation("org2", "École Refuge", "S-555777"),
        ],
        places: vec![
            place("pl1", "Port-Exercice", "1 quai de l'Exercice"),
            place("pl2", "Maison", "9 rue Cachée"),
        ],
        assets: vec![
            asset("a1", "GB82WEST12345698765432", "X-1"),
            asset("a2", "TN5910006035183598478831", "SALMA-9"),
        ],
        events: vec![
            event("e1", EventType::BorderCrossing, "pl1", "By night"),
            event("e2", EventType::Rescue, "pl2", "Brought to the hidden house"),
        ],
        links: vec![
            link(LinkType::ExploitedBy, "p2", "p1"),
            link(LinkType::LocatedAt, "p2", "pl2"),
            link(LinkType::Uses, "p1", "v1"),
            link(LinkType::Owns, "p2", "a2"),
            link(LinkType::Uses, "p2", "v2"),
            link(LinkType::EmployedBy, "p2", "org2"),
            link(LinkType::FamilyOf, "p2", "p1"),
            link(LinkType::Owns, "p1", "org1"),
            Link {
                evaluation: evaluation(SourceReliability::C, InformationAccuracy::Three),
                ..link(LinkType::TookPartIn, "p1", "e1")
            },
        ],
        ..case
    }
}
