//! What is checked about keys and the links between them.

use std::collections::BTreeMap;

use super::entity::{evaluation, is_stated};
use super::report::Report;
use super::{Rule, Today};
use crate::content::{Link, Notice};
use crate::convert::{known, number};
use crate::model::{CaseReference, EntityKind, Key, LinkType, OffenceType};
use crate::withhold::{At, Ends, Withheld};
use amana_types::limits::LINKS;

/// What stands under each key, and whether it is a person with a victim's role.
pub(super) type Keys<'a> = BTreeMap<&'a str, (EntityKind, bool)>;

/// Every key of the draft. A key given twice is refused at its later place.
pub(super) fn keys<'a>(report: &mut Report, draft: &'a Notice) -> Keys<'a> {
    let persons = draft.persons.iter().map(|person| (&person.key, person.is_victim()));
    let plain = |key| (key, false);
    let lists: [(EntityKind, Vec<(&String, bool)>); 6] = [
        (EntityKind::Person, persons.collect()),
        (EntityKind::Vehicle, draft.vehicles.iter().map(|thing| plain(&thing.key)).collect()),
        (EntityKind::Organisation, draft.organisations.iter().map(|thing| plain(&thing.key)).collect()),
        (EntityKind::Place, draft.places.iter().map(|thing| plain(&thing.key)).collect()),
        (EntityKind::Asset, draft.assets.iter().map(|thing| plain(&thing.key)).collect()),
        (EntityKind::Event, draft.events.iter().map(|thing| plain(&thing.key)).collect()),
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
pub(super) fn places_of_events(report: &mut Report, draft: &Notice, keys: &Keys<'_>) {
    for (i, event) in draft.events.iter().enumerate().filter(|(_, event)| is_stated(&event.place)) {
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

pub(super) fn links(report: &mut Report, notice: &mut Notice, keys: &Keys<'_>) {
    let said = |link: &Link| Link { evaluation: None, ..link.clone() };
    let pairs: Vec<Link> = notice.links.iter().take(LINKS).map(said).collect();
    report.unique("links", LINKS, &pairs);
    report.each("links", LINKS, &mut notice.links, |report, link| self::link(report, link, keys));
}

fn link(report: &mut Report, draft: &mut Link, keys: &Keys<'_>) {
    let link_type = report.needed_code("type", draft.r#type);
    report.needed_value::<Key>("from", &mut draft.from, Rule::InvalidKey);
    report.value::<CaseReference>("to_case", &mut draft.to_case, Rule::InvalidCaseReference);
    report.value::<Key>("to", &mut draft.to, Rule::InvalidKey);
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
    evaluation(report, draft.evaluation.as_ref());
}

fn end(report: &mut Report, field: &str, key: &str, keys: &Keys<'_>) -> Option<(EntityKind, bool)> {
    let found = keys.get(key.trim()).copied();
    // A key of the wrong form is refused as such, and is nobody's.
    if found.is_none() && key.trim().parse::<Key>().is_ok() {
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
pub(super) fn withheld(draft: &Notice, today: Today) -> Withheld<'_> {
    Withheld::of(
        draft.persons.iter().map(|person| (person.key.trim(), super::is_protected(person, today))),
        draft.links.iter().filter_map(ends),
        draft.events.iter().map(|event| At { event: event.key.trim(), place: event.place.trim() }),
    )
}

pub(crate) fn ends(link: &Link) -> Option<Ends<'_>> {
    Some(Ends { link_type: known(link.r#type)?, from: link.from.trim(), to: link.to.trim() })
}

/// Smuggling has no purpose of exploitation: where a notice has both, a link says who may have become a
/// victim, so that the smuggled person's history goes on in the trafficking case. That trafficking stands
/// beside the smuggling does not say who. The link must be one that every recipient can see.
pub(super) fn smuggling(report: &mut Report, draft: &Notice, withheld: &Withheld<'_>) {
    let smuggling = number(OffenceType::SmugglingOfMigrants);
    let is_smuggling = draft.offences.iter().any(|offence| offence.r#type == smuggling);
    let carried_over = draft
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
