//! Vehicles, organisations, places, assets, events, accounts and links, in both directions.

use crate::draft::{
    AccountDraft, AssetDraft, EvaluationDraft, EventDraft, LinkDraft, OrganisationDraft, PlaceDraft,
    VehicleDraft,
};
use crate::{Account, Asset, Evaluation, Event, Link, LinkEnd, Organisation, Place, Vehicle};

use super::code::{number, stated};
use super::draft::all as drafts;
use super::notice::{all, number_or_none, text_or_none};
use crate::content;

impl From<content::Evaluation> for EvaluationDraft {
    fn from(m: content::Evaluation) -> Self {
        Self { source: stated(m.source), information: stated(m.information) }
    }
}

impl From<Evaluation> for content::Evaluation {
    fn from(d: Evaluation) -> Self {
        Self { source: number(d.source), information: number(d.information) }
    }
}

impl From<content::Account> for AccountDraft {
    fn from(m: content::Account) -> Self {
        Self { platform: m.platform, identifier: m.identifier }
    }
}

impl From<&Account> for content::Account {
    fn from(d: &Account) -> Self {
        Self { platform: d.platform.clone(), identifier: d.identifier.clone() }
    }
}

impl From<content::Vehicle> for VehicleDraft {
    fn from(m: content::Vehicle) -> Self {
        Self {
            key: m.key,
            vin: m.vin,
            plate: m.plate,
            country: m.country,
            description: drafts(m.description),
            evaluation: m.evaluation.map(Into::into),
        }
    }
}

impl From<&Vehicle> for content::Vehicle {
    fn from(d: &Vehicle) -> Self {
        Self {
            key: text_or_none(d.key.as_ref()),
            vin: text_or_none(d.vin.as_ref()),
            plate: text_or_none(d.plate.as_ref()),
            country: text_or_none(d.country.as_ref()),
            description: all(&d.description),
            evaluation: d.evaluation.map(Into::into),
        }
    }
}

impl From<content::Organisation> for OrganisationDraft {
    fn from(m: content::Organisation) -> Self {
        Self {
            key: m.key,
            names: drafts(m.names),
            country: m.country,
            registration_number: m.registration_number,
            role: stated(m.role),
            evaluation: m.evaluation.map(Into::into),
        }
    }
}

impl From<&Organisation> for content::Organisation {
    fn from(d: &Organisation) -> Self {
        Self {
            key: text_or_none(d.key.as_ref()),
            names: all(&d.names),
            country: text_or_none(d.country.as_ref()),
            registration_number: text_or_none(d.registration_number.as_ref()),
            role: number_or_none(d.role),
            evaluation: d.evaluation.map(Into::into),
        }
    }
}

impl From<content::Place> for PlaceDraft {
    fn from(m: content::Place) -> Self {
        Self {
            key: m.key,
            name: m.name,
            country: m.country,
            address: m.address,
            latitude: m.latitude,
            longitude: m.longitude,
            evaluation: m.evaluation.map(Into::into),
        }
    }
}

impl From<&Place> for content::Place {
    fn from(d: &Place) -> Self {
        let (latitude, longitude) = d.coordinates.as_ref().map(|(north, east)| (north, east)).unzip();
        Self {
            key: text_or_none(d.key.as_ref()),
            name: text_or_none(d.name.as_ref()),
            country: text_or_none(d.country.as_ref()),
            address: text_or_none(d.address.as_ref()),
            latitude: text_or_none(latitude),
            longitude: text_or_none(longitude),
            evaluation: d.evaluation.map(Into::into),
        }
    }
}

impl From<content::Asset> for AssetDraft {
    fn from(m: content::Asset) -> Self {
        Self {
            key: m.key,
            asset_type: stated(m.r#type),
            description: drafts(m.description),
            amount: m.amount,
            currency: m.currency,
            iban: m.iban,
            identifier: m.identifier,
            country: m.country,
            evaluation: m.evaluation.map(Into::into),
        }
    }
}

impl From<&Asset> for content::Asset {
    fn from(d: &Asset) -> Self {
        let (amount, currency) = d.value.as_ref().map(|(amount, currency)| (amount, currency)).unzip();
        Self {
            key: text_or_none(d.key.as_ref()),
            r#type: number(d.asset_type),
            description: all(&d.description),
            amount: text_or_none(amount),
            currency: text_or_none(currency),
            iban: text_or_none(d.iban.as_ref()),
            identifier: text_or_none(d.identifier.as_ref()),
            country: text_or_none(d.country.as_ref()),
            evaluation: d.evaluation.map(Into::into),
        }
    }
}

impl From<content::Event> for EventDraft {
    fn from(m: content::Event) -> Self {
        Self {
            key: m.key,
            event_type: stated(m.r#type),
            date: m.date.map(Into::into),
            place: m.place,
            description: drafts(m.description),
            evaluation: m.evaluation.map(Into::into),
        }
    }
}

impl From<&Event> for content::Event {
    fn from(d: &Event) -> Self {
        Self {
            key: text_or_none(d.key.as_ref()),
            r#type: number(d.event_type),
            date: d.date.map(Into::into),
            place: text_or_none(d.place.as_ref()),
            description: all(&d.description),
            evaluation: d.evaluation.map(Into::into),
        }
    }
}

impl From<content::Link> for LinkDraft {
    fn from(m: content::Link) -> Self {
        Self {
            link_type: stated(m.r#type),
            from: m.from,
            to: m.to,
            to_case: m.to_case,
            evaluation: m.evaluation.map(Into::into),
        }
    }
}

impl From<&Link> for content::Link {
    fn from(d: &Link) -> Self {
        let (to, to_case) = match &d.to {
            LinkEnd::Key(key) => (key.to_string(), String::new()),
            LinkEnd::Case(reference) => (String::new(), reference.to_string()),
        };
        Self {
            r#type: number(d.link_type),
            from: d.from.to_string(),
            to,
            to_case,
            evaluation: d.evaluation.map(Into::into),
        }
    }
}
