//! The signed head of an envelope: what hub and recipient check in the same way.

use amana_types::{Digest, limits};

use super::granted::GrantedSections;
use super::header::{Header, header_hash};
use super::index::SectionIndex;
use super::padding::{is_padded_len, padded_len};
use super::refused::{EnvelopeRefused, Part};
use super::section::TAG_BYTES;
use super::tree::SlotDepth;
use crate::dsse::PayloadType;
use crate::hash::sha256;
use crate::keys::Signature;
use crate::signer::SignerKey;
use crate::together::Claim;

/// A head whose sizes are right, and nothing more.
pub(crate) struct Head<'a> {
    core: &'a [u8],
    pub(crate) header: Header,
    pub(crate) header_hash: Digest,
    pub(crate) slots_root: Digest,
    pub(crate) depth: SlotDepth,
    signature: &'a Signature,
}

impl<'a> Head<'a> {
    pub(crate) fn parse(
        core: &'a [u8],
        slots_root: &[u8],
        depth: u32,
        signature: &'a [u8],
    ) -> Result<Self, EnvelopeRefused> {
        at_most(Part::Header, core.len(), limits::HEADER_BYTES)?;
        Ok(Self {
            core,
            header: Header::decode(core)?,
            header_hash: header_hash(core),
            slots_root: Digest(*exactly(Part::SlotsRoot, slots_root)?),
            depth: SlotDepth::new(depth)?,
            signature: exactly(Part::Signature, signature)?,
        })
    }

    /// Checks that somebody is granted what there is, and not nothing.
    pub(crate) fn check_granted(&self, granted: GrantedSections) -> Result<(), EnvelopeRefused> {
        if granted.fits(self.header.sections.len()) { Ok(()) } else { Err(EnvelopeRefused::Granted) }
    }

    /// Checks that the ciphertexts have the sizes that the header tells, and hides in steps; with
    /// `granted`, that what is not granted is not there.
    pub(crate) fn check_section_sizes(
        &self,
        sections: &[&[u8]],
        granted: Option<GrantedSections>,
    ) -> Result<(), EnvelopeRefused> {
        equal(Part::Sections, sections.len(), self.header.sections.len())?;
        let body = sections.iter().map(|section| section.len()).sum();
        at_most(Part::Sections, body, limits::ENVELOPE_BODY_BYTES)?;
        for ((index, ciphertext), told) in (0..).zip(sections).zip(&self.header.sections) {
            let padded = usize::try_from(told.padded_bytes).unwrap_or(usize::MAX);
            let is_given = granted.is_none_or(|granted| granted.contains(SectionIndex(index)));
            let wanted = if is_given { padded.saturating_add(TAG_BYTES) } else { 0 };
            equal(Part::Section, ciphertext.len(), wanted)?;
            if !is_padded_len(padded) {
                let wanted = padded_len(padded);
                return Err(EnvelopeRefused::Size { part: Part::Section, size: padded, wanted });
            }
        }
        Ok(())
    }

    pub(crate) fn check_signature(&self, sender: &SignerKey) -> Result<(), EnvelopeRefused> {
        let named = (self.header.sender, self.header.sender_key);
        let body = signed_body(self.core, &self.slots_root, &self.depth);
        if sender.verifies(named, PayloadType::HEADER, &body, self.signature) {
            Ok(())
        } else {
            Err(EnvelopeRefused::Signature)
        }
    }

    /// The signature as a claim, to be verified together with others. `None` if it cannot hold.
    pub(crate) fn claim(&self, sender: &SignerKey) -> Option<Claim> {
        let named = (self.header.sender, self.header.sender_key);
        let body = signed_body(self.core, &self.slots_root, &self.depth);
        sender.claim(named, PayloadType::HEADER, &body, self.signature)
    }

    /// Checks that the ciphertexts, with `granted` those that are given, are those that the header names.
    /// Each is hashed once.
    pub(crate) fn check_section_hashes(
        &self,
        sections: &[&[u8]],
        granted: Option<GrantedSections>,
    ) -> Result<(), EnvelopeRefused> {
        let told = (0..).map(SectionIndex).zip(self.header.sections.iter().zip(sections));
        let mut given = told.filter(|(index, _)| granted.is_none_or(|granted| granted.contains(*index)));
        match given.find(|(_, (told, bytes))| sha256(bytes) != told.ciphertext) {
            Some((index, _)) => Err(EnvelopeRefused::SectionHash(index)),
            None => Ok(()),
        }
    }
}

/// What the signature is over: header core, slots root, depth.
pub(crate) fn signed_body<'a>(core: &'a [u8], slots_root: &'a Digest, depth: &'a SlotDepth) -> [&'a [u8]; 3] {
    [core, slots_root.as_bytes(), depth.as_bytes()]
}

pub(crate) const fn at_most(part: Part, size: usize, most: usize) -> Result<(), EnvelopeRefused> {
    if size <= most { Ok(()) } else { Err(EnvelopeRefused::TooLarge { part, size, most }) }
}

pub(crate) const fn equal(part: Part, size: usize, wanted: usize) -> Result<(), EnvelopeRefused> {
    if size == wanted { Ok(()) } else { Err(EnvelopeRefused::Size { part, size, wanted }) }
}

pub(crate) fn exactly<const N: usize>(part: Part, bytes: &[u8]) -> Result<&[u8; N], EnvelopeRefused> {
    bytes.try_into().map_err(|_| EnvelopeRefused::Size { part, size: bytes.len(), wanted: N })
}
