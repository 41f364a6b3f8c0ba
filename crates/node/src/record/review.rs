//! Records about review: what the desk decides here, and decisions as they are delivered.

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_types::{NoticeId, Seq, Timestamp};

use super::decode::{SMALL, read_inclusion};
use super::encode::write_inclusion;
use super::{BlindDigest, Inclusion};

/// A decision of the review desk, verified before it became a record: about a notice of ours, or one that
/// comes with it, or by ourselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reviewed {
    /// Its place in the exchange's log.
    pub(crate) index: Seq,
    pub(crate) notice: NoticeId,
    pub(crate) refused: bool,
    pub(crate) accepted_at: Timestamp,
    pub(crate) body: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) inclusion: Inclusion,
}

/// At the desk: one officer passes a notice that two have to pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposed {
    pub(crate) notice: NoticeId,
    pub(crate) at: Timestamp,
    /// Keyed digest of the officer's name.
    pub(crate) officer: BlindDigest,
}

/// At the desk: the decision, signed and to be brought to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) notice: NoticeId,
    pub(crate) officer: BlindDigest,
    pub(crate) body: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Reviewed {
    pub(super) fn write(&self, w: &mut Writer) {
        w.seq(self.index).notice(self.notice).flag(self.refused).time(self.accepted_at);
        w.bytes(&self.body).bytes(&self.signature);
        write_inclusion(w, &self.inclusion);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            index: r.seq()?,
            notice: r.notice()?,
            refused: r.flag()?,
            accepted_at: r.time()?,
            body: r.bytes(SMALL)?.to_vec(),
            signature: r.bytes(SMALL)?.to_vec(),
            inclusion: read_inclusion(r)?,
        })
    }
}

impl Proposed {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.notice).time(self.at).fixed(&self.officer);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { notice: r.notice()?, at: r.time()?, officer: r.array()? })
    }
}

impl Decided {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.notice).fixed(&self.officer).bytes(&self.body).bytes(&self.signature);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            notice: r.notice()?,
            officer: r.array()?,
            body: r.bytes(SMALL)?.to_vec(),
            signature: r.bytes(SMALL)?.to_vec(),
        })
    }
}
