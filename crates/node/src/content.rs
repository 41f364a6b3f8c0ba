//! A notice in clear, on its way into the vault or out of it.
//!
//! What lies in the vault are the sections as their author wrote them, a summary for lists, and the
//! terms by which the notice is found.

use std::collections::BTreeSet;

use amana_seal::envelope::{Opened, SectionKind as SealedKind};
use amana_types::draft::Stated;
use amana_types::rules::Terms;
use amana_types::{CheckedNotice, MemberCode, MergeRefused, NoticeId, SectionKind, Timestamp, merge, split};
use amana_wire::convert::{
    SectionError, case_section, encode_case_section, encode_protected_persons, number, protected_persons,
    protected_persons_message, section_kind, stated, timestamp_message,
};
use amana_wire::v1;
use prost::Message as _;
use zeroize::Zeroizing;

use crate::dates::Dates;
use crate::search::{Term, terms_of};

/// What is kept of one notice. It has no `Debug`: it is case text.
pub(crate) struct Content {
    /// What a list shows.
    pub(crate) summary: Zeroizing<Vec<u8>>,
    /// The CASE section.
    pub(crate) case: Zeroizing<Vec<u8>>,
    /// The PROTECTED_PERSONS section, if there is one and we may hold it.
    pub(crate) protected: Option<Zeroizing<Vec<u8>>>,
    /// By what it is found.
    pub(crate) terms: BTreeSet<Term>,
    /// What it asks for within a time. It is not kept with it, but as records of their own.
    pub(crate) dates: Dates,
}

/// Sections that verified and opened, and still do not make a notice. The sender must act; here the
/// notice is set aside alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// There is no CASE section, or it appears twice.
    #[error("the envelope does not hold exactly one case section")]
    NoCase,
    /// A section does not decode.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// The sections do not make a notice.
    #[error(transparent)]
    Merge(#[from] MergeRefused),
}

/// Whose notice, which, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Label {
    pub(crate) id: NoticeId,
    pub(crate) direction: v1::Direction,
    pub(crate) sender: MemberCode,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
}

impl Content {
    /// A notice that we publish.
    pub(crate) fn of_own(notice: &CheckedNotice, label: Label) -> Self {
        let (case, protected) = split(notice, label.sender);
        let kept_back = protected.as_ref().map(protected_persons_message).unwrap_or_default();
        let reduced = v1::Notice::from(&case.notice);
        Self {
            summary: summary(&reduced, label),
            case: Zeroizing::new(encode_case_section(&case)),
            protected: protected.as_ref().map(encode_protected_persons).map(Zeroizing::new),
            terms: terms_of(label.sender.as_str(), &reduced, &kept_back),
            dates: Dates::of(notice.notice()),
        }
    }

    /// A reply: its section alone. No list shows it and no search finds it.
    pub(crate) fn of_reply(section: Zeroizing<Vec<u8>>) -> Self {
        let (summary, protected, terms) = (Zeroizing::default(), None, BTreeSet::new());
        Self { summary, case: section, protected, terms, dates: Dates::default() }
    }

    /// A notice that was sent to us. `may_hold_protected` is our own registration for child protection:
    /// identities that were granted to us against the rules are dropped here, unread.
    pub(crate) fn of_opened(
        opened: Opened,
        label: Label,
        may_hold_protected: bool,
    ) -> Result<Self, Unreadable> {
        let (mut case, mut protected) = (None, None);
        for section in opened.sections {
            let SealedKind(kind) = section.kind;
            let place = match section_kind(kind)? {
                SectionKind::Case => &mut case,
                SectionKind::ProtectedPersons if may_hold_protected => &mut protected,
                SectionKind::ProtectedPersons => continue,
                _ => return Err(Unreadable::NoCase),
            };
            if place.replace(section.content).is_some() {
                return Err(Unreadable::NoCase);
            }
        }
        let case = case.ok_or(Unreadable::NoCase)?;
        let identities = protected.as_deref().map(|bytes| protected_persons(bytes)).transpose()?;
        let merged = merge(case_section(&case)?, identities, label.sender, label.created)?;
        let (reduced, kept_back) = split(&merged.notice, label.sender);
        let reduced = v1::Notice::from(&reduced.notice);
        // Without the section there is nothing but the reduced persons, which stand in the case already.
        let kept_back = kept_back.filter(|_| protected.is_some());
        let kept_back = kept_back.as_ref().map(protected_persons_message).unwrap_or_default();
        let terms = terms_of(label.sender.as_str(), &reduced, &kept_back);
        let dates = Dates::of(merged.notice.notice());
        Ok(Self { summary: summary(&reduced, label), case, protected, terms, dates })
    }
}

/// Whether a summary is of a notice that the review desk has to pass.
pub(crate) fn needs_review(summary: &[u8]) -> bool {
    // What does not read cannot be cleared.
    let Ok(summary) = v1::NoticeSummary::decode(summary) else { return true };
    let circulation = match stated(summary.circulation) {
        Stated::Known(circulation) => Some(circulation),
        _ => None,
    };
    let notice_type = match stated(summary.r#type) {
        Stated::Known(notice_type) => Some(notice_type),
        _ => None,
    };
    Terms::of(circulation, notice_type).needs_review()
}

/// What a list shows of a notice whose protected persons are reduced.
fn summary(notice: &v1::Notice, label: Label) -> Zeroizing<Vec<u8>> {
    let summary = v1::NoticeSummary {
        notice_id: label.id.to_string(),
        direction: label.direction.into(),
        sender: label.sender.to_string(),
        circulation: notice.circulation,
        r#type: notice.r#type,
        urgency: notice.urgency,
        handling: notice.handling,
        case_reference: notice.case_reference.clone(),
        subject: notice.subject.clone(),
        created: Some(timestamp_message(label.created)),
        expires: Some(timestamp_message(label.expires)),
        exploitation: notice.exploitation.iter().map(|form| form.form).collect(),
        // These are facts of the node, laid over when a list is made.
        log_index: None,
        acknowledged: false,
        status: 0,
        supersedes: String::new(),
        superseded_by: Vec::new(),
        fork: false,
    };
    Zeroizing::new(summary.encode_to_vec())
}

/// Puts a notice together for a reader: identities only where they were opened.
pub(crate) fn show(
    case: &[u8],
    protected: Option<&[u8]>,
) -> Result<(v1::Notice, Vec<u32>), prost::DecodeError> {
    let case = v1::CaseSection::decode(case)?;
    let mut notice = case.notice.unwrap_or_default();
    let Some(protected) = protected else {
        without_keys(&mut notice);
        return Ok((notice, case.protected_persons));
    };
    let mut identities = v1::ProtectedPersonsSection::decode(protected)?;
    for (index, person) in case.protected_persons.iter().zip(identities.persons) {
        if let Some(place) = usize::try_from(*index).ok().and_then(|index| notice.persons.get_mut(index)) {
            *place = person;
        }
    }
    notice.vehicles.append(&mut identities.vehicles);
    notice.organisations.append(&mut identities.organisations);
    notice.places.append(&mut identities.places);
    notice.assets.append(&mut identities.assets);
    notice.events.append(&mut identities.events);
    notice.links.append(&mut identities.links);
    notice.attachments.append(&mut identities.attachments);
    notice.abuse_media.append(&mut identities.abuse_media);
    without_keys(&mut notice);
    Ok((notice, Vec::new()))
}

/// What opens an attachment never leaves the node.
fn without_keys(notice: &mut v1::Notice) {
    notice.attachments.iter_mut().for_each(|attachment| attachment.key.clear());
}

/// The kind of a section as an envelope's header numbers it.
pub(crate) fn sealed_kind(kind: SectionKind) -> SealedKind {
    SealedKind(u8::try_from(number(kind)).unwrap_or_default())
}
