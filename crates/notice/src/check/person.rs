//! What is checked about persons.

use super::report::{Lines, Report};
use super::{Rule, Today, entity, trafficking};
use crate::draft::{DocumentDraft, NameDraft, PersonDraft};
use crate::model::{Document, Majority, Name, PartialDate, Person, PersonRole};
use amana_types::limits::{IDENTIFIERS_PER_PERSON, LINE_CHARS, NATIONALITIES_PER_PERSON, REMARK_CHARS};

pub(super) fn person(report: &mut Report, draft: &PersonDraft, today: Today) -> Option<Person> {
    let role = report.needed_code("role", &draft.role);
    let born = report.date("born", draft.born);
    if born.is_some_and(|born| born.earliest() > today.0) {
        report.refuse("born", Rule::DateInFuture, "a date of birth cannot lie in the future; correct it");
    }
    let names = report.each("names", IDENTIFIERS_PER_PERSON, &draft.names, name);
    let birth_place = report.line("birth_place", &draft.birth_place, LINE_CHARS);
    let sex = report.code("sex", &draft.sex);
    let majority = report.code("majority", &draft.majority);
    let nationalities =
        report.each("nationalities", NATIONALITIES_PER_PERSON, &draft.nationalities, |report, code| {
            report.needed_value("", code, Rule::UnknownCountry)
        });
    report.unique("nationalities", NATIONALITIES_PER_PERSON, &draft.nationalities);
    let documents = report.each("documents", IDENTIFIERS_PER_PERSON, &draft.documents, |report, draft| {
        document(report, draft, born, today)
    });
    let phones = report.each("phones", IDENTIFIERS_PER_PERSON, &draft.phones, |report, phone| {
        report.needed_value("", phone, Rule::InvalidPhone)
    });
    report.unique("phones", IDENTIFIERS_PER_PERSON, &draft.phones);
    let emails = report.each("emails", IDENTIFIERS_PER_PERSON, &draft.emails, |report, email| {
        report.needed_value("", email, Rule::InvalidEmail)
    });
    report.unique("emails", IDENTIFIERS_PER_PERSON, &draft.emails);
    let measures = report.codes("measures", &draft.measures);
    let remarks = report.texts("remarks", REMARK_CHARS, Lines::Many, &draft.remarks);
    let accounts = report.each("accounts", IDENTIFIERS_PER_PERSON, &draft.accounts, entity::account);
    report.unique("accounts", IDENTIFIERS_PER_PERSON, &draft.accounts);
    let person = Person {
        role: role?,
        names,
        born,
        birth_place,
        sex,
        majority,
        nationalities,
        documents,
        phones,
        emails,
        measures,
        remarks,
        key: entity::key(report, &draft.key),
        accounts,
        evaluation: entity::evaluation(report, draft.evaluation.as_ref()),
        trafficking: trafficking::trafficking(report, draft.trafficking.as_ref(), role?),
    };
    coercion(report, &person);
    age(report, &person, draft, today);
    Some(person)
}

pub(super) fn name(report: &mut Report, draft: &NameDraft) -> Option<Name> {
    if draft.original.trim().is_empty() {
        report.refuse("original", Rule::FieldNeeded, "missing; write the name in its own script");
    }
    let original = report.line("original", &draft.original, LINE_CHARS);
    let language = report.language(&draft.language);
    let latin = report.line("latin", &draft.latin, LINE_CHARS);
    if latin.as_ref().is_some_and(|latin| !latin.chars().all(may_stand_in_latin)) {
        report.refuse("latin", Rule::NotLatin, "write the Latin form in Latin letters, or leave it out");
    }
    Some(Name { original: original?, language: language?, latin, alias: draft.alias })
}

/// Latin letters with their marks, and what stands between the parts of a name.
fn may_stand_in_latin(c: char) -> bool {
    let letter = c.is_alphabetic()
        && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{AA}'..='\u{24F}' | '\u{250}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}');
    let mark = matches!(c, '\u{2B0}'..='\u{36F}');
    letter || mark || matches!(c, ' ' | '-' | '.' | ',' | '\'' | '`' | '(' | ')' | '\u{2018}' | '\u{2019}')
}

fn document(
    report: &mut Report,
    draft: &DocumentDraft,
    born: Option<PartialDate>,
    today: Today,
) -> Option<Document> {
    let document_type = report.needed_code("type", &draft.document_type);
    let number = report.needed_value("number", &draft.number, Rule::InvalidDocumentNumber);
    let issuing_country = report.value("issuing_country", &draft.issuing_country, Rule::UnknownCountry);
    let issued = report.date("issued", draft.issued);
    let expires = report.date("expires", draft.expires);
    if let Some(issued) = issued {
        if issued.earliest() > today.0 {
            report.refuse(
                "issued",
                Rule::DateInFuture,
                "a date of issue cannot lie in the future; correct it",
            );
        }
        if born.is_some_and(|born| issued.surely_before(born)) {
            report.refuse("issued", Rule::DatesOutOfOrder, "issued before its holder was born; correct one");
        }
        if expires.is_some_and(|expires| expires.surely_before(issued)) {
            report.refuse("expires", Rule::DatesOutOfOrder, "expires before it was issued; correct one");
        }
    }
    Some(Document { document_type: document_type?, number: number?, issuing_country, issued, expires })
}

fn coercion(report: &mut Report, person: &Person) {
    if person.role.may_be_coerced() {
        return;
    }
    let (rule, message) = match person.role {
        PersonRole::Unidentified | PersonRole::Deceased => {
            (Rule::CoerciveMeasureNotAllowed, "ask this of a wanted person or suspect only; remove it")
        }
        _ => (
            Rule::VictimCoerciveMeasure,
            "victims, witnesses and missing persons can carry no coercive measure; remove it",
        ),
    };
    for (i, _) in person.measures.iter().enumerate().filter(|(_, measure)| measure.is_coercive()) {
        report.refuse(&format!("measures[{i}]"), rule, message);
    }
}

fn age(report: &mut Report, person: &Person, draft: &PersonDraft, today: Today) {
    let silent = person.majority.is_none() && draft.born.is_none();
    if silent && person.role.may_be_coerced() && draft.majority == crate::draft::Stated::Absent {
        report.refuse(
            "majority",
            Rule::MajorityNeeded,
            "say ADULT or CHILD, or give the date of birth; UNKNOWN and DISPUTED are treated as a child, \
             whose identity only child protection can open",
        );
    }
    let stated_of_age = match person.majority {
        Some(Majority::Adult) => Majority::Adult,
        Some(Majority::Child) => Majority::Child,
        Some(Majority::Unknown | Majority::Disputed) | None => return,
    };
    if person.majority_by_birth(today.0).is_some_and(|by_birth| by_birth != stated_of_age) {
        report.refuse(
            "majority",
            Rule::MajorityContradictsBirth,
            "contradicts the date of birth; correct one, or say DISPUTED",
        );
    }
}
