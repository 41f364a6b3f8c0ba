//! What is checked about bulletins, tallies and closing reports.

use super::Rule;
use super::report::{Report, moment};
use crate::content::{
    Bulletin, Legislation, Meeting, MemberFigures, Notice, NoticeCount, OperationFigures, Resource,
    TallyEntry, Training,
};
use crate::convert::known;
use crate::model::{
    BulletinCategory, Circulation, Keyword, NoticeType, ResourceKind, TallyMeasure, TrainingFormat,
};
use amana_types::limits::{KEYWORDS, LINE_CHARS, NOTICE_COUNTS, RECIPIENTS, TALLY_COUNT};
use amana_types::{CountryCode, MemberCode, NoticeId};

/// The bulletin, with the part of its category and no other.
pub(super) fn bulletin(report: &mut Report, told: &mut Bulletin) {
    let category = report.needed_code("category", told.category);
    let parts: [(_, _, bool); 4] = [
        ("training", BulletinCategory::Training, told.training.is_some()),
        ("event", BulletinCategory::Event, told.event.is_some()),
        ("resource", BulletinCategory::Resource, told.resource.is_some()),
        ("legislation", BulletinCategory::Legislation, told.legislation.is_some()),
    ];
    for (field, of, is_there) in parts {
        if category == Some(of) && !is_there {
            let message = format!("missing; a bulletin of the category {of} says this");
            report.refuse(field, Rule::FieldNeeded, message);
        } else if category.is_some_and(|category| category != of) && is_there {
            let message = format!("only the category {of} has it; remove it or change the category");
            report.refuse(field, Rule::NotCarriedHere, message);
        }
    }
    if let Some(part) = &mut told.training {
        report.at("training", |report| training(report, part));
    }
    if let Some(part) = &mut told.event {
        report.at("event", |report| meeting(report, part));
    }
    if let Some(part) = &mut told.resource {
        report.at("resource", |report| resource(report, part));
    }
    if let Some(part) = &mut told.legislation {
        report.at("legislation", |report| law(report, part));
    }
    report.values::<Keyword>("keywords", KEYWORDS, &mut told.keywords, Rule::UnknownCode);
    report.unique("keywords", KEYWORDS, &told.keywords);
}

const MISSING: &str = "missing; give it";

fn training(report: &mut Report, part: &mut Training) {
    report.needed_line("provider", &mut part.provider, MISSING);
    report.line("audience", &mut part.audience, LINE_CHARS);
    report.needed_code::<TrainingFormat>("format", part.format);
    report.line("duration", &mut part.duration, LINE_CHARS);
}

fn meeting(report: &mut Report, part: &mut Meeting) {
    let (starts, ends) = (moment(&mut part.starts), moment(&mut part.ends));
    if starts.is_none() {
        report.refuse("starts", Rule::FieldNeeded, "missing; say when it starts");
    }
    if ends.zip(starts).is_some_and(|(ends, starts)| ends < starts) {
        report.refuse("ends", Rule::DatesOutOfOrder, "ends before it begins; correct one");
    }
    report.needed_line("place", &mut part.place, MISSING);
    report.country(&mut part.country);
    report.line("registration", &mut part.registration, LINE_CHARS);
}

fn resource(report: &mut Report, part: &mut Resource) {
    report.needed_code::<ResourceKind>("kind", part.kind);
    report.needed_line("publisher", &mut part.publisher, MISSING);
    report.line("link", &mut part.link, LINE_CHARS);
}

// A law may come into force after today.
fn law(report: &mut Report, part: &mut Legislation) {
    report.needed_value::<CountryCode>("country", &mut part.country, Rule::UnknownCountry);
    report.needed_line("citation", &mut part.citation, MISSING);
    report.date("in_force_since", part.in_force_since.as_ref());
    report.line("link", &mut part.link, LINE_CHARS);
}

/// A tally belongs to an operation, travels as a message, and counts: it is about nobody.
pub(super) fn tally(report: &mut Report, written: &Notice, notice: &mut Notice) {
    if !written.tally.is_empty() {
        if written.operation.trim().is_empty() {
            let message = "missing; figures are those of an operation: name it";
            report.refuse("operation", Rule::FieldNeeded, message);
        }
        let about_somebody = [
            ("persons", !written.persons.is_empty()),
            ("vehicles", !written.vehicles.is_empty()),
            ("organisations", !written.organisations.is_empty()),
            ("places", !written.places.is_empty()),
            ("assets", !written.assets.is_empty()),
            ("events", !written.events.is_empty()),
        ];
        for (field, _) in about_somebody.into_iter().filter(|(_, is_there)| *is_there) {
            let message =
                "a report of figures counts, and names nobody and nothing; send another notice for it";
            report.refuse(field, Rule::NotCarriedHere, message);
        }
    }
    entries(report, "tally", &mut notice.tally);
}

fn entries(report: &mut Report, field: &str, entries: &mut [TallyEntry]) {
    let most = TallyMeasure::ALL.len();
    let measures: Vec<i32> = entries.iter().map(|entry| entry.measure).collect();
    report.unique(field, most, &measures);
    report.each(field, most, entries, |report, entry| {
        report.needed_code::<TallyMeasure>("measure", entry.measure);
        if entry.count > TALLY_COUNT {
            let message = format!("at most {TALLY_COUNT} can be counted; correct it");
            report.refuse("count", Rule::CountTooLarge, message);
        }
    });
}

/// A closing report belongs to an operation and to a bulletin of its category, and its sums are right.
pub(super) fn closing_report(report: &mut Report, draft: &Notice, notice: &mut Notice) {
    let category = draft.bulletin.as_ref().and_then(|bulletin| known(bulletin.category));
    let is_closing = category == Some(BulletinCategory::ClosingReport);
    match (&draft.closing_report, is_closing) {
        (None, true) => {
            report.refuse("closing_report", Rule::FieldNeeded, "missing; give what the operation came to");
        }
        (Some(_), false) => {
            let message = "only a bulletin of the category CLOSING_REPORT has it; remove it";
            report.refuse("closing_report", Rule::NotCarriedHere, message);
        }
        _ => {}
    }
    if is_closing && draft.operation.trim().is_empty() {
        let message = "missing; a closing report is that of an operation: name it";
        report.refuse("operation", Rule::FieldNeeded, message);
    }
    if let Some(figures) = &mut notice.closing_report {
        report.at("closing_report", |report| self::figures(report, figures));
    }
}

fn figures(report: &mut Report, figures: &mut OperationFigures) {
    report.each("members", RECIPIENTS, &mut figures.members, member);
    report.values::<MemberCode>("not_reported", RECIPIENTS, &mut figures.not_reported, Rule::UnknownCode);
    report.each("notices", NOTICE_COUNTS, &mut figures.notices, notices);
    match (figures.first_log_index, figures.last_log_index) {
        (Some(first), Some(last)) if first <= last => {}
        (None, None) => {}
        _ => {
            let message = "give the first and the last place in the audit log, in this order, or neither";
            report.refuse("first_log_index", Rule::DatesOutOfOrder, message);
        }
    }
    entries(report, "totals", &mut figures.totals);
    if figures.totals != figures.sums() {
        let message = "these are not the sums of the members' figures; add them up again";
        report.refuse("totals", Rule::SumsDoNotAgree, message);
    }
}

fn member(report: &mut Report, figures: &mut MemberFigures) {
    report.needed_value::<MemberCode>("member", &mut figures.member, Rule::UnknownCode);
    entries(report, "tally", &mut figures.tally);
    report.needed_value::<NoticeId>("notice_id", &mut figures.notice_id, Rule::InvalidLabel);
    if moment(&mut figures.reported).is_none() {
        report.refuse("reported", Rule::FieldNeeded, "missing; say when it was reported");
    }
}

fn notices(report: &mut Report, count: &mut NoticeCount) {
    report.needed_value::<MemberCode>("sender", &mut count.sender, Rule::UnknownCode);
    report.needed_code::<Circulation>("circulation", count.circulation);
    report.code::<NoticeType>("type", count.r#type);
}

#[cfg(test)]
#[path = "bulletin_tests.rs"]
mod tests;
