//! A partner's part of a case: what it needs to shelter victims and children, by a white list.
//!
//! [`PartnerView`] has fields for nothing else, so that whatever a notice comes to hold later does not
//! reach partners unless somebody writes it here. Subject, facts, offences, suspects, the route, vehicles
//! and addresses, links, warrants and the case's reference have no place in it. Of the persons there are
//! only those who are protected; of them, role, sex, majority and nationalities: how to receive them, not
//! who they are. Nationality stays, since the language of the interpreter and the consulate hang on it.
//!
//! A partner that is registered for child protection is told who they are as well, in a section of its own
//! ([`PartnerIdentity`]), not in the one that the police's child protection reads: where the child is, who
//! recruited them and what officers remarked is a police matter. Where to fetch them says the referral.

use crate::draft::{PartnerDraft, PartnerPersonsDraft, PersonDraft};
use crate::model::{
    Circulation, Date, Document, Email, Handling, Majority, Name, PartialDate, Person, PersonRole, Phone,
    Purpose, Referral, Sex, Urgency,
};
use crate::sections::MergeRefused;
use crate::{CheckedNotice, check};
use amana_types::{CountryCode, Text};
use amana_types::{MemberCode, Timestamp};

/// What a partner's part of a case says. The persons of one that is read have their identities if these
/// were granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerView {
    /// How the notice circulates.
    pub circulation: Circulation,
    /// How soon an answer is due.
    pub urgency: Urgency,
    /// Why it was published.
    pub purpose: Purpose,
    /// What may be done with it.
    pub handling: Handling,
    /// The owner's conditions.
    pub handling_conditions: Vec<Text>,
    /// What is needed. With it the partner's part ends.
    pub referral: Referral,
    /// The persons.
    pub persons: Vec<Person>,
}

/// The `PARTNER` section, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerSection {
    /// The body's sender; it must equal the envelope's.
    pub sender: MemberCode,
    /// How the notice circulates.
    pub circulation: Circulation,
    /// How soon an answer is due.
    pub urgency: Urgency,
    /// Why it was published.
    pub purpose: Purpose,
    /// What may be done with it.
    pub handling: Handling,
    /// The owner's conditions.
    pub handling_conditions: Vec<Text>,
    /// What is needed. With it the partner's part ends.
    pub referral: Referral,
    /// The victims and children.
    pub persons: Vec<PartnerPerson>,
}

/// A victim or child as every partner reads of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerPerson {
    /// Their part in the case.
    pub role: PersonRole,
    /// Sex as documents state it.
    pub sex: Option<Sex>,
    /// Whether they are a child.
    pub majority: Majority,
    /// Nationalities.
    pub nationalities: Vec<CountryCode>,
}

/// The `PARTNER_PERSONS` section, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerPersonsSection {
    /// The body's sender; it must equal the envelope's.
    pub sender: MemberCode,
    /// Who they are, in the order of [`PartnerSection::persons`].
    pub persons: Vec<PartnerIdentity>,
}

/// Who a victim or child is, for whoever shelters and represents them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerIdentity {
    /// Names and aliases.
    pub names: Vec<Name>,
    /// Date of birth.
    pub born: Option<PartialDate>,
    /// Place of birth.
    pub birth_place: Option<String>,
    /// Documents, for guardianship and return.
    pub documents: Vec<Document>,
    /// Telephone numbers.
    pub phones: Vec<Phone>,
    /// E-mail addresses.
    pub emails: Vec<Email>,
}

/// The sections of a notice for partners; nothing when it refers nobody to them.
#[must_use]
pub fn for_partners(
    notice: &CheckedNotice,
    sender: MemberCode,
) -> Option<(PartnerSection, PartnerPersonsSection)> {
    let whole = notice.notice();
    let referral = whole.referral.clone()?;
    let day = Date::of(notice.as_of());
    let protected: Vec<&Person> = notice
        .protected_persons()
        .iter()
        .filter_map(|index| whole.persons.get(usize::try_from(*index).ok()?))
        .collect();
    let section = PartnerSection {
        sender,
        circulation: whole.circulation,
        urgency: whole.urgency,
        purpose: whole.purpose,
        handling: whole.handling,
        handling_conditions: whole.handling_conditions.clone(),
        referral,
        persons: protected.iter().map(|person| reduced(person, day)).collect(),
    };
    let identities = protected.into_iter().map(identity).collect();
    Some((section, PartnerPersonsSection { sender, persons: identities }))
}

fn reduced(person: &Person, day: Date) -> PartnerPerson {
    PartnerPerson {
        role: person.role,
        sex: person.sex,
        majority: person.majority_on(day),
        nationalities: person.nationalities.clone(),
    }
}

fn identity(person: &Person) -> PartnerIdentity {
    PartnerIdentity {
        names: person.names.clone(),
        born: person.born,
        birth_place: person.birth_place.clone(),
        documents: person.documents.clone(),
        phones: person.phones.clone(),
        emails: person.emails.clone(),
    }
}

/// Puts a partner's part together from what was opened, and checks it as of the moment that the envelope
/// says it was made. What it can hold is what [`PartnerDraft`] has fields for; the rest of what its author
/// may have written in was dropped when it was read. `expires` is when the notice ends.
///
/// # Errors
/// [`MergeRefused`].
pub fn merge_partner(
    section: PartnerDraft,
    identities: Option<PartnerPersonsDraft>,
    sender: MemberCode,
    created: Timestamp,
    expires: Timestamp,
) -> Result<PartnerView, MergeRefused> {
    let by_sender = |named: &str| named.parse() == Ok(sender);
    if !by_sender(&section.sender) || !identities.as_ref().is_none_or(|part| by_sender(&part.sender)) {
        return Err(MergeRefused::Sender(sender));
    }
    let reduced: Vec<PersonDraft> = section.persons.iter().map(outline).collect();
    let persons = match identities {
        None => reduced,
        Some(identities) if identities.persons.len() != reduced.len() => return Err(MergeRefused::Disagree),
        Some(identities) => reduced.into_iter().zip(identities.persons).map(identified).collect(),
    };
    check::partner(&section, &persons, created, expires).map_err(MergeRefused::Invalid)
}

/// What every partner may know of a person, and nothing else that a draft has room for.
fn outline(person: &PersonDraft) -> PersonDraft {
    PersonDraft {
        role: person.role.clone(),
        sex: person.sex.clone(),
        majority: person.majority.clone(),
        nationalities: person.nationalities.clone(),
        ..PersonDraft::default()
    }
}

fn identified((outline, who): (PersonDraft, PersonDraft)) -> PersonDraft {
    PersonDraft {
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
