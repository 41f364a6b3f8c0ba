//! Records about notices that are still being written.

use amana_seal::record;
use amana_types::limits::{LINE_CHARS, MESSAGE_BYTES};
use amana_types::{NoticeId, Timestamp};

use crate::fold::facts::Facts;
use crate::fold::parts::BlindDigest;

/// The most bytes of a draft's sealed name: that of a line in any script.
pub(crate) const DRAFT_NAME_BYTES: usize = 4 * LINE_CHARS + 64;

record! {
    /// A draft was saved, new or again.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Drafted {
        /// The draft's own id; the notice that it becomes gets another.
        pub(crate) id: NoticeId,
        /// Keyed digest of the agency's name.
        pub(crate) agency: BlindDigest,
        /// How often it was saved.
        pub(crate) revision: u64,
        /// Keyed digest of what was saved: the same request again is known by it.
        pub(crate) content: BlindDigest,
        pub(crate) saved: Timestamp,
        pub(crate) expires: Timestamp,
        /// Where the wrapped data key lies; gone once the draft is discarded or saved again.
        pub(crate) key_slot: u64,
        /// What its author calls it, under that key.
        pub(crate) name: Vec<u8> [..= DRAFT_NAME_BYTES],
        /// The document, under that key.
        pub(crate) document: Vec<u8> [..= MESSAGE_BYTES],
    }
}

record! {
    /// A draft is discarded, if it still is at that revision.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Discarded {
        pub(crate) id: NoticeId,
        pub(crate) revision: u64,
        pub(crate) at: Timestamp,
    }
}

impl Facts for Drafted {
    fn key_slot(&self) -> Option<u64> {
        Some(self.key_slot)
    }

    fn key_slot_mut(&mut self) -> Option<&mut u64> {
        Some(&mut self.key_slot)
    }

    fn ends_key_of(&self) -> Option<NoticeId> {
        Some(self.id)
    }
}

impl Facts for Discarded {
    fn ends_key_of(&self) -> Option<NoticeId> {
        Some(self.id)
    }
}
