//! A notice in clear, on its way into the vault or out of it.
//!
//! What lies in the vault are the sections as their author wrote them, a partner's part as a case of which
//! nothing else is known, a summary for lists, and the terms by which the notice is found.

use std::collections::BTreeSet;

use amana_notice::convert::{SCHEMA, SectionError, decode, section_kind, timestamp, timestamp_message};
use amana_notice::partner::{for_partners, merge_partner};
use amana_notice::rules::Terms;
use amana_notice::{
    CheckedNotice, Circulation, NoticeType, SectionKind, described, known, main_section, merge, put_back,
    split,
};
use amana_policy::Told;
use amana_policy::operation::OperationNotice;
use amana_seal::attachment::Shape;
use amana_seal::envelope::{AttachmentHeader, Kind, Opened, SectionKind as SealedKind, Supersedes};
use amana_types::{Digest, GroupName, MemberCode, NoticeId, Timestamp};
use amana_wire::v1;
use prost::Message as _;
use zeroize::Zeroizing;

use crate::inbox::unreadable::Unreadable;
use crate::ledger::vault::InClear;
use crate::notice::dates::Dates;
use crate::outbox::compose::{Body, BodyPart, Fitting, Readers, ReviewNeed};
use crate::search::{Term, terms_of, terms_of_reply};

/// One part of a notice in clear.
type Part = Zeroizing<Vec<u8>>;

/// What is kept of one notice. It has no `Debug`: it is case text.
pub(crate) struct Content {
    /// What a list shows.
    pub(crate) summary: Zeroizing<Vec<u8>>,
    /// The CASE section.
    pub(crate) case: Zeroizing<Vec<u8>>,
    /// The PROTECTED_PERSONS section, if there is one and we may hold it.
    pub(crate) protected: Option<Zeroizing<Vec<u8>>>,
    /// What partners get, of a notice of ours: made when it is sealed, and not kept.
    pub(crate) for_partners: Option<ForPartners>,
    /// The attachments that it lists; of one that came in, those that we hold the description of.
    pub(crate) attachments: Vec<AttachmentHeader>,
    /// By what it is found.
    pub(crate) terms: BTreeSet<Term>,
    /// What it asks for within a time. It is not kept with it, but as records of their own.
    pub(crate) dates: Dates,
    /// Of a notice that passes another on: the GRANT section. It is kept as a record of its own.
    pub(crate) origin: Option<Vec<u8>>,
}

/// The sections of a notice of ours for partners. It has no `Debug`: it is case text.
pub(crate) struct ForPartners {
    /// The PARTNER section.
    pub(crate) section: Zeroizing<Vec<u8>>,
    /// The PARTNER_PERSONS section.
    pub(crate) persons: Zeroizing<Vec<u8>>,
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
        let reduced = case.notice.as_ref().unwrap_or(notice.notice());
        let kept_back = protected.clone().unwrap_or_default();
        Self {
            summary: summary(reduced, label),
            case: Zeroizing::new(case.encode_to_vec()),
            protected: protected.as_ref().map(|section| Zeroizing::new(section.encode_to_vec())),
            for_partners: ForPartners::of(notice, label.sender),
            attachments: notice.attachments().iter().filter_map(header_of).collect(),
            terms: terms_of(label.sender.as_str(), reduced, &kept_back),
            dates: Dates::of(notice.notice()),
            origin: None,
        }
    }

    /// A reply: its section alone. No list shows it and no search finds it.
    pub(crate) fn of_reply(section: Zeroizing<Vec<u8>>) -> Self {
        // It was checked before; what does not read is found by nothing.
        let said = v1::ReplySection::decode(section.as_slice()).unwrap_or_default().reply;
        let terms = said.as_ref().map(terms_of_reply).unwrap_or_default();
        let (summary, protected) = (Zeroizing::default(), None);
        let (dates, attachments, origin) = (Dates::default(), Vec::new(), None);
        Self { summary, case: section, protected, for_partners: None, attachments, terms, dates, origin }
    }

    /// A notice of ours that is sealed again. The index has its terms already.
    pub(crate) fn of_kept(
        (summary, case, protected): (Part, Part, Option<Part>),
        sender: MemberCode,
        created: Timestamp,
    ) -> Result<Self, Unreadable> {
        let identities = protected.as_deref().map(|bytes| protected_persons(bytes)).transpose()?;
        let whole = merge(decode(&case)?, identities, sender, created)?;
        let for_partners = ForPartners::of(&whole.notice, sender);
        let attachments = whole.notice.attachments().iter().filter_map(header_of).collect();
        let (terms, dates) = (BTreeSet::new(), Dates::default());
        Ok(Self { summary, case, protected, for_partners, attachments, terms, dates, origin: None })
    }

    /// A notice of ours that is made anew under another id, at another time, until another end.
    pub(crate) fn anew((case, protected): (Part, Option<Part>), label: Label) -> Result<Self, Unreadable> {
        let identities = protected.as_deref().map(|bytes| protected_persons(bytes)).transpose()?;
        let mut section = decode::<v1::CaseSection>(&case)?;
        if let Some(notice) = &mut section.notice {
            notice.expires = Some(timestamp_message(label.expires));
        }
        let whole = merge(section, identities, label.sender, label.created)?;
        let own = Self::of_own(&whole.notice, label);
        // Where the identities were not passed on, the reduced persons in the case are all there is.
        Ok(Self { protected: own.protected.filter(|_| protected.is_some()), ..own })
    }

    /// A notice that was sent to us, or a partner's part of one, with the moment at which it ends here. What
    /// we were granted was held against the table before anything was opened.
    pub(crate) fn of_opened(opened: Opened, label: Label) -> Result<(Self, Timestamp), Unreadable> {
        let listed = opened.header.attachments.clone();
        let (mut case, mut protected, mut partner, mut partner_persons) = (None, None, None, None);
        let mut bulletin = None;
        for section in opened.sections {
            let SealedKind(kind) = section.kind;
            let place = match section_kind(kind)? {
                SectionKind::Case => &mut case,
                SectionKind::ProtectedPersons => &mut protected,
                SectionKind::Partner => &mut partner,
                SectionKind::PartnerPersons => &mut partner_persons,
                SectionKind::Bulletin => &mut bulletin,
                _ => return Err(Unreadable::NoCase),
            };
            if place.replace(section.content).is_some() {
                return Err(Unreadable::NoCase);
            }
        }
        match (case, bulletin, partner) {
            (Some(case), None, None) => Ok((Self::of_case(case, protected, &listed, label)?, label.expires)),
            (None, Some(bulletin), None) => {
                let content = Self::of_case(bulletin, protected, &listed, label)?;
                // A case in a bulletin's place would go where no case goes.
                let is_bulletin = content.main_section() == SectionKind::Bulletin;
                is_bulletin.then_some((content, label.expires)).ok_or(Unreadable::NoBulletin)
            }
            (None, None, Some(partner)) if protected.is_none() => {
                Self::of_part(&partner, partner_persons, label)
            }
            _ => Err(Unreadable::NoCase),
        }
    }

    /// What counts about it for who may send and receive it.
    pub(crate) fn told(&self) -> Told {
        let (circulation, notice_type) = told(&self.summary).unwrap_or_default();
        let has_part_for_partners =
            self.for_partners.is_some() || self.main_section() == SectionKind::Bulletin;
        Told { circulation, notice_type, has_part_for_partners }
    }

    /// What of it is kept at rest.
    pub(crate) fn in_clear(&self) -> InClear<'_> {
        let Self { summary, case, protected, terms, .. } = self;
        InClear { summary, case, protected: protected.as_ref().map(|bytes| bytes.as_slice()), terms }
    }

    /// What its envelope carries, in the place of another notice or of none.
    pub(crate) fn body(&self, supersedes: Option<Supersedes>) -> Body<'_> {
        fn part(kind: SectionKind, content: Option<&[u8]>) -> Option<BodyPart<'_>> {
            content.map(|content| BodyPart { kind, content, readers: Readers::Granted })
        }
        let partners = self.for_partners.as_ref();
        let parts = [
            part(self.main_section(), Some(&self.case)),
            part(SectionKind::ProtectedPersons, self.protected.as_ref().map(|bytes| bytes.as_slice())),
            part(SectionKind::Partner, partners.map(|part| part.section.as_slice())),
            part(SectionKind::PartnerPersons, partners.map(|part| part.persons.as_slice())),
            part(SectionKind::Grant, self.origin.as_deref()),
        ];
        let held = needs_review(&self.summary);
        Body {
            kind: Kind::Notice,
            supersedes,
            in_reply_to: None,
            parts: parts.into_iter().flatten().collect(),
            attachments: &self.attachments,
            review: if held { ReviewNeed::Always } else { ReviewNeed::SenderUnderReview },
            fit: Some(Fitting { told: self.told(), operation: operation_of(&self.summary) }),
        }
    }

    /// The section that holds the notice itself.
    pub(crate) fn main_section(&self) -> SectionKind {
        let summary = v1::NoticeSummary::decode(self.summary.as_slice()).unwrap_or_default();
        main_section(known(summary.circulation), known(summary.bulletin_category))
    }

    fn of_case(
        case: Zeroizing<Vec<u8>>,
        protected: Option<Zeroizing<Vec<u8>>>,
        listed: &[AttachmentHeader],
        label: Label,
    ) -> Result<Self, Unreadable> {
        let identities = protected.as_deref().map(|bytes| protected_persons(bytes)).transpose()?;
        let merged = merge(decode(&case)?, identities, label.sender, label.created)?;
        let sealed = merged.notice.attachments();
        let attachments: Vec<AttachmentHeader> = sealed
            .iter()
            .map(|one| header_of(one).ok_or(Unreadable::Attachment))
            .collect::<Result<_, _>>()?;
        if attachments.iter().any(|one| !listed.contains(one)) {
            return Err(Unreadable::Attachment);
        }
        let (reduced, kept_back) = split(&merged.notice, label.sender);
        let reduced = reduced.notice.unwrap_or_default();
        // Without the section there is nothing but the reduced persons, which stand in the case already.
        let kept_back = kept_back.filter(|_| protected.is_some());
        let terms = terms_of(label.sender.as_str(), &reduced, &kept_back.unwrap_or_default());
        let dates = Dates::of(merged.notice.notice());
        let (summary, for_partners, origin) = (summary(&reduced, label), None, None);
        Ok(Self { summary, case, protected, for_partners, attachments, terms, dates, origin })
    }

    /// A partner's part is kept as a case of which nothing else is known, with the identities on their own as
    /// in a case. It is written anew from what was read, so that nothing else of its author's is kept.
    fn of_part(
        section: &[u8],
        persons: Option<Zeroizing<Vec<u8>>>,
        label: Label,
    ) -> Result<(Self, Timestamp), Unreadable> {
        let Label { sender, created, expires, .. } = label;
        let identities = persons.as_deref().map(|bytes| decode(bytes)).transpose()?;
        let merge = |identities| {
            let section = decode(section)?;
            merge_partner(section, identities, sender, created, expires).map_err(Unreadable::from)
        };
        let reduced = merge(None)?;
        let protected_persons = (0..).zip(&reduced.persons).map(|(index, _)| index).collect();
        let who = match identities {
            None => None,
            Some(identities) => Some(merge(Some(identities))?.persons),
        };
        let who = who.map(|persons| v1::ProtectedPersonsSection {
            sender: sender.to_string(),
            persons,
            schema: SCHEMA,
            ..v1::ProtectedPersonsSection::default()
        });
        let ends = reduced.expires.map_or(expires, timestamp);
        // A list has nothing else to show of it.
        let subject = reduced.referral.as_ref().map(|referral| referral.summary.clone()).unwrap_or_default();
        let listed = v1::Notice { subject, ..reduced.clone() };
        let terms = terms_of(
            sender.as_str(),
            &reduced,
            who.as_ref().unwrap_or(&v1::ProtectedPersonsSection::default()),
        );
        let case = v1::CaseSection {
            sender: sender.to_string(),
            notice: Some(reduced),
            protected_persons,
            schema: SCHEMA,
            ..v1::CaseSection::default()
        };
        let content = Self {
            summary: summary(&listed, Label { expires: ends, ..label }),
            case: Zeroizing::new(case.encode_to_vec()),
            protected: who.map(|who| Zeroizing::new(who.encode_to_vec())),
            for_partners: None,
            attachments: Vec::new(),
            terms,
            dates: Dates::of_referral(ends),
            origin: None,
        };
        Ok((content, ends))
    }
}

impl ForPartners {
    fn of(notice: &CheckedNotice, sender: MemberCode) -> Option<Self> {
        let (section, persons) = for_partners(notice, sender)?;
        Some(Self {
            section: Zeroizing::new(section.encode_to_vec()),
            persons: Zeroizing::new(persons.encode_to_vec()),
        })
    }
}

/// Circulation and type as a summary tells them.
pub(crate) fn told(summary: &[u8]) -> Option<(Option<Circulation>, Option<NoticeType>)> {
    let summary = v1::NoticeSummary::decode(summary).ok()?;
    Some((known(summary.circulation), known(summary.r#type)))
}

fn protected_persons(bytes: &[u8]) -> Result<v1::ProtectedPersonsSection, SectionError> {
    decode(bytes)
}

/// Whether a summary is of a notice that the review desk has to pass.
pub(crate) fn needs_review(summary: &[u8]) -> bool {
    // What does not read cannot be cleared.
    told(summary).is_none_or(|(circulation, notice_type)| Terms::of(circulation, notice_type).needs_review())
}

/// In the name of which operation a notice travels, by its summary, and as what; nothing for none.
pub(crate) fn operation_of(summary: &[u8]) -> Option<(GroupName, OperationNotice)> {
    let summary = v1::NoticeSummary::decode(summary).ok()?;
    let name = summary.operation.parse().ok()?;
    let what = match summary.bulletin_category() {
        v1::BulletinCategory::ClosingReport => OperationNotice::ClosingReport,
        _ => OperationNotice::Ordinary,
    };
    Some((name, what))
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
        marking: notice.marking.clone().map(v1::Marking::shown),
        case_reference: notice.case_reference.clone(),
        subject: notice.subject.clone(),
        created_at: Some(timestamp_message(label.created)),
        expires_at: Some(timestamp_message(label.expires)),
        exploitation: notice.exploitation.iter().map(|form| form.form).collect(),
        operation: notice.operation.clone(),
        bulletin_category: notice.bulletin.as_ref().map_or(0, |bulletin| bulletin.category),
        // The rest are facts of the node, laid over when a list is made.
        ..v1::NoticeSummary::default()
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
    notice.attachments = described(&case.attachments).collect();
    let Some(protected) = protected else {
        return Ok((notice, case.protected_persons));
    };
    let mut identities = v1::ProtectedPersonsSection::decode(protected)?;
    for (index, person) in case.protected_persons.iter().zip(std::mem::take(&mut identities.persons)) {
        if let Some(place) = usize::try_from(*index).ok().and_then(|index| notice.persons.get_mut(index)) {
            *place = person;
        }
    }
    put_back(&mut notice, identities);
    Ok((notice, Vec::new()))
}

/// An attachment as the header lists it; nothing when it is not sealed.
fn header_of(attachment: &v1::SealedAttachment) -> Option<AttachmentHeader> {
    let sealed = Digest::try_from(attachment.sealed_sha256.as_ref()).ok()?;
    let padded_bytes = Shape::of(attachment.attachment.as_ref()?.bytes)?.padded_bytes();
    Some(AttachmentHeader { sealed, padded_bytes })
}

/// The attachments of a notice, secrets and all, in the order in which they are shown: never for an answer.
pub(crate) fn descriptions(
    case: &[u8],
    protected: Option<&[u8]>,
) -> Result<Vec<v1::SealedAttachment>, prost::DecodeError> {
    let case = v1::CaseSection::decode(case)?;
    let protected = protected.map(v1::ProtectedPersonsSection::decode).transpose()?.unwrap_or_default();
    Ok(case.attachments.into_iter().chain(protected.attachments).collect())
}
