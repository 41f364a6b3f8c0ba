//! Notices that are still being written: where each is, and that the key of what it was before goes.

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_types::limits::LINE_CHARS;
use amana_types::{Seq, Timestamp};

use super::rows::RowValue;
use super::{Erasure, State};
use crate::record::{BlindDigest, Discarded, Drafted};

/// The most bytes that a sealed name may have: that of a line in any script.
const NAME_BYTES: usize = 4 * LINE_CHARS + 64;

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
    pub(crate) name: Vec<u8>,
    pub(crate) key_slot: u64,
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

impl RowValue for Kept {
    fn write(&self, w: &mut Writer) {
        w.seq(self.at).fixed(&self.agency).u64(self.revision).fixed(&self.content);
        w.time(self.saved).time(self.expires).u64(self.key_slot).bytes(&self.name);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            at: r.seq()?,
            agency: r.array()?,
            revision: r.u64()?,
            content: r.array()?,
            saved: r.time()?,
            expires: r.time()?,
            key_slot: r.u64()?,
            name: r.bytes(NAME_BYTES)?.to_vec(),
        })
    }
}
