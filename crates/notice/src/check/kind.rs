//! What the table of [`rules`](crate::rules) says about a notice of its circulation and type.

use super::Rule;
use super::report::Report;
use crate::content::Notice;
use crate::convert::known;
use crate::model::Circulation;
use crate::rules::{Need, Terms};
use crate::withhold::Withheld;

/// A notice whose circulation cannot be read is taken for one that needs a type, as most do.
pub(super) fn type_needed(report: &mut Report, draft: &Notice, terms: &Terms) {
    let unread = known::<Circulation>(draft.circulation).is_none();
    let needed = unread || terms.rows().any(|(_, row)| row.needs.contains(&Need::Type));
    if needed && draft.r#type == 0 {
        let (field, rule, message) = Need::Type.unmet();
        report.refuse(field, rule, message);
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
        for (i, person) in draft.persons.iter().enumerate() {
            let unfit = |role: &i32| known(*role).is_some_and(|role| row.unfit.contains(&role));
            for (j, _) in person.roles.iter().enumerate().filter(|(_, role)| unfit(role)) {
                let message =
                    format!("this role has no place in a notice of type {code}; use another notice for it");
                report.refuse(&format!("persons[{i}].roles[{j}]"), Rule::RoleDoesNotFit, message);
            }
        }
    }
}

#[cfg(test)]
#[path = "kind_tests.rs"]
mod tests;
