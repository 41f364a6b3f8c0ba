//! Notices that are still being written: where each is, and that the key of what it was before goes.

use amana_seal::record;
use amana_types::{Seq, Timestamp};

use super::{Erasure, State};
use crate::record::{BlindDigest, DRAFT_NAME_BYTES, Discarded, Drafted};

record! {
    /// A draft as it was saved last.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Kept {
        /// The record that holds it.
        pub(crate) at: Seq,
        /// Keyed digest of the agency's name.
        pub(crate) agency: BlindDigest,
        pub(crate) revision: u64,
        /// Keyed digest of what was saved.
        pub(crate) content: BlindDigest,
        pub(crate) saved: Timestamp,
        pub(crate) expires: Timestamp,
        /// What its author calls it, sealed.
        pub(crate) name: Vec<u8> [..= DRAFT_NAME_BYTES],
        pub(crate) key_slot: u64,
    }
}

impl State {
    pub(super) fn drafted(&mut self, at: Seq, drafted: &Drafted) {
        let Drafted { id, agency, revision, content, saved, expires, key_slot, .. } = *drafted;
        let name = drafted.name.clone();
        let kept = Kept { at, agency, revision, content, saved, expires, name, key_slot };
        if let Some(before) = self.drafts.insert(id, kept) {
            self.demand(at, Erasure { slot: Some(before.key_slot), receipt: None });
        }
        self.changed.drafts.insert(id);
    }

    /// One that was saved since stays.
    pub(super) fn discarded(&mut self, at: Seq, discarded: Discarded) {
        if self.drafts.get(&discarded.id).is_some_and(|kept| kept.revision == discarded.revision)
            && let Some(kept) = self.drafts.remove(&discarded.id)
        {
            self.demand(at, Erasure { slot: Some(kept.key_slot), receipt: None });
            self.changed.drafts.insert(discarded.id);
        }
    }
}
