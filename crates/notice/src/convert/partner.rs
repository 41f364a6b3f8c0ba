//! Referrals, and a partner's part of a case: sections to bytes and back.

use crate::Referral;
use crate::SectionKind;
use crate::draft::{PartnerDraft, PartnerPersonsDraft, PersonDraft, ReferralDraft};
use crate::partner::{PartnerIdentity, PartnerPerson, PartnerPersonsSection, PartnerSection, PartnerView};
use prost::Message as _;

use super::code::{number, stated, stated_all};
use super::draft;
use super::notice::{all, number_or_none, text_or_none, texts};
use super::section::{SectionError, decode};
use super::time::{timestamp, timestamp_message};
use crate::content;

impl From<content::Referral> for ReferralDraft {
    fn from(m: content::Referral) -> Self {
        Self {
            needs: stated_all(m.needs),
            summary: draft::all(m.summary),
            country: m.country,
            place: m.place,
            contact: m.contact,
            until: m.until.map(timestamp),
        }
    }
}

impl From<&Referral> for content::Referral {
    fn from(d: &Referral) -> Self {
        Self {
            needs: d.needs.iter().copied().map(number).collect(),
            summary: all(&d.summary),
            country: d.country.to_string(),
            place: text_or_none(d.place.as_ref()),
            contact: d.contact.clone(),
            until: Some(timestamp_message(d.until)),
        }
    }
}

impl From<&PartnerPerson> for content::PartnerPerson {
    fn from(d: &PartnerPerson) -> Self {
        Self {
            role: number(d.role),
            sex: number_or_none(d.sex),
            majority: number(d.majority),
            nationalities: texts(&d.nationalities),
        }
    }
}

impl From<&PartnerIdentity> for content::PartnerIdentity {
    fn from(d: &PartnerIdentity) -> Self {
        Self {
            names: all(&d.names),
            born: d.born.map(Into::into),
            birth_place: text_or_none(d.birth_place.as_ref()),
            documents: all(&d.documents),
            phones: texts(&d.phones),
            emails: texts(&d.emails),
        }
    }
}

/// The bytes of a `PARTNER` section.
#[must_use]
pub fn encode_partner(section: &PartnerSection) -> Vec<u8> {
    content::PartnerSection {
        sender: section.sender.to_string(),
        circulation: number(section.circulation),
        urgency: number(section.urgency),
        purpose: number(section.purpose),
        handling: number(section.handling),
        handling_conditions: all(&section.handling_conditions),
        referral: Some((&section.referral).into()),
        persons: all(&section.persons),
    }
    .encode_to_vec()
}

/// Reads a `PARTNER` section. Nothing in it is judged yet, and what it should not hold is not read.
///
/// # Errors
/// [`SectionError`] when the bytes are too many or not the message.
pub fn partner(bytes: &[u8]) -> Result<PartnerDraft, SectionError> {
    let m: content::PartnerSection = decode(SectionKind::Partner, bytes)?;
    let person = |m: content::PartnerPerson| PersonDraft {
        role: stated(m.role),
        sex: stated(m.sex),
        majority: stated(m.majority),
        nationalities: m.nationalities,
        ..PersonDraft::default()
    };
    Ok(PartnerDraft {
        sender: m.sender,
        circulation: stated(m.circulation),
        urgency: stated(m.urgency),
        purpose: stated(m.purpose),
        handling: stated(m.handling),
        handling_conditions: draft::all(m.handling_conditions),
        referral: m.referral.map(Into::into),
        persons: m.persons.into_iter().map(person).collect(),
    })
}

/// The bytes of a `PARTNER_PERSONS` section.
#[must_use]
pub fn encode_partner_persons(section: &PartnerPersonsSection) -> Vec<u8> {
    content::PartnerPersonsSection { sender: section.sender.to_string(), persons: all(&section.persons) }
        .encode_to_vec()
}

/// Reads a `PARTNER_PERSONS` section. Nothing in it is judged yet, and what it should not hold is not read.
///
/// # Errors
/// [`SectionError`] when the bytes are too many or not the message.
pub fn partner_persons(bytes: &[u8]) -> Result<PartnerPersonsDraft, SectionError> {
    let m: content::PartnerPersonsSection = decode(SectionKind::PartnerPersons, bytes)?;
    let person = |m: content::PartnerIdentity| PersonDraft {
        names: draft::all(m.names),
        born: m.born.map(Into::into),
        birth_place: m.birth_place,
        documents: draft::all(m.documents),
        phones: m.phones,
        emails: m.emails,
        ..PersonDraft::default()
    };
    Ok(PartnerPersonsDraft { sender: m.sender, persons: m.persons.into_iter().map(person).collect() })
}

/// A partner's part as a notice of which nothing else is known.
#[must_use]
pub fn partner_notice(view: &PartnerView) -> content::Notice {
    content::Notice {
        circulation: number(view.circulation),
        urgency: number(view.urgency),
        purpose: number(view.purpose),
        handling: number(view.handling),
        handling_conditions: all(&view.handling_conditions),
        referral: Some((&view.referral).into()),
        expires: Some(timestamp_message(view.referral.until)),
        persons: all(&view.persons),
        ..content::Notice::default()
    }
}

#[cfg(test)]
#[path = "partner_tests.rs"]
mod tests;
