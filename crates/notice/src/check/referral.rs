//! What is checked about a referral, and about a partner's part of a case.

use super::report::{Lines, Report};
use super::{Rule, Today, case, is_protected, person};
use crate::draft::{Draft, PartnerDraft, PersonDraft, ReferralDraft};
use crate::model::{Date, Person, Referral};
use crate::partner::PartnerView;
use amana_types::Timestamp;
use amana_types::limits::{LINE_CHARS, PERSONS, REMARK_CHARS};

/// The referral of a notice, if it has one.
pub(super) fn referral(
    report: &mut Report,
    draft: &Draft,
    today: Today,
    now: Timestamp,
    expires: Timestamp,
) -> Option<Referral> {
    let referral = draft.referral.as_ref()?;
    if !draft.persons.iter().any(|person| is_protected(person, today)) {
        let message = "a referral is for victims or children; give at least one under persons";
        report.refuse("referral", Rule::ReferralWithoutPerson, message);
    }
    report.at("referral", |report| read(report, referral, now, expires))
}

fn read(report: &mut Report, draft: &ReferralDraft, now: Timestamp, expires: Timestamp) -> Option<Referral> {
    if draft.needs.is_empty() {
        let message = "a referral says what is needed, such as SHELTER or MEDICAL_CARE; give at least one";
        report.refuse("needs", Rule::ReferralWithoutNeed, message);
    }
    let needs = report.codes("needs", &draft.needs);
    if draft.summary.is_empty() {
        let message = "missing; write in at least one language what the partner has to know";
        report.refuse("summary", Rule::FieldNeeded, message);
    }
    let summary = report.texts("summary", REMARK_CHARS, Lines::Many, &draft.summary);
    let country = report.needed_value("country", &draft.country, Rule::UnknownCountry);
    let place = report.line("place", &draft.place, LINE_CHARS);
    if draft.contact.trim().is_empty() {
        report.refuse("contact", Rule::FieldNeeded, "missing; give whom the partner can call");
    }
    let contact = report.line("contact", &draft.contact, LINE_CHARS);
    let Some(until) = draft.until else {
        report.refuse("until", Rule::FieldNeeded, "missing; say when the partner's part of the case ends");
        return None;
    };
    if until <= now {
        report.refuse("until", Rule::ExpiresInPast, "lies in the past; choose a later time");
    } else if until > expires {
        let message = format!("a partner's part cannot outlast the notice; choose {expires} or earlier");
        report.refuse("until", Rule::ReferralOutlastsNotice, message);
    }
    Some(Referral { needs, summary, country: country?, place, contact: contact?, until })
}

/// A partner's part as its reader checks it: by the rules that its author's own check held it to.
pub(crate) fn partner(
    draft: &PartnerDraft,
    persons: &[PersonDraft],
    now: Timestamp,
    expires: Timestamp,
) -> Result<PartnerView, Vec<super::Problem>> {
    let mut report = Report::default();
    let view = view(&mut report, draft, persons, (now, expires));
    let (problems, _) = report.finish();
    match view {
        Some(view) if problems.is_empty() => Ok(view),
        _ => Err(problems),
    }
}

fn view(
    report: &mut Report,
    draft: &PartnerDraft,
    persons: &[PersonDraft],
    (now, expires): (Timestamp, Timestamp),
) -> Option<PartnerView> {
    let today = Today(Date::of(now));
    let circulation = report.needed_code("circulation", &draft.circulation);
    let urgency = report.needed_code("urgency", &draft.urgency);
    let purpose = report.needed_code("purpose", &draft.purpose);
    let handling = report.needed_code("handling", &draft.handling);
    let conditions = &draft.handling_conditions;
    case::conditions(report, &draft.handling, conditions);
    let handling_conditions = report.texts("handling_conditions", REMARK_CHARS, Lines::Many, conditions);
    let Some(referral) = &draft.referral else {
        report.refuse("referral", Rule::FieldNeeded, "missing");
        return None;
    };
    let referral = report.at("referral", |report| read(report, referral, now, expires));
    let persons: Vec<Person> =
        report.each("persons", PERSONS, persons, |report, draft| person::person(report, draft, today));
    if persons.is_empty() || !persons.iter().all(|person| person.is_protected(today.0)) {
        let message = "a partner's part is about victims and children, and about nobody else";
        report.refuse("persons", Rule::ReferralWithoutPerson, message);
    }
    Some(PartnerView {
        circulation: circulation?,
        urgency: urgency?,
        purpose: purpose?,
        handling: handling?,
        handling_conditions,
        referral: referral?,
        persons,
    })
}

#[cfg(test)]
#[path = "referral_tests.rs"]
mod tests;
