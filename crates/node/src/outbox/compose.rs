//! From a checked notice, or its withdrawal, to the envelope that goes to the hub.

use std::collections::BTreeSet;

use amana_log::TreeHead;
use amana_notice::SectionKind;
use amana_policy::{Audience, grants};
use amana_seal::envelope::{
    ClearSection, Envelope, EnvelopeDraft, Granted, Kind, PairLink, PairSeq, Recipient, SealError,
    Supersedes, header_hash, seal,
};
use amana_seal::keys::SigningKeyPair;
use amana_types::{Addressing, Digest, Directory, MemberCode, NoticeId, Random, Timestamp};
use amana_wire::v1;
use bytes::Bytes;

use crate::ledger::parts::PairPlace;
use crate::notice::content::{Content, needs_review, sealed_kind};

/// What is to be sealed.
pub(crate) struct Order<'a> {
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) addressing: &'a Addressing,
    pub(crate) body: Body<'a>,
}

/// What an envelope carries.
#[derive(Clone, Copy)]
pub(crate) enum Body<'a> {
    /// A notice.
    Notice(&'a Content),
    /// A newer version of the notice whose place it takes.
    Amendment(&'a Content, Supersedes),
    /// The withdrawal of the notice that it takes the place of.
    Withdrawal {
        /// The WITHDRAWAL section.
        section: &'a [u8],
        /// The notice.
        of: Supersedes,
    },
    /// What is said back to a notice.
    Reply {
        /// The REPLY section.
        section: &'a [u8],
        /// The GRANT section, of a permission.
        grant: Option<&'a [u8]>,
        /// The notice.
        to: NoticeId,
    },
    /// The suspension of a notice, or the end of one.
    Suspension {
        /// The SUSPENSION section.
        section: &'a [u8],
        /// The notice.
        of: Supersedes,
    },
}

impl<'a> Body<'a> {
    /// A notice, in the place of another or of none.
    pub(crate) const fn of_notice(content: &'a Content, supersedes: Option<Supersedes>) -> Self {
        match supersedes {
            Some(of) => Self::Amendment(content, of),
            None => Self::Notice(content),
        }
    }

    /// Whether the review desk has to pass it, when its sender is under review or not.
    pub(crate) fn is_held(&self, under_review: bool) -> bool {
        match self {
            Self::Notice(content) | Self::Amendment(content, _) => {
                under_review || needs_review(&content.summary)
            }
            Self::Reply { .. } => under_review,
            // What is wrong can always be taken back, or hidden, at once.
            Self::Withdrawal { .. } | Self::Suspension { .. } => false,
        }
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

/// Seals for exactly the audience, held for the review desk or not. Each section of a notice
/// for those whom the table of [`grants`] gives it. Slow: about 170 us for each recipient.
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
    let mut in_reply_to = None;
    let (kind, supersedes, sections) = match order.body {
        Body::Notice(content) => (Kind::Notice, None, sections(content, audience, directory)),
        Body::Reply { section, grant, to } => {
            in_reply_to = Some(to);
            (Kind::Reply, None, reply_sections(section, grant))
        }
        Body::Amendment(content, of) => (Kind::Notice, Some(of), sections(content, audience, directory)),
        Body::Withdrawal { section, of } => {
            (Kind::Withdrawal, Some(of), vec![only(SectionKind::Withdrawal, section)])
        }
        Body::Suspension { section, of } => {
            (Kind::Suspension, Some(of), vec![only(SectionKind::Suspension, section)])
        }
    };
    let attachments = match order.body {
        Body::Notice(content) | Body::Amendment(content, _) => content.attachments.as_slice(),
        _ => &[],
    };
    let draft = EnvelopeDraft {
        kind,
        id: order.id,
        created: order.created,
        expires: order.expires,
        addressing: order.addressing,
        directory: directory.head,
        audit,
        in_reply_to,
        supersedes,
        held,
        attachments,
        sections: &sections,
        recipients: &recipients,
    };
    let envelope = seal(&draft, order.sender, keys, random)?;
    Ok(Composed { header_hash: header_hash(&envelope.header), envelope: message(envelope) })
}

fn reply_sections<'a>(section: &'a [u8], grant: Option<&'a [u8]>) -> Vec<ClearSection<'a>> {
    let parts = [(SectionKind::Reply, Some(section)), (SectionKind::Grant, grant)];
    let part = |(kind, content): (SectionKind, Option<&'a [u8]>)| {
        let (kind, granted) = (sealed_kind(kind), Granted::Everyone);
        content.map(|content| ClearSection { kind, content, granted })
    };
    parts.into_iter().filter_map(part).collect()
}

/// The one section of an order about a notice: every recipient reads it.
fn only(kind: SectionKind, content: &[u8]) -> ClearSection<'_> {
    ClearSection { kind: sealed_kind(kind), content, granted: Granted::Everyone }
}

/// Each section for those of the audience whom the table grants it. One that nobody may open does not leave
/// the house.
fn sections<'a>(content: &'a Content, audience: &Audience, directory: &Directory) -> Vec<ClearSection<'a>> {
    let parts = [
        (content.main_section(), Some(content.case.as_slice())),
        (SectionKind::ProtectedPersons, content.protected.as_ref().map(|bytes| bytes.as_slice())),
        (SectionKind::Partner, content.for_partners.as_ref().map(|part| part.section.as_slice())),
        (SectionKind::PartnerPersons, content.for_partners.as_ref().map(|part| part.persons.as_slice())),
        (SectionKind::Grant, content.origin.as_deref()),
    ];
    let members = audience.recipients().iter().filter_map(|code| directory.member(*code));
    let section = |(kind, content): (SectionKind, Option<&'a [u8]>)| {
        let granted = members.clone().filter(|member| grants(kind, member)).map(|member| member.code);
        let granted: BTreeSet<MemberCode> = granted.collect();
        let content = content.filter(|_| !granted.is_empty())?;
        Some(ClearSection { kind: sealed_kind(kind), content, granted: Granted::Only(granted) })
    };
    parts.into_iter().filter_map(section).collect()
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
