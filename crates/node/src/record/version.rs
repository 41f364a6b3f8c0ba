//! Records about the versions of notices, and about their suspension.

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_types::limits::RECIPIENTS;
use amana_types::{Digest, MemberCode, NoticeId, Timestamp};

use super::decode::read_proven;
use super::encode::write_proven;
use super::{BlindDigest, Proven};

/// We suspended a notice of ours, or resumed it: a word that its recipients are to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suspended {
    /// The version that the word names: the newest.
    pub(crate) notice: NoticeId,
    pub(crate) at: Timestamp,
    /// Suspended, or resumed.
    pub(crate) suspended: bool,
    /// The how-manieth word about the notice. The greatest counts, whatever the order in which they come.
    pub(crate) number: u64,
    /// Keyed digests of the agency and its request id, and of what was asked; nothing for a word that
    /// follows from an amendment, or from what became of the notice that this one passes on.
    pub(crate) request: Option<(BlindDigest, BlindDigest)>,
    /// Whether it follows from what became of the notice that this one passes on.
    pub(crate) by_origin: bool,
    /// Who is to be told.
    pub(crate) recipients: Vec<MemberCode>,
}

/// A sender suspended a notice that it had sent to us, or will have, or resumed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suspension {
    /// The word's own id.
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) notice: NoticeId,
    pub(crate) notice_hash: Digest,
    pub(crate) suspended: bool,
    pub(crate) number: u64,
    pub(crate) received_at: Timestamp,
    pub(crate) header_hash: Digest,
    pub(crate) proven: Proven,
    pub(crate) pair_number: u64,
    pub(crate) pair_previous: Digest,
}

/// An amendment of ours is published: members that have a version before it and do not get the amendment
/// are to erase what they have. Nobody, when there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Restricted {
    /// The amendment.
    pub(crate) by: NoticeId,
    /// The version before it.
    pub(crate) version: NoticeId,
    pub(crate) at: Timestamp,
    pub(crate) members: Vec<MemberCode>,
}

impl Suspended {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.notice).time(self.at).flag(self.suspended).u64(self.number);
        w.option(self.request, |w, (request, content)| {
            w.fixed(&request).fixed(&content);
        });
        w.flag(self.by_origin);
        write_members(w, &self.recipients);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            notice: r.notice()?,
            at: r.time()?,
            suspended: r.flag()?,
            number: r.u64()?,
            request: r.option(|r| Ok((r.array()?, r.array()?)))?,
            by_origin: r.flag()?,
            recipients: r.list(RECIPIENTS, Reader::member)?,
        })
    }
}

impl Suspension {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.id).member(self.sender).notice(self.notice).digest(&self.notice_hash);
        w.flag(self.suspended).u64(self.number).time(self.received_at).digest(&self.header_hash);
        write_proven(w, &self.proven);
        w.u64(self.pair_number).digest(&self.pair_previous);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            id: r.notice()?,
            sender: r.member()?,
            notice: r.notice()?,
            notice_hash: r.digest()?,
            suspended: r.flag()?,
            number: r.u64()?,
            received_at: r.time()?,
            header_hash: r.digest()?,
            proven: read_proven(r)?,
            pair_number: r.u64()?,
            pair_previous: r.digest()?,
        })
    }
}

impl Restricted {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.by).notice(self.version).time(self.at);
        write_members(w, &self.members);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let (by, version, at) = (r.notice()?, r.notice()?, r.time()?);
        Ok(Self { by, version, at, members: r.list(RECIPIENTS, Reader::member)? })
    }
}

fn write_members(w: &mut Writer, members: &[MemberCode]) {
    w.count(members.len());
    for member in members {
        w.member(*member);
    }
}
