//! What is checked about the trafficking of one person.

use super::Rule;
use super::report::Report;
use crate::content::Trafficking;
use crate::model::{Consent, Industry, MeansOfControl, RecruitmentMethod, StatusDecider, TraffickingStatus};
use amana_types::limits::LINE_CHARS;

/// `is_victim` is what the roles say; nothing when not all of them are known.
pub(super) fn trafficking(report: &mut Report, told: &mut Trafficking, is_victim: Option<bool>) {
    status(report, told, is_victim);
    report.codes::<RecruitmentMethod>("recruitment_methods", &mut told.recruitment_methods);
    report.line("recruitment_place", &mut told.recruitment_place, LINE_CHARS);
    report.codes::<MeansOfControl>("means_of_control", &mut told.means_of_control);
    report.code::<Industry>("industry", told.industry);
    report.code::<Consent>("consent", told.consent);
}

/// A status says who decided it, and the roles bear it out: protection hangs on them.
fn status(report: &mut Report, told: &Trafficking, is_victim: Option<bool>) {
    let status = report.code::<TraffickingStatus>("status", told.status);
    report.code::<StatusDecider>("decided_by", told.decided_by);
    if told.status == 0 && told.decided_by != 0 {
        report.refuse("status", Rule::FieldNeeded, "missing; say what was decided");
    } else if told.status != 0 && told.decided_by == 0 {
        report.refuse("decided_by", Rule::FieldNeeded, "missing; say who decided the status");
    }
    if status.zip(is_victim).is_some_and(|(status, is_victim)| status.is_victim() != is_victim) {
        report.refuse(
            "status",
            Rule::StatusContradictsRole,
            "contradicts the roles: a victim or possible victim has the role VICTIM or POSSIBLE_VICTIM, which \
             protects them; others have another role",
        );
    }
}

#[cfg(test)]
#[path = "trafficking_tests.rs"]
mod tests;
