//! What is checked about persons.

use super::name::name;
use super::report::{Lines, Report};
use super::{Rule, Today, entity, trafficking};
use crate::content::{Document, Person};
use crate::convert::known;
use crate::model::{
    DocumentNumber, DocumentType, Email, Majority, PartialDate, PersonRole, Phone, RequestedMeasure, Sex,
};
use amana_types::CountryCode;
use amana_types::limits::{IDENTIFIERS_PER_PERSON, LINE_CHARS, NATIONALITIES_PER_PERSON, REMARK_CHARS};

pub(super) fn person(report: &mut Report, person: &mut Person, today: Today) {
    let role = report.needed_code::<PersonRole>("role", person.role);
    let born = report.date("born", person.born.as_ref());
    if born.is_some_and(|born| born.earliest() > today.0) {
        report.refuse("born", Rule::DateInFuture, "a date of birth cannot lie in the future; correct it");
    }
    report.each("names", IDENTIFIERS_PER_PERSON, &mut person.names, name);
    report.line("birth_place", &mut person.birth_place, LINE_CHARS);
    report.code::<Sex>("sex", person.sex);
    report.code::<Majority>("majority", person.majority);
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
    entity::key(report, &mut person.key);
    entity::evaluation(report, person.evaluation.as_ref());
    let Some(role) = role else { return };
    if let Some(trafficking) = &mut person.trafficking {
        report.at("trafficking", |report| trafficking::trafficking(report, trafficking, role));
    }
    coercion(report, person, role);
    age(report, person, role, today);
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

fn coercion(report: &mut Report, person: &Person, role: PersonRole) {
    if role.may_be_coerced() {
        return;
    }
    let (rule, message) = match role {
        PersonRole::Unidentified | PersonRole::Deceased => {
            (Rule::CoerciveMeasureNotAllowed, "ask this of a wanted person or suspect only; remove it")
        }
        _ => (
            Rule::VictimCoerciveMeasure,
            "victims, witnesses and missing persons can carry no coercive measure; remove it",
        ),
    };
    let coercive = |measure: &i32| known(*measure).is_some_and(RequestedMeasure::is_coercive);
    for (i, _) in person.measures.iter().enumerate().filter(|(_, measure)| coercive(measure)) {
        report.refuse(&format!("measures[{i}]"), rule, message);
    }
}

fn age(report: &mut Report, person: &Person, role: PersonRole, today: Today) {
    if person.majority == 0 && person.born.is_none() && role.may_be_coerced() {
        report.refuse(
            "majority",
            Rule::MajorityNeeded,
            "say ADULT or CHILD, or give the date of birth; UNKNOWN and DISPUTED are treated as a child, \
             whose identity only child protection can open",
        );
    }
    let Some(of_age @ (Majority::Adult | Majority::Child)) = known(person.majority) else { return };
    if person.majority_by_birth(today.0).is_some_and(|by_birth| by_birth != of_age) {
        report.refuse(
            "majority",
            Rule::MajorityContradictsBirth,
            "contradicts the date of birth; correct one, or say DISPUTED",
        );
    }
}
