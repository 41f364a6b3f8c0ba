//! From a draft to a notice that may travel: every problem at once, or a [`CheckedNotice`].
//!
//! The author's side and the reader's side use the same function. An author checks against the present
//! moment, a reader against the moment at which the envelope says it was made, so that what was right
//! when it was sent stays readable.

mod attachment;
mod bulletin;
mod case;
mod entity;
mod kind;
mod leak;
mod link;
mod person;
mod referral;
mod reply;
mod report;
mod rule;
mod trafficking;

use std::fmt;

pub(crate) use entity::known;
pub(crate) use referral::partner;
pub use reply::check_reply;
pub use rule::Rule;

use crate::draft::{Draft, PersonDraft, Stated};
use crate::model::{
    AttachedContent, Date, Entities, Majority, Notice, PartialDate, SealedAttachment, majority,
};
use crate::rules::Terms;
use amana_types::Timestamp;
use amana_types::limits::{
    ENTITIES, EXPLOITATION_FORMS, LINE_CHARS, NARRATIVE_CHARS, NOTICE_TEXT_BYTES, OFFENCES, PERSONS,
    REMARK_CHARS, ROUTE_LEGS, SUBJECT_CHARS,
};
use report::{Lines, Report};

/// One thing wrong with a notice. It repeats no case text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path of the field, such as `persons[1].documents[0].number`.
    pub field: String,
    /// The rule that was broken.
    pub rule: Rule,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.field, self.message, self.rule)
    }
}

/// A notice that broke no rule. Only [`check`] makes it, and only it can be sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedNotice {
    notice: Notice,
    as_of: Timestamp,
    protected: Vec<u32>,
}

impl CheckedNotice {
    /// The notice.
    #[must_use]
    pub const fn notice(&self) -> &Notice {
        &self.notice
    }

    /// The same with what only the node knows of its attachments: content, address and key. What an author
    /// said of these is not kept.
    ///
    /// # Errors
    /// That of `find`, which is asked for each attachment by the content that its author names.
    pub fn with_sealed<E>(
        mut self,
        mut find: impl FnMut(Option<AttachedContent>) -> Result<(AttachedContent, SealedAttachment), E>,
    ) -> Result<Self, E> {
        for attachment in &mut self.notice.entities.attachments {
            let (content, sealed) = find(attachment.content)?;
            (attachment.content, attachment.sealed) = (Some(content), Some(sealed));
        }
        Ok(self)
    }

    /// The notice, taken out.
    #[must_use]
    pub fn into_notice(self) -> Notice {
        self.notice
    }

    /// The moment against which it was checked. The envelope's `created` must be the same, because that
    /// is what its readers check against.
    #[must_use]
    pub const fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// Indexes into the notice's persons of those who are protected, ascending.
    #[must_use]
    pub fn protected_persons(&self) -> &[u32] {
        &self.protected
    }
}

/// The day against which ages and dates are judged.
#[derive(Clone, Copy)]
struct Today(Date);

/// Checks a draft against every rule.
///
/// # Errors
/// Every [`Problem`] there is, in the order of the fields' checks, up to [`PROBLEMS`](amana_types::limits::PROBLEMS).
pub fn check(draft: &Draft, now: Timestamp) -> Result<CheckedNotice, Vec<Problem>> {
    let mut report = Report::default();
    let notice = notice(&mut report, draft, now);
    let (mut problems, bytes) = report.finish();
    if bytes > NOTICE_TEXT_BYTES {
        let message =
            format!("{bytes} bytes of text in all, at most {NOTICE_TEXT_BYTES} are possible; shorten it");
        problems.push(Problem { field: String::new(), rule: Rule::NoticeTooLarge, message });
    }
    match notice {
        Some(notice) if problems.is_empty() => {
            let protected = protected_in(&notice, Date::of(now));
            Ok(CheckedNotice { notice, as_of: now, protected })
        }
        _ => Err(problems),
    }
}

fn notice(report: &mut Report, draft: &Draft, now: Timestamp) -> Option<Notice> {
    let today = Today(Date::of(now));
    let circulation = report.needed_code("circulation", &draft.circulation);
    let notice_type = report.code("type", &draft.notice_type);
    let terms = Terms::of(circulation, notice_type);
    kind::type_needed(report, draft, &terms);
    let case_reference =
        report.needed_value("case_reference", &draft.case_reference, Rule::InvalidCaseReference);
    let urgency = report.code("urgency", &draft.urgency).unwrap_or(terms.urgency());
    for (field, texts) in [("subject", &draft.subject), ("narrative", &draft.narrative)] {
        if texts.is_empty() {
            report.refuse(field, Rule::FieldNeeded, "missing; write it in at least one language");
        }
    }
    let subject = report.texts("subject", SUBJECT_CHARS, Lines::One, &draft.subject);
    let narrative = report.texts("narrative", NARRATIVE_CHARS, Lines::Many, &draft.narrative);
    let offences = report.each("offences", OFFENCES, &draft.offences, case::offence);
    let exploitation =
        report.each("exploitation", EXPLOITATION_FORMS, &draft.exploitation, case::exploitation);
    report.unique("exploitation", EXPLOITATION_FORMS, &draft.exploitation);
    case::elements(report, draft, today);
    let withheld = link::withheld(draft, today);
    link::smuggling(report, draft, &withheld);
    let persons = report
        .each("persons", PERSONS, &draft.persons, |report, person| person::person(report, person, today));
    let route = report.each("route", ROUTE_LEGS, &draft.route, case::leg);
    let entities = entities(report, draft, today);
    let stated_handling = kind::stated_handling(report, draft);
    let handling = kind::handling(report, &stated_handling, &terms);
    case::conditions(report, &stated_handling, &draft.handling_conditions);
    let handling_conditions =
        report.texts("handling_conditions", REMARK_CHARS, Lines::Many, &draft.handling_conditions);
    let purpose = report.needed_code("purpose", &draft.purpose);
    kind::parts(report, draft, &terms, &withheld);
    let arrest_warrant_reference =
        report.line("arrest_warrant_reference", &draft.arrest_warrant_reference, LINE_CHARS);
    let question = report.texts("question", REMARK_CHARS, Lines::Many, &draft.question);
    let modus_operandi = report.texts("modus_operandi", REMARK_CHARS, Lines::Many, &draft.modus_operandi);
    let threat = report.texts("threat", REMARK_CHARS, Lines::Many, &draft.threat);
    let sanctions_reference = report.line("sanctions_reference", &draft.sanctions_reference, LINE_CHARS);
    let operation = report.value("operation", &draft.operation, Rule::InvalidOperation);
    let tally = bulletin::tally(report, draft);
    let closing_report = bulletin::closing_report(report, draft);
    let bulletin = bulletin::bulletin(report, draft);
    let expires = case::times(report, draft, now);
    let referral = referral::referral(report, draft, today, now, expires);
    if report.is_within_limits() {
        leak::leaks(report, draft, today, &withheld);
    }
    Some(Notice {
        circulation: circulation?,
        notice_type,
        case_reference: case_reference?,
        urgency,
        subject,
        narrative,
        offences,
        exploitation,
        persons,
        route,
        handling: handling?,
        handling_conditions,
        purpose: purpose?,
        arrest_warrant_reference,
        expires,
        reexamine: draft.reexamine,
        question,
        modus_operandi,
        threat,
        sanctions_reference,
        entities,
        referral,
        operation,
        tally,
        bulletin,
        closing_report,
    })
}

fn entities(report: &mut Report, draft: &Draft, today: Today) -> Entities {
    let entities = &draft.entities;
    let keys = link::keys(report, draft);
    let read = Entities {
        vehicles: report.each("vehicles", ENTITIES, &entities.vehicles, entity::vehicle),
        organisations: report.each("organisations", ENTITIES, &entities.organisations, entity::organisation),
        places: report.each("places", ENTITIES, &entities.places, entity::place),
        assets: report.each("assets", ENTITIES, &entities.assets, entity::asset),
        events: report
            .each("events", ENTITIES, &entities.events, |report, event| entity::event(report, event, today)),
        links: link::links(report, draft, &keys),
        attachments: attachment::attachments(report, draft, today, &keys),
        abuse_media: attachment::abuse_media(report, draft),
    };
    link::places_of_events(report, draft, &keys);
    read
}

fn protected_in(notice: &Notice, today: Date) -> Vec<u32> {
    (0..).zip(&notice.persons).filter(|(_, person)| person.is_protected(today)).map(|(i, _)| i).collect()
}

/// Whether a draft has persons who are protected, as far as it can be read.
pub(crate) fn has_protected(draft: &Draft, now: Timestamp) -> bool {
    draft.persons.iter().any(|person| is_protected(person, Today(Date::of(now))))
}

/// Whether a drafted person is protected, as far as the draft can be read.
fn is_protected(person: &PersonDraft, today: Today) -> bool {
    let victim = matches!(&person.role, Stated::Known(role) if role.is_victim());
    victim || is_treated_as_child(person, today)
}

/// Whether a drafted person is treated as a child, as far as the draft can be read.
fn is_treated_as_child(person: &PersonDraft, today: Today) -> bool {
    let stated = match person.majority {
        Stated::Known(majority) => Some(majority),
        Stated::Absent | Stated::Unknown(_) => None,
    };
    let born = person
        .born
        .and_then(|born| PartialDate::new(born.year, born.month, born.day, born.estimated_to_year).ok());
    majority(stated, born, today.0) != Majority::Adult
}

#[cfg(test)]
pub(crate) mod fixture;

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
