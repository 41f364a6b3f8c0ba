//! What is checked about a referral, and about a partner's part of a case.

use super::report::{Lines, Report, moment};
use super::{Rule, Today, is_protected, marking, person};
use crate::content::{Notice, Referral};
use crate::model::{Circulation, Date, Purpose, ReferralNeed, Urgency};
use crate::rules::Terms;
use amana_types::limits::{LINE_CHARS, PERSONS, REMARK_CHARS};
use amana_types::{CountryCode, Timestamp};

/// The referral of a notice, if it has one.
pub(super) fn referral(
    report: &mut Report,
    written: &Notice,
    notice: &mut Notice,
    today: Today,
    times: (Timestamp, Timestamp),
) {
    let Some(referral) = &mut notice.referral else { return };
    if !written.persons.iter().any(|person| is_protected(person, today)) {
        let message = "a referral is for victims or children; give at least one under persons";
        report.refuse("referral", Rule::ReferralWithoutPerson, message);
    }
    report.at("referral", |report| read(report, referral, times));
}

fn read(report: &mut Report, referral: &mut Referral, (now, expires): (Timestamp, Timestamp)) {
    if referral.needs.is_empty() {
        let message = "a referral says what is needed, such as SHELTER or MEDICAL_CARE; give at least one";
        report.refuse("needs", Rule::ReferralWithoutNeed, message);
    }
    report.codes::<ReferralNeed>("needs", &mut referral.needs);
    if referral.summary.is_empty() {
        let message = "missing; write in at least one language what the partner has to know";
        report.refuse("summary", Rule::FieldNeeded, message);
    }
    report.texts("summary", REMARK_CHARS, Lines::Many, &mut referral.summary);
    report.needed_value::<CountryCode>("country", &mut referral.country, Rule::UnknownCountry);
    report.line("place", &mut referral.place, LINE_CHARS);
    report.needed_line("contact", &mut referral.contact, "missing; give whom the partner can call");
    match moment(&mut referral.until) {
        None => {
            report.refuse("until", Rule::FieldNeeded, "missing; say when the partner's part of the case ends")
        }
        Some(until) if until <= now => {
            report.refuse("until", Rule::ExpiresInPast, "lies in the past; choose a later time");
        }
        Some(until) if until > expires => {
            let message = format!("a partner's part cannot outlast the notice; choose {expires} or earlier");
            report.refuse("until", Rule::ReferralOutlastsNotice, message);
        }
        Some(_) => {}
    }
}

/// A partner's part as its reader checks it: by the rules that bind readers.
pub(crate) fn partner(
    mut part: Notice,
    created: Timestamp,
    expires: Timestamp,
) -> Result<Notice, Vec<super::Problem>> {
    let mut report = Report::of_reader();
    view(&mut report, &mut part, (created, expires));
    let (problems, _) = report.finish();
    if problems.is_empty() { Ok(part) } else { Err(problems) }
}

fn view(report: &mut Report, part: &mut Notice, times: (Timestamp, Timestamp)) {
    let today = Today(Date::of(times.0));
    report.decisive_code::<Circulation>("circulation", part.circulation, true);
    report.needed_code::<Urgency>("urgency", part.urgency);
    report.needed_code::<Purpose>("purpose", part.purpose);
    marking::of_notice(report, &mut part.marking, &Terms::of(None, None));
    let Some(referral) = &mut part.referral else {
        report.refuse("referral", Rule::FieldNeeded, "missing");
        return;
    };
    report.at("referral", |report| read(report, referral, times));
    part.expires = referral.until;
    report.each("persons", PERSONS, &mut part.persons, |report, one| person::person(report, one, today));
    if part.persons.is_empty() || !part.persons.iter().all(|person| is_protected(person, today)) {
        let message = "a partner's part is about victims and children, and about nobody else";
        report.refuse("persons", Rule::ReferralWithoutPerson, message);
    }
}

#[cfg(test)]
#[path = "referral_tests.rs"]
mod tests;
