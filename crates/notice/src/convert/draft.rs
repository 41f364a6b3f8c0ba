//! Messages become drafts. Texts are moved, not copied.

use crate::Draft;
use crate::draft::{
    DateDraft, DocumentDraft, EntitiesDraft, ExploitationDraft, NameDraft, OffenceDraft, PersonDraft,
    RouteLegDraft, TextDraft,
};

use super::code::{stated, stated_all};
use super::time::timestamp;
use crate::content;

/// Converts every message of a list.
pub(super) fn all<M, D: From<M>>(messages: Vec<M>) -> Vec<D> {
    messages.into_iter().map(D::from).collect()
}

impl From<content::Notice> for Draft {
    fn from(m: content::Notice) -> Self {
        Self {
            circulation: stated(m.circulation),
            notice_type: stated(m.r#type),
            case_reference: m.case_reference,
            urgency: stated(m.urgency),
            subject: all(m.subject),
            narrative: all(m.narrative),
            offences: all(m.offences),
            exploitation: all(m.exploitation),
            persons: all(m.persons),
            route: all(m.route),
            handling: stated(m.handling),
            handling_conditions: all(m.handling_conditions),
            tlp: stated(m.tlp),
            purpose: stated(m.purpose),
            arrest_warrant_reference: m.arrest_warrant_reference,
            expires: m.expires.map(timestamp),
            reexamine: m.reexamine.map(timestamp),
            question: all(m.question),
            modus_operandi: all(m.modus_operandi),
            threat: all(m.threat),
            sanctions_reference: m.sanctions_reference,
            entities: EntitiesDraft {
                vehicles: all(m.vehicles),
                organisations: all(m.organisations),
                places: all(m.places),
                assets: all(m.assets),
                events: all(m.events),
                links: all(m.links),
                attachments: all(m.attachments),
                abuse_media: all(m.abuse_media),
            },
            referral: m.referral.map(Into::into),
            operation: m.operation,
            tally: all(m.tally),
            bulletin: m.bulletin.map(|bulletin| (*bulletin).into()),
            closing_report: m.closing_report.map(|report| (*report).into()),
        }
    }
}

impl From<content::Text> for TextDraft {
    fn from(m: content::Text) -> Self {
        Self { language: m.language, text: m.text }
    }
}

impl From<content::PartialDate> for DateDraft {
    fn from(m: content::PartialDate) -> Self {
        Self { year: m.year, month: m.month, day: m.day, estimated_to_year: m.estimated_to_year }
    }
}

impl From<content::Offence> for OffenceDraft {
    fn from(m: content::Offence) -> Self {
        Self {
            offence_type: stated(m.r#type),
            acts: stated_all(m.acts),
            means: stated_all(m.means),
            evaluation: m.evaluation.map(Into::into),
        }
    }
}

impl From<content::ExploitationForm> for ExploitationDraft {
    fn from(m: content::ExploitationForm) -> Self {
        Self { form: stated(m.form), criminality: stated(m.criminality) }
    }
}

impl From<content::Name> for NameDraft {
    fn from(m: content::Name) -> Self {
        Self { original: m.original, language: m.language, latin: m.latin, alias: m.alias }
    }
}

impl From<content::Document> for DocumentDraft {
    fn from(m: content::Document) -> Self {
        Self {
            document_type: stated(m.r#type),
            number: m.number,
            issuing_country: m.issuing_country,
            issued: m.issued.map(Into::into),
            expires: m.expires.map(Into::into),
        }
    }
}

impl From<content::Person> for PersonDraft {
    fn from(m: content::Person) -> Self {
        Self {
            role: stated(m.role),
            names: all(m.names),
            born: m.born.map(Into::into),
            birth_place: m.birth_place,
            sex: stated(m.sex),
            majority: stated(m.majority),
            nationalities: m.nationalities,
            documents: all(m.documents),
            phones: m.phones,
            emails: m.emails,
            measures: stated_all(m.measures),
            remarks: all(m.remarks),
            key: m.key,
            accounts: all(m.accounts),
            trafficking: m.trafficking.map(Into::into),
            evaluation: m.evaluation.map(Into::into),
        }
    }
}

impl From<content::RouteLeg> for RouteLegDraft {
    fn from(m: content::RouteLeg) -> Self {
        Self {
            stage: stated(m.stage),
            country: m.country,
            region: stated(m.region),
            place: m.place,
            from: m.from.map(Into::into),
            to: m.to.map(Into::into),
            carrier: m.carrier,
            evaluation: m.evaluation.map(Into::into),
        }
    }
}
