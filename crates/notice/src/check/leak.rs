//! Whether a protected person's identity stands in text that every recipient reads.

use super::report::Report;
use super::{Rule, Today, is_protected};
use crate::content::{Name, Notice, Person, Text};
use crate::withhold::{At, Withheld};

/// Refuses full names (of two words or more), numbers, addresses and accounts of protected persons, and
/// of the things that are kept back with them, in what every recipient reads.
///
/// It finds what is spelled the same up to case and white space. Single-word names are left alone: too
/// many are ordinary words. It is a net for slips, not a proof.
pub(super) fn leaks(report: &mut Report, draft: &Notice, today: Today, withheld: &Withheld<'_>) {
    let protected = draft.persons.iter().filter(|person| is_protected(person, today));
    let mut identifiers: Vec<String> = protected.flat_map(of_person).collect();
    identifiers.extend(of_things(draft, withheld));
    if identifiers.is_empty() {
        return;
    }
    let mut look = |field: &str, text: &str| {
        let text = folded(text);
        if identifiers.iter().any(|identifier| text.contains(identifier.as_str())) {
            report.refuse(
                field,
                Rule::ProtectedIdentityInText,
                "every recipient reads this, and it names a victim or child; write 'the victim' instead, \
                 the name belongs under persons",
            );
        }
    };
    let conditions = draft.marking.as_ref().map(|marking| marking.conditions.as_slice()).unwrap_or_default();
    let lists: [(&str, &[Text]); 6] = [
        ("subject", &draft.subject),
        ("narrative", &draft.narrative),
        ("marking.conditions", conditions),
        ("question", &draft.question),
        ("modus_operandi", &draft.modus_operandi),
        ("threat", &draft.threat),
    ];
    for (field, texts) in lists {
        each_text(field, texts, &mut look);
    }
    if let Some(referral) = &draft.referral {
        each_text("referral.summary", &referral.summary, &mut look);
        look("referral.place", &referral.place);
        look("referral.contact", &referral.contact);
    }
    for (i, leg) in draft.route.iter().enumerate() {
        look(&format!("route[{i}].place"), &leg.place);
        look(&format!("route[{i}].carrier"), &leg.carrier);
    }
    for (i, person) in draft.persons.iter().enumerate().filter(|(_, person)| !is_protected(person, today)) {
        each_text(&format!("persons[{i}].remarks"), &person.remarks, &mut look);
        for (j, account) in person.accounts.iter().enumerate() {
            look(&format!("persons[{i}].accounts[{j}].identifier"), &account.identifier);
        }
    }
    in_things(draft, withheld, &mut look);
}

/// Looks at every text of the things that stay in the case.
fn in_things(draft: &Notice, withheld: &Withheld<'_>, look: &mut impl FnMut(&str, &str)) {
    let open = |label: &str| !withheld.thing(label.trim());
    for (i, vehicle) in draft.vehicles.iter().enumerate().filter(|(_, thing)| open(&thing.label)) {
        look(&format!("vehicles[{i}].plate"), &vehicle.plate);
        look(&format!("vehicles[{i}].vin"), &vehicle.vin);
        each_text(&format!("vehicles[{i}].description"), &vehicle.description, look);
    }
    for (i, organisation) in draft.organisations.iter().enumerate().filter(|(_, thing)| open(&thing.label)) {
        look(&format!("organisations[{i}].registration_number"), &organisation.registration_number);
        for (j, name) in organisation.names.iter().enumerate() {
            look(&format!("organisations[{i}].names[{j}].original"), &name.original);
            look(&format!("organisations[{i}].names[{j}].latin"), &name.latin);
        }
    }
    for (i, place) in draft.places.iter().enumerate().filter(|(_, thing)| open(&thing.label)) {
        look(&format!("places[{i}].name"), &place.name);
        look(&format!("places[{i}].address"), &place.address);
    }
    for (i, asset) in draft.assets.iter().enumerate().filter(|(_, thing)| open(&thing.label)) {
        look(&format!("assets[{i}].iban"), &asset.iban);
        look(&format!("assets[{i}].identifier"), &asset.identifier);
        each_text(&format!("assets[{i}].description"), &asset.description, look);
    }
    for (i, file) in draft.attachments.iter().enumerate() {
        if !withheld.about(file.about.trim()) {
            look(&format!("attachments[{i}].name"), &file.name);
            each_text(&format!("attachments[{i}].description"), &file.description, look);
        }
    }
    for (i, event) in draft.events.iter().enumerate() {
        if !withheld.event(At { event: event.label.trim(), place: event.place.trim() }) {
            each_text(&format!("events[{i}].description"), &event.description, look);
        }
    }
}

fn each_text(field: &str, texts: &[Text], look: &mut impl FnMut(&str, &str)) {
    for (i, text) in texts.iter().enumerate() {
        look(&format!("{field}[{i}].text"), &text.text);
    }
}

/// What identifies a person.
fn of_person(person: &Person) -> Vec<String> {
    let numbers = person.documents.iter().map(|document| &document.number);
    let accounts = person.accounts.iter().map(|account| &account.identifier);
    let others = numbers.chain(&person.phones).chain(&person.emails).chain(accounts);
    full_names(&person.names).chain(others.filter_map(|text| number(text))).collect()
}

/// What identifies the things that are kept back.
fn of_things(draft: &Notice, withheld: &Withheld<'_>) -> Vec<String> {
    let back = |label: &str| withheld.thing(label.trim());
    let vehicles = draft.vehicles.iter().filter(|thing| back(&thing.label));
    let places = draft.places.iter().filter(|thing| back(&thing.label));
    let assets = draft.assets.iter().filter(|thing| back(&thing.label));
    let organisations = || draft.organisations.iter().filter(|thing| back(&thing.label));
    let numbers = vehicles
        .flat_map(|thing| [&thing.vin, &thing.plate])
        .chain(places.map(|thing| &thing.address))
        .chain(assets.flat_map(|thing| [&thing.iban, &thing.identifier]))
        .chain(organisations().map(|thing| &thing.registration_number));
    let names = organisations().flat_map(|thing| full_names(&thing.names));
    numbers.filter_map(|text| number(text)).chain(names).collect()
}

/// Names of two words or more.
fn full_names(names: &[Name]) -> impl Iterator<Item = String> {
    let names = names.iter().flat_map(|name| [&name.original, &name.latin]).map(|name| folded(name));
    names.filter(|name| name.contains(' '))
}

/// A number or address that is long enough to be nobody else's.
fn number(text: &str) -> Option<String> {
    let text = folded(text);
    (text.chars().count() >= 5).then_some(text)
}

/// Lower case, with every run of white space as one space.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
