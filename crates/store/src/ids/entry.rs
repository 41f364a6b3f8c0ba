//! One id on disk: 16 bytes id, 8 bytes sequence number, 32 bytes header hash.

use amana_types::{Digest, NoticeId, Seq};

use crate::codec::Fields;

pub(super) const ENTRY_BYTES: usize = 56;

/// Where an id was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The record.
    pub seq: Seq,
    /// The hash of the header that came with the id.
    pub header: Digest,
}

/// An id and where it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdEntry {
    pub(crate) id: NoticeId,
    pub(crate) recorded: Recorded,
}

impl IdEntry {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.id.as_bytes());
        out.extend_from_slice(&self.recorded.seq.0.to_le_bytes());
        out.extend_from_slice(self.recorded.header.as_bytes());
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        let id = NoticeId::from_bytes(&fields.array::<16>()?).ok()?;
        let seq = Seq(fields.u64()?);
        Some(Self { id, recorded: Recorded { seq, header: Digest(fields.array()?) } })
    }
}
