//! What is checked about vehicles, organisations, places, assets and events.

use super::report::{Lines, Report};
use super::{Rule, Today, person};
use crate::draft::{
    AccountDraft, AssetDraft, EvaluationDraft, EventDraft, OrganisationDraft, PlaceDraft, Stated,
    VehicleDraft,
};
use crate::model::{Account, Asset, Evaluation, Event, Key, Organisation, Place, Vehicle};
use amana_types::limits::{IDENTIFIERS_PER_PERSON, LINE_CHARS, REMARK_CHARS};

/// The key of a person or thing, if it has one.
pub(super) fn key(report: &mut Report, draft: &str) -> Option<Key> {
    report.value("key", draft, Rule::InvalidKey)
}

/// An evaluation: both halves, or none.
pub(super) fn evaluation(report: &mut Report, draft: Option<&EvaluationDraft>) -> Option<Evaluation> {
    let draft = draft?;
    report.at("evaluation", |report| {
        let source = report.needed_code("source", &draft.source);
        let information = report.needed_code("information", &draft.information);
        Some(Evaluation { source: source?, information: information? })
    })
}

pub(super) fn vehicle(report: &mut Report, draft: &VehicleDraft) -> Option<Vehicle> {
    if draft.vin.trim().is_empty() && draft.plate.trim().is_empty() && draft.description.is_empty() {
        nothing_said(report, "give the VIN, the plate or a description");
    }
    Some(Vehicle {
        key: key(report, &draft.key),
        vin: report.value("vin", &draft.vin, Rule::InvalidVin),
        plate: report.value("plate", &draft.plate, Rule::InvalidPlate),
        country: report.value("country", &draft.country, Rule::UnknownCountry),
        description: report.texts("description", REMARK_CHARS, Lines::Many, &draft.description),
        evaluation: evaluation(report, draft.evaluation.as_ref()),
    })
}

pub(super) fn organisation(report: &mut Report, draft: &OrganisationDraft) -> Option<Organisation> {
    if draft.names.is_empty() {
        report.refuse("names", Rule::FieldNeeded, "missing; give the organisation's name");
    }
    Some(Organisation {
        key: key(report, &draft.key),
        names: report.each("names", IDENTIFIERS_PER_PERSON, &draft.names, person::name),
        country: report.value("country", &draft.country, Rule::UnknownCountry),
        registration_number: report.line("registration_number", &draft.registration_number, LINE_CHARS),
        role: report.code("role", &draft.role),
        evaluation: evaluation(report, draft.evaluation.as_ref()),
    })
}

pub(super) fn place(report: &mut Report, draft: &PlaceDraft) -> Option<Place> {
    let [name, country, address, latitude, longitude] =
        [&draft.name, &draft.country, &draft.address, &draft.latitude, &draft.longitude]
            .map(|text| !text.trim().is_empty());
    if !(name || country || address || latitude || longitude) {
        nothing_said(report, "give its name, its country, its address or its coordinates");
    }
    if latitude != longitude {
        let missing = if latitude { "longitude" } else { "latitude" };
        report.refuse(missing, Rule::FieldNeeded, "missing; coordinates need both latitude and longitude");
    }
    let key = key(report, &draft.key);
    let name = report.line("name", &draft.name, LINE_CHARS);
    let country = report.value("country", &draft.country, Rule::UnknownCountry);
    let address = report.line("address", &draft.address, LINE_CHARS);
    let latitude = report.value("latitude", &draft.latitude, Rule::InvalidCoordinates);
    let longitude = report.value("longitude", &draft.longitude, Rule::InvalidCoordinates);
    let evaluation = evaluation(report, draft.evaluation.as_ref());
    Some(Place { key, name, country, address, coordinates: latitude.zip(longitude), evaluation })
}

pub(super) fn asset(report: &mut Report, draft: &AssetDraft) -> Option<Asset> {
    let key = key(report, &draft.key);
    let asset_type = report.needed_code("type", &draft.asset_type);
    let description = report.texts("description", REMARK_CHARS, Lines::Many, &draft.description);
    let [has_amount, has_currency] = [&draft.amount, &draft.currency].map(|text| !text.trim().is_empty());
    if has_amount != has_currency {
        let missing = if has_amount { "currency" } else { "amount" };
        report.refuse(missing, Rule::FieldNeeded, "missing; a value needs both amount and currency");
    }
    let amount = report.value("amount", &draft.amount, Rule::InvalidAmount);
    let currency = report.value("currency", &draft.currency, Rule::UnknownCurrency);
    let iban = report.value("iban", &draft.iban, Rule::InvalidIban);
    let identifier = report.line("identifier", &draft.identifier, LINE_CHARS);
    if draft.description.is_empty() && draft.iban.trim().is_empty() && draft.identifier.trim().is_empty() {
        nothing_said(report, "give a description, an IBAN or another identifier");
    }
    let country = report.value("country", &draft.country, Rule::UnknownCountry);
    let evaluation = evaluation(report, draft.evaluation.as_ref());
    let (asset_type, value) = (asset_type?, amount.zip(currency));
    Some(Asset { key, asset_type, description, value, iban, identifier, country, evaluation })
}

pub(super) fn event(report: &mut Report, draft: &EventDraft, today: Today) -> Option<Event> {
    let key = key(report, &draft.key);
    let event_type = report.needed_code("type", &draft.event_type);
    let date = report.date("date", draft.date);
    if date.is_some_and(|date| date.earliest() > today.0) {
        let message = "an event has happened; correct the date, or write what is expected in the narrative";
        report.refuse("date", Rule::DateInFuture, message);
    }
    let place = report.value("place", &draft.place, Rule::InvalidKey);
    let description = report.texts("description", REMARK_CHARS, Lines::Many, &draft.description);
    let evaluation = evaluation(report, draft.evaluation.as_ref());
    Some(Event { key, event_type: event_type?, date, place, description, evaluation })
}

pub(super) fn account(report: &mut Report, draft: &AccountDraft) -> Option<Account> {
    for (field, text) in [("platform", &draft.platform), ("identifier", &draft.identifier)] {
        if text.trim().is_empty() {
            report.refuse(field, Rule::FieldNeeded, "missing; give it");
        }
    }
    let platform = report.line("platform", &draft.platform, LINE_CHARS);
    let identifier = report.line("identifier", &draft.identifier, LINE_CHARS);
    Some(Account { platform: platform?, identifier: identifier? })
}

fn nothing_said(report: &mut Report, message: &str) {
    report.refuse("", Rule::FieldNeeded, format!("says nothing; {message}"));
}

/// Whether a text was stated at all.
pub(super) fn is_stated(text: &str) -> bool {
    !text.trim().is_empty()
}

/// The code that was stated, if it is one.
pub(crate) fn known<C: Copy>(stated: &Stated<C>) -> Option<C> {
    match stated {
        Stated::Known(code) => Some(*code),
        Stated::Absent | Stated::Unknown(_) => None,
    }
}
