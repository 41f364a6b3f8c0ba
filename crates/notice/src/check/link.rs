//! What is checked about labels and the links between them.

use std::collections::BTreeMap;

use super::entity::{evaluation, is_stated};
use super::report::Report;
use super::{Rule, Today};
use crate::content::{Link, Notice};
use crate::convert::{known, number};
use crate::model::{CaseReference, EntityKind, Label, LinkType, OffenceType};
use crate::withhold::{At, Ends, Withheld};
use amana_types::limits::LINKS;

/// What stands under each label, and whether it is a person with a victim's role.
pub(super) type Labels<'a> = BTreeMap<&'a str, (EntityKind, bool)>;

/// Every label of the draft. A label given twice is refused at its later place.
pub(super) fn labels<'a>(report: &mut Report, draft: &'a Notice) -> Labels<'a> {
    let persons = draft.persons.iter().map(|person| (&person.label, person.is_victim()));
    let plain = |label| (label, false);
    let lists: [(EntityKind, Vec<(&String, bool)>); 6] = [
        (EntityKind::Person, persons.collect()),
        (EntityKind::Vehicle, draft.vehicles.iter().map(|thing| plain(&thing.label)).collect()),
        (EntityKind::Organisation, draft.organisations.iter().map(|thing| plain(&thing.label)).collect()),
        (EntityKind::Place, draft.places.iter().map(|thing| plain(&thing.label)).collect()),
        (EntityKind::Asset, draft.assets.iter().map(|thing| plain(&thing.label)).collect()),
        (EntityKind::Event, draft.events.iter().map(|thing| plain(&thing.label)).collect()),
    ];
    let mut labels = Labels::new();
    for (kind, list) in lists {
        for (i, (label, is_victim)) in list.into_iter().enumerate().filter(|(_, (label, _))| is_stated(label))
        {
            if labels.insert(label.trim(), (kind, is_victim)).is_some() {
                let place = format!("{}[{i}].label", kind.list());
                report.refuse(&place, Rule::Duplicate, "this label is given twice; choose another");
            }
        }
    }
    labels
}

/// The places of events: each label must be that of a place.
pub(super) fn places_of_events(report: &mut Report, draft: &Notice, labels: &Labels<'_>) {
    for (i, event) in draft.events.iter().enumerate().filter(|(_, event)| is_stated(&event.place)) {
        let field = format!("events[{i}].place");
        match labels.get(event.place.trim()) {
            Some((EntityKind::Place, _)) => {}
            Some(_) => report.refuse(
                &field,
                Rule::LinkDoesNotFit,
                "this is the label of something else than a place",
            ),
            None => report.refuse(&field, Rule::LabelNotFound, NOT_FOUND),
        }
    }
}

const NOT_FOUND: &str = "no person or thing of this notice has this label; give it to one, or correct it";

pub(super) fn links(report: &mut Report, notice: &mut Notice, labels: &Labels<'_>) {
    let said = |link: &Link| Link { evaluation: None, ..link.clone() };
    let pairs: Vec<Link> = notice.links.iter().take(LINKS).map(said).collect();
    report.unique("links", LINKS, &pairs);
    report.each("links", LINKS, &mut notice.links, |report, link| self::link(report, link, labels));
}

fn link(report: &mut Report, draft: &mut Link, labels: &Labels<'_>) {
    let link_type = report.needed_code("type", draft.r#type);
    report.needed_value::<Label>("source", &mut draft.source, Rule::InvalidLabel);
    report.value::<CaseReference>("target_case", &mut draft.target_case, Rule::InvalidCaseReference);
    report.value::<Label>("target", &mut draft.target, Rule::InvalidLabel);
    match (is_stated(&draft.target), is_stated(&draft.target_case)) {
        (false, false) => {
            report.refuse("target", Rule::FieldNeeded, "missing; give the label of the second end")
        }
        (true, true) => {
            report.refuse(
                "target_case",
                Rule::LinkDoesNotFit,
                "give either `target` or `target_case`, not both",
            );
        }
        (false, true) if link_type.is_some_and(|of| of != LinkType::MayHaveBecomeVictim) => {
            let message = "only MAY_HAVE_BECOME_VICTIM leads to another case; give `target`";
            report.refuse("target_case", Rule::LinkDoesNotFit, message);
        }
        _ => {}
    }
    let first = end(report, "source", &draft.source, labels);
    let second = end(report, "target", &draft.target, labels);
    if is_stated(&draft.source) && draft.source.trim() == draft.target.trim() {
        report.refuse("target", Rule::LinkDoesNotFit, "a link joins two; give another label");
    } else if let Some(link_type) = link_type {
        fits(report, link_type, first, second);
    }
    evaluation(report, draft.evaluation.as_ref());
}

fn end(report: &mut Report, field: &str, label: &str, labels: &Labels<'_>) -> Option<(EntityKind, bool)> {
    let found = labels.get(label.trim()).copied();
    // A label of the wrong form is refused as such, and is nobody's.
    if found.is_none() && label.trim().parse::<Label>().is_ok() {
        report.refuse(field, Rule::LabelNotFound, NOT_FOUND);
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
    for (field, allowed, end) in [("source", from, first), ("target", to, second)] {
        if end.is_some_and(|(kind, _)| !allowed.contains(&kind)) {
            let lists: Vec<&str> = allowed.iter().map(|kind| kind.list()).collect();
            let message = format!("{link_type} can have one of {} here; correct the label", lists.join(", "));
            report.refuse(field, Rule::LinkDoesNotFit, message);
        }
    }
    if link_type == LinkType::SameAs && first.zip(second).is_some_and(|(first, second)| first.0 != second.0) {
        report.refuse("target", Rule::LinkDoesNotFit, "SAME_AS joins two of one kind; correct the label");
    }
    if link_type == LinkType::MayHaveBecomeVictim
        && first.is_some_and(|(kind, is_victim)| kind == EntityKind::Person && !is_victim)
    {
        report.refuse(
            "source",
            Rule::LinkDoesNotFit,
            "who may have become a victim is protected: give this person the role POSSIBLE_VICTIM",
        );
    }
}

/// What will be kept back from the case, as far as the draft can be read.
pub(super) fn withheld(draft: &Notice, today: Today) -> Withheld<'_> {
    Withheld::of(
        draft.persons.iter().map(|person| (person.label.trim(), super::is_protected(person, today))),
        draft.links.iter().filter_map(ends),
        draft.events.iter().map(|event| At { event: event.label.trim(), place: event.place.trim() }),
    )
}

pub(crate) fn ends(link: &Link) -> Option<Ends<'_>> {
    Some(Ends { link_type: known(link.r#type)?, from: link.source.trim(), to: link.target.trim() })
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
