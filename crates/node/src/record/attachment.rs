//! What records say of attachments.

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_seal::envelope::AttachmentHeader;
use amana_types::limits::ATTACHMENTS;
use amana_types::{Digest, NoticeId, Seq, Timestamp};

use super::decode::SMALL;

/// An attachment of a notice that came in is here, or cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetched {
    /// The place of the notice's record.
    pub(crate) of: Seq,
    pub(crate) notice: NoticeId,
    /// Its address.
    pub(crate) digest: Digest,
    pub(crate) at: Timestamp,
    /// Why it cannot be had; empty when it is here.
    pub(crate) reason: String,
}

impl Fetched {
    pub(super) fn write(&self, w: &mut Writer) {
        w.seq(self.of).notice(self.notice).digest(&self.digest).time(self.at).text(&self.reason);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let (of, notice, digest, at) = (r.seq()?, r.notice()?, r.digest()?, r.time()?);
        Ok(Self { of, notice, digest, at, reason: r.text(SMALL)?.to_owned() })
    }
}

pub(crate) fn write_attachments(w: &mut Writer, attachments: &[AttachmentHeader]) {
    w.count(attachments.len());
    for attachment in attachments {
        w.digest(&attachment.sealed).u64(attachment.padded_bytes);
    }
}

pub(crate) fn read_attachments(r: &mut Reader<'_>) -> Result<Vec<AttachmentHeader>, CodecError> {
    r.list(ATTACHMENTS, |r| Ok(AttachmentHeader { sealed: r.digest()?, padded_bytes: r.u64()? }))
}
