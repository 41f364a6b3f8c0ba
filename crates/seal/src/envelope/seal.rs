//! The sender's side: from clear sections to an envelope.

use amana_types::{Digest, MemberCode, Random, limits};

use super::addressing::{addressing_hash, encode_addressing};
use super::draft::{EnvelopeDraft, Recipient, SealError, check, indexed, most};
use super::head::signed_body;
use super::header::{Header, SectionHeader, header_hash};
use super::padding::padded_len;
use super::parts::{Envelope, Slot};
use super::section::{self, SectionKey, SectionPlace};
use super::slot::{self, PairLink, SlotBinding, SlotContent};
use super::tree::{SlotDepth, SlotTree, padding_leaf, slot_leaf};
use crate::dsse::PayloadType;
use crate::hash::sha256;
use crate::keys::{SigningKeyPair, draw_seed};

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
    let addressing_salt = *draw_seed(random);

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
        held: draft.held,
        attachments: draft.attachments.to_vec(),
    };
    let header = header.encode();
    let slots = seal_slots(draft, &recipients, sender, &header_hash(&header), &sealed.keys, random)?;
    let (slots_root, depth, padding) = plant(&slots, random)?;
    let signature = keys.sign(PayloadType::HEADER, &signed_body(&header, &slots_root, &depth));
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
        let key = draw_seed(random);
        let (ciphertext, commitment) = section::seal(place, &key, clear.content).ok_or(SealError::Cipher)?;
        sealed.headers.push(SectionHeader {
            kind: clear.kind,
            ciphertext: sha256(&ciphertext),
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
        let link = if draft.held { PairLink::HELD } else { link };
        let content = SlotContent { link, grants };
        let bytes =
            slot::seal(binding, key, &content, keys.len(), random).ok_or(SealError::RecipientKey(code))?;
        Ok(Slot { recipient: code, epoch, granted: content.granted(), bytes })
    };
    recipients.iter().map(seal_one).collect()
}

/// Grows the tree over the slots: root, depth, and the padding drawn for it.
fn plant(slots: &[Slot], random: &dyn Random) -> Result<(Digest, SlotDepth, Vec<[u8; 32]>), SealError> {
    let depth = SlotDepth::for_slots(slots.len()).map_err(|_| SealError::TooManyRecipients(slots.len()))?;
    let padding: Vec<[u8; 32]> = (slots.len()..depth.leaves()).map(|_| *draw_seed(random)).collect();
    let leaves: Vec<Digest> =
        slots.iter().map(|slot| slot_leaf(slot.recipient, slot.epoch, slot.granted, &slot.bytes)).collect();
    // Two equal leaves would need a broken source of randomness.
    let tree = SlotTree::build(depth, &leaves, padding.iter().map(|leaf| padding_leaf(leaf)));
    let root = tree.ok().and_then(|tree| tree.view().root()).ok_or(SealError::Cipher)?;
    Ok((root, depth, padding))
}

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
