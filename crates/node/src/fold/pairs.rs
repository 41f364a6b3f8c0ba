//! The sequences of a pair of members: what goes to each, and what was heard from each.
//!
//! A sender numbers its envelopes to each recipient, and each names the header hash of the one before. An
//! envelope that the hub took later than those behind it keeps its number: the recipient notes the gap and
//! closes it when the very envelope comes that its successor named. What never comes stays a break.

use amana_seal::envelope::PairLink;
use amana_seal::record;
use amana_types::Digest;

/// Gaps that are remembered of one sender. What is missing beyond them stays a break when it comes.
const GAPS: usize = 64;

record! {
    /// The sequence of one member's notices to us.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(crate) struct Heard {
        /// The number that should come next.
        pub(crate) next: u64,
        /// Header hash of the one with the greatest number.
        pub(crate) last: Option<Digest>,
        /// How often a notice did not follow on from the one before it, and no gap was closed by it.
        broken: u64,
        /// What is missing, the lowest numbers first.
        gaps: Vec<Gap> [..= GAPS],
    }
}

record! {
    /// Numbers in a row that have not come.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Gap {
        from: u64,
        /// The first number that is not missing.
        to: u64,
        /// Header hash of the one before the gap; nothing when none came.
        before: Option<Digest>,
        /// What the envelope behind the gap names as the one before it.
        last: Digest,
    }
}

record! {
    /// The sequences to and from one member.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Pair {
        pub(crate) link: PairLink,
        pub(crate) heard: Heard,
    }
}

impl Heard {
    /// How often something is missing, or did not follow on.
    pub(crate) fn breaks(&self) -> u64 {
        self.broken.saturating_add(self.gaps.len() as u64)
    }

    pub(super) fn take(&mut self, number: u64, previous: Digest, header_hash: Digest) {
        if number < self.next {
            self.broken += u64::from(!self.close(number, previous, header_hash));
            return;
        }
        if number > self.next {
            if self.gaps.len() == GAPS {
                self.gaps.remove(0);
                self.broken += 1;
            }
            self.gaps.push(Gap { from: self.next, to: number, before: self.last, last: previous });
        } else {
            self.broken += u64::from(self.last.is_some_and(|last| last != previous));
        }
        self.next = number.saturating_add(1);
        self.last = Some(header_hash);
    }

    /// Whether that envelope is one that is missing.
    fn close(&mut self, number: u64, previous: Digest, header_hash: Digest) -> bool {
        let Some(place) = self.gaps.iter().position(|gap| (gap.from..gap.to).contains(&number)) else {
            return false;
        };
        let Some(gap) = self.gaps.get(place).copied() else { return false };
        let is_first = number == gap.from;
        let is_last = number.saturating_add(1) == gap.to;
        if (is_first && gap.before.is_some_and(|before| before != previous))
            || (is_last && gap.last != header_hash)
        {
            return false;
        }
        let below = (!is_first).then_some(Gap { to: number, last: previous, ..gap });
        let above = Gap { from: number.saturating_add(1), before: Some(header_hash), ..gap };
        let left = below.into_iter().chain((!is_last).then_some(above));
        self.gaps.splice(place..=place, left);
        true
    }

    /// One whose head alone came: the next one names its header hash, so nobody can put another in there.
    pub(super) fn take_head(&mut self, header_hash: Digest) {
        self.next = self.next.saturating_add(1);
        self.last = Some(header_hash);
    }
}

#[cfg(test)]
#[path = "pairs_tests.rs"]
mod tests;
