//! What rows hold, and how.

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_seal::envelope::{PairLink, PairSeq};
use amana_seal::receipt::ReceiptState;
use amana_types::limits::RECIPIENTS;
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use super::{Erasure, Heard, Owed, Owing, Unreached, Waiting};
use crate::record::BlindDigest;

/// Sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Received = 1,
    Sent = 2,
}

impl Way {
    pub(crate) const fn byte(self) -> u8 {
        self as u8
    }

    fn of(byte: u8) -> Result<Self, CodecError> {
        match byte {
            1 => Ok(Self::Received),
            2 => Ok(Self::Sent),
            _ => Err(CodecError::Value("direction")),
        }
    }
}

/// Where a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) way: Way,
    /// The newest record that holds it.
    pub(crate) at: Seq,
    pub(crate) header_hash: Digest,
}

/// What the hub answered, and where it is written in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) at: Seq,
    /// The place in the exchange's log; nothing if it was refused.
    pub(crate) index: Option<Seq>,
}

/// How a notice ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) cause: Cause,
    pub(crate) at: Timestamp,
    /// The record that says so.
    pub(crate) place: Seq,
}

/// What a recipient signed about a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// When, by its clock.
    pub(crate) at: Timestamp,
    /// The record that holds its receipt.
    pub(crate) place: Seq,
}

/// Why a notice is shown no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Its owner took it back.
    Withdrawn = 1,
    /// Its time is over.
    Expired = 2,
}

/// What a request became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Requested {
    pub(crate) content: BlindDigest,
    pub(crate) id: NoticeId,
    pub(crate) at: Seq,
}

/// A value that is kept in a row.
pub(crate) trait RowValue: Sized {
    fn write(&self, w: &mut Writer);
    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError>;

    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        self.write(&mut w);
        w.finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut r = Reader::new(bytes);
        let value = Self::read(&mut r)?;
        r.finish().map(|()| value)
    }
}

impl RowValue for Located {
    fn write(&self, w: &mut Writer) {
        w.u8(self.way.byte()).seq(self.at).digest(&self.header_hash);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { way: Way::of(r.u8()?)?, at: r.seq()?, header_hash: r.digest()? })
    }
}

impl RowValue for Answered {
    fn write(&self, w: &mut Writer) {
        w.seq(self.at).option(self.index, |w, index| {
            w.seq(index);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { at: r.seq()?, index: r.option(Reader::seq)? })
    }
}

impl RowValue for Ended {
    fn write(&self, w: &mut Writer) {
        w.u8(self.cause as u8).time(self.at).seq(self.place);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let cause = match r.u8()? {
            1 => Cause::Withdrawn,
            2 => Cause::Expired,
            _ => return Err(CodecError::Value("cause")),
        };
        Ok(Self { cause, at: r.time()?, place: r.seq()? })
    }
}

impl RowValue for Step {
    fn write(&self, w: &mut Writer) {
        w.time(self.at).seq(self.place);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { at: r.time()?, place: r.seq()? })
    }
}

impl RowValue for Seq {
    fn write(&self, w: &mut Writer) {
        w.seq(*self);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        r.seq()
    }
}

impl RowValue for Erasure {
    fn write(&self, w: &mut Writer) {
        w.option(self.slot, |w, slot| {
            w.u64(slot);
        });
        w.option(self.receipt, |w, Owing { id, sender, header_hash, index }| {
            w.notice(id).member(sender).digest(&header_hash).seq(index);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let owing = |r: &mut Reader<'_>| {
            Ok(Owing { id: r.notice()?, sender: r.member()?, header_hash: r.digest()?, index: r.seq()? })
        };
        Ok(Self { slot: r.option(Reader::u64)?, receipt: r.option(owing)? })
    }
}

impl RowValue for Unreached {
    fn write(&self, w: &mut Writer) {
        w.notice(self.notice).count(self.members.len());
        for member in &self.members {
            w.member(*member);
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { notice: r.notice()?, members: r.list(RECIPIENTS, Reader::member)?.into_iter().collect() })
    }
}

impl RowValue for Requested {
    fn write(&self, w: &mut Writer) {
        w.fixed(&self.content).notice(self.id).seq(self.at);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { content: r.array()?, id: r.notice()?, at: r.seq()? })
    }
}

impl RowValue for Timestamp {
    fn write(&self, w: &mut Writer) {
        w.time(*self);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        r.time()
    }
}

impl RowValue for NoticeId {
    fn write(&self, w: &mut Writer) {
        w.notice(*self);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        r.notice()
    }
}

impl RowValue for Waiting {
    fn write(&self, w: &mut Writer) {
        w.notice(self.id).digest(&self.header_hash).time(self.expires);
        w.option(self.accepted, |w, index| {
            w.seq(index);
        });
        w.count(self.remaining.len());
        for member in &self.remaining {
            w.member(*member);
        }
        w.flag(self.parked);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            id: r.notice()?,
            header_hash: r.digest()?,
            expires: r.time()?,
            accepted: r.option(Reader::seq)?,
            remaining: r.list(RECIPIENTS, Reader::member)?,
            parked: r.flag()?,
        })
    }
}

impl RowValue for Owed {
    fn write(&self, w: &mut Writer) {
        w.notice(self.id).member(self.sender).digest(&self.header_hash);
        w.seq(self.index).u8(self.state.number()).time(self.at);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            id: r.notice()?,
            sender: r.member()?,
            header_hash: r.digest()?,
            index: r.seq()?,
            state: read_state(r)?,
            at: r.time()?,
        })
    }
}

/// The sequences to and from one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) link: PairLink,
    pub(crate) heard: Heard,
}

impl RowValue for Pair {
    fn write(&self, w: &mut Writer) {
        w.u64(self.link.seq.0).digest(&self.link.previous);
        w.u64(self.heard.next).u64(self.heard.breaks);
        w.option(self.heard.last, |w, last| {
            w.digest(&last);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let link = PairLink { seq: PairSeq(r.u64()?), previous: r.digest()? };
        let (next, breaks) = (r.u64()?, r.u64()?);
        Ok(Self { link, heard: Heard { next, breaks, last: r.option(Reader::digest)? } })
    }
}

fn read_state(r: &mut Reader<'_>) -> Result<ReceiptState, CodecError> {
    let number = r.u8()?;
    let state = ReceiptState::ALL.into_iter().find(|state| state.number() == number);
    state.ok_or(CodecError::Value("receipt state"))
}

/// The key of a list row: newest first.
pub(crate) fn list_key(way: Way, at: Seq) -> [u8; 9] {
    let mut key = [0; 9];
    if let Some((first, rest)) = key.split_first_mut() {
        *first = way.byte();
        rest.copy_from_slice(&(!at.0).to_be_bytes());
    }
    key
}

/// The place that a list key names.
pub(crate) fn listed_at(key: &[u8]) -> Option<Seq> {
    let (_, rest) = key.split_first()?;
    rest.try_into().ok().map(|bytes| Seq(!u64::from_be_bytes(bytes)))
}

/// The key of a row that is found by place, oldest first.
pub(crate) const fn place_key(at: Seq) -> [u8; 8] {
    at.0.to_be_bytes()
}

/// The place that such a key names.
pub(crate) fn place_of(key: &[u8]) -> Option<Seq> {
    key.try_into().ok().map(|bytes| Seq(u64::from_be_bytes(bytes)))
}

/// The key of what a recipient signed about a notice.
pub(crate) fn step_key(id: NoticeId, member: MemberCode, state: ReceiptState) -> Vec<u8> {
    let mut w = Writer::with_capacity(32);
    w.notice(id).member(member).u8(state.number());
    w.finish()
}

/// Recipient and state of such a key, after the notice's id.
pub(crate) fn step_of(key: &[u8]) -> Option<(MemberCode, ReceiptState)> {
    let mut r = Reader::new(key.get(16..)?);
    let member = r.member().ok()?;
    let state = read_state(&mut r).ok()?;
    Some((member, state))
}

/// The key of an envelope by the notice that it supersedes.
pub(crate) fn follows_key(notice: NoticeId, follower: NoticeId) -> [u8; 32] {
    let mut key = [0; 32];
    let (first, second) = key.split_at_mut(16);
    first.copy_from_slice(notice.as_bytes());
    second.copy_from_slice(follower.as_bytes());
    key
}

/// The envelope that such a key names.
pub(crate) fn follower_of(key: &[u8]) -> Option<NoticeId> {
    NoticeId::from_bytes(key.get(16..)?).ok()
}

/// The key of a withdrawal by the notice that it is about. The sender belongs to it, so that nobody
/// takes back what another sent.
pub(crate) fn recalled_key(sender: MemberCode, notice: NoticeId, header_hash: &Digest) -> Vec<u8> {
    let mut w = Writer::with_capacity(64);
    w.member(sender).notice(notice).digest(header_hash);
    w.finish()
}

/// The key of when a notice expires, soonest first.
pub(crate) fn expiry_key((due, at): (Timestamp, Seq)) -> Vec<u8> {
    let mut w = Writer::with_capacity(16);
    w.time(due).seq(at);
    w.finish()
}

/// The moment and place that such a key names.
pub(crate) fn expiry_of(key: &[u8]) -> Option<(Timestamp, Seq)> {
    let mut r = Reader::new(key);
    let due = (r.time().ok()?, r.seq().ok()?);
    r.finish().ok().map(|()| due)
}
