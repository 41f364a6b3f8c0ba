//! Records about what is said back to notices, and about what is due.
//!
//! What a reply does to a clock is in the clear here, so that the fold can count; what it says is sealed.

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_types::limits::{MESSAGE_BYTES, RECIPIENTS};
use amana_types::reply::{Awaited, ReplyType};
use amana_types::{Digest, Duration, MemberCode, NoticeId, Seq, Timestamp};

use super::decode::{SMALL, read_places, read_proven, read_vaulted};
use super::encode::{write_places, write_proven, write_vaulted};
use super::{BlindDigest, PairPlace, Proven, Vaulted};

/// What a reply does to the clocks of its notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// It is what was waited for.
    Settles(Awaited),
    /// It asks the owner for a permission.
    Asks,
    /// It takes back the grant that it carries.
    Revokes,
    /// The partner takes the referral on.
    Accepts,
}

/// A grant that its owner signed, verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GrantBytes {
    pub(crate) body: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

/// A reply of ours in the outbox. The same id can be put again, sealed anew, until the hub took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutgoingReply {
    pub(crate) id: NoticeId,
    /// The notice that it answers.
    pub(crate) notice: NoticeId,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    /// Keyed digest of the agency and its request id.
    pub(crate) request: BlindDigest,
    /// Keyed digest of what was asked.
    pub(crate) content: BlindDigest,
    pub(crate) recipients: Vec<PairPlace>,
    /// Whether it is held for the review desk.
    pub(crate) held: bool,
    pub(crate) header_hash: Digest,
    pub(crate) effect: Effect,
    pub(crate) grant: Option<GrantBytes>,
    /// The envelope as it goes to the hub, in the encoding of the contract.
    pub(crate) envelope: Vec<u8>,
    pub(crate) vaulted: Vaulted,
}

/// A reply that another member sent to us, verified and opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReplyIn {
    pub(crate) id: NoticeId,
    /// The notice that it answers.
    pub(crate) notice: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) header_hash: Digest,
    /// Whether it was held for the review desk.
    pub(crate) held: bool,
    /// The place of the desk's pass by which it came; nothing at the desk itself.
    pub(crate) passed: Option<Seq>,
    pub(crate) proven: Proven,
    pub(crate) pair_number: u64,
    pub(crate) pair_previous: Digest,
    pub(crate) effect: Effect,
    pub(crate) grant: Option<GrantBytes>,
    pub(crate) vaulted: Vaulted,
}

/// Who owes, seen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// We owe it to the members named.
    Owed,
    /// The members named owe it to us.
    Awaited,
}

/// A notice asks for something within a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClockSet {
    pub(crate) notice: NoticeId,
    pub(crate) what: Awaited,
    pub(crate) side: Side,
    pub(crate) members: Vec<MemberCode>,
    /// When it was published; of a notice of ours that is not known yet.
    pub(crate) since: Option<Timestamp>,
    pub(crate) within: Duration,
    /// At the latest when, if that is sooner.
    pub(crate) by: Option<Timestamp>,
    /// Whether the notice is held for the review desk, so that the clock begins with the desk's pass.
    pub(crate) held: bool,
}

/// A notice of ours is to be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reexamine {
    pub(crate) notice: NoticeId,
    pub(crate) due: Timestamp,
}

/// A reply ends because its notice did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReplyEnded {
    pub(crate) reply: NoticeId,
    /// The record that ended its notice.
    pub(crate) of: Seq,
    pub(crate) withdrawn: bool,
    pub(crate) at: Timestamp,
    /// Where its wrapped data key lies.
    pub(crate) key_slot: u64,
    /// Of a received one: who gets the receipt, and its header hash and place in the exchange's log.
    pub(crate) received: Option<(MemberCode, Digest, Seq)>,
}

/// What follows from the ends or replies at these places is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Looked {
    pub(crate) places: Vec<Seq>,
}

/// Who has to erase a notice of ours that ended by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Debtors {
    pub(crate) notice: NoticeId,
    pub(crate) since: Timestamp,
    pub(crate) members: Vec<MemberCode>,
}

impl Effect {
    /// What a reply of that type does.
    pub(crate) fn of(reply_type: ReplyType) -> Self {
        match reply_type {
            ReplyType::PermissionRequest => Self::Asks,
            ReplyType::PermissionRevoked => Self::Revokes,
            ReplyType::ReferralAccepted => Self::Accepts,
            _ => reply_type.settles().map_or(Self::None, Self::Settles),
        }
    }

    fn write(self, w: &mut Writer) {
        match self {
            Self::None => w.u8(0),
            Self::Asks => w.u8(1),
            Self::Settles(what) => w.u8(2).text(what.code()),
            Self::Revokes => w.u8(3),
            Self::Accepts => w.u8(4),
        };
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(match r.u8()? {
            0 => Self::None,
            1 => Self::Asks,
            2 => Self::Settles(r.parsed(SMALL, "what is awaited")?),
            3 => Self::Revokes,
            4 => Self::Accepts,
            _ => return Err(CodecError::Value("effect")),
        })
    }
}

impl Side {
    pub(crate) fn write(self, w: &mut Writer) {
        w.flag(self == Self::Awaited);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(if r.flag()? { Self::Awaited } else { Self::Owed })
    }
}

pub(super) fn write_grant(w: &mut Writer, grant: Option<&GrantBytes>) {
    w.option(grant, |w, grant| {
        w.bytes(&grant.body).bytes(&grant.signature);
    });
}

pub(super) fn read_grant(r: &mut Reader<'_>) -> Result<Option<GrantBytes>, CodecError> {
    r.option(|r| Ok(GrantBytes { body: r.bytes(SMALL)?.to_vec(), signature: r.bytes(SMALL)?.to_vec() }))
}

pub(crate) fn write_members<'a>(w: &mut Writer, members: impl ExactSizeIterator<Item = &'a MemberCode>) {
    w.count(members.len());
    for member in members {
        w.member(*member);
    }
}

impl OutgoingReply {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.id).notice(self.notice).time(self.created).time(self.expires);
        w.fixed(&self.request).fixed(&self.content);
        write_places(w, &self.recipients);
        w.flag(self.held).digest(&self.header_hash);
        self.effect.write(w);
        write_grant(w, self.grant.as_ref());
        write_vaulted(w, &self.vaulted);
        w.bytes(&self.envelope);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            id: r.notice()?,
            notice: r.notice()?,
            created: r.time()?,
            expires: r.time()?,
            request: r.array()?,
            content: r.array()?,
            recipients: read_places(r)?,
            held: r.flag()?,
            header_hash: r.digest()?,
            effect: Effect::read(r)?,
            grant: read_grant(r)?,
            vaulted: read_vaulted(r)?,
            envelope: r.bytes(MESSAGE_BYTES)?.to_vec(),
        })
    }
}

impl ReplyIn {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.id).notice(self.notice).member(self.sender);
        w.time(self.created).time(self.expires).time(self.received_at);
        w.digest(&self.header_hash).flag(self.held);
        w.option(self.passed, |w, index| {
            w.seq(index);
        });
        write_proven(w, &self.proven);
        w.u64(self.pair_number).digest(&self.pair_previous);
        self.effect.write(w);
        write_grant(w, self.grant.as_ref());
        write_vaulted(w, &self.vaulted);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            id: r.notice()?,
            notice: r.notice()?,
            sender: r.member()?,
            created: r.time()?,
            expires: r.time()?,
            received_at: r.time()?,
            header_hash: r.digest()?,
            held: r.flag()?,
            passed: r.option(Reader::seq)?,
            proven: read_proven(r)?,
            pair_number: r.u64()?,
            pair_previous: r.digest()?,
            effect: Effect::read(r)?,
            grant: read_grant(r)?,
            vaulted: read_vaulted(r)?,
        })
    }
}

impl ClockSet {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.notice).text(self.what.code());
        self.side.write(w);
        write_members(w, self.members.iter());
        w.option(self.since, |w, since| {
            w.time(since);
        });
        w.u64(self.within.as_millis());
        w.option(self.by, |w, by| {
            w.time(by);
        });
        w.flag(self.held);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            notice: r.notice()?,
            what: r.parsed(SMALL, "what is awaited")?,
            side: Side::read(r)?,
            members: r.list(RECIPIENTS, Reader::member)?,
            since: r.option(Reader::time)?,
            within: Duration::from_millis(r.u64()?),
            by: r.option(Reader::time)?,
            held: r.flag()?,
        })
    }
}

impl Reexamine {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.notice).time(self.due);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { notice: r.notice()?, due: r.time()? })
    }
}

impl ReplyEnded {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.reply).seq(self.of).flag(self.withdrawn).time(self.at).u64(self.key_slot);
        w.option(self.received, |w, (sender, header_hash, index)| {
            w.member(sender).digest(&header_hash).seq(index);
        });
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            reply: r.notice()?,
            of: r.seq()?,
            withdrawn: r.flag()?,
            at: r.time()?,
            key_slot: r.u64()?,
            received: r.option(|r| Ok((r.member()?, r.digest()?, r.seq()?)))?,
        })
    }
}

impl Looked {
    pub(super) fn write(&self, w: &mut Writer) {
        w.count(self.places.len());
        for place in &self.places {
            w.seq(*place);
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { places: r.list(SMALL, Reader::seq)? })
    }
}

impl Debtors {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.notice).time(self.since);
        write_members(w, self.members.iter());
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { notice: r.notice()?, since: r.time()?, members: r.list(RECIPIENTS, Reader::member)? })
    }
}
