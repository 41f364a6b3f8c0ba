//! What is checked about persons.

use super::name::name;
use super::report::{Lines, Report};
use super::{Rule, Today, entity, trafficking};
use crate::content::{Document, Person};
use crate::convert::known;
use crate::model::{
    AgeGroup, DocumentNumber, DocumentType, Email, PartialDate, PersonRole, Phone, RequestedMeasure, Sex,
};
use amana_types::limits::{IDENTIFIERS_PER_PERSON, LINE_CHARS, NATIONALITIES_PER_PERSON, REMARK_CHARS};
use amana_types::{CountryCode, UnknownCode};

pub(super) fn person(report: &mut Report, person: &mut Person, today: Today) {
    if person.roles.is_empty() {
        let codes = UnknownCode::of::<PersonRole>().expected.join(", ");
        report.refuse("roles", Rule::FieldNeeded, format!("missing; give at least one of {codes}"));
    }
    report.codes::<PersonRole>("roles", &mut person.roles);
    let born = report.date("born", person.born.as_ref());
    if born.is_some_and(|born| born.earliest() > today.0) {
        report.refuse("born", Rule::DateInFuture, "a date of birth cannot lie in the future; correct it");
    }
    report.each("names", IDENTIFIERS_PER_PERSON, &mut person.names, name);
    report.line("birth_place", &mut person.birth_place, LINE_CHARS);
    report.code::<Sex>("sex", person.sex);
    report.code::<AgeGroup>("age_group", person.age_group);
    let nationalities = &mut person.nationalities;
    report.values::<CountryCode>(
        "nationalities",
        NATIONALITIES_PER_PERSON,
        nationalities,
        Rule::UnknownCountry,
    );
    report.unique("nationalities", NATIONALITIES_PER_PERSON, &person.nationalities);
    report.each("documents", IDENTIFIERS_PER_PERSON, &mut person.documents, |report, one| {
        document(report, one, born, today);
    });
    report.values::<Phone>("phones", IDENTIFIERS_PER_PERSON, &mut person.phones, Rule::InvalidPhone);
    report.unique("phones", IDENTIFIERS_PER_PERSON, &person.phones);
    report.values::<Email>("emails", IDENTIFIERS_PER_PERSON, &mut person.emails, Rule::InvalidEmail);
    report.unique("emails", IDENTIFIERS_PER_PERSON, &person.emails);
    report.codes::<RequestedMeasure>("measures", &mut person.measures);
    report.texts("remarks", REMARK_CHARS, Lines::Many, &mut person.remarks);
    report.each("accounts", IDENTIFIERS_PER_PERSON, &mut person.accounts, entity::account);
    report.unique("accounts", IDENTIFIERS_PER_PERSON, &person.accounts);
    entity::label(report, &mut person.label);
    entity::evaluation(report, person.evaluation.as_ref());
    // A role of a newer contract may be a victim's.
    let all_known = person.roles.iter().all(|role| known::<PersonRole>(*role).is_some());
    let is_victim = (all_known && !person.roles.is_empty()).then_some(person.is_victim());
    if let Some(trafficking) = &mut person.trafficking {
        report.at("trafficking", |report| trafficking::trafficking(report, trafficking, is_victim));
    }
    coercion(report, person);
    age(report, person, today);
}

fn document(report: &mut Report, document: &mut Document, born: Option<PartialDate>, today: Today) {
    report.needed_code::<DocumentType>("type", document.r#type);
    report.needed_value::<DocumentNumber>("number", &mut document.number, Rule::InvalidDocumentNumber);
    report.value::<CountryCode>("issuing_country", &mut document.issuing_country, Rule::UnknownCountry);
    let issued = report.date("issued", document.issued.as_ref());
    let expires = report.date("expires", document.expires.as_ref());
    let Some(issued) = issued else { return };
    if issued.earliest() > today.0 {
        report.refuse("issued", Rule::DateInFuture, "a date of issue cannot lie in the future; correct it");
    }
    if born.is_some_and(|born| issued.surely_before(born)) {
        report.refuse("issued", Rule::DatesOutOfOrder, "issued before its holder was born; correct one");
    }
    if expires.is_some_and(|expires| expires.surely_before(issued)) {
        report.refuse("expires", Rule::DatesOutOfOrder, "expires before it was issued; correct one");
    }
}

/// Of several roles the one that protects most counts.
fn coercion(report: &mut Report, person: &Person) {
    let spared: Vec<PersonRole> = person.known_roles().filter(|role| !role.may_be_coerced()).collect();
    if spared.is_empty() {
        return;
    }
    let is_nobody_known = |role: &PersonRole| matches!(role, PersonRole::Unidentified | PersonRole::Deceased);
    let (rule, message) = if spared.iter().all(is_nobody_known) {
        (Rule::CoerciveMeasureNotAllowed, "ask this of a wanted person or suspect only; remove it")
    } else {
        (
            Rule::VictimCoerciveMeasure,
            "victims, witnesses and missing persons can carry no coercive measure; remove it",
        )
    };
    let coercive = |measure: &i32| known(*measure).is_some_and(RequestedMeasure::is_coercive);
    for (i, _) in person.measures.iter().enumerate().filter(|(_, measure)| coercive(measure)) {
        report.refuse(&format!("measures[{i}]"), rule, message);
    }
}

fn age(report: &mut Report, person: &Person, today: Today) {
    let by_silence = person.age_group == 0 && person.born.is_none();
    if by_silence && person.known_roles().any(PersonRole::may_be_coerced) {
        report.refuse(
            "age_group",
            Rule::AgeGroupNeeded,
            "say ADULT or CHILD, or give the date of birth; UNKNOWN and DISPUTED are treated as a child, \
             whose identity only child protection can open",
        );
    }
    let Some(of_age @ (AgeGroup::Adult | AgeGroup::Child)) = known(person.age_group) else { return };
    if person.age_group_by_birth(today.0).is_some_and(|by_birth| by_birth != of_age) {
        report.refuse(
            "age_group",
            Rule::AgeGroupContradictsBirth,
            "contradicts the date of birth; correct one, or say DISPUTED",
        );
    }
}
