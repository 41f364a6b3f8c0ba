//! What is checked about keys and the links between them.

use std::collections::BTreeMap;

use super::entity::{evaluation, is_stated, known};
use super::report::Report;
use super::{Rule, Today};
use crate::draft::{Draft, LinkDraft, OffenceDraft};
use crate::model::{EntityKind, Link, LinkEnd, LinkType, OffenceType};
use crate::withhold::{At, Ends, Withheld};
use amana_types::limits::LINKS;

/// What stands under each key, and whether it is a person with a victim's role.
pub(super) type Keys<'a> = BTreeMap<&'a str, (EntityKind, bool)>;

/// Every key of the draft. A key given twice is refused at its later place.
pub(super) fn keys<'a>(report: &mut Report, draft: &'a Draft) -> Keys<'a> {
    let entities = &draft.entities;
    let victim = |role| known(role).is_some_and(crate::model::PersonRole::is_victim);
    let persons = draft.persons.iter().map(|person| (&person.key, victim(&person.role)));
    let plain = |key| (key, false);
    let lists: [(EntityKind, Vec<(&String, bool)>); 6] = [
        (EntityKind::Person, persons.collect()),
        (EntityKind::Vehicle, entities.vehicles.iter().map(|thing| plain(&thing.key)).collect()),
        (EntityKind::Organisation, entities.organisations.iter().map(|thing| plain(&thing.key)).collect()),
        (EntityKind::Place, entities.places.iter().map(|thing| plain(&thing.key)).collect()),
        (EntityKind::Asset, entities.assets.iter().map(|thing| plain(&thing.key)).collect()),
        (EntityKind::Event, entities.events.iter().map(|thing| plain(&thing.key)).collect()),
    ];
    let mut keys = Keys::new();
    for (kind, list) in lists {
        for (i, (key, is_victim)) in list.into_iter().enumerate().filter(|(_, (key, _))| is_stated(key)) {
            if keys.insert(key.trim(), (kind, is_victim)).is_some() {
                let place = format!("{}[{i}].key", kind.list());
                report.refuse(&place, Rule::Duplicate, "this key is given twice; choose another");
            }
        }
    }
    keys
}

/// The places of events: each key must be that of a place.
pub(super) fn places_of_events(report: &mut Report, draft: &Draft, keys: &Keys<'_>) {
    for (i, event) in draft.entities.events.iter().enumerate().filter(|(_, event)| is_stated(&event.place)) {
        let field = format!("events[{i}].place");
        match keys.get(event.place.trim()) {
            Some((EntityKind::Place, _)) => {}
            Some(_) => {
                report.refuse(&field, Rule::LinkDoesNotFit, "this is the key of something else than a place")
            }
            None => report.refuse(&field, Rule::KeyNotFound, NOT_FOUND),
        }
    }
}

const NOT_FOUND: &str = "no person or thing of this notice has this key; give it to one, or correct it";

pub(super) fn links(report: &mut Report, draft: &Draft, keys: &Keys<'_>) -> Vec<Link> {
    let links = &draft.entities.links;
    let ends =
        |link: &LinkDraft| (link.link_type.clone(), link.from.clone(), link.to.clone(), link.to_case.clone());
    let pairs: Vec<_> = links.iter().take(LINKS).map(ends).collect();
    report.unique("links", LINKS, &pairs);
    report.each("links", LINKS, links, |report, link| self::link(report, link, keys))
}

fn link(report: &mut Report, draft: &LinkDraft, keys: &Keys<'_>) -> Option<Link> {
    let link_type = report.needed_code("type", &draft.link_type);
    let from = report.needed_value("from", &draft.from, Rule::InvalidKey);
    let case = report.value("to_case", &draft.to_case, Rule::InvalidCaseReference);
    let to = report.value("to", &draft.to, Rule::InvalidKey);
    match (is_stated(&draft.to), is_stated(&draft.to_case)) {
        (false, false) => report.refuse("to", Rule::FieldNeeded, "missing; give the key of the second end"),
        (true, true) => {
            report.refuse("to_case", Rule::LinkDoesNotFit, "give either `to` or `to_case`, not both");
        }
        (false, true) if link_type.is_some_and(|of| of != LinkType::MayHaveBecomeVictim) => {
            let message = "only MAY_HAVE_BECOME_VICTIM leads to another case; give `to`";
            report.refuse("to_case", Rule::LinkDoesNotFit, message);
        }
        _ => {}
    }
    let first = end(report, "from", &draft.from, keys);
    let second = end(report, "to", &draft.to, keys);
    if is_stated(&draft.from) && draft.from.trim() == draft.to.trim() {
        report.refuse("to", Rule::LinkDoesNotFit, "a link joins two; give another key");
    } else if let Some(link_type) = link_type {
        fits(report, link_type, first, second);
    }
    let evaluation = evaluation(report, draft.evaluation.as_ref());
    let to = to.map(LinkEnd::Key).or(case.map(LinkEnd::Case));
    Some(Link { link_type: link_type?, from: from?, to: to?, evaluation })
}

fn end(report: &mut Report, field: &str, key: &str, keys: &Keys<'_>) -> Option<(EntityKind, bool)> {
    let found = keys.get(key.trim()).copied();
    // A key of the wrong form is refused as such, and is nobody's.
    if found.is_none() && key.trim().parse::<crate::model::Key>().is_ok() {
        report.refuse(field, Rule::KeyNotFound, NOT_FOUND);
    }
    found
}

fn fits(
    report: &mut Report,
    link_type: LinkType,
    first: Option<(EntityKind, bool)>,
    second: Option<(EntityKind, bool)>,
) {
    let (from, to) = link_type.ends();
    for (field, allowed, end) in [("from", from, first), ("to", to, second)] {
        if end.is_some_and(|(kind, _)| !allowed.contains(&kind)) {
            let lists: Vec<&str> = allowed.iter().map(|kind| kind.list()).collect();
            let message = format!("{link_type} can have one of {} here; correct the key", lists.join(", "));
            report.refuse(field, Rule::LinkDoesNotFit, message);
        }
    }
    if link_type == LinkType::SameAs && first.zip(second).is_some_and(|(first, second)| first.0 != second.0) {
        report.refuse("to", Rule::LinkDoesNotFit, "SAME_AS joins two of one kind; correct the key");
    }
    if link_type == LinkType::MayHaveBecomeVictim
        && first.is_some_and(|(kind, is_victim)| kind == EntityKind::Person && !is_victim)
    {
        report.refuse(
            "from",
            Rule::LinkDoesNotFit,
            "who may have become a victim is protected: give this person the role POSSIBLE_VICTIM",
        );
    }
}

/// What will be kept back from the case, as far as the draft can be read.
pub(super) fn withheld(draft: &Draft, today: Today) -> Withheld<'_> {
    let entities = &draft.entities;
    Withheld::of(
        draft.persons.iter().map(|person| (person.key.trim(), super::is_protected(person, today))),
        entities.links.iter().filter_map(ends),
        entities.events.iter().map(|event| At { event: event.key.trim(), place: event.place.trim() }),
    )
}

fn ends(link: &LinkDraft) -> Option<Ends<'_>> {
    Some(Ends { link_type: known(&link.link_type)?, from: link.from.trim(), to: link.to.trim() })
}

/// Smuggling has no purpose of exploitation: where a notice has both, a link says who may have become a
/// victim, so that the smuggled person's history goes on in the trafficking case. That trafficking stands
/// beside the smuggling does not say who. The link must be one that every recipient can see.
pub(super) fn smuggling(report: &mut Report, draft: &Draft, withheld: &Withheld<'_>) {
    let is_smuggling =
        |offence: &OffenceDraft| known(&offence.offence_type) == Some(OffenceType::SmugglingOfMigrants);
    let is_smuggling = draft.offences.iter().any(is_smuggling);
    let carried_over = draft
        .entities
        .links
        .iter()
        .filter_map(ends)
        .any(|ends| ends.link_type == LinkType::MayHaveBecomeVictim && !withheld.link(ends));
    if is_smuggling && !draft.exploitation.is_empty() && !carried_over {
        report.refuse(
            "exploitation",
            Rule::SmugglingWithExploitation,
            "smuggling has no purpose of exploitation (Smuggling Protocol, Article 3(a)): link the person with \
             MAY_HAVE_BECOME_VICTIM to whom, where or in which case; where nobody smuggled was exploited, \
             remove the exploitation, or send smuggling and trafficking as two notices",
        );
    }
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
