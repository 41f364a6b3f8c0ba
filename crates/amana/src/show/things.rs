//! What a case holds beside persons, as a person reads it: one thing under the other, a value a line, so
//! that a narrow terminal breaks no table; links as sentences of two ends.

use amana_types::labels::Field;
use serde_json::Value;

use super::{Page, country, items, language};
use crate::output::{field, isolate};

/// Each list, and how one of its items is shown.
type Shown = (&'static str, fn(&mut Page, &Value));

const LISTS: &[Shown] = &[
    ("vehicles", vehicle),
    ("organisations", organisation),
    ("places", place),
    ("assets", asset),
    ("events", event),
];

pub(super) fn things(page: &mut Page, notice: &Value) {
    for (list, show) in LISTS {
        for item in items(notice, list) {
            page.lines.push(String::new());
            show(page, item);
            page.evaluation(item);
        }
    }
    if items(notice, "links").next().is_some() {
        page.lines.push(String::new());
    }
    for link in items(notice, "links") {
        let ends = [field(link, "source"), field(link, "target"), field(link, "target_case")];
        let [from, to, case] = ends.map(|end| end_of(notice, &end));
        let says = page.label("link_type", &field(link, "type"));
        page.plain(Field::Links, &format!("{from} — {says} — {to}{case}"));
        page.evaluation(link);
    }
}

/// What is known of a person's trafficking.
pub(super) fn trafficking(page: &mut Page, person: &Value) {
    let Some(known) = person.get("trafficking").filter(|value| !value.is_null()) else { return };
    page.code(Field::TraffickingStatus, "trafficking_status", &field(known, "status"));
    page.code(Field::DecidedBy, "status_decider", &field(known, "decided_by"));
    page.codes(Field::RecruitmentMethods, "recruitment_method", known.get("recruitment_methods"));
    page.plain(Field::RecruitmentPlace, &isolated(&field(known, "recruitment_place")));
    page.codes(Field::MeansOfControl, "means_of_control", known.get("means_of_control"));
    page.code(Field::Industry, "industry", &field(known, "industry"));
    page.code(Field::Consent, "consent", &field(known, "consent"));
}

/// A key, and the name behind it when there is one to show.
fn end_of(notice: &Value, key: &str) -> String {
    let lists = ["persons", "organisations", "vehicles", "places", "assets"];
    let mut all = lists.into_iter().flat_map(|list| items(notice, list));
    let Some(found) = all.find(|item| !key.is_empty() && field(item, "label") == key) else {
        return key.to_owned();
    };
    let name = items(found, "names").next().map(|name| field(name, "original"));
    let known = [name.unwrap_or_default(), field(found, "plate"), field(found, "name"), field(found, "iban")];
    match known.iter().find(|text| !text.is_empty()) {
        Some(text) => format!("{key} {}", isolate(text)),
        None => key.to_owned(),
    }
}

fn vehicle(page: &mut Page, vehicle: &Value) {
    let numbers = [field(vehicle, "plate"), field(vehicle, "vin")];
    page.head(Field::Vehicles, &joined(&numbers), vehicle);
    page.plain(Field::Country, &country(&field(vehicle, "country"), page.lang));
    page.text(Field::Description, vehicle.get("description"));
}

fn organisation(page: &mut Page, organisation: &Value) {
    let names = items(organisation, "names").flat_map(|name| [field(name, "original"), field(name, "latin")]);
    page.head(Field::Organisations, &joined(&names.collect::<Vec<_>>()), organisation);
    page.code(Field::Role, "organisation_role", &field(organisation, "role"));
    page.plain(Field::Country, &country(&field(organisation, "country"), page.lang));
    page.plain(Field::RegistrationNumber, &joined(&[field(organisation, "registration_number")]));
}

fn place(page: &mut Page, place: &Value) {
    page.head(Field::Places, &joined(&[field(place, "name")]), place);
    page.plain(Field::Address, &joined(&[field(place, "address")]));
    page.plain(Field::Country, &country(&field(place, "country"), page.lang));
    let coordinates = [field(place, "latitude"), field(place, "longitude")];
    if coordinates.iter().all(|degrees| !degrees.is_empty()) {
        page.plain(Field::Coordinates, &isolate(&coordinates.join(", ")));
    }
}

fn asset(page: &mut Page, asset: &Value) {
    page.head(Field::Assets, &page.label("asset_type", &field(asset, "type")), asset);
    page.text(Field::Description, asset.get("description"));
    page.plain(Field::Amount, &joined(&[format!("{} {}", field(asset, "amount"), field(asset, "currency"))]));
    page.plain(Field::Number, &joined(&[field(asset, "iban"), field(asset, "identifier")]));
    page.plain(Field::Country, &country(&field(asset, "country"), page.lang));
}

fn event(page: &mut Page, event: &Value) {
    let kind = page.label("event_type", &field(event, "type"));
    page.head(Field::Events, &format!("{kind} {}", isolated(&field(event, "date"))), event);
    page.plain(Field::Place, &field(event, "place"));
    page.text(Field::Description, event.get("description"));
}

/// What is there of several values, each isolated so that its direction disturbs nothing.
fn joined(values: &[String]) -> String {
    let there = values.iter().map(|text| isolated(text)).filter(|text| !text.is_empty());
    there.collect::<Vec<_>>().join(" ")
}

fn isolated(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { isolate(text.trim()) }
}

impl Page {
    /// The first line of a person or thing, with its key behind it.
    pub(super) fn head(&mut self, name: Field, value: &str, item: &Value) {
        let key = field(item, "label");
        let key = if key.is_empty() { String::new() } else { format!(" [{key}]") };
        let label = amana_types::labels::label(name, language(self.lang));
        self.lines.push(format!("{label}: {}{key}", value.trim_end()));
    }

    /// How far it can be relied on, if its sender says.
    pub(super) fn evaluation(&mut self, item: &Value) {
        let Some(evaluation) = item.get("evaluation").filter(|value| !value.is_null()) else { return };
        let source = self.label("source_reliability", &field(evaluation, "source"));
        let information = self.label("information_accuracy", &field(evaluation, "information"));
        self.plain(Field::Evaluation, &format!("{source}; {information}"));
    }
}

#[cfg(test)]
#[path = "things_tests.rs"]
mod tests;
