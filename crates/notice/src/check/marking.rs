//! What is checked about how something may be used.

use super::Rule;
use super::report::{Lines, Report};
use crate::content::Marking;
use crate::convert::{Stated, known, number, stated};
use crate::handling::{Handled, Tlp};
use crate::model::Handling;
use crate::rules::Terms;
use amana_types::limits::REMARK_CHARS;
use amana_types::{Coded, UnknownCode};

/// The marking of a notice. Its author states it; what is usual is told, never put in silently.
pub(super) fn of_notice(report: &mut Report, marking: &mut Option<Marking>, terms: &Terms) {
    let mut stated = marking.take().unwrap_or_default();
    report.at("marking", |report| {
        tlp(report, &mut stated);
        if let (0, Some(usual)) = (stated.handling, terms.handling()) {
            let codes = UnknownCode::of::<Handling>().expected.join(", ");
            let message = format!("missing; give one of {codes} ({} is usual here)", usual.as_code());
            report.refuse("handling", Rule::FieldNeeded, message);
        } else {
            report.needed_code::<Handling>("handling", stated.handling);
        }
        let handling = known::<Handling>(stated.handling);
        let allowed = handling.is_none_or(|handling| handling == Handling::H3);
        conditions(report, &mut stated, handling == Some(Handling::H3), allowed);
    });
    *marking = Some(stated);
}

/// The marking of what is derived from something that is handled like `origin`: never less strict.
pub(super) fn inherited(report: &mut Report, marking: &mut Option<Marking>, origin: &Handled) {
    let mut stated = marking.take().unwrap_or_default();
    let own = report.at("marking", |report| {
        tlp(report, &mut stated);
        let own = report.code("handling", stated.handling);
        let strictest = own == Some(Handling::H3);
        conditions(report, &mut stated, strictest && origin.handling < Handling::H3, strictest);
        own
    });
    let tlp = known(stated.tlp);
    let own = own.map(|handling| Handled { handling, tlp, conditions: stated.conditions });
    *marking = Some(origin.inherited_by(own).marking());
}

/// A TLP marking stands in place of the handling code, or says the same.
fn tlp(report: &mut Report, marking: &mut Marking) {
    let Some(tlp) = report.code::<Tlp>("tlp", marking.tlp) else { return };
    match stated::<Handling>(marking.handling) {
        Stated::Absent => marking.handling = number(tlp.handling()),
        Stated::Known(handling) if handling != tlp.handling() => {
            let (marked, kept) = (tlp.marking(), tlp.handling());
            let message =
                format!("{marked} is kept as {kept}, and handling says {handling}; keep one of the two");
            report.refuse("tlp", Rule::TlpDisagrees, message);
        }
        Stated::Known(_) | Stated::Unknown(_) => {}
    }
}

/// Conditions stand with H3, and with nothing else: nobody would be shown them first.
fn conditions(report: &mut Report, marking: &mut Marking, needed: bool, allowed: bool) {
    let there = !marking.conditions.is_empty();
    if needed && !there {
        let message = "handling H3 needs the conditions in the owner's words; write them";
        report.refuse("conditions", Rule::ConditionsNeeded, message);
    } else if there && !allowed {
        let message = "only H3 shows conditions before the content; choose H3 or remove them";
        report.refuse("conditions", Rule::ConditionsNotAllowed, message);
    }
    report.texts("conditions", REMARK_CHARS, Lines::Many, &mut marking.conditions);
}
