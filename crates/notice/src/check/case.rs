//! What is checked about the case as a whole: offences, exploitation, route, handling, times.

use super::entity::evaluation;
use super::report::Report;
use super::{Rule, Today};
use crate::draft::{Draft, ExploitationDraft, OffenceDraft, RouteLegDraft, Stated, TextDraft};
use crate::model::{Exploitation, ExploitationForm, Handling, Offence, OffenceType, PersonRole, RouteLeg};
use amana_types::Timestamp;
use amana_types::limits::{LINE_CHARS, RETENTION};

pub(super) fn offence(report: &mut Report, draft: &OffenceDraft) -> Option<Offence> {
    let offence_type = report.needed_code("type", &draft.offence_type);
    let acts = report.codes("acts", &draft.acts);
    let means = report.codes("means", &draft.means);
    let evaluation = evaluation(report, draft.evaluation.as_ref());
    Some(Offence { offence_type: offence_type?, acts, means, evaluation })
}

pub(super) fn exploitation(report: &mut Report, draft: &ExploitationDraft) -> Option<ExploitationForm> {
    let form = report.needed_code("form", &draft.form);
    let criminality = report.code("criminality", &draft.criminality);
    let forced_criminality = form? == Exploitation::ForcedCriminality;
    if forced_criminality && draft.criminality == Stated::Absent {
        let message = "say which crime: BEGGING, PICKPOCKETING, CYBERCRIME, DRUG or OTHER";
        report.refuse("criminality", Rule::CriminalityNeeded, message);
    } else if !forced_criminality && draft.criminality != Stated::Absent {
        let message = "only FORCED_CRIMINALITY has it; remove it or change the form";
        report.refuse("criminality", Rule::CriminalityNotAllowed, message);
    }
    Some(ExploitationForm { form: form?, criminality })
}

pub(super) fn leg(report: &mut Report, draft: &RouteLegDraft) -> Option<RouteLeg> {
    let stage = report.needed_code("stage", &draft.stage);
    let country = report.value("country", &draft.country, Rule::UnknownCountry);
    let region = report.code("region", &draft.region);
    if draft.country.trim().is_empty() && draft.region == Stated::Absent {
        report.refuse("", Rule::CountryOrRegionNeeded, "give the country, or the region if that is all");
    }
    let place = report.line("place", &draft.place, LINE_CHARS);
    let from = report.date("from", draft.from);
    let to = report.date("to", draft.to);
    if to.zip(from).is_some_and(|(to, from)| to.surely_before(from)) {
        report.refuse("to", Rule::DatesOutOfOrder, "ends before it begins; correct one");
    }
    let carrier = report.line("carrier", &draft.carrier, LINE_CHARS);
    let evaluation = evaluation(report, draft.evaluation.as_ref());
    Some(RouteLeg { stage: stage?, country, region, place, from, to, carrier, evaluation })
}

/// The elements of trafficking (Palermo Protocol, Article 3).
pub(super) fn elements(report: &mut Report, draft: &Draft, today: Today) {
    let is = |offence: &OffenceDraft, which| offence.offence_type == Stated::Known(which);
    let trafficking = |offence: &OffenceDraft| is(offence, OffenceType::TraffickingInPersons);
    let any_trafficking = draft.offences.iter().any(trafficking);
    if any_trafficking && draft.exploitation.is_empty() {
        report.refuse(
            "exploitation",
            Rule::TraffickingWithoutPurpose,
            "trafficking needs a purpose (Palermo Protocol, Article 3(a)): give the form of exploitation",
        );
    }
    let children_only = only_children(draft, today);
    for (i, offence) in draft.offences.iter().enumerate().filter(|(_, offence)| trafficking(offence)) {
        report.at(&format!("offences[{i}]"), |report| {
            if offence.acts.is_empty() {
                let message = "trafficking needs an act (Palermo Protocol, Article 3(a)): give at least one";
                report.refuse("acts", Rule::TraffickingWithoutAct, message);
            }
            if offence.means.is_empty() && !children_only {
                report.refuse(
                    "means",
                    Rule::TraffickingWithoutMeans,
                    "trafficking of adults needs means (Palermo Protocol, Article 3(a)): give at least one; \
                     none are needed when every victim listed is a child",
                );
            }
        });
    }
}

/// Whether there are victims and all are treated as children, for whom no means are needed (Article 3(c)).
fn only_children(draft: &Draft, today: Today) -> bool {
    let role = |role: &Stated<PersonRole>| matches!(role, Stated::Known(role) if role.is_victim());
    let mut victims = draft.persons.iter().filter(|person| role(&person.role)).peekable();
    victims.peek().is_some() && victims.all(|person| super::is_treated_as_child(person, today))
}

pub(super) fn conditions(report: &mut Report, handling: &Stated<Handling>, conditions: &[TextDraft]) {
    let Stated::Known(handling) = *handling else { return };
    if handling == Handling::H3 && conditions.is_empty() {
        let message = "handling H3 needs the conditions in the owner's words; write them";
        report.refuse("handling_conditions", Rule::ConditionsNeeded, message);
    } else if handling != Handling::H3 && !conditions.is_empty() {
        let message = "only H3 shows conditions before the content; choose H3 or remove them";
        report.refuse("handling_conditions", Rule::ConditionsNotAllowed, message);
    }
}

/// When the notice ends: as stated, or as late as is allowed.
pub(super) fn times(report: &mut Report, draft: &Draft, now: Timestamp) -> Timestamp {
    let latest = now.after(RETENTION);
    let expires = draft.expires.unwrap_or(latest);
    if expires <= now {
        report.refuse("expires", Rule::ExpiresInPast, "lies in the past; choose a later time");
    } else if expires > latest {
        let message = format!("at most 5 years are possible; choose {latest} or earlier");
        report.refuse("expires", Rule::ExpiresTooLate, message);
    }
    if let Some(reexamine) = draft.reexamine {
        if reexamine <= now {
            report.refuse("reexamine", Rule::ReexamineInPast, "lies in the past; choose a later time");
        } else if reexamine > expires {
            let message = "lies after the notice has ended; choose an earlier time";
            report.refuse("reexamine", Rule::ReexamineAfterExpiry, message);
        }
    }
    expires
}

#[cfg(test)]
#[path = "case_tests.rs"]
mod tests;
