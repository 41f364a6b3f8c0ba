//! Records about what leaves a notice's first circle: what was passed on, and what was exported.

use amana_notice::Handling;
use amana_seal::codec::{CodecError, Reader, Writer};
use amana_types::{Digest, MemberCode, NoticeId, Timestamp};

use super::decode::SMALL;
use super::reply::{GrantBytes, read_grant, write_grant};

/// A notice of ours, or one that came, passes another on. It stands beside the record of the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PassedOn {
    /// The notice that passes on.
    pub(crate) notice: NoticeId,
    /// Whether it is ours.
    pub(crate) ours: bool,
    /// Whose the origin is.
    pub(crate) owner: MemberCode,
    pub(crate) origin: NoticeId,
    pub(crate) origin_hash: Digest,
    /// How the origin is handled.
    pub(crate) handling: Handling,
    /// The owner's grant, when the handling code of the origin needs one.
    pub(crate) grant: Option<GrantBytes>,
}

/// A notice was taken out of the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exported {
    pub(crate) notice: NoticeId,
    pub(crate) at: Timestamp,
    /// For a court, or for an investigation.
    pub(crate) court: bool,
    /// Agency, role, purpose and case reference, sealed.
    pub(crate) nonce: [u8; 16],
    pub(crate) sealed: Vec<u8>,
}

impl PassedOn {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.notice).flag(self.ours).member(self.owner).notice(self.origin);
        w.digest(&self.origin_hash).text(self.handling.code());
        write_grant(w, self.grant.as_ref());
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            notice: r.notice()?,
            ours: r.flag()?,
            owner: r.member()?,
            origin: r.notice()?,
            origin_hash: r.digest()?,
            handling: r.parsed(SMALL, "handling")?,
            grant: read_grant(r)?,
        })
    }
}

impl Exported {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.notice).time(self.at).flag(self.court).fixed(&self.nonce).bytes(&self.sealed);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            notice: r.notice()?,
            at: r.time()?,
            court: r.flag()?,
            nonce: r.array()?,
            sealed: r.bytes(SMALL)?.to_vec(),
        })
    }
}
