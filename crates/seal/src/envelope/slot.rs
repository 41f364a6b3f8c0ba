//! Slots: what one recipient alone can open.
//!
//! Sealed as in [`crate::sealing`], which proves nothing about the sender; the signature over the slots
//! root does. Which sections a slot grants is said in the clear beside it ([`super::GrantedSections`]), and
//! inside it again; the two must agree. The hub learns nothing by it that the kinds of the sections and
//! the directory do not tell.

use amana_types::{Digest, HpkeEpoch, HpkePublicKey, KeyId, MemberCode, Random, limits};
use zeroize::Zeroizing;

use super::granted::GrantedSections;
use super::header::SUITE;
use super::index::SectionIndex;
use super::refused::EnvelopeRefused;
use super::section::SectionKey;
use crate::codec::{CodecError, Reader, Writer};
use crate::keys::{HpkeKeyPair, key_id};
use crate::sealing::{self, Bound, ENCAPSULATION_BYTES, TAG_BYTES};

const INFO_LABEL: &str = "amana/v1/slot";
/// Section index and key.
const GRANT_BYTES: usize = 1 + 32;
/// Pair sequence number, previous hash, number of grants.
const FIXED_BYTES: usize = 8 + 32 + 1;

/// The place of an envelope in the sequence from one sender to one recipient, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PairSeq(pub u64);

/// What lets a recipient see that nothing between it and a sender is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairLink {
    /// This envelope's place in the pair's sequence.
    pub seq: PairSeq,
    /// The header hash of the pair's previous envelope; zeros before the first.
    pub previous: Digest,
}

crate::encoded!(PairSeq(u64));
crate::encoded!(PairLink { seq, previous });

impl PairLink {
    /// The link of the first envelope of a pair.
    pub const FIRST: Self = Self { seq: PairSeq(0), previous: Digest([0; 32]) };
    /// The link of every envelope that is held for review. It arrives after what was sent later, or never:
    /// so it has no place in the sequence, and nothing follows on it.
    pub const HELD: Self = Self { seq: PairSeq(u64::MAX), previous: Digest([0; 32]) };
}

/// How many bytes every slot of an envelope with so many sections has.
#[must_use]
pub const fn slot_bytes(sections: usize) -> usize {
    ENCAPSULATION_BYTES + FIXED_BYTES + GRANT_BYTES * sections + TAG_BYTES
}

const _: () = assert!(slot_bytes(limits::SECTIONS) <= limits::SLOT_BYTES);
/// What a slot costs in a message beside its bytes: its recipient, and the tags and lengths of its fields.
const SLOT_IN_MESSAGE: usize = MemberCode::MOST_BYTES + 32;
/// The same for all other fields of an envelope.
const REST_IN_MESSAGE: usize = 4 * 1024;
/// The largest envelope fits a message; an envelope to fewer has padding leaves in place of slots, which are
/// smaller.
const _: () = assert!(
    limits::ENVELOPE_BODY_BYTES
        + limits::RECIPIENTS * (slot_bytes(limits::SECTIONS) + SLOT_IN_MESSAGE)
        + limits::HEADER_BYTES
        + limits::ADDRESSING_BYTES
        + REST_IN_MESSAGE
        <= limits::MESSAGE_BYTES
);

/// Who a slot is for, and in which envelope: what its opening is bound to.
#[derive(Clone, Copy)]
pub(crate) struct SlotBinding<'a> {
    pub(crate) sender: MemberCode,
    pub(crate) recipient: MemberCode,
    pub(crate) epoch: HpkeEpoch,
    pub(crate) header_hash: &'a Digest,
}

impl SlotBinding<'_> {
    fn info(&self, key: KeyId) -> Vec<u8> {
        let mut w = Writer::labelled(INFO_LABEL);
        w.u16(SUITE).member(self.sender).member(self.recipient).key_id(key).u32(self.epoch.0);
        w.finish()
    }

    fn bound<'b>(&'b self, info: &'b [u8]) -> Bound<'b> {
        Bound { info, aad: self.header_hash.as_bytes() }
    }
}

/// What a slot says once opened.
pub(crate) struct SlotContent {
    pub(crate) link: PairLink,
    /// Keys by section, ascending.
    pub(crate) grants: Vec<(SectionIndex, SectionKey)>,
}

impl SlotContent {
    /// The sections whose keys it holds.
    pub(crate) fn granted(&self) -> GrantedSections {
        self.grants.iter().map(|(index, _)| *index).collect()
    }

    fn encode(&self, sections: usize) -> Zeroizing<Vec<u8>> {
        let length = FIXED_BYTES + GRANT_BYTES * sections;
        let mut w = Writer::with_capacity(length);
        w.u64(self.link.seq.0).digest(&self.link.previous);
        // At most 16 sections.
        w.u8(u8::try_from(self.grants.len()).unwrap_or(u8::MAX));
        for (index, key) in &self.grants {
            w.u8(index.0).fixed(key.as_slice());
        }
        let mut bytes = Zeroizing::new(w.finish());
        bytes.resize(length, 0);
        bytes
    }

    fn decode(bytes: &[u8], sections: usize) -> Result<Self, CodecError> {
        let mut r = Reader::new(bytes);
        let link = PairLink { seq: PairSeq(r.u64()?), previous: r.digest()? };
        let count = usize::from(r.u8()?);
        let mut grants: Vec<(SectionIndex, SectionKey)> = Vec::with_capacity(count.min(sections));
        for _ in 0..count {
            let index = SectionIndex(r.u8()?);
            let ascending = grants.last().is_none_or(|(last, _)| *last < index);
            if !ascending || usize::from(index.0) >= sections {
                return Err(CodecError::Value("section index"));
            }
            grants.push((index, Zeroizing::new(r.array()?)));
        }
        if r.rest().len() != GRANT_BYTES * (sections - grants.len()) || r.rest().iter().any(|b| *b != 0) {
            return Err(CodecError::Value("slot padding"));
        }
        Ok(Self { link, grants })
    }
}

/// Seals a slot; `None` when the recipient's key is not well formed.
pub(crate) fn seal(
    binding: SlotBinding<'_>,
    key: &HpkePublicKey,
    content: &SlotContent,
    sections: usize,
    random: &dyn Random,
) -> Option<Vec<u8>> {
    let info = binding.info(key_id(key.0.as_slice()));
    sealing::seal(key, binding.bound(&info), &content.encode(sections), random)
}

/// Opens a slot with our key of its epoch.
pub(crate) fn open(
    binding: SlotBinding<'_>,
    keys: &HpkeKeyPair,
    slot: &[u8],
    sections: usize,
) -> Result<SlotContent, EnvelopeRefused> {
    let info = binding.info(keys.id());
    let content = sealing::open(keys, binding.bound(&info), slot).ok_or(EnvelopeRefused::Slot)?;
    SlotContent::decode(&content, sections).map_err(EnvelopeRefused::SlotContent)
}

#[cfg(test)]
#[path = "slot_tests.rs"]
mod tests;
