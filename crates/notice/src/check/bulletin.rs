//! What is checked about bulletins, tallies and closing reports.

use super::Rule;
use super::report::Report;
use crate::draft::{
    BulletinDraft, CountryFiguresDraft, Draft, LegislationDraft, MeetingDraft, NoticeCountDraft,
    OperationFiguresDraft, ResourceDraft, Stated, TallyEntryDraft, TrainingDraft,
};
use crate::model::{
    Bulletin, BulletinCategory, CountryFigures, Legislation, Meeting, NoticeCount, OperationFigures,
    Resource, TallyEntry, TallyMeasure, Training,
};
use amana_types::Seq;
use amana_types::limits::{KEYWORDS, LINE_CHARS, NOTICE_COUNTS, RECIPIENTS, TALLY_COUNT};

/// The bulletin, with the part of its category and no other.
pub(super) fn bulletin(report: &mut Report, draft: &Draft) -> Option<Bulletin> {
    let stated = draft.bulletin.as_ref()?;
    report.at("bulletin", |report| {
        let category = report.needed_code("category", &stated.category);
        let parts: [(_, _, bool); 4] = [
            ("training", BulletinCategory::Training, stated.training.is_some()),
            ("event", BulletinCategory::Event, stated.event.is_some()),
            ("resource", BulletinCategory::Resource, stated.resource.is_some()),
            ("legislation", BulletinCategory::Legislation, stated.legislation.is_some()),
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
        let read = parts_of(report, stated);
        let keywords = report.each("keywords", KEYWORDS, &stated.keywords, |report, word| {
            report.needed_value("", word, Rule::UnknownCode)
        });
        report.unique("keywords", KEYWORDS, &stated.keywords);
        let (training, event, resource, legislation) = read;
        Some(Bulletin { category: category?, training, event, resource, legislation, keywords })
    })
}

type Parts = (Option<Training>, Option<Meeting>, Option<Resource>, Option<Legislation>);

fn parts_of(report: &mut Report, draft: &BulletinDraft) -> Parts {
    let BulletinDraft { training, event, resource, legislation, .. } = draft;
    (
        training.as_ref().and_then(|part| report.at("training", |report| self::training(report, part))),
        event.as_ref().and_then(|part| report.at("event", |report| meeting(report, part))),
        resource.as_ref().and_then(|part| report.at("resource", |report| self::resource(report, part))),
        legislation.as_ref().and_then(|part| report.at("legislation", |report| law(report, part))),
    )
}

fn needed_line(report: &mut Report, field: &str, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        report.refuse(field, Rule::FieldNeeded, "missing; give it");
    }
    report.line(field, text, LINE_CHARS)
}

fn training(report: &mut Report, draft: &TrainingDraft) -> Option<Training> {
    let provider = needed_line(report, "provider", &draft.provider);
    let audience = report.line("audience", &draft.audience, LINE_CHARS);
    let format = report.needed_code("format", &draft.format);
    let duration = report.line("duration", &draft.duration, LINE_CHARS);
    Some(Training { provider: provider?, audience, format: format?, duration })
}

fn meeting(report: &mut Report, draft: &MeetingDraft) -> Option<Meeting> {
    if draft.starts.is_none() {
        report.refuse("starts", Rule::FieldNeeded, "missing; say when it starts");
    }
    if draft.ends.zip(draft.starts).is_some_and(|(ends, starts)| ends < starts) {
        report.refuse("ends", Rule::DatesOutOfOrder, "ends before it begins; correct one");
    }
    let place = needed_line(report, "place", &draft.place);
    let country = report.value("country", &draft.country, Rule::UnknownCountry);
    let registration = report.line("registration", &draft.registration, LINE_CHARS);
    Some(Meeting { starts: draft.starts?, ends: draft.ends, place: place?, country, registration })
}

fn resource(report: &mut Report, draft: &ResourceDraft) -> Option<Resource> {
    let kind = report.needed_code("kind", &draft.kind);
    let publisher = needed_line(report, "publisher", &draft.publisher);
    let link = report.line("link", &draft.link, LINE_CHARS);
    Some(Resource { kind: kind?, publisher: publisher?, link })
}

// A law may come into force after today.
fn law(report: &mut Report, draft: &LegislationDraft) -> Option<Legislation> {
    let country = report.needed_value("country", &draft.country, Rule::UnknownCountry);
    let citation = needed_line(report, "citation", &draft.citation);
    let in_force_since = report.date("in_force_since", draft.in_force_since);
    let link = report.line("link", &draft.link, LINE_CHARS);
    Some(Legislation { country: country?, citation: citation?, in_force_since, link })
}

/// A tally belongs to an operation, travels as a message, and counts: it is about nobody.
pub(super) fn tally(report: &mut Report, draft: &Draft) -> Vec<TallyEntry> {
    if !draft.tally.is_empty() {
        if draft.operation.trim().is_empty() {
            let message = "missing; figures are those of an operation: name it";
            report.refuse("operation", Rule::FieldNeeded, message);
        }
        let entities = &draft.entities;
        let about_somebody = [
            ("persons", !draft.persons.is_empty()),
            ("vehicles", !entities.vehicles.is_empty()),
            ("organisations", !entities.organisations.is_empty()),
            ("places", !entities.places.is_empty()),
            ("assets", !entities.assets.is_empty()),
            ("events", !entities.events.is_empty()),
        ];
        for (field, _) in about_somebody.into_iter().filter(|(_, is_there)| *is_there) {
            let message =
                "a report of figures counts, and names nobody and nothing; send another notice for it";
            report.refuse(field, Rule::NotCarriedHere, message);
        }
    }
    entries(report, "tally", &draft.tally)
}

fn entries(report: &mut Report, field: &str, drafts: &[TallyEntryDraft]) -> Vec<TallyEntry> {
    let most = TallyMeasure::ALL.len();
    let measures: Vec<_> = drafts.iter().map(|entry| entry.measure.clone()).collect();
    report.unique(field, most, &measures);
    report.each(field, most, drafts, |report, draft| {
        let measure = report.needed_code("measure", &draft.measure);
        if draft.count > TALLY_COUNT {
            let message = format!("at most {TALLY_COUNT} can be counted; correct it");
            report.refuse("count", Rule::CountTooLarge, message);
        }
        Some(TallyEntry { measure: measure?, count: draft.count })
    })
}

/// A closing report belongs to an operation and to a bulletin of its category, and its sums are right.
pub(super) fn closing_report(report: &mut Report, draft: &Draft) -> Option<OperationFigures> {
    let category = draft.bulletin.as_ref().map(|bulletin| &bulletin.category);
    let is_closing = matches!(category, Some(Stated::Known(BulletinCategory::ClosingReport)));
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
    let figures = draft.closing_report.as_ref()?;
    report.at("closing_report", |report| self::figures(report, figures))
}

fn figures(report: &mut Report, draft: &OperationFiguresDraft) -> Option<OperationFigures> {
    let countries = report.each("countries", RECIPIENTS, &draft.countries, country);
    let not_reported = report.each("not_reported", RECIPIENTS, &draft.not_reported, |report, code| {
        report.needed_value("", code, Rule::UnknownCode)
    });
    let notices = report.each("notices", NOTICE_COUNTS, &draft.notices, notices);
    let log = match (draft.first_log_index, draft.last_log_index) {
        (Some(first), Some(last)) if first <= last => Some((Seq(first), Seq(last))),
        (None, None) => None,
        _ => {
            let message = "give the first and the last place in the audit log, in this order, or neither";
            report.refuse("first_log_index", Rule::DatesOutOfOrder, message);
            None
        }
    };
    let stated = entries(report, "totals", &draft.totals);
    let read = OperationFigures { countries, not_reported, notices, log };
    if stated != read.totals() {
        let message = "these are not the sums of the countries' figures; add them up again";
        report.refuse("totals", Rule::SumsDoNotAgree, message);
    }
    Some(read)
}

fn country(report: &mut Report, draft: &CountryFiguresDraft) -> Option<CountryFigures> {
    let member = report.needed_value("member", &draft.member, Rule::UnknownCode);
    let tally = entries(report, "tally", &draft.tally);
    let notice = report.needed_value("notice_id", &draft.notice_id, Rule::InvalidKey);
    if draft.reported.is_none() {
        report.refuse("reported", Rule::FieldNeeded, "missing; say when it was reported");
    }
    let index = Seq(draft.log_index);
    Some(CountryFigures { member: member?, tally, notice: notice?, reported: draft.reported?, index })
}

fn notices(report: &mut Report, draft: &NoticeCountDraft) -> Option<NoticeCount> {
    let sender = report.needed_value("sender", &draft.sender, Rule::UnknownCode);
    let circulation = report.needed_code("circulation", &draft.circulation);
    let notice_type = report.code("type", &draft.notice_type);
    Some(NoticeCount { sender: sender?, circulation: circulation?, notice_type, notices: draft.notices })
}

#[cfg(test)]
#[path = "bulletin_tests.rs"]
mod tests;
