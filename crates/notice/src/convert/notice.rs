//! Typed notices become messages.

use crate::Notice;
use crate::{Document, ExploitationForm, Name, Offence, PartialDate, Person, RouteLeg};
use amana_types::{Coded, Text};

use super::code::number;
use super::time::timestamp_message;
use crate::content;

/// Converts every value of a list.
pub(super) fn all<'a, D, M: From<&'a D>>(values: &'a [D]) -> Vec<M> {
    values.iter().map(M::from).collect()
}

/// The number of a code, or `UNSPECIFIED`.
pub(super) fn number_or_none<C: Coded>(code: Option<C>) -> i32 {
    code.map_or(0, number)
}

/// The text of a value, or nothing.
pub(super) fn text_or_none<D: ToString>(value: Option<&D>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

pub(super) fn texts<D: ToString>(values: &[D]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

impl From<&Notice> for content::Notice {
    fn from(d: &Notice) -> Self {
        Self {
            circulation: number(d.circulation),
            r#type: number_or_none(d.notice_type),
            case_reference: d.case_reference.to_string(),
            urgency: number(d.urgency),
            subject: all(&d.subject),
            narrative: all(&d.narrative),
            offences: all(&d.offences),
            exploitation: all(&d.exploitation),
            persons: all(&d.persons),
            route: all(&d.route),
            handling: number(d.handling),
            handling_conditions: all(&d.handling_conditions),
            // The code says it.
            tlp: 0,
            purpose: number(d.purpose),
            arrest_warrant_reference: text_or_none(d.arrest_warrant_reference.as_ref()),
            expires: Some(timestamp_message(d.expires)),
            reexamine: d.reexamine.map(timestamp_message),
            question: all(&d.question),
            modus_operandi: all(&d.modus_operandi),
            threat: all(&d.threat),
            sanctions_reference: text_or_none(d.sanctions_reference.as_ref()),
            vehicles: all(&d.entities.vehicles),
            organisations: all(&d.entities.organisations),
            places: all(&d.entities.places),
            assets: all(&d.entities.assets),
            events: all(&d.entities.events),
            links: all(&d.entities.links),
            attachments: all(&d.entities.attachments),
            abuse_media: all(&d.entities.abuse_media),
            referral: d.referral.as_ref().map(Into::into),
            operation: text_or_none(d.operation.as_ref()),
            tally: all(&d.tally),
            bulletin: d.bulletin.as_ref().map(|bulletin| Box::new(bulletin.into())),
            closing_report: d.closing_report.as_ref().map(|report| Box::new(report.into())),
        }
    }
}

impl From<&Text> for content::Text {
    fn from(d: &Text) -> Self {
        Self { language: d.language.to_string(), text: d.text.clone() }
    }
}

impl From<PartialDate> for content::PartialDate {
    fn from(d: PartialDate) -> Self {
        Self {
            year: d.year().into(),
            month: d.month().map_or(0, Into::into),
            day: d.day().map_or(0, Into::into),
            estimated_to_year: d.estimated_to_year().map_or(0, Into::into),
        }
    }
}

impl From<&Offence> for content::Offence {
    fn from(d: &Offence) -> Self {
        Self {
            r#type: number(d.offence_type),
            acts: d.acts.iter().copied().map(number).collect(),
            means: d.means.iter().copied().map(number).collect(),
            evaluation: d.evaluation.map(Into::into),
        }
    }
}

impl From<&ExploitationForm> for content::ExploitationForm {
    fn from(d: &ExploitationForm) -> Self {
        Self { form: number(d.form), criminality: number_or_none(d.criminality) }
    }
}

impl From<&Name> for content::Name {
    fn from(d: &Name) -> Self {
        Self {
            original: d.original.clone(),
            language: d.language.to_string(),
            latin: text_or_none(d.latin.as_ref()),
            alias: d.alias,
        }
    }
}

impl From<&Document> for content::Document {
    fn from(d: &Document) -> Self {
        Self {
            r#type: number(d.document_type),
            number: d.number.to_string(),
            issuing_country: text_or_none(d.issuing_country.as_ref()),
            issued: d.issued.map(Into::into),
            expires: d.expires.map(Into::into),
        }
    }
}

impl From<&Person> for content::Person {
    fn from(d: &Person) -> Self {
        Self {
            role: number(d.role),
            names: all(&d.names),
            born: d.born.map(Into::into),
            birth_place: text_or_none(d.birth_place.as_ref()),
            sex: number_or_none(d.sex),
            majority: number_or_none(d.majority),
            nationalities: texts(&d.nationalities),
            documents: all(&d.documents),
            phones: texts(&d.phones),
            emails: texts(&d.emails),
            measures: d.measures.iter().copied().map(number).collect(),
            remarks: all(&d.remarks),
            key: text_or_none(d.key.as_ref()),
            accounts: all(&d.accounts),
            trafficking: d.trafficking.as_ref().map(Into::into),
            evaluation: d.evaluation.map(Into::into),
        }
    }
}

impl From<&RouteLeg> for content::RouteLeg {
    fn from(d: &RouteLeg) -> Self {
        Self {
            stage: number(d.stage),
            country: text_or_none(d.country.as_ref()),
            region: number_or_none(d.region),
            place: text_or_none(d.place.as_ref()),
            from: d.from.map(Into::into),
            to: d.to.map(Into::into),
            carrier: text_or_none(d.carrier.as_ref()),
            evaluation: d.evaluation.map(Into::into),
        }
    }
}
