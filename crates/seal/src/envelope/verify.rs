//! The hub's side: `Received -> Verified`. Nothing here can open anything.

use amana_types::{Addressing, Digest, Directory, HpkeEpoch, MemberCode, limits};

use super::addressing::{AddressingSalt, addressing_hash, decode_addressing};
use super::granted::GrantedSections;
use super::head::{Head, at_most, equal, exactly};
use super::header::Header;
use super::parts::{EnvelopeRef, SlotRef};
use super::refused::{EnvelopeRefused, Part};
use super::slot::slot_bytes;
use super::tree::{SlotDepth, SlotTree, padding_leaf, slot_leaf};
use crate::signer::SignerKey;
use crate::together::{Claim, which_hold};

/// An envelope whose parts have the sizes and order they must have, and nothing more. It names the
/// key by which it wants to be verified.
pub struct ReceivedEnvelope<'a> {
    head: Head<'a>,
    addressing: Addressing,
    addressing_salt: &'a AddressingSalt,
    parts: EnvelopeRef<'a>,
}

impl<'a> ReceivedEnvelope<'a> {
    /// Checks sizes, suite, encodings and order. Cheap: no signature, no hash over a ciphertext.
    ///
    /// # Errors
    /// [`EnvelopeRefused`].
    pub fn parse(parts: EnvelopeRef<'a>) -> Result<Self, EnvelopeRefused> {
        let head = Head::parse(parts.header, parts.slots_root, parts.depth, parts.signature)?;
        head.check_section_sizes(&parts.sections, None)?;
        check_slots(&head, &parts)?;
        at_most(Part::Addressing, parts.addressing.len(), limits::ADDRESSING_BYTES)?;
        let addressing = decode_addressing(parts.addressing)?;
        let addressing_salt = exactly(Part::AddressingSalt, parts.addressing_salt)?;
        Ok(Self { head, addressing, addressing_salt, parts })
    }

    /// The header, not yet believed.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.head.header
    }

    /// Checks the signature strictly, and that ciphertexts, slots and addressing are those that were
    /// signed. Needs no directory: the sender's key was found before.
    ///
    /// # Errors
    /// [`EnvelopeRefused`].
    pub fn verify(self, sender: &SignerKey) -> Result<VerifiedEnvelope, EnvelopeRefused> {
        self.head.check_signature(sender)?;
        self.verify_contents()
    }

    fn verify_contents(self) -> Result<VerifiedEnvelope, EnvelopeRefused> {
        self.head.check_section_hashes(&self.parts.sections, None)?;
        if addressing_hash(self.addressing_salt, self.parts.addressing) != self.head.header.addressing {
            return Err(EnvelopeRefused::AddressingHash);
        }
        let leaf = |slot: &SlotRef<'_>| slot_leaf(slot.recipient, slot.epoch, slot.granted, slot.bytes);
        let leaves: Vec<Digest> = self.parts.slots.iter().map(leaf).collect();
        let padding = self.parts.padding.iter().map(|random| padding_leaf(random));
        let slots = SlotTree::build(self.head.depth, &leaves, padding)?;
        if slots.view().root() != Some(self.head.slots_root) {
            return Err(EnvelopeRefused::SlotTree);
        }
        Ok(VerifiedEnvelope {
            header: self.head.header,
            header_hash: self.head.header_hash,
            addressing: self.addressing,
            recipients: self
                .parts
                .slots
                .iter()
                .map(|slot| (slot.recipient, slot.epoch, slot.granted))
                .collect(),
            slots,
        })
    }
}

/// Verifies envelopes, each with its sender's key, at the cost of far fewer signatures: in the same
/// order, each with its own verdict. By RFC 8032's group equation, whatever their number; recipients
/// verify strictly.
#[must_use]
pub fn verify_together(
    envelopes: Vec<(ReceivedEnvelope<'_>, SignerKey)>,
) -> Vec<Result<VerifiedEnvelope, EnvelopeRefused>> {
    let read: Vec<_> = envelopes.iter().map(|(envelope, sender)| envelope.head.claim(sender)).collect();
    let readable: Vec<bool> = read.iter().map(Option::is_some).collect();
    let claims: Vec<Claim> = read.into_iter().flatten().collect();
    let mut hold = which_hold(&claims).into_iter();
    let verdict = |((envelope, _), readable): ((ReceivedEnvelope<'_>, SignerKey), bool)| {
        if readable && hold.next() == Some(true) {
            envelope.verify_contents()
        } else {
            Err(EnvelopeRefused::Signature)
        }
    };
    envelopes.into_iter().zip(readable).map(verdict).collect()
}

/// Checks number, order and sizes of slots and padding.
fn check_slots(head: &Head<'_>, parts: &EnvelopeRef<'_>) -> Result<(), EnvelopeRefused> {
    at_most(Part::Slots, parts.slots.len(), limits::RECIPIENTS)?;
    let least = SlotDepth::for_slots(parts.slots.len())?;
    equal(Part::Depth, usize::from(head.depth.get()), usize::from(least.get()))?;
    equal(Part::Slots, parts.slots.len().saturating_add(parts.padding.len()), head.depth.leaves())?;
    parts.padding.iter().try_for_each(|leaf| equal(Part::Padding, leaf.len(), 32))?;
    let wanted = slot_bytes(head.header.sections.len());
    parts.slots.iter().try_for_each(|slot| {
        equal(Part::Slot, slot.bytes.len(), wanted)?;
        head.check_granted(slot.granted)
    })?;
    if parts.slots.is_sorted_by(|a, b| a.recipient < b.recipient) {
        Ok(())
    } else {
        Err(EnvelopeRefused::SlotOrder)
    }
}

/// Verifies an envelope in one go, for callers that hold the directory anyway.
///
/// # Errors
/// [`EnvelopeRefused`].
pub fn verify_at_hub(
    parts: EnvelopeRef<'_>,
    sender: impl FnOnce(&Header) -> Result<SignerKey, crate::SignerRefused>,
) -> Result<VerifiedEnvelope, EnvelopeRefused> {
    let received = ReceivedEnvelope::parse(parts)?;
    let sender = sender(received.header())?;
    received.verify(&sender)
}

/// Proof that an envelope was signed by its sender as it stands: header, addressing, slots and
/// ciphertexts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedEnvelope {
    header: Header,
    header_hash: Digest,
    addressing: Addressing,
    recipients: Vec<(MemberCode, HpkeEpoch, GrantedSections)>,
    slots: SlotTree,
}

impl VerifiedEnvelope {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The SHA-256 of the header core.
    #[must_use]
    pub const fn header_hash(&self) -> Digest {
        self.header_hash
    }

    /// Whom the sender addressed.
    #[must_use]
    pub const fn addressing(&self) -> &Addressing {
        &self.addressing
    }

    /// Whom the sender made slots for, strictly ascending; the n-th has the n-th path of
    /// [`Self::slots`].
    pub fn recipients(&self) -> impl ExactSizeIterator<Item = MemberCode> + Clone + '_ {
        self.recipients.iter().map(|(code, ..)| *code)
    }

    /// Which sections each recipient is granted, in the same order.
    pub fn granted(&self) -> impl ExactSizeIterator<Item = (MemberCode, GrantedSections)> + '_ {
        self.recipients.iter().map(|(code, _, granted)| (*code, *granted))
    }

    /// The tree over the slots.
    #[must_use]
    pub const fn slots(&self) -> &SlotTree {
        &self.slots
    }

    /// A recipient whose slot is sealed to a key that the directory no longer, or not yet, holds.
    #[must_use]
    pub fn stale_recipient(&self, directory: &Directory) -> Option<MemberCode> {
        let stale = |(code, epoch, _): &&(MemberCode, HpkeEpoch, GrantedSections)| {
            directory.member(*code).is_none_or(|member| !member.hpke_keys.contains_key(epoch))
        };
        self.recipients.iter().find(stale).map(|(code, ..)| *code)
    }
}
