//! Records about notices that are still being written.

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_types::limits::MESSAGE_BYTES;
use amana_types::{NoticeId, Timestamp};

use super::BlindDigest;
use super::decode::SMALL;

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
    pub(crate) name: Vec<u8>,
    /// The document, under that key.
    pub(crate) document: Vec<u8>,
}

/// A draft is discarded, if it still is at that revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Discarded {
    pub(crate) id: NoticeId,
    pub(crate) revision: u64,
    pub(crate) at: Timestamp,
}

impl Drafted {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.id).fixed(&self.agency).u64(self.revision).fixed(&self.content);
        w.time(self.saved).time(self.expires).u64(self.key_slot).bytes(&self.name).bytes(&self.document);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            id: r.notice()?,
            agency: r.array()?,
            revision: r.u64()?,
            content: r.array()?,
            saved: r.time()?,
            expires: r.time()?,
            key_slot: r.u64()?,
            name: r.bytes(SMALL)?.to_vec(),
            document: r.bytes(MESSAGE_BYTES)?.to_vec(),
        })
    }
}

impl Discarded {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.id).u64(self.revision).time(self.at);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { id: r.notice()?, revision: r.u64()?, at: r.time()? })
    }
}
