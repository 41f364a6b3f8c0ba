//! What is checked about the trafficking of one person.

use super::Rule;
use super::report::Report;
use crate::draft::{Stated, TraffickingDraft};
use crate::model::{PersonRole, StatusDecider, Trafficking, TraffickingStatus};
use amana_types::limits::LINE_CHARS;

pub(super) fn trafficking(
    report: &mut Report,
    draft: Option<&TraffickingDraft>,
    role: PersonRole,
) -> Option<Trafficking> {
    let draft = draft?;
    report.at("trafficking", |report| {
        Some(Trafficking {
            status: status(report, draft, role),
            recruitment_methods: report.codes("recruitment_methods", &draft.recruitment_methods),
            recruitment_place: report.line("recruitment_place", &draft.recruitment_place, LINE_CHARS),
            means_of_control: report.codes("means_of_control", &draft.means_of_control),
            industry: report.code("industry", &draft.industry),
            consent: report.code("consent", &draft.consent),
        })
    })
}

/// A status says who decided it, and the role bears it out: protection hangs on the role.
fn status(
    report: &mut Report,
    draft: &TraffickingDraft,
    role: PersonRole,
) -> Option<(TraffickingStatus, StatusDecider)> {
    let status = report.code("status", &draft.status);
    let decider = report.code("decided_by", &draft.decided_by);
    match (&draft.status, &draft.decided_by) {
        (Stated::Absent, Stated::Known(_) | Stated::Unknown(_)) => {
            report.refuse("status", Rule::FieldNeeded, "missing; say what was decided");
        }
        (Stated::Known(_) | Stated::Unknown(_), Stated::Absent) => {
            report.refuse("decided_by", Rule::FieldNeeded, "missing; say who decided the status");
        }
        _ => {}
    }
    if status.is_some_and(|status| status.is_victim() != role.is_victim()) {
        report.refuse(
            "status",
            Rule::StatusContradictsRole,
            "contradicts the role: a victim or possible victim has the role VICTIM or POSSIBLE_VICTIM, which \
             protects them; others have another role",
        );
    }
    status.zip(decider)
}

#[cfg(test)]
#[path = "trafficking_tests.rs"]
mod tests;
