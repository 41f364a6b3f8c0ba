//! A trafficking case of an exercise, with every field filled, for tests.

use super::{Rule, check};
use crate::Timestamp;
use crate::draft::{
    DateDraft, DocumentDraft, Draft, ExploitationDraft, NameDraft, OffenceDraft, PersonDraft, RouteLegDraft,
    TextDraft,
};
use crate::notice::{
    Act, Circulation, DocumentType, Exploitation, ForcedCriminality, Handling, Majority, Means, NoticeType,
    OffenceType, PersonRole, Purpose, RequestedMeasure, RouteStage, Sex, Urgency,
};

/// What is changed, how, and the problems it makes.
pub(crate) type Case = (&'static str, fn(&mut Draft), &'static [(&'static str, Rule)]);

/// The problems of a draft, without their messages.
pub(crate) fn problems(draft: &Draft) -> Vec<(String, Rule)> {
    check(draft, now())
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|problem| (problem.field, problem.rule))
        .collect()
}

/// Changes the valid draft and expects exactly these problems, case by case.
pub(crate) fn run(cases: &[Case]) {
    for (what, change, expected) in cases {
        let mut draft = valid();
        change(&mut draft);
        let expected: Vec<_> = expected.iter().map(|(field, rule)| ((*field).to_owned(), *rule)).collect();
        assert_eq!(problems(&draft), expected, "{what}");
    }
}

/// 2026-06-15T12:00:00Z.
pub(crate) fn now() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

pub(crate) fn text(language: &str, text: &str) -> TextDraft {
    TextDraft { language: language.into(), text: text.into() }
}

pub(crate) fn date(year: u32, month: u32, day: u32) -> Option<DateDraft> {
    Some(DateDraft { year, month, day, estimated_to_year: 0 })
}

pub(crate) fn name(original: &str, language: &str, latin: &str) -> NameDraft {
    NameDraft { original: original.into(), language: language.into(), latin: latin.into(), alias: false }
}

/// `persons[0]`: a wanted adult with every field.
pub(crate) fn wanted() -> PersonDraft {
    PersonDraft {
        role: PersonRole::Wanted.into(),
        names: vec![name("كريم المثالي", "ar", "Karim al-Mithālī")],
        born: date(1984, 2, 29),
        birth_place: "مدينة التمرين".into(),
        sex: Sex::Male.into(),
        majority: Majority::Adult.into(),
        nationalities: vec!["XA".into()],
        documents: vec![DocumentDraft {
            document_type: DocumentType::Passport.into(),
            number: "X1234567".into(),
            issuing_country: "XA".into(),
            issued: date(2020, 3, 0),
            expires: date(2030, 3, 0),
        }],
        phones: vec!["+21698765432".into()],
        emails: vec!["karim@example.org".into()],
        measures: vec![RequestedMeasure::Locate.into(), RequestedMeasure::Arrest.into()],
        remarks: vec![text("ar", "يتنقل كثيرا")],
    }
}

/// `persons[1]`: a victim who is a child.
pub(crate) fn child() -> PersonDraft {
    PersonDraft {
        role: PersonRole::Victim.into(),
        names: vec![name("سلمى النموذجي", "ar", "Salma Namudhaji")],
        born: date(2012, 5, 0),
        birth_place: "قرية التمرين".into(),
        sex: Sex::Female.into(),
        nationalities: vec!["XA".into()],
        documents: vec![DocumentDraft {
            document_type: DocumentType::IdentityCard.into(),
            number: "١٢٣٤٥٦٧٨".into(),
            ..DocumentDraft::default()
        }],
        phones: vec!["+21611111111".into()],
        emails: vec!["salma@example.org".into()],
        measures: vec![RequestedMeasure::Protect.into()],
        remarks: vec![text("ar", "سلمى تحتاج إلى رعاية")],
        ..PersonDraft::default()
    }
}

/// A diffusion that breaks no rule.
pub(crate) fn valid() -> Draft {
    Draft {
        circulation: Circulation::Diffusion.into(),
        notice_type: NoticeType::Red.into(),
        case_reference: "XA-2026-000123".into(),
        urgency: Urgency::Urgent.into(),
        subject: vec![text("ar", "اتجار بالأشخاص لغرض التسول"), text("fr", "Traite aux fins de mendicité")],
        narrative: vec![text("ar", "جُنِّدت الضحية في قريتها.\nثم نُقلت عبر الحدود.")],
        offences: vec![OffenceDraft {
            offence_type: OffenceType::TraffickingInPersons.into(),
            acts: vec![Act::Recruitment.into(), Act::Transport.into()],
            means: vec![Means::Deception.into()],
        }],
        exploitation: vec![ExploitationDraft {
            form: Exploitation::ForcedCriminality.into(),
            criminality: ForcedCriminality::Begging.into(),
        }],
        persons: vec![wanted(), child()],
        route: vec![RouteLegDraft {
            stage: RouteStage::Transit.into(),
            country: "XF".into(),
            region: crate::Region::Europe.into(),
            place: "Port-Exercice".into(),
            from: date(2026, 1, 10),
            to: date(2026, 2, 0),
            carrier: "MV Exercise".into(),
        }],
        handling: Handling::H3.into(),
        handling_conditions: vec![text("ar", "اتصل بالمرسل أولا")],
        purpose: Purpose::CriminalInvestigation.into(),
        arrest_warrant_reference: "أمر 12/2026".into(),
        expires: Some("2027-06-15T12:00:00Z".parse().unwrap()),
        reexamine: Some("2026-12-15T12:00:00Z".parse().unwrap()),
        ..Draft::default()
    }
}
