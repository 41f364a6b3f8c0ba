//! From what a subject has to send to the envelope that goes to the hub.

use std::collections::BTreeSet;

use amana_log::TreeHead;
use amana_notice::{SectionKind, number};
use amana_policy::operation::OperationNotice;
use amana_policy::{Audience, Told, grants};
use amana_seal::envelope::{
    AttachmentHeader, ClearSection, Envelope, EnvelopeDraft, Granted, Kind, PairLink, PairSeq, Recipient,
    SealError, SectionKind as SealedKind, Supersedes, header_hash, seal,
};
use amana_seal::keys::SigningKeyPair;
use amana_types::{Addressing, Digest, Directory, GroupName, MemberCode, NoticeId, Random, Timestamp};
use amana_wire::v1;
use bytes::Bytes;

use crate::fold::parts::PairPlace;

/// What is to be sealed.
pub(crate) struct Order<'a> {
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) addressing: &'a Addressing,
    pub(crate) body: Body<'a>,
}

/// What an envelope carries. Its subject gives it.
pub(crate) struct Body<'a> {
    pub(crate) kind: Kind,
    /// The notice that it takes the place of, or is about.
    pub(crate) supersedes: Option<Supersedes>,
    /// The notice that it answers.
    pub(crate) in_reply_to: Option<NoticeId>,
    pub(crate) parts: Vec<BodyPart<'a>>,
    pub(crate) attachments: &'a [AttachmentHeader],
    pub(crate) review: ReviewNeed,
    /// What has to fit those who send and receive it; nothing for what always does.
    pub(crate) fit: Option<Fitting>,
}

/// One section in clear.
pub(crate) struct BodyPart<'a> {
    pub(crate) kind: SectionKind,
    pub(crate) content: &'a [u8],
    pub(crate) readers: Readers,
}

/// Who of the recipients may open a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Everyone.
    All,
    /// Those whom the table of [`grants`] gives it. One that nobody may open does not leave the house.
    Granted,
}

/// When the review desk has to pass it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReviewNeed {
    Always,
    SenderUnderReview,
    /// What is wrong can always be taken back, or hidden, at once.
    Never,
}

/// What has to fit.
pub(crate) struct Fitting {
    pub(crate) told: Told,
    /// In the name of which operation, and as what.
    pub(crate) operation: Option<(GroupName, OperationNotice)>,
}

impl<'a> Body<'a> {
    /// An order about a notice: one section, which every recipient reads.
    pub(crate) fn order(kind: Kind, of: Supersedes, section: SectionKind, content: &'a [u8]) -> Self {
        Self {
            kind,
            supersedes: Some(of),
            in_reply_to: None,
            parts: vec![BodyPart { kind: section, content, readers: Readers::All }],
            attachments: &[],
            review: ReviewNeed::Never,
            fit: None,
        }
    }

    /// Whether the review desk has to pass it, when its sender is under review or not.
    pub(crate) fn is_held(&self, under_review: bool) -> bool {
        match self.review {
            ReviewNeed::Always => true,
            ReviewNeed::SenderUnderReview => under_review,
            ReviewNeed::Never => false,
        }
    }

    /// Each section for those of the audience who may open it.
    fn sections(&self, audience: &Audience, directory: &Directory) -> Vec<ClearSection<'a>> {
        let members = audience.recipients().iter().filter_map(|code| directory.member(*code));
        let section = |part: &BodyPart<'a>| {
            let (kind, content) = (sealed_kind(part.kind), part.content);
            if part.readers == Readers::All {
                return Some(ClearSection { kind, content, granted: Granted::Everyone });
            }
            let granted =
                members.clone().filter(|member| grants(part.kind, member)).map(|member| member.code);
            let granted: BTreeSet<MemberCode> = granted.collect();
            (!granted.is_empty()).then_some(ClearSection { kind, content, granted: Granted::Only(granted) })
        };
        self.parts.iter().filter_map(section).collect()
    }
}

/// What was sealed.
pub(crate) struct Composed {
    pub(crate) envelope: v1::Envelope,
    pub(crate) header_hash: Digest,
}

/// Where an envelope goes.
pub(crate) struct Routed<'a> {
    pub(crate) audience: &'a Audience,
    /// Whether it is held for the review desk.
    pub(crate) held: bool,
    pub(crate) directory: &'a Directory,
    /// The head of the exchange's log that its recipients are told.
    pub(crate) audit: Option<TreeHead>,
    /// Its place in the sequence to each recipient; the first where none is given.
    pub(crate) places: &'a [PairPlace],
}

impl Routed<'_> {
    fn link(&self, member: MemberCode) -> PairLink {
        let place = self.places.iter().find(|place| place.member == member);
        let link = |place: &PairPlace| PairLink { seq: PairSeq(place.number), previous: place.previous };
        place.map_or(PairLink::FIRST, link)
    }
}

/// Seals for exactly the audience, held for the review desk or not. Slow: about 170 us for each recipient.
pub(crate) fn compose(
    order: &Order<'_>,
    routed: &Routed<'_>,
    keys: &SigningKeyPair,
    random: &dyn Random,
) -> Result<Composed, SealError> {
    let Routed { audience, held, directory, audit, .. } = *routed;
    let recipients = audience
        .recipients()
        .iter()
        .map(|code| {
            let member = directory.member(*code).ok_or(SealError::RecipientKey(*code))?;
            Recipient::of(member, routed.link(*code)).ok_or(SealError::RecipientKey(*code))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let body = &order.body;
    let sections = body.sections(audience, directory);
    let draft = EnvelopeDraft {
        kind: body.kind,
        id: order.id,
        created: order.created,
        expires: order.expires,
        addressing: order.addressing,
        directory: directory.head,
        audit,
        in_reply_to: body.in_reply_to,
        supersedes: body.supersedes,
        held,
        attachments: body.attachments,
        sections: &sections,
        recipients: &recipients,
    };
    let envelope = seal(&draft, order.sender, keys, random)?;
    Ok(Composed { header_hash: header_hash(&envelope.header), envelope: message(envelope) })
}

/// The kind of a section as its envelope names it.
pub(crate) fn sealed_kind(kind: SectionKind) -> SealedKind {
    SealedKind(u8::try_from(number(kind)).unwrap_or_default())
}

/// The envelope as the contract writes it. Nothing is encoded again: bytes move.
pub(crate) fn message(envelope: Envelope) -> v1::Envelope {
    let slots = envelope.slots.into_iter().map(|slot| v1::Slot {
        recipient: slot.recipient.to_string(),
        key_epoch: slot.epoch.0,
        granted_sections: slot.granted.bits().into(),
        sealed: slot.bytes.into(),
    });
    v1::Envelope {
        header: envelope.header.into(),
        slots_root: Bytes::copy_from_slice(envelope.slots_root.as_bytes()),
        depth: envelope.depth.get().into(),
        signature: Bytes::copy_from_slice(&envelope.signature),
        addressing: envelope.addressing.into(),
        addressing_salt: Bytes::copy_from_slice(&envelope.addressing_salt),
        slots: slots.collect(),
        padding_leaves: envelope.padding.iter().map(|leaf| Bytes::copy_from_slice(leaf)).collect(),
        sections: envelope.sections.into_iter().map(Into::into).collect(),
    }
}
