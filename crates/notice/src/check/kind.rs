//! What the table of [`rules`](crate::rules) says about a notice of its circulation and type.

use super::Rule;
use super::report::Report;
use crate::content::Notice;
use crate::convert::{Stated, known, number, stated};
use crate::handling::Tlp;
use crate::model::{Circulation, Handling};
use crate::rules::{Need, Terms, has_role};
use crate::withhold::Withheld;
use amana_types::{Coded, UnknownCode};

/// A notice whose circulation cannot be read is taken for one that needs a type, as most do.
pub(super) fn type_needed(report: &mut Report, draft: &Notice, terms: &Terms) {
    let unread = known::<Circulation>(draft.circulation).is_none();
    let needed = unread || terms.rows().any(|(_, row)| row.needs.contains(&Need::Type));
    if needed && draft.r#type == 0 {
        let (field, rule, message) = Need::Type.unmet();
        report.refuse(field, rule, message);
    }
}

/// The handling as its author states it: by its code, or by the marking that stands in its place.
pub(super) fn stated_handling(report: &mut Report, draft: &Notice) -> i32 {
    let Some(tlp) = report.code::<Tlp>("tlp", draft.tlp) else { return draft.handling };
    match stated::<Handling>(draft.handling) {
        Stated::Absent => return number(tlp.handling()),
        Stated::Known(handling) if handling != tlp.handling() => {
            let (marking, kept) = (tlp.marking(), tlp.handling());
            let message =
                format!("{marking} is kept as {kept}, and handling says {handling}; keep one of the two");
            report.refuse("tlp", Rule::TlpDisagrees, message);
        }
        Stated::Known(_) | Stated::Unknown(_) => {}
    }
    draft.handling
}

/// The handling, which the author states; what is usual is told, never put in silently.
pub(super) fn handling(report: &mut Report, stated: i32, terms: &Terms) {
    match (stated, terms.handling()) {
        (0, Some(usual)) => {
            let codes = UnknownCode::of::<Handling>().expected.join(", ");
            let message = format!("missing; give one of {codes} ({} is usual here)", usual.as_code());
            report.refuse("handling", Rule::FieldNeeded, message);
        }
        _ => {
            report.needed_code::<Handling>("handling", stated);
        }
    }
}

/// What must be there, what must not, and who may be in it.
pub(super) fn parts(report: &mut Report, draft: &Notice, terms: &Terms, withheld: &Withheld<'_>) {
    let needs = terms.rows().flat_map(|(_, row)| row.needs);
    for need in needs.filter(|need| **need != Need::Type && !need.is_met(draft, withheld)) {
        let (field, rule, message) = need.unmet();
        report.refuse(field, rule, message);
    }
    for (code, row) in terms.rows() {
        for part in row.without.iter().filter(|part| part.is_in(draft)) {
            let message = format!("{code} does not carry this; {}", part.instead());
            report.refuse(part.field(), Rule::NotCarriedHere, message);
        }
        for (i, _) in draft.persons.iter().enumerate().filter(|(_, person)| has_role(person, row.unfit)) {
            let message =
                format!("this role has no place in a notice of type {code}; use another notice for it");
            report.refuse(&format!("persons[{i}].role"), Rule::RoleDoesNotFit, message);
        }
    }
}

#[cfg(test)]
#[path = "kind_tests.rs"]
mod tests;
