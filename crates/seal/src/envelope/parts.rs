//! An envelope's parts as they travel: borrowed from a message, or owned by the sender.

use amana_types::{Digest, HpkeEpoch, MemberCode};

use super::addressing::AddressingSalt;
use super::granted::GrantedSections;
use super::tree::SlotDepth;
use crate::keys::Signature;

/// One slot, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct SlotRef<'a> {
    /// Who it is for.
    pub recipient: MemberCode,
    /// Which of the recipient's HPKE keys it is sealed to.
    pub epoch: HpkeEpoch,
    /// Whose keys it holds.
    pub granted: GrantedSections,
    /// X-Wing encapsulation (1,120 bytes), then ciphertext.
    pub bytes: &'a [u8],
}

/// An envelope as the hub receives it, borrowed and not yet believed.
#[derive(Clone, Debug)]
pub struct EnvelopeRef<'a> {
    /// The header core.
    pub header: &'a [u8],
    /// The root over the slots, 32 bytes.
    pub slots_root: &'a [u8],
    /// The depth of the slot tree.
    pub depth: u32,
    /// The sender's Ed25519 signature, 64 bytes.
    pub signature: &'a [u8],
    /// The addressing, encoded.
    pub addressing: &'a [u8],
    /// The addressing's salt, 32 bytes.
    pub addressing_salt: &'a [u8],
    /// One slot for each recipient, in strictly ascending order of recipients.
    pub slots: Vec<SlotRef<'a>>,
    /// Random leaves that fill the slot tree, 32 bytes each.
    pub padding: Vec<&'a [u8]>,
    /// The sections' ciphertexts, in the order of the header.
    pub sections: Vec<&'a [u8]>,
}

/// An envelope as one recipient receives it, borrowed and not yet believed.
#[derive(Clone, Debug)]
pub struct Delivered<'a> {
    /// The header core.
    pub header: &'a [u8],
    /// The root over the slots, 32 bytes.
    pub slots_root: &'a [u8],
    /// The depth of the slot tree.
    pub depth: u32,
    /// The sender's Ed25519 signature, 64 bytes.
    pub signature: &'a [u8],
    /// Which of the recipient's HPKE keys its slot is sealed to.
    pub epoch: HpkeEpoch,
    /// Which sections it is given.
    pub granted: GrantedSections,
    /// The recipient's own slot.
    pub slot: &'a [u8],
    /// The slot's place among the leaves.
    pub place: u32,
    /// The sibling hashes from the leaf upwards, 32 bytes each.
    pub path: &'a [u8],
    /// The sections' ciphertexts, in the order of the header; empty where a section is not granted.
    pub sections: Vec<&'a [u8]>,
}

/// One slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Who it is for.
    pub recipient: MemberCode,
    /// Which of the recipient's HPKE keys it is sealed to.
    pub epoch: HpkeEpoch,
    /// Whose keys it holds.
    pub granted: GrantedSections,
    /// X-Wing encapsulation (1,120 bytes), then ciphertext.
    pub bytes: Vec<u8>,
}

/// An envelope as its sender made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The header core.
    pub header: Vec<u8>,
    /// The root over the slots.
    pub slots_root: Digest,
    /// The depth of the slot tree.
    pub depth: SlotDepth,
    /// The sender's Ed25519 signature.
    pub signature: Signature,
    /// The addressing, encoded.
    pub addressing: Vec<u8>,
    /// The addressing's salt.
    pub addressing_salt: AddressingSalt,
    /// One slot for each recipient, in strictly ascending order of recipients.
    pub slots: Vec<Slot>,
    /// Random leaves that fill the slot tree.
    pub padding: Vec<[u8; 32]>,
    /// The sections' ciphertexts, in the order of the header.
    pub sections: Vec<Vec<u8>>,
}

impl Slot {
    /// The slot, borrowed.
    #[must_use]
    pub fn view(&self) -> SlotRef<'_> {
        SlotRef { recipient: self.recipient, epoch: self.epoch, granted: self.granted, bytes: &self.bytes }
    }
}

impl Envelope {
    /// The envelope, borrowed.
    #[must_use]
    pub fn view(&self) -> EnvelopeRef<'_> {
        EnvelopeRef {
            header: &self.header,
            slots_root: self.slots_root.as_bytes(),
            depth: u32::from(self.depth.get()),
            signature: &self.signature,
            addressing: &self.addressing,
            addressing_salt: &self.addressing_salt,
            slots: self.slots.iter().map(Slot::view).collect(),
            padding: self.padding.iter().map(|leaf| leaf.as_slice()).collect(),
            sections: self.sections.iter().map(Vec::as_slice).collect(),
        }
    }
}
