//! What is checked about the trafficking of one person.

use super::Rule;
use super::report::Report;
use crate::content::Trafficking;
use crate::model::{
    Consent, Industry, MeansOfControl, PersonRole, RecruitmentMethod, StatusDecider, TraffickingStatus,
};
use amana_types::limits::LINE_CHARS;

pub(super) fn trafficking(report: &mut Report, told: &mut Trafficking, role: PersonRole) {
    status(report, told, role);
    report.codes::<RecruitmentMethod>("recruitment_methods", &mut told.recruitment_methods);
    report.line("recruitment_place", &mut told.recruitment_place, LINE_CHARS);
    report.codes::<MeansOfControl>("means_of_control", &mut told.means_of_control);
    report.code::<Industry>("industry", told.industry);
    report.code::<Consent>("consent", told.consent);
}

/// A status says who decided it, and the role bears it out: protection hangs on the role.
fn status(report: &mut Report, told: &Trafficking, role: PersonRole) {
    let status = report.code::<TraffickingStatus>("status", told.status);
    report.code::<StatusDecider>("decided_by", told.decided_by);
    if told.status == 0 && told.decided_by != 0 {
        report.refuse("status", Rule::FieldNeeded, "missing; say what was decided");
    } else if told.status != 0 && told.decided_by == 0 {
        report.refuse("decided_by", Rule::FieldNeeded, "missing; say who decided the status");
    }
    if status.is_some_and(|status| status.is_victim() != role.is_victim()) {
        report.refuse(
            "status",
            Rule::StatusContradictsRole,
            "contradicts the role: a victim or possible victim has the role VICTIM or POSSIBLE_VICTIM, which \
             protects them; others have another role",
        );
    }
}

#[cfg(test)]
#[path = "trafficking_tests.rs"]
mod tests;
