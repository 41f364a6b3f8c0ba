//! The recipient's side: `Received -> Verified -> Opened`, in the receiver's order. No later step
//! can be had without the former.

use std::fmt;

use amana_types::{Digest, HpkeEpoch, MemberCode};
use zeroize::Zeroizing;

use super::granted::GrantedSections;
use super::head::{Head, equal};
use super::header::{Header, SectionKind};
use super::index::SectionIndex;
use super::parts::Delivered;
use super::refused::{EnvelopeRefused, Part};
use super::section::{CommittedKey, SectionPlace};
use super::slot::{self, PairLink, SlotBinding, slot_bytes};
use super::tree::{SlotPlace, root_of_path, slot_leaf};
use crate::codec::CodecError;
use crate::keys::HpkeKeyPair;
use crate::signer::{SignerKey, SignerRefused};

/// A delivery whose parts have the sizes they must have, and nothing more. It names the key by
/// which it wants to be verified.
pub struct ReceivedDelivery<'a> {
    head: Head<'a>,
    own: MemberCode,
    place: SlotPlace,
    parts: Delivered<'a>,
}

impl<'a> ReceivedDelivery<'a> {
    /// Checks sizes, suite and encodings of what was delivered to `own`.
    ///
    /// # Errors
    /// [`EnvelopeRefused`].
    pub fn parse(parts: Delivered<'a>, own: MemberCode) -> Result<Self, EnvelopeRefused> {
        let head = Head::parse(parts.header, parts.slots_root, parts.depth, parts.signature)?;
        head.check_granted(parts.granted)?;
        head.check_section_sizes(&parts.sections, Some(parts.granted))?;
        equal(Part::Slot, parts.slot.len(), slot_bytes(head.header.sections.len()))?;
        equal(Part::Path, parts.path.len(), head.depth.path_bytes())?;
        let place = u8::try_from(parts.place).map(SlotPlace).map_err(|_| EnvelopeRefused::SlotProof)?;
        Ok(Self { head, own, place, parts })
    }

    /// The header, not yet believed.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.head.header
    }

    /// Checks the signature, that the ciphertexts are those that were signed and are there exactly where
    /// we are granted them, and that our slot belongs to the slots that were signed.
    ///
    /// # Errors
    /// [`EnvelopeRefused`].
    pub fn verify(self, sender: &SignerKey) -> Result<VerifiedDelivery<'a>, EnvelopeRefused> {
        self.head.check_signature(sender)?;
        self.head.check_section_hashes(&self.parts.sections, Some(self.parts.granted))?;
        let leaf = slot_leaf(self.own, self.parts.epoch, self.parts.granted, self.parts.slot);
        let root = root_of_path(self.head.depth, leaf, self.place, self.parts.path);
        if root != Some(self.head.slots_root) {
            return Err(EnvelopeRefused::SlotProof);
        }
        Ok(VerifiedDelivery {
            header: self.head.header,
            header_hash: self.head.header_hash,
            own: self.own,
            epoch: self.parts.epoch,
            granted: self.parts.granted,
            slot: self.parts.slot,
            sections: self.parts.sections,
        })
    }
}

/// A delivery that its sender signed as it stands, with a slot for us.
pub struct VerifiedDelivery<'a> {
    header: Header,
    header_hash: Digest,
    own: MemberCode,
    epoch: HpkeEpoch,
    granted: GrantedSections,
    slot: &'a [u8],
    sections: Vec<&'a [u8]>,
}

impl VerifiedDelivery<'_> {
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

    /// Which sections we are said to be granted; only what opens says whether it is so.
    #[must_use]
    pub const fn granted(&self) -> GrantedSections {
        self.granted
    }

    /// Opens our slot with our key of its epoch, then each section that it grants: the commitment
    /// first, the cipher only after it, the padding last.
    ///
    /// # Errors
    /// [`EnvelopeRefused`]; when one granted section is refused, all of it is.
    pub fn open<'k>(
        self,
        key_of: impl FnOnce(HpkeEpoch) -> Option<&'k HpkeKeyPair>,
    ) -> Result<Opened, EnvelopeRefused> {
        let keys = key_of(self.epoch).ok_or(EnvelopeRefused::NoPrivateKey(self.epoch))?;
        let binding = SlotBinding {
            sender: self.header.sender,
            recipient: self.own,
            epoch: self.epoch,
            header_hash: &self.header_hash,
        };
        let content = slot::open(binding, keys, self.slot, self.sections.len())?;
        // Held or not is said twice, so that neither can hide a gap in the pair's sequence.
        if self.header.held != (content.link == PairLink::HELD) {
            return Err(EnvelopeRefused::SlotContent(CodecError::Value("place in the sequence")));
        }

        // The hub goes by what is said beside the slot, and we by what the slot holds.
        if content.granted() != self.granted {
            return Err(EnvelopeRefused::Granted);
        }

        let mut sections = Vec::with_capacity(content.grants.len());
        for (index, key) in &content.grants {
            let place = usize::from(index.0);
            let told = self.header.sections.get(place).zip(self.sections.get(place));
            let (told, ciphertext) = told.ok_or(EnvelopeRefused::Section(*index))?;
            let key = CommittedKey::check(SectionPlace::of(&self.header, *index), key, &told.commitment)?;
            sections.push(OpenedSection { index: *index, kind: told.kind, content: key.open(ciphertext)? });
        }
        Ok(Opened { header: self.header, header_hash: self.header_hash, link: content.link, sections })
    }
}

/// Verifies and opens a delivery in one go.
///
/// # Errors
/// [`EnvelopeRefused`].
pub fn open<'k>(
    parts: Delivered<'_>,
    own: MemberCode,
    sender: impl FnOnce(&Header) -> Result<SignerKey, SignerRefused>,
    key_of: impl FnOnce(HpkeEpoch) -> Option<&'k HpkeKeyPair>,
) -> Result<Opened, EnvelopeRefused> {
    let received = ReceivedDelivery::parse(parts, own)?;
    let sender = sender(received.header())?;
    received.verify(&sender)?.open(key_of)
}

/// One section in clear.
pub struct OpenedSection {
    /// Its place in the envelope.
    pub index: SectionIndex,
    /// What it holds.
    pub kind: SectionKind,
    /// Its content; wiped when dropped.
    pub content: Zeroizing<Vec<u8>>,
}

/// An envelope in clear, as far as it was granted to us.
#[derive(Debug)]
pub struct Opened {
    /// The header.
    pub header: Header,
    /// The SHA-256 of the header core.
    pub header_hash: Digest,
    /// The envelope's place in the sequence from its sender to us.
    pub link: PairLink,
    /// The sections that were granted, ascending.
    pub sections: Vec<OpenedSection>,
}

impl fmt::Debug for OpenedSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenedSection({}, {} bytes)", self.index.0, self.content.len())
    }
}
