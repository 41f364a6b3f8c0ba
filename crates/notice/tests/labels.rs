//! Every code has its label in every official language.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is a failed test")]

use amana_notice::SectionKind;
use amana_notice::{
    Act, AgeGroup, AssetType, Calendar, Circulation, Consent, DocumentType, EventType, Exploitation,
    ForcedCriminality, Handling, Industry, InformationAccuracy, LinkType, Means, MeansOfControl, NameKind,
    NoticeType, OffenceType, OrganisationRole, PersonRole, Purpose, RecruitmentMethod, RequestedMeasure,
    RouteStage, Sex, SourceReliability, StatusDecider, TraffickingStatus, Urgency,
};
use amana_types::labels::*;
use amana_types::{Action, MemberKind, Region, Role};
use amana_types::{Coded, Language};

/// Whether every letter is of the script that the language is written in.
fn is_written_in(language: Language, label: &str) -> bool {
    let arabic = |c: char| matches!(c, '\u{600}'..='\u{6FF}');
    let mut letters = label.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some()
        && if language == Language::AR {
            // The X of ICAO Doc 9303 and the codes of exercise countries stay Latin.
            letters.any(arabic) && label.chars().all(|c| !c.is_ascii_lowercase())
        } else {
            letters.all(|c| !arabic(c))
        }
}

fn walk<C: Coded>(seen: &mut usize) {
    for code in C::all() {
        for language in Language::OFFICIAL {
            let label = by_code(C::KIND, code.as_code(), language);
            let Some(label) = label else { panic!("no {language} label for {} {code:?}", C::KIND) };
            assert!(is_written_in(language, label), "{language} {} {code:?}: {label}", C::KIND);
            assert_eq!(label.trim(), label);
            assert_eq!(amana_types::hygiene::first_refused(label, false), None);
        }
        *seen += 1;
    }
    for language in Language::OFFICIAL {
        let mut labels: Vec<&str> = C::all().iter().map(|code| label(*code, language)).collect();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), C::all().len(), "two codes of {} share a {language} label", C::KIND);
    }
}

#[test]
fn every_code_has_a_label_in_every_official_language_and_no_label_lacks_its_code() {
    let mut seen = 0;
    walk::<Circulation>(&mut seen);
    walk::<NoticeType>(&mut seen);
    walk::<Urgency>(&mut seen);
    walk::<Handling>(&mut seen);
    walk::<Purpose>(&mut seen);
    walk::<OffenceType>(&mut seen);
    walk::<Act>(&mut seen);
    walk::<Means>(&mut seen);
    walk::<Exploitation>(&mut seen);
    walk::<ForcedCriminality>(&mut seen);
    walk::<Calendar>(&mut seen);
    walk::<NameKind>(&mut seen);
    walk::<PersonRole>(&mut seen);
    walk::<Sex>(&mut seen);
    walk::<AgeGroup>(&mut seen);
    walk::<DocumentType>(&mut seen);
    walk::<RequestedMeasure>(&mut seen);
    walk::<RouteStage>(&mut seen);
    walk::<SourceReliability>(&mut seen);
    walk::<InformationAccuracy>(&mut seen);
    walk::<OrganisationRole>(&mut seen);
    walk::<AssetType>(&mut seen);
    walk::<EventType>(&mut seen);
    walk::<LinkType>(&mut seen);
    walk::<TraffickingStatus>(&mut seen);
    walk::<StatusDecider>(&mut seen);
    walk::<RecruitmentMethod>(&mut seen);
    walk::<MeansOfControl>(&mut seen);
    walk::<Industry>(&mut seen);
    walk::<Consent>(&mut seen);
    walk::<Region>(&mut seen);
    walk::<MemberKind>(&mut seen);
    walk::<SectionKind>(&mut seen);
    walk::<Role>(&mut seen);
    walk::<Action>(&mut seen);
    walk::<amana_types::life::NoticeStatus>(&mut seen);
    walk::<amana_types::life::Event>(&mut seen);
    walk::<amana_types::life::Ground>(&mut seen);
    walk::<amana_types::review::ReviewVerdict>(&mut seen);
    walk::<amana_types::review::ReviewGround>(&mut seen);
    walk::<amana_notice::AttachmentKind>(&mut seen);
    walk::<amana_notice::AttachmentState>(&mut seen);
    walk::<amana_notice::HashAlgorithm>(&mut seen);
    walk::<amana_types::trail::TrailEvent>(&mut seen);
    walk::<amana_types::group::GroupKind>(&mut seen);
    walk::<amana_types::group::Membership>(&mut seen);
    walk::<amana_types::group::GroupPhase>(&mut seen);
    walk::<amana_notice::reply::ReplyType>(&mut seen);
    walk::<amana_notice::reply::ReplyGround>(&mut seen);
    walk::<amana_notice::reply::Use>(&mut seen);
    walk::<amana_notice::reply::DueKind>(&mut seen);
    walk::<amana_notice::reply::Awaited>(&mut seen);
    walk::<amana_notice::handling::Tlp>(&mut seen);
    walk::<amana_notice::ReferralNeed>(&mut seen);
    walk::<amana_notice::TallyMeasure>(&mut seen);
    walk::<amana_notice::BulletinCategory>(&mut seen);
    walk::<amana_notice::TrainingFormat>(&mut seen);
    walk::<amana_notice::ResourceKind>(&mut seen);
    walk::<Field>(&mut seen);
    walk::<Word>(&mut seen);
    walk::<StatusField>(&mut seen);
    walk::<DeliveryState>(&mut seen);
    walk::<AudienceRule>(&mut seen);
    walk::<amana_types::Reason>(&mut seen);
    walk::<amana_types::AlarmKind>(&mut seen);
    let labels = keys().filter(|(kind, _)| *kind != "rule").count();
    assert_eq!(labels, seen, "the table holds a code that no list has");
}

/// A label may stand there before its rule does, never the other way round.
#[test]
fn every_rule_is_said_in_one_line_of_every_official_language() {
    walk::<amana_notice::Rule>(&mut 0);
}

#[test]
fn labels_are_the_terms_of_the_standards() {
    assert_eq!(label(OffenceType::TraffickingInPersons, Language::AR), "الاتجار بالأشخاص");
    assert_eq!(label(OffenceType::SmugglingOfMigrants, Language::FR), "trafic illicite de migrants");
    assert_eq!(label(NoticeType::Purple, Language::FR), "notice mauve");
    assert_eq!(label(Exploitation::ForcedLabour, Language::ES), "trabajo forzoso");
    assert_eq!(country_name("TN".parse().unwrap(), Language::AR), Some("تونس"));
}

#[test]
fn a_language_without_labels_gets_english() {
    let german: Language = "de".parse().unwrap();
    assert_eq!(label(AgeGroup::Child, german), "child");
    assert_eq!(by_code("age_group", "NONE", german), None);
}
