//! What is checked about the case as a whole: offences, exploitation, route, handling, times.

use super::entity::evaluation;
use super::report::{Report, moment};
use super::{Rule, Today};
use crate::content::{ExploitationForm, Notice, Offence, RouteLeg};
use crate::convert::number;
use crate::model::{Act, Exploitation, ForcedCriminality, Means, OffenceType, RouteStage};
use amana_types::limits::{LINE_CHARS, RETENTION};
use amana_types::{Region, Timestamp};

pub(super) fn offence(report: &mut Report, offence: &mut Offence) {
    report.needed_code::<OffenceType>("type", offence.r#type);
    report.codes::<Act>("acts", &mut offence.acts);
    report.codes::<Means>("means", &mut offence.means);
    evaluation(report, offence.evaluation.as_ref());
}

pub(super) fn exploitation(report: &mut Report, told: &mut ExploitationForm) {
    let form = report.needed_code::<Exploitation>("form", told.form);
    report.code::<ForcedCriminality>("criminality", told.criminality);
    let Some(form) = form else { return };
    let forced_criminality = form == Exploitation::ForcedCriminality;
    if forced_criminality && told.criminality == 0 {
        let message = "say which crime: BEGGING, PICKPOCKETING, CYBERCRIME, DRUG or OTHER";
        report.refuse("criminality", Rule::CriminalityNeeded, message);
    } else if !forced_criminality && told.criminality != 0 {
        let message = "only FORCED_CRIMINALITY has it; remove it or change the form";
        report.refuse("criminality", Rule::CriminalityNotAllowed, message);
    }
}

pub(super) fn leg(report: &mut Report, leg: &mut RouteLeg) {
    report.needed_code::<RouteStage>("stage", leg.stage);
    report.country(&mut leg.country);
    report.code::<Region>("region", leg.region);
    if leg.country.is_empty() && leg.region == 0 {
        report.refuse("", Rule::CountryOrRegionNeeded, "give the country, or the region if that is all");
    }
    report.line("place", &mut leg.place, LINE_CHARS);
    let departed = report.date("departed", leg.departed.as_ref());
    let arrived = report.date("arrived", leg.arrived.as_ref());
    if arrived.zip(departed).is_some_and(|(arrived, departed)| arrived.surely_before(departed)) {
        report.refuse("arrived", Rule::DatesOutOfOrder, "ends before it begins; correct one");
    }
    report.line("carrier", &mut leg.carrier, LINE_CHARS);
    evaluation(report, leg.evaluation.as_ref());
}

/// The elements of trafficking (Palermo Protocol, Article 3).
pub(super) fn elements(report: &mut Report, draft: &Notice, today: Today) {
    let trafficking = |offence: &Offence| offence.r#type == number(OffenceType::TraffickingInPersons);
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
fn only_children(draft: &Notice, today: Today) -> bool {
    let mut victims = draft.persons.iter().filter(|person| person.is_victim()).peekable();
    victims.peek().is_some() && victims.all(|person| person.is_treated_as_child(today.0))
}

/// When the notice ends: as stated, or as late as is allowed.
pub(super) fn times(report: &mut Report, notice: &mut Notice, now: Timestamp) -> Timestamp {
    let latest = now.after(RETENTION);
    let expires = moment(&mut notice.expires).unwrap_or(latest);
    if expires <= now {
        report.refuse("expires", Rule::ExpiresInPast, "lies in the past; choose a later time");
    } else if expires > latest {
        let message = format!("at most 5 years are possible; choose {latest} or earlier");
        report.refuse("expires", Rule::ExpiresTooLate, message);
    }
    if let Some(reexamine) = moment(&mut notice.reexamine) {
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
