//! What a sender wants sealed, and all that can be wrong with it.

use std::collections::BTreeSet;

use amana_log::TreeHead;
use amana_types::{
    Addressing, DirectoryHead, HpkeEpoch, HpkePublicKey, Member, MemberCode, NoticeId, Timestamp, limits,
};

use super::header::{AttachmentHeader, Kind, SectionKind, Supersedes, check_attachments};
use super::index::SectionIndex;
use super::padding::padded_len;
use super::section::TAG_BYTES;
use super::slot::PairLink;

/// Which recipients may open a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Granted {
    /// Every recipient.
    Everyone,
    /// Only these.
    Only(BTreeSet<MemberCode>),
}

impl Granted {
    pub(super) fn to(&self, code: MemberCode) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only(codes) => codes.contains(&code),
        }
    }
}

/// One section before it is sealed.
pub struct ClearSection<'a> {
    /// What it holds.
    pub kind: SectionKind,
    /// Its content.
    pub content: &'a [u8],
    /// Who may open it.
    pub granted: Granted,
}

/// One recipient, with the key that its slot is sealed to.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// Its code.
    pub code: MemberCode,
    /// The key's epoch.
    pub epoch: HpkeEpoch,
    /// Its HPKE key.
    pub key: &'a HpkePublicKey,
    /// The envelope's place in the sequence from us to it.
    pub link: PairLink,
}

impl<'a> Recipient<'a> {
    /// A member as recipient, by its newest HPKE key; `None` when it has no key.
    #[must_use]
    pub fn of(member: &'a Member, link: PairLink) -> Option<Self> {
        member.current_hpke_key().map(|(epoch, key)| Self { code: member.code, epoch, key, link })
    }
}

/// What a sender wants sealed.
pub struct EnvelopeDraft<'a> {
    /// What it carries.
    pub kind: Kind,
    /// Its id.
    pub id: NoticeId,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// Whom it addresses; for the hub.
    pub addressing: &'a Addressing,
    /// The directory by which recipients and keys were chosen.
    pub directory: DirectoryHead,
    /// The newest audit head that we verified.
    pub audit: Option<TreeHead>,
    /// What it answers.
    pub in_reply_to: Option<NoticeId>,
    /// What it takes the place of.
    pub supersedes: Option<Supersedes>,
    /// Whether the hub holds it until the review desk, which must be among the recipients, has passed it.
    pub held: bool,
    /// The attachments that belong to it.
    pub attachments: &'a [AttachmentHeader],
    /// Its sections.
    pub sections: &'a [ClearSection<'a>],
    /// Its recipients, in any order.
    pub recipients: &'a [Recipient<'a>],
}

/// Why something cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Nobody would receive it.
    #[error("no recipient; address at least one active member")]
    NoRecipient,
    /// More recipients than one envelope may have.
    #[error("{0} recipients, the limit is 256; send it in several notices")]
    TooManyRecipients(usize),
    /// A recipient is named twice.
    #[error("{0} is named twice among the recipients")]
    TwiceRecipient(MemberCode),
    /// More sections than one envelope may have.
    #[error("{0} sections, the limit is 16; join some")]
    TooManySections(usize),
    /// A section is too large.
    #[error("section {} has {bytes} bytes, the limit is {most}; shorten it", .index.0)]
    SectionTooLarge {
        /// Which section.
        index: SectionIndex,
        /// Its length in bytes.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// All sections together, padded, are too large.
    #[error("all sections together have {bytes} bytes when padded, the limit is {most}; shorten them")]
    BodyTooLarge {
        /// Their length in bytes.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// The addressing is too large.
    #[error("the addressing has {bytes} bytes, the limit is {most}; address regions or groups")]
    AddressingTooLarge {
        /// Its length in bytes.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// A section is granted to somebody who does not receive the envelope.
    #[error("section {} is granted to {member}, who is no recipient", .index.0)]
    GrantWithoutSlot {
        /// Which section.
        index: SectionIndex,
        /// To whom.
        member: MemberCode,
    },
    /// A recipient may open nothing of it.
    #[error("{0} is a recipient but is granted no section; grant one or leave it out")]
    NothingGranted(MemberCode),
    /// It is of a kind that is never held.
    #[error("an envelope of kind {} is never held; send it as it is", .0.code())]
    Held(Kind),
    /// Its attachments are too many or too large together, or one stands there twice.
    #[error(
        "the attachments do not go with it: at most {} different ones, {} bytes together, on what carries content",
        limits::ATTACHMENTS,
        limits::ATTACHMENTS_BYTES
    )]
    Attachments,
    /// It would end before it begins.
    #[error("it expires before it is made; set a later expiry")]
    Expiry,
    /// A recipient's HPKE key in the directory is not well formed.
    #[error("the HPKE key of {0} is not well formed; it must publish another")]
    RecipientKey(MemberCode),
    /// The cipher refused its input; no input within the limits causes it.
    #[error("the cipher refused its input; report this")]
    Cipher,
}

/// Checks all that can be wrong with a draft; gives the recipients in order.
pub(super) fn check<'a>(draft: &EnvelopeDraft<'a>) -> Result<Vec<Recipient<'a>>, SealError> {
    if draft.expires <= draft.created {
        return Err(SealError::Expiry);
    }
    if draft.held && !draft.kind.is_reviewable() {
        return Err(SealError::Held(draft.kind));
    }
    check_attachments(draft.kind, draft.attachments).map_err(|()| SealError::Attachments)?;
    if draft.recipients.is_empty() {
        return Err(SealError::NoRecipient);
    }
    most(draft.recipients.len(), limits::RECIPIENTS).map_err(|(n, _)| SealError::TooManyRecipients(n))?;
    let mut recipients = draft.recipients.to_vec();
    recipients.sort_unstable_by_key(|recipient| recipient.code);
    let twice = recipients.windows(2).find_map(|pair| match pair {
        [a, b] if a.code == b.code => Some(a.code),
        _ => None,
    });
    if let Some(code) = twice {
        return Err(SealError::TwiceRecipient(code));
    }
    check_sections(draft)?;
    check_grants(draft)?;
    Ok(recipients)
}

fn check_sections(draft: &EnvelopeDraft<'_>) -> Result<(), SealError> {
    most(draft.sections.len(), limits::SECTIONS).map_err(|(n, _)| SealError::TooManySections(n))?;
    for (index, section) in indexed(draft.sections) {
        most(section.content.len(), limits::SECTION_BYTES)
            .map_err(|(bytes, most)| SealError::SectionTooLarge { index, bytes, most })?;
    }
    let body = draft.sections.iter().map(|section| padded_len(section.content.len()) + TAG_BYTES).sum();
    most(body, limits::ENVELOPE_BODY_BYTES).map_err(|(bytes, most)| SealError::BodyTooLarge { bytes, most })
}

fn check_grants(draft: &EnvelopeDraft<'_>) -> Result<(), SealError> {
    let codes: BTreeSet<MemberCode> = draft.recipients.iter().map(|recipient| recipient.code).collect();
    for (index, section) in indexed(draft.sections) {
        if let Granted::Only(granted) = &section.granted
            && let Some(member) = granted.difference(&codes).next()
        {
            return Err(SealError::GrantWithoutSlot { index, member: *member });
        }
    }
    let nothing = |code: &&MemberCode| !draft.sections.iter().any(|section| section.granted.to(**code));
    match codes.iter().find(nothing) {
        Some(code) if !draft.sections.is_empty() => Err(SealError::NothingGranted(*code)),
        _ => Ok(()),
    }
}

pub(super) fn indexed<'s, 'a>(
    sections: &'s [ClearSection<'a>],
) -> impl Iterator<Item = (SectionIndex, &'s ClearSection<'a>)> {
    (0..=u8::MAX).map(SectionIndex).zip(sections)
}

pub(super) const fn most(size: usize, most: usize) -> Result<(), (usize, usize)> {
    if size <= most { Ok(()) } else { Err((size, most)) }
}
