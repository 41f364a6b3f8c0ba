//! Which sections one recipient is given, said in the clear beside its slot.
//!
//! The hub hands a recipient the ciphertexts of these sections and of no other. What is said is part of
//! the slot's leaf and so of what the sender signed, and the opened slot must say the same: neither hub
//! nor sender can give a recipient more, or less, than both say.
//!
//! Rejected: one envelope for each audience. One notice would then have several headers and proofs.

use amana_types::limits;

use super::index::SectionIndex;
use crate::codec::plain;

/// Some sections of one envelope: bit n stands for section n.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct GrantedSections(u16);

const _: () = assert!(limits::SECTIONS <= u16::BITS as usize);

impl GrantedSections {
    /// The sections that a number stands for; `None` when it has more bits than an envelope has sections.
    #[must_use]
    pub fn of_bits(bits: u32) -> Option<Self> {
        u16::try_from(bits).ok().map(Self)
    }

    /// The sections as a number.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Whether a section is among them.
    #[must_use]
    pub const fn contains(self, section: SectionIndex) -> bool {
        (section.0 as u32) < u16::BITS && (self.0 >> section.0) & 1 == 1
    }

    /// Whether this can be granted in an envelope of so many sections: at least one of them and none
    /// beyond them. An envelope without sections grants none.
    #[must_use]
    pub(crate) const fn fits(self, sections: usize) -> bool {
        let used = (u16::BITS - self.0.leading_zeros()) as usize;
        used <= sections && (used > 0) == (sections > 0)
    }

    /// Every section's part where it is granted, and nothing where it is not.
    pub fn choose<'a, T>(self, parts: &'a [T], nothing: &'a T) -> impl Iterator<Item = &'a T> {
        let chosen = move |(index, part)| if self.contains(SectionIndex(index)) { part } else { nothing };
        (0..=u8::MAX).zip(parts).map(chosen)
    }
}

plain! {
    GrantedSections: |w, granted| w.u16(granted.bits()), |r| r.u16().map(Self);
}

impl FromIterator<SectionIndex> for GrantedSections {
    fn from_iter<I: IntoIterator<Item = SectionIndex>>(sections: I) -> Self {
        // At most 16 sections.
        Self(
            sections
                .into_iter()
                .fold(0, |bits, SectionIndex(n)| bits | 1_u16.checked_shl(n.into()).unwrap_or(0)),
        )
    }
}

#[cfg(test)]
#[path = "granted_tests.rs"]
mod tests;
