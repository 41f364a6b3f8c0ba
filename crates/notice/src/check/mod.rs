//! From a notice as its author wrote it to one that may travel: every problem at once, or a
//! [`CheckedNotice`].
//!
//! The author's side and the reader's side run the same rules. An author is held to all of them, against the
//! present moment; a reader to those of protection and to the limits, against the moment at which the envelope
//! says it was made, so that what was right when it was sent, or is right by a newer contract, is readable.
//!
//! The check reads the contract's message. There is no second tree of a notice: telephone numbers, dates and
//! countries are parsed where they are judged or searched. A reader must know what decides who may send and receive
//! a notice; an unknown code anywhere else does not lose the notice.

mod attachment;
mod bulletin;
mod case;
mod entity;
mod kind;
mod leak;
mod link;
mod marking;
mod name;
mod person;
mod problem;
mod referral;
mod reply;
mod report;
mod rule;
mod trafficking;

pub(crate) use link::ends;
pub use problem::Problem;
pub(crate) use referral::partner;
pub use reply::check_reply;
pub(crate) use reply::read_reply;
pub use rule::Rule;

use crate::content::{self, Attachment, Notice, SealedAttachment};
use crate::convert::{number, timestamp, timestamp_message};
use crate::model::{
    AttachedContent, CaseReference, Circulation, Date, NoticeType, Purpose, SealedContent, Urgency,
};
use crate::rules::Terms;
use amana_types::limits::{
    ENTITIES, EXPLOITATION_FORMS, LINE_CHARS, NARRATIVE_CHARS, NOTICE_TEXT_BYTES, OFFENCES, PERSONS,
    REMARK_CHARS, ROUTE_LEGS, SUBJECT_CHARS,
};
use amana_types::{Digest, GroupName, Timestamp};
use report::{Lines, Report};

/// A notice that broke no rule: of its author all, of a reader those that bind readers. Only [`check`] and
/// [`merge`](crate::merge) make it, and only it can be sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedNotice {
    notice: Notice,
    as_of: Timestamp,
    protected: Vec<u32>,
    /// Its attachments with what opens them, in its order; empty until they are sealed.
    sealed: Vec<SealedAttachment>,
}

impl CheckedNotice {
    /// The notice.
    #[must_use]
    pub const fn notice(&self) -> &Notice {
        &self.notice
    }

    /// When it ends.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        // The check puts it in.
        self.notice.expires.map_or(self.as_of, timestamp)
    }

    /// The same with what only the node knows of its attachments: content, address and key.
    ///
    /// # Errors
    /// That of `find`, which is asked for each attachment by the content that its author names.
    pub fn with_sealed<E>(
        mut self,
        mut find: impl FnMut(Option<Digest>) -> Result<(AttachedContent, SealedContent), E>,
    ) -> Result<Self, E> {
        let mut all = Vec::with_capacity(self.notice.attachments.len());
        for attachment in &mut self.notice.attachments {
            let named = Digest::try_from(attachment.content_sha256.as_ref()).ok();
            let (content, sealed) = find(named)?;
            attachment.bytes = content.bytes;
            attachment.content_sha256 = content.digest.as_bytes().to_vec().into();
            all.push(SealedAttachment {
                attachment: Some(attachment.clone()),
                sealed_sha256: sealed.digest.as_bytes().to_vec().into(),
                secret: sealed.key.as_bytes().to_vec().into(),
            });
        }
        Ok(self.sealed_as(all))
    }

    /// The same, with its attachments as they were sealed.
    pub(crate) fn sealed_as(mut self, sealed: Vec<SealedAttachment>) -> Self {
        self.sealed = sealed;
        self
    }

    /// Its attachments, each with what opens it once they are sealed.
    #[must_use]
    pub fn attachments(&self) -> Vec<SealedAttachment> {
        if !self.sealed.is_empty() {
            return self.sealed.clone();
        }
        let described =
            |one: &Attachment| SealedAttachment { attachment: Some(one.clone()), ..Default::default() };
        self.notice.attachments.iter().map(described).collect()
    }

    /// The same with everybody protected whom its author says is: a newer contract may protect more persons.
    /// Nothing when that leaves out who is protected here, or is no list of persons of the notice.
    pub(crate) fn protecting(mut self, listed: &[u32]) -> Option<Self> {
        let is_list = listed.is_sorted_by(|one, other| one < other)
            && listed
                .iter()
                .all(|index| usize::try_from(*index).is_ok_and(|index| index < self.notice.persons.len()));
        let covers = self.protected.iter().all(|index| listed.contains(index));
        self.protected = listed.to_vec();
        (is_list && covers).then_some(self)
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

/// Checks a notice against every rule. What passes is put in its one way of writing: trimmed, digits in Latin,
/// codes for what is usual.
///
/// # Errors
/// Every [`Problem`] there is, in the order of the fields' checks, up to [`PROBLEMS`](amana_types::limits::PROBLEMS).
pub fn check(written: &Notice, now: Timestamp) -> Result<CheckedNotice, Vec<Problem>> {
    checked(Report::default(), written, now)
}

/// What somebody else wrote, held to the rules that bind its readers alone. Codes that are not known here, and
/// values of a form that is not, stay as they are.
pub(crate) fn check_as_reader(written: &Notice, created: Timestamp) -> Result<CheckedNotice, Vec<Problem>> {
    checked(Report::of_reader(), written, created)
}

fn checked(mut report: Report, written: &Notice, now: Timestamp) -> Result<CheckedNotice, Vec<Problem>> {
    let mut notice = written.clone();
    read(&mut report, written, &mut notice, now);
    let (mut problems, bytes) = report.finish();
    if bytes > NOTICE_TEXT_BYTES {
        let message =
            format!("{bytes} bytes of text in all, at most {NOTICE_TEXT_BYTES} are possible; shorten it");
        problems.push(Problem { field: String::new(), rule: Rule::NoticeTooLarge, message });
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let protected = protected_in(&notice, Date::of(now));
    Ok(CheckedNotice { notice, as_of: now, protected, sealed: Vec::new() })
}

/// Checks what was written, and puts `notice`, which begins as the same, in its one way of writing.
fn read(report: &mut Report, written: &Notice, notice: &mut Notice, now: Timestamp) {
    let today = Today(Date::of(now));
    let circulation = report.decisive_code::<Circulation>("circulation", written.circulation, true);
    let notice_type = report.decisive_code::<NoticeType>("type", written.r#type, false);
    let terms = Terms::of(circulation, notice_type);
    kind::type_needed(report, written, &terms);
    report.needed_value::<CaseReference>(
        "case_reference",
        &mut notice.case_reference,
        Rule::InvalidCaseReference,
    );
    report.code::<Urgency>("urgency", written.urgency);
    if written.urgency == 0 {
        notice.urgency = number(terms.urgency());
    }
    for (field, texts) in [("subject", &written.subject), ("narrative", &written.narrative)] {
        if texts.is_empty() {
            report.refuse(field, Rule::FieldNeeded, "missing; write it in at least one language");
        }
    }
    report.texts("subject", SUBJECT_CHARS, Lines::One, &mut notice.subject);
    report.texts("narrative", NARRATIVE_CHARS, Lines::Many, &mut notice.narrative);
    report.each("offences", OFFENCES, &mut notice.offences, case::offence);
    report.each("exploitation", EXPLOITATION_FORMS, &mut notice.exploitation, case::exploitation);
    report.unique("exploitation", EXPLOITATION_FORMS, &written.exploitation);
    case::elements(report, written, today);
    let withheld = link::withheld(written, today);
    link::smuggling(report, written, &withheld);
    report.each("persons", PERSONS, &mut notice.persons, |report, person| {
        person::person(report, person, today)
    });
    report.each("route", ROUTE_LEGS, &mut notice.route, case::leg);
    things(report, written, notice, today);
    marking::of_notice(report, &mut notice.marking, &terms);
    report.needed_code::<Purpose>("purpose", written.purpose);
    kind::parts(report, written, &terms, &withheld);
    report.line("arrest_warrant_reference", &mut notice.arrest_warrant_reference, LINE_CHARS);
    report.texts("question", REMARK_CHARS, Lines::Many, &mut notice.question);
    report.texts("modus_operandi", REMARK_CHARS, Lines::Many, &mut notice.modus_operandi);
    report.texts("threat", REMARK_CHARS, Lines::Many, &mut notice.threat);
    report.line("sanctions_reference", &mut notice.sanctions_reference, LINE_CHARS);
    report.value::<GroupName>("operation", &mut notice.operation, Rule::InvalidOperation);
    bulletin::tally(report, written, notice);
    bulletin::closing_report(report, written, notice);
    if let Some(bulletin) = &mut notice.bulletin {
        report.at("bulletin", |report| bulletin::bulletin(report, bulletin));
    }
    let expires = case::times(report, notice, now);
    notice.expires = Some(timestamp_message(expires));
    referral::referral(report, written, notice, today, (now, expires));
    if report.is_within_limits() {
        leak::leaks(report, written, today, &withheld);
    }
}

fn things(report: &mut Report, written: &Notice, notice: &mut Notice, today: Today) {
    let labels = link::labels(report, written);
    report.each("vehicles", ENTITIES, &mut notice.vehicles, entity::vehicle);
    report.each("organisations", ENTITIES, &mut notice.organisations, entity::organisation);
    report.each("places", ENTITIES, &mut notice.places, entity::place);
    report.each("assets", ENTITIES, &mut notice.assets, entity::asset);
    report.each("events", ENTITIES, &mut notice.events, |report, event| entity::event(report, event, today));
    link::links(report, notice, &labels);
    attachment::attachments(report, written, notice, today, &labels);
    attachment::abuse_media(report, &mut notice.abuse_media);
    link::places_of_events(report, written, &labels);
}

fn protected_in(notice: &Notice, day: Date) -> Vec<u32> {
    (0..).zip(&notice.persons).filter(|(_, person)| person.is_protected(day)).map(|(i, _)| i).collect()
}

/// Whether a notice has persons who are protected, as far as it can be read.
pub(crate) fn has_protected(notice: &Notice, now: Timestamp) -> bool {
    notice.persons.iter().any(|person| person.is_protected(Date::of(now)))
}

/// Whether a person is protected, as far as what is written can be read.
fn is_protected(person: &content::Person, today: Today) -> bool {
    person.is_protected(today.0)
}

#[cfg(test)]
pub(crate) mod fixture;

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
