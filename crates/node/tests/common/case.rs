//! Cases for tests: invented people.

use amana_wire::v1;

fn text(language: &str, text: &str) -> v1::Text {
    v1::Text { language: language.into(), text: text.into() }
}

/// A trafficking case in Arabic with a suspect.
pub(crate) fn case(reference: &str) -> v1::Notice {
    v1::Notice {
        circulation: v1::Circulation::Diffusion.into(),
        r#type: v1::NoticeType::Blue.into(),
        case_reference: reference.into(),
        urgency: v1::Urgency::Priority.into(),
        subject: vec![text("ar", "شبكة اتجار بالأشخاص لغرض العمل القسري")],
        narrative: vec![text("ar", "استُدرج أشخاص بوعود عمل كاذبة ثم صودرت جوازات سفرهم.")],
        offences: vec![v1::Offence {
            r#type: v1::OffenceType::TraffickingInPersons.into(),
            acts: vec![v1::Act::Recruitment.into()],
            means: vec![v1::Means::Deception.into()],
            evaluation: None,
        }],
        exploitation: vec![v1::ExploitationForm {
            form: v1::Exploitation::ForcedLabour.into(),
            criminality: 0,
        }],
        persons: vec![suspect()],
        marking: Some(v1::Marking { handling: v1::Handling::H1.into(), ..Default::default() }),
        purpose: v1::Purpose::CriminalInvestigation.into(),
        ..v1::Notice::default()
    }
}

/// The same case with a child in it.
pub(crate) fn child_case(reference: &str) -> v1::Notice {
    let mut notice = case(reference);
    notice.persons.push(v1::Person {
        roles: vec![v1::PersonRole::PossibleVictim.into()],
        names: vec![v1::Name {
            original: "ياسين المثال".into(),
            language: "ar".into(),
            latin: "Yassine Mithal".into(),
            kind: 0,
        }],
        born: days("2014-01-01", "2014-12-31"),
        sex: v1::Sex::Male.into(),
        age_group: v1::AgeGroup::Child.into(),
        measures: vec![v1::RequestedMeasure::Protect.into()],
        ..v1::Person::default()
    });
    notice
}

fn days(earliest: &str, latest: &str) -> Option<v1::PartialDate> {
    Some(v1::PartialDate { earliest: earliest.into(), latest: latest.into(), ..Default::default() })
}

fn suspect() -> v1::Person {
    v1::Person {
        roles: vec![v1::PersonRole::Suspect.into()],
        names: vec![v1::Name {
            original: "سالم التجريبي".into(),
            language: "ar".into(),
            latin: "Salem Tajribi".into(),
            kind: 0,
        }],
        born: days("1984-02-01", "1984-02-29"),
        sex: v1::Sex::Male.into(),
        age_group: v1::AgeGroup::Adult.into(),
        documents: vec![v1::Document {
            r#type: v1::DocumentType::Passport.into(),
            number: "X1234567".into(),
            issuing_country: "XA".into(),
            ..v1::Document::default()
        }],
        phones: vec!["+21600000123".into()],
        measures: vec![v1::RequestedMeasure::Locate.into()],
        ..v1::Person::default()
    }
}

/// An addressing of these countries.
pub(crate) fn to(countries: &[&str]) -> v1::Addressing {
    v1::Addressing {
        members: countries.iter().map(|code| (*code).to_owned()).collect(),
        ..v1::Addressing::default()
    }
}
