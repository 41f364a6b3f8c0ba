//! The shape of an envelope: fixed lengths as arrays, codes as codes, counts within the limits.
//!
//! Nothing is copied: every part borrows from the message. Whether the parts fit together is judged by
//! the crate that seals and opens.

use amana_types::{HpkeEpoch, MemberCode, limits};

use crate::v1;

/// A part of an envelope that is not of its form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: expected {expected}")]
pub struct ShapeError {
    /// Its path, such as `slots[3].recipient`.
    pub field: String,
    /// What has to be there.
    pub expected: &'static str,
}

/// An envelope as it is submitted, part by part.
#[derive(Clone, Debug)]
pub struct EnvelopeParts<'a> {
    /// The header core.
    pub header: &'a [u8],
    /// The Merkle root over the slots.
    pub slots_root: &'a [u8; 32],
    /// The depth of the slot tree.
    pub depth: u8,
    /// The sender's Ed25519 signature.
    pub signature: &'a [u8; 64],
    /// The encoded addressing.
    pub addressing: &'a [u8],
    /// What blinds the addressing's hash.
    pub addressing_salt: &'a [u8; 32],
    /// The slots.
    pub slots: Vec<SlotParts<'a>>,
    /// The leaves that fill the slot tree.
    pub padding_leaves: Vec<&'a [u8; 32]>,
    /// The section ciphertexts.
    pub sections: Vec<&'a [u8]>,
}

/// An envelope as one recipient gets it, part by part.
#[derive(Clone, Debug)]
pub struct DeliveryParts<'a> {
    /// The header core.
    pub header: &'a [u8],
    /// The Merkle root over the slots.
    pub slots_root: &'a [u8; 32],
    /// The depth of the slot tree.
    pub depth: u8,
    /// The sender's Ed25519 signature.
    pub signature: &'a [u8; 64],
    /// The recipient's slot.
    pub slot: SlotParts<'a>,
    /// Its place among the leaves.
    pub slot_index: u32,
    /// The sibling hashes from the slot's leaf to the root.
    pub slot_path: Vec<&'a [u8; 32]>,
    /// The section ciphertexts.
    pub sections: Vec<&'a [u8]>,
    /// What blinds the record's leaf in the audit log.
    pub leaf_salt: &'a [u8; 32],
}

/// One slot.
#[derive(Clone, Copy, Debug)]
pub struct SlotParts<'a> {
    /// Whose it is.
    pub recipient: MemberCode,
    /// Which of the recipient's keys it is sealed to.
    pub key_epoch: HpkeEpoch,
    /// The sealed keys.
    pub sealed: &'a [u8],
}

/// The most levels of a slot tree.
const DEPTH: u32 = limits::RECIPIENTS.ilog2();

impl<'a> EnvelopeParts<'a> {
    /// The parts of a submitted envelope.
    ///
    /// # Errors
    /// [`ShapeError`] for the first part that is not of its form.
    pub fn of(message: &'a v1::Envelope) -> Result<Self, ShapeError> {
        within("slots", message.slots.len(), limits::RECIPIENTS, "1 to 256 slots")?;
        if message.padding_leaves.len() > limits::RECIPIENTS {
            return Err(shape("padding_leaves", "at most 256 leaves"));
        }
        let slots = message.slots.iter().enumerate();
        Ok(Self {
            header: header(&message.header)?,
            slots_root: exactly("slots_root", &message.slots_root)?,
            depth: depth(message.depth)?,
            signature: exactly("signature", &message.signature)?,
            addressing: bounded(
                "addressing",
                &message.addressing,
                limits::ADDRESSING_BYTES,
                "1 byte to 8 KiB",
            )?,
            addressing_salt: exactly("addressing_salt", &message.addressing_salt)?,
            slots: slots
                .map(|(i, slot)| SlotParts::of(slot, || format!("slots[{i}]")))
                .collect::<Result<_, _>>()?,
            padding_leaves: hashes("padding_leaves", &message.padding_leaves)?,
            sections: sections(&message.sections)?,
        })
    }
}

impl<'a> DeliveryParts<'a> {
    /// The parts of a delivered envelope.
    ///
    /// # Errors
    /// [`ShapeError`] for the first part that is not of its form.
    pub fn of(message: &'a v1::EnvelopeDelivery) -> Result<Self, ShapeError> {
        if message.slot_path.len() > DEPTH as usize {
            return Err(shape("slot_path", "at most 8 hashes"));
        }
        let slot = message.slot.as_ref().ok_or_else(|| shape("slot", "the recipient's slot"))?;
        Ok(Self {
            header: header(&message.header)?,
            slots_root: exactly("slots_root", &message.slots_root)?,
            depth: depth(message.depth)?,
            signature: exactly("signature", &message.signature)?,
            slot: SlotParts::of(slot, || "slot".to_owned())?,
            slot_index: message.slot_index,
            slot_path: hashes("slot_path", &message.slot_path)?,
            sections: sections(&message.sections)?,
            leaf_salt: exactly("leaf_salt", &message.leaf_salt)?,
        })
    }
}

impl<'a> SlotParts<'a> {
    /// The parts of a slot; its path is needed only when it is not of its form.
    fn of(slot: &'a v1::Slot, path: impl Fn() -> String) -> Result<Self, ShapeError> {
        let recipient =
            slot.recipient.parse().map_err(|_| shape(format!("{}.recipient", path()), "a member code"))?;
        let sealed = bounded("sealed", &slot.sealed, limits::SLOT_BYTES, "1 byte to 2 KiB")
            .map_err(|error| shape(format!("{}.{}", path(), error.field), error.expected))?;
        Ok(Self { recipient, key_epoch: HpkeEpoch(slot.key_epoch), sealed })
    }
}

fn shape(field: impl Into<String>, expected: &'static str) -> ShapeError {
    ShapeError { field: field.into(), expected }
}

/// At least one, at most so many.
fn within(field: &str, length: usize, most: usize, expected: &'static str) -> Result<(), ShapeError> {
    if (1..=most).contains(&length) { Ok(()) } else { Err(shape(field, expected)) }
}

fn bounded<'a>(
    f: &str,
    bytes: &'a [u8],
    most: usize,
    expected: &'static str,
) -> Result<&'a [u8], ShapeError> {
    within(f, bytes.len(), most, expected).map(|()| bytes)
}

fn exactly<'a, const N: usize>(field: &str, bytes: &'a [u8]) -> Result<&'a [u8; N], ShapeError> {
    const { assert!(N == 32 || N == 64) };
    bytes.try_into().map_err(|_| shape(field, if N == 32 { "32 bytes" } else { "64 bytes" }))
}

fn hashes<'a>(field: &str, items: &'a [bytes::Bytes]) -> Result<Vec<&'a [u8; 32]>, ShapeError> {
    items.iter().map(|hash| exactly(field, hash)).collect()
}

fn header(bytes: &[u8]) -> Result<&[u8], ShapeError> {
    bounded("header", bytes, limits::HEADER_BYTES, "1 byte to 4 KiB")
}

fn depth(depth: u32) -> Result<u8, ShapeError> {
    let known = (depth <= DEPTH).then_some(depth).and_then(|depth| u8::try_from(depth).ok());
    known.ok_or_else(|| shape("depth", "0 to 8"))
}

fn sections(items: &[bytes::Bytes]) -> Result<Vec<&[u8]>, ShapeError> {
    within("sections", items.len(), limits::SECTIONS, "1 to 16 sections")?;
    let all = items.iter().map(bytes::Bytes::len).fold(0, usize::saturating_add);
    within("sections", all, limits::ENVELOPE_BODY_BYTES, "1 byte to 768 KiB in all")?;
    Ok(items.iter().map(|section| section.as_ref()).collect())
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
