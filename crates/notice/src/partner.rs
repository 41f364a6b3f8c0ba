//! A partner's part of a case: what it needs to shelter victims and children, by a white list.
//!
//! [`PartnerSection`] has fields for nothing else, so that whatever a notice comes to hold later does not
//! reach partners unless somebody writes it here. Subject, facts, offences, suspects, the route, vehicles
//! and addresses, links, warrants and the case's reference have no place in it. Of the persons there are
//! only those who are protected; of them, role, sex, age_group and nationalities: how to receive them, not
//! who they are. Nationality stays, since the language of the interpreter and the consulate hang on it.
//!
//! A partner that is registered for child protection is told who they are as well, in a section of its own
//! ([`PartnerIdentity`]), not in the one that the police's child protection reads: where the child is, who
//! recruited them and what officers remarked is a police matter. Where to fetch them says the referral.

use crate::content::{Notice, PartnerIdentity, PartnerPerson, PartnerPersonsSection, PartnerSection, Person};
use crate::convert::{SCHEMA, number};
use crate::model::Date;
use crate::sections::MergeRefused;
use crate::{CheckedNotice, check};
use amana_types::{MemberCode, Timestamp};

/// The sections of a notice for partners; nothing when it refers nobody to them.
#[must_use]
pub fn for_partners(
    notice: &CheckedNotice,
    sender: MemberCode,
) -> Option<(PartnerSection, PartnerPersonsSection)> {
    let whole = notice.notice();
    let referral = Some(whole.referral.clone()?);
    let day = Date::of(notice.as_of());
    let protected: Vec<&Person> = notice
        .protected_persons()
        .iter()
        .filter_map(|index| whole.persons.get(usize::try_from(*index).ok()?))
        .collect();
    let section = PartnerSection {
        sender: sender.to_string(),
        circulation: whole.circulation,
        urgency: whole.urgency,
        purpose: whole.purpose,
        marking: whole.marking.clone(),
        referral,
        persons: protected.iter().map(|person| reduced(person, day)).collect(),
        schema: SCHEMA,
        critical: Vec::new(),
    };
    let persons = protected.into_iter().map(identity).collect();
    Some((
        section,
        PartnerPersonsSection { sender: sender.to_string(), persons, schema: SCHEMA, critical: Vec::new() },
    ))
}

fn reduced(person: &Person, day: Date) -> PartnerPerson {
    PartnerPerson {
        roles: person.roles.clone(),
        sex: person.sex,
        age_group: number(person.age_group_on(day)),
        nationalities: person.nationalities.clone(),
    }
}

fn identity(person: &Person) -> PartnerIdentity {
    PartnerIdentity {
        names: person.names.clone(),
        born: person.born.clone(),
        birth_place: person.birth_place.clone(),
        documents: person.documents.clone(),
        phones: person.phones.clone(),
        emails: person.emails.clone(),
    }
}

/// Puts a partner's part together from what was opened, as a notice of which nothing else is known, and checks
/// it as of the moment that the envelope says it was made. What it can hold is what the messages have fields
/// for; the rest of what its author may have written in was dropped when it was read. `expires` is when the
/// notice ends; the part ends with its referral.
///
/// # Errors
/// [`MergeRefused`].
pub fn merge_partner(
    section: PartnerSection,
    identities: Option<PartnerPersonsSection>,
    sender: MemberCode,
    created: Timestamp,
    expires: Timestamp,
) -> Result<Notice, MergeRefused> {
    let by_sender = |named: &str| named.parse() == Ok(sender);
    if !by_sender(&section.sender) || !identities.as_ref().is_none_or(|part| by_sender(&part.sender)) {
        return Err(MergeRefused::Sender(sender));
    }
    if section.referral.is_none() {
        return Err(MergeRefused::NoNotice);
    }
    let mut persons: Vec<Person> = section.persons.into_iter().map(outline).collect();
    if let Some(identities) = identities {
        if identities.persons.len() != persons.len() {
            return Err(MergeRefused::Disagree);
        }
        persons = persons.into_iter().zip(identities.persons).map(identified).collect();
    }
    let part = Notice {
        circulation: section.circulation,
        urgency: section.urgency,
        purpose: section.purpose,
        marking: section.marking,
        referral: section.referral,
        persons,
        ..Notice::default()
    };
    check::partner(part, created, expires).map_err(MergeRefused::Invalid)
}

/// What every partner may know of a person.
fn outline(person: PartnerPerson) -> Person {
    Person {
        roles: person.roles,
        sex: person.sex,
        age_group: person.age_group,
        nationalities: person.nationalities,
        ..Person::default()
    }
}

fn identified((outline, who): (Person, PartnerIdentity)) -> Person {
    Person {
        names: who.names,
        born: who.born,
        birth_place: who.birth_place,
        documents: who.documents,
        phones: who.phones,
        emails: who.emails,
        ..outline
    }
}

#[cfg(test)]
#[path = "partner_tests.rs"]
mod tests;
