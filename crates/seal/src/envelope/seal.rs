//! The sender's side: from clear sections to an envelope.

use std::collections::BTreeSet;

use amana_log::TreeHead;
use amana_types::{
    Addressing, Digest, DirectoryHead, HpkeEpoch, HpkePublicKey, Member, MemberCode, NoticeId, Random,
    Timestamp, limits,
};
use zeroize::Zeroizing;

use super::addressing::{addressing_hash, encode_addressing};
use super::head::signed_body;
use super::header::{Header, Kind, SectionHeader, SectionIndex, SectionKind, Supersedes, header_hash};
use super::padding::padded_len;
use super::parts::{Envelope, Slot};
use super::section::{self, SectionKey, SectionPlace, TAG_BYTES};
use super::slot::{self, PairLink, SlotBinding, SlotContent};
use super::tree::{SlotDepth, SlotTree, padding_leaf, slot_leaf};
use crate::dsse::PayloadType;
use crate::keys::SigningKeyPair;

/// Which recipients may open a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Granted {
    /// Every recipient.
    Everyone,
    /// Only these.
    Only(BTreeSet<MemberCode>),
}

impl Granted {
    fn to(&self, code: MemberCode) -> bool {
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

/// Seals a draft: sections first, then the header over them, the slots bound to the header, the
/// tree over the slots, and the signature over header and root.
///
/// # Errors
/// [`SealError`].
pub fn seal(
    draft: &EnvelopeDraft<'_>,
    sender: MemberCode,
    keys: &SigningKeyPair,
    random: &dyn Random,
) -> Result<Envelope, SealError> {
    let recipients = check(draft)?;
    let addressing = encode_addressing(draft.addressing);
    most(addressing.len(), limits::ADDRESSING_BYTES)
        .map_err(|(bytes, most)| SealError::AddressingTooLarge { bytes, most })?;
    let addressing_salt = *draw(random);

    let sealed = seal_sections(draft, sender, keys, random)?;
    let header = Header {
        kind: draft.kind,
        id: draft.id,
        sender,
        sender_key: keys.id(),
        created: draft.created,
        expires: draft.expires,
        addressing: addressing_hash(&addressing_salt, &addressing),
        directory: draft.directory,
        audit: draft.audit,
        sections: sealed.headers,
        in_reply_to: draft.in_reply_to,
        supersedes: draft.supersedes,
    };
    let header = header.encode();
    let slots = seal_slots(draft, &recipients, sender, &header_hash(&header), &sealed.keys, random)?;
    let (slots_root, depth, padding) = plant(&slots, random)?;
    let (core, root, depth_byte) = signed_body(&header, &slots_root, depth);
    let signature = keys.sign(PayloadType::HEADER, &[core, root, &depth_byte]);
    let sections = sealed.ciphertexts;
    Ok(Envelope {
        header,
        slots_root,
        depth,
        signature,
        addressing,
        addressing_salt,
        slots,
        padding,
        sections,
    })
}

/// Checks all that can be wrong with a draft; gives the recipients in order.
fn check<'a>(draft: &EnvelopeDraft<'a>) -> Result<Vec<Recipient<'a>>, SealError> {
    if draft.expires <= draft.created {
        return Err(SealError::Expiry);
    }
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

struct Sealed {
    headers: Vec<SectionHeader>,
    ciphertexts: Vec<Vec<u8>>,
    keys: Vec<SectionKey>,
}

fn seal_sections(
    draft: &EnvelopeDraft<'_>,
    sender: MemberCode,
    keys: &SigningKeyPair,
    random: &dyn Random,
) -> Result<Sealed, SealError> {
    let mut sealed = Sealed { headers: Vec::new(), ciphertexts: Vec::new(), keys: Vec::new() };
    for (index, clear) in indexed(draft.sections) {
        let place = SectionPlace { sender, sender_key: keys.id(), notice: draft.id, index };
        let key = draw(random);
        let (ciphertext, commitment) = section::seal(place, &key, clear.content).ok_or(SealError::Cipher)?;
        sealed.headers.push(SectionHeader {
            kind: clear.kind,
            ciphertext: crate::hash::sha256(&ciphertext),
            commitment,
            padded_bytes: u32::try_from(padded_len(clear.content.len())).map_err(|_| SealError::Cipher)?,
        });
        sealed.ciphertexts.push(ciphertext);
        sealed.keys.push(key);
    }
    Ok(sealed)
}

fn seal_slots(
    draft: &EnvelopeDraft<'_>,
    recipients: &[Recipient<'_>],
    sender: MemberCode,
    header_hash: &Digest,
    keys: &[SectionKey],
    random: &dyn Random,
) -> Result<Vec<Slot>, SealError> {
    let seal_one = |recipient: &Recipient<'_>| {
        let Recipient { code, epoch, key, link } = *recipient;
        let granted = indexed(draft.sections).zip(keys).filter(|((_, s), _)| s.granted.to(code));
        let grants = granted.map(|((index, _), key)| (index, key.clone())).collect();
        let binding = SlotBinding { sender, recipient: code, epoch, header_hash };
        let bytes = slot::seal(binding, key, &SlotContent { link, grants }, keys.len(), random)
            .ok_or(SealError::RecipientKey(code))?;
        Ok(Slot { recipient: code, epoch, bytes })
    };
    recipients.iter().map(seal_one).collect()
}

/// Grows the tree over the slots: root, depth, and the padding drawn for it.
fn plant(slots: &[Slot], random: &dyn Random) -> Result<(Digest, SlotDepth, Vec<[u8; 32]>), SealError> {
    let depth = SlotDepth::for_slots(slots.len()).map_err(|_| SealError::TooManyRecipients(slots.len()))?;
    let padding: Vec<[u8; 32]> = (slots.len()..depth.leaves()).map(|_| *draw(random)).collect();
    let leaves: Vec<Digest> =
        slots.iter().map(|slot| slot_leaf(slot.recipient, slot.epoch, &slot.bytes)).collect();
    // Two equal leaves would need a broken source of randomness.
    let tree = SlotTree::build(depth, &leaves, padding.iter().map(|leaf| padding_leaf(leaf)));
    let root = tree.ok().and_then(|tree| tree.view().root()).ok_or(SealError::Cipher)?;
    Ok((root, depth, padding))
}

fn indexed<'s, 'a>(
    sections: &'s [ClearSection<'a>],
) -> impl Iterator<Item = (SectionIndex, &'s ClearSection<'a>)> {
    (0..=u8::MAX).map(SectionIndex).zip(sections)
}

fn draw(random: &dyn Random) -> Zeroizing<[u8; 32]> {
    crate::keys::draw_seed(random)
}

const fn most(size: usize, most: usize) -> Result<(), (usize, usize)> {
    if size <= most { Ok(()) } else { Err((size, most)) }
}
