//! The Merkle tree over the slots.
//!
//! Leaves are the labelled hashes of the slots and of random padding, sorted by value: a
//! recipient's place among them tells nothing about who else is addressed, and the depth only the
//! power of two above their number. Slots, padding and inner nodes are hashed under three labels,
//! so that none is ever taken for another.

use amana_types::{Digest, HpkeEpoch, MemberCode};

use super::granted::GrantedSections;
use super::refused::{EnvelopeRefused, Part};
use crate::hash::labelled;

const SLOT: &str = "amana/v1/slot";
const PADDING: &str = "amana/v1/slot-padding";
const NODE: &str = "amana/v1/slot-node";
/// 2^8 leaves hold the most recipients that an envelope may have.
pub(crate) const MOST_DEPTH: u8 = 8;
const _: () = assert!(1 << MOST_DEPTH == amana_types::limits::RECIPIENTS);

/// How many levels of nodes lie between a slot and the root: 0 for one slot, at most 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotDepth(u8);

impl SlotDepth {
    /// The depth that a message names.
    ///
    /// # Errors
    /// [`EnvelopeRefused::TooLarge`] above 8.
    pub fn new(depth: u32) -> Result<Self, EnvelopeRefused> {
        match u8::try_from(depth) {
            Ok(depth) if depth <= MOST_DEPTH => Ok(Self(depth)),
            _ => Err(EnvelopeRefused::TooLarge {
                part: Part::Depth,
                size: usize::try_from(depth).unwrap_or(usize::MAX),
                most: usize::from(MOST_DEPTH),
            }),
        }
    }

    /// The least depth that has room for `slots`.
    pub(crate) fn for_slots(slots: usize) -> Result<Self, EnvelopeRefused> {
        Self::new(slots.max(1).next_power_of_two().trailing_zeros())
    }

    /// The depth as a number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The depth as the one byte that is signed.
    pub(crate) const fn as_bytes(&self) -> &[u8] {
        std::slice::from_ref(&self.0)
    }

    /// How many leaves a tree of this depth has.
    #[must_use]
    pub const fn leaves(self) -> usize {
        1 << self.0
    }

    /// How many bytes the path of a slot has.
    #[must_use]
    pub const fn path_bytes(self) -> usize {
        32 * self.0 as usize
    }
}

/// The place of a slot among the leaves of its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotPlace(pub u8);

/// What shows that a slot belongs to a signed root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotPath {
    /// The slot's place.
    pub place: SlotPlace,
    /// The sibling hashes from the leaf upwards, 32 bytes each.
    pub siblings: Vec<u8>,
}

/// The leaf of a slot.
pub(crate) fn slot_leaf(
    recipient: MemberCode,
    epoch: HpkeEpoch,
    granted: GrantedSections,
    slot: &[u8],
) -> Digest {
    let (epoch, granted) = (epoch.0.to_be_bytes(), granted.bits().to_be_bytes());
    labelled(SLOT, &[recipient.as_str().as_bytes(), &epoch, &granted, slot])
}

/// The leaf of 32 random bytes.
pub(crate) fn padding_leaf(random: &[u8]) -> Digest {
    labelled(PADDING, &[random])
}

fn node(left: &[u8], right: &[u8]) -> Digest {
    labelled(NODE, &[left, right])
}

/// The root that a leaf, its place and its path lead to; `None` when they do not fit the depth.
pub(crate) fn root_of_path(
    depth: SlotDepth,
    leaf: Digest,
    place: SlotPlace,
    siblings: &[u8],
) -> Option<Digest> {
    let fits = siblings.len() == depth.path_bytes() && usize::from(place.0) < depth.leaves();
    let climb = |(below, place): (Digest, u8), sibling: &[u8]| match place & 1 {
        0 => (node(below.as_bytes(), sibling), place >> 1),
        _ => (node(sibling, below.as_bytes()), place >> 1),
    };
    fits.then(|| siblings.chunks_exact(32).fold((leaf, place.0), climb).0)
}

/// The whole tree over the slots of one envelope, in one block of bytes: depth, number of slots
/// less one, the slots' places in the order of recipients, then all nodes, leaves first.
#[derive(Clone, PartialEq, Eq)]
pub struct SlotTree(Vec<u8>);

/// How many bytes the tree of that depth over so many slots has: depth and number, one place for each slot,
/// one hash for each node.
const fn tree_bytes(depth: SlotDepth, slots: usize) -> usize {
    2 + slots + 32 * (2 * depth.leaves() - 1)
}

impl SlotTree {
    /// The most bytes a tree has, for whoever stores one: that of the most recipients.
    pub const MOST_BYTES: usize = tree_bytes(SlotDepth(MOST_DEPTH), amana_types::limits::RECIPIENTS);

    /// Builds the tree. Slot leaves come in the order of recipients.
    ///
    /// # Errors
    /// [`EnvelopeRefused::Size`] unless slots and padding fill the depth,
    /// [`EnvelopeRefused::SlotTree`] when two leaves are equal or there is no slot.
    pub(crate) fn build(
        depth: SlotDepth,
        slots: &[Digest],
        padding: impl Iterator<Item = Digest>,
    ) -> Result<Self, EnvelopeRefused> {
        let mut level: Vec<Digest> = slots.iter().copied().chain(padding).collect();
        if level.len() != depth.leaves() {
            let (size, wanted) = (level.len(), depth.leaves());
            return Err(EnvelopeRefused::Size { part: Part::Slots, size, wanted });
        }
        level.sort_unstable();
        let last_slot = slots.len().checked_sub(1).and_then(|last| u8::try_from(last).ok());
        let last_slot = last_slot.ok_or(EnvelopeRefused::SlotTree)?;
        if !level.is_sorted_by(|a, b| a < b) {
            return Err(EnvelopeRefused::SlotTree);
        }

        let mut bytes = Vec::with_capacity(tree_bytes(depth, slots.len()));
        bytes.extend([depth.0, last_slot]);
        for slot in slots {
            let place = level.binary_search(slot).ok().and_then(|place| u8::try_from(place).ok());
            bytes.push(place.ok_or(EnvelopeRefused::SlotTree)?);
        }
        loop {
            level.iter().for_each(|hash| bytes.extend_from_slice(hash.as_bytes()));
            if level.len() <= 1 {
                return Ok(Self(bytes));
            }
            let pairs = level.as_chunks::<2>().0;
            level = pairs.iter().map(|[left, right]| node(left.as_bytes(), right.as_bytes())).collect();
        }
    }

    /// The tree as bytes, for [`SlotTreeRef::parse`].
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The tree, borrowed.
    #[must_use]
    pub fn view(&self) -> SlotTreeRef<'_> {
        SlotTreeRef(&self.0)
    }
}

impl std::fmt::Debug for SlotTree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SlotTree({:?})", self.view().root())
    }
}

/// A slot tree in borrowed bytes, such as a journal record: paths are cut, nothing is hashed again.
#[derive(Clone, Copy)]
pub struct SlotTreeRef<'a>(&'a [u8]);

impl<'a> SlotTreeRef<'a> {
    /// Takes the bytes of [`SlotTree::as_bytes`]; `None` when their number is not that of a tree.
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let [depth, last_slot, ..] = bytes else { return None };
        let depth = SlotDepth::new(u32::from(*depth)).ok()?;
        let slots = usize::from(*last_slot).checked_add(1)?;
        (slots <= depth.leaves() && bytes.len() == tree_bytes(depth, slots)).then_some(Self(bytes))
    }

    /// The tree's depth.
    #[must_use]
    pub fn depth(self) -> Option<SlotDepth> {
        SlotDepth::new(u32::from(*self.0.first()?)).ok()
    }

    /// The root.
    #[must_use]
    pub fn root(self) -> Option<Digest> {
        self.0.last_chunk().copied().map(Digest)
    }

    /// The path of the slot that is the `index`-th in the order of recipients.
    #[must_use]
    pub fn path(self, index: usize) -> Option<SlotPath> {
        let depth = self.depth()?;
        let slots = usize::from(*self.0.get(1)?) + 1;
        let place = *self.0.get(2..2 + slots)?.get(index)?;
        let mut level = self.0.get(2 + slots..)?;
        let mut width = depth.leaves();
        let mut at = usize::from(place);
        let mut siblings = Vec::with_capacity(depth.path_bytes());
        while width > 1 {
            siblings.extend_from_slice(level.get(32 * (at ^ 1)..)?.first_chunk::<32>()?);
            level = level.get(32 * width..)?;
            width /= 2;
            at /= 2;
        }
        Some(SlotPath { place: SlotPlace(place), siblings })
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
