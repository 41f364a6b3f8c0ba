//! What is checked about vehicles, organisations, places, assets and events.

use super::name::name;
use super::report::{Lines, Report};
use super::{Rule, Today};
use crate::content::{Account, Asset, Evaluation, Event, Organisation, Place, Vehicle};
use crate::model::{
    Amount, AssetType, Currency, EventType, Iban, InformationAccuracy, Label, Latitude, Longitude,
    OrganisationRole, Plate, SourceReliability, Vin,
};
use amana_types::limits::{IDENTIFIERS_PER_PERSON, LINE_CHARS, REMARK_CHARS};

/// The label of a person or thing, if it has one.
pub(super) fn label(report: &mut Report, label: &mut String) {
    report.value::<Label>("label", label, Rule::InvalidLabel);
}

/// An evaluation: both halves, or none.
pub(super) fn evaluation(report: &mut Report, evaluation: Option<&Evaluation>) {
    let Some(evaluation) = evaluation else { return };
    report.at("evaluation", |report| {
        report.needed_code::<SourceReliability>("source", evaluation.source);
        report.needed_code::<InformationAccuracy>("information", evaluation.information);
    });
}

pub(super) fn vehicle(report: &mut Report, vehicle: &mut Vehicle) {
    if !is_stated(&vehicle.vin) && !is_stated(&vehicle.plate) && vehicle.description.is_empty() {
        nothing_said(report, "give the VIN, the plate or a description");
    }
    label(report, &mut vehicle.label);
    report.value::<Vin>("vin", &mut vehicle.vin, Rule::InvalidVin);
    report.value::<Plate>("plate", &mut vehicle.plate, Rule::InvalidPlate);
    report.country(&mut vehicle.country);
    report.texts("description", REMARK_CHARS, Lines::Many, &mut vehicle.description);
    evaluation(report, vehicle.evaluation.as_ref());
}

pub(super) fn organisation(report: &mut Report, organisation: &mut Organisation) {
    if organisation.names.is_empty() {
        report.refuse("names", Rule::FieldNeeded, "missing; give the organisation's name");
    }
    label(report, &mut organisation.label);
    report.each("names", IDENTIFIERS_PER_PERSON, &mut organisation.names, name);
    report.country(&mut organisation.country);
    report.line("registration_number", &mut organisation.registration_number, LINE_CHARS);
    report.code::<OrganisationRole>("role", organisation.role);
    evaluation(report, organisation.evaluation.as_ref());
}

pub(super) fn place(report: &mut Report, place: &mut Place) {
    let [name, country, address, latitude, longitude] =
        [&place.name, &place.country, &place.address, &place.latitude, &place.longitude]
            .map(|text| is_stated(text));
    if !(name || country || address || latitude || longitude) {
        nothing_said(report, "give its name, its country, its address or its coordinates");
    }
    if latitude != longitude {
        let missing = if latitude { "longitude" } else { "latitude" };
        report.refuse(missing, Rule::FieldNeeded, "missing; coordinates need both latitude and longitude");
    }
    label(report, &mut place.label);
    report.line("name", &mut place.name, LINE_CHARS);
    report.country(&mut place.country);
    report.line("address", &mut place.address, LINE_CHARS);
    report.value::<Latitude>("latitude", &mut place.latitude, Rule::InvalidCoordinates);
    report.value::<Longitude>("longitude", &mut place.longitude, Rule::InvalidCoordinates);
    evaluation(report, place.evaluation.as_ref());
}

pub(super) fn asset(report: &mut Report, asset: &mut Asset) {
    label(report, &mut asset.label);
    report.needed_code::<AssetType>("type", asset.r#type);
    report.texts("description", REMARK_CHARS, Lines::Many, &mut asset.description);
    let [has_amount, has_currency] = [&asset.amount, &asset.currency].map(|text| is_stated(text));
    if has_amount != has_currency {
        let missing = if has_amount { "currency" } else { "amount" };
        report.refuse(missing, Rule::FieldNeeded, "missing; a value needs both amount and currency");
    }
    report.value::<Amount>("amount", &mut asset.amount, Rule::InvalidAmount);
    report.value::<Currency>("currency", &mut asset.currency, Rule::UnknownCurrency);
    report.value::<Iban>("iban", &mut asset.iban, Rule::InvalidIban);
    report.line("identifier", &mut asset.identifier, LINE_CHARS);
    if asset.description.is_empty() && asset.iban.is_empty() && asset.identifier.is_empty() {
        nothing_said(report, "give a description, an IBAN or another identifier");
    }
    report.country(&mut asset.country);
    evaluation(report, asset.evaluation.as_ref());
}

pub(super) fn event(report: &mut Report, event: &mut Event, today: Today) {
    label(report, &mut event.label);
    report.needed_code::<EventType>("type", event.r#type);
    let date = report.date("date", event.date.as_ref());
    if date.is_some_and(|date| date.earliest() > today.0) {
        let message = "an event has happened; correct the date, or write what is expected in the narrative";
        report.refuse("date", Rule::DateInFuture, message);
    }
    report.value::<Label>("place", &mut event.place, Rule::InvalidLabel);
    report.texts("description", REMARK_CHARS, Lines::Many, &mut event.description);
    evaluation(report, event.evaluation.as_ref());
}

pub(super) fn account(report: &mut Report, account: &mut Account) {
    report.needed_line("platform", &mut account.platform, "missing; give it");
    report.needed_line("identifier", &mut account.identifier, "missing; give it");
}

fn nothing_said(report: &mut Report, message: &str) {
    report.refuse("", Rule::FieldNeeded, format!("says nothing; {message}"));
}

/// Whether a text was stated at all.
pub(super) fn is_stated(text: &str) -> bool {
    !text.trim().is_empty()
}
