//! What rows hold, and how.

pub(crate) use amana_seal::codec::Encoded;
use amana_seal::codec::{Numbered, Reader, Writer};
use amana_seal::receipt::ReceiptState;
use amana_seal::record;
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use crate::fold::parts::BlindDigest;

record! {
    /// Sent or received.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Way {
        Received = 1,
        Sent = 2,
    }
}

impl Way {
    /// What the keys of its list rows begin with.
    pub(crate) fn byte(self) -> u8 {
        self.number()
    }
}

record! {
    /// Where a notice is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Located {
        pub(crate) way: Way,
        /// The newest record that holds it.
        pub(crate) at: Seq,
        pub(crate) header_hash: Digest,
    }
}

record! {
    /// What the hub answered, and where it is written in full.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Answered {
        pub(crate) at: Seq,
        /// The place in the exchange's log; nothing if it was refused.
        pub(crate) index: Option<Seq>,
    }
}

record! {
    /// How a notice ended.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Ended {
        pub(crate) cause: Cause,
        pub(crate) at: Timestamp,
        /// The record that says so.
        pub(crate) place: Seq,
    }
}

record! {
    /// What a recipient signed about a notice.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Step {
        /// When, by its clock.
        pub(crate) at: Timestamp,
        /// The record that holds its receipt.
        pub(crate) place: Seq,
    }
}

record! {
    /// Why a notice is shown no more.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Cause {
        /// Its owner took it back.
        Withdrawn = 1,
        /// Its time is over.
        Expired = 2,
    }
}

record! {
    /// What a request became.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Requested {
        pub(crate) content: BlindDigest,
        pub(crate) id: NoticeId,
        pub(crate) at: Seq,
    }
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
    let state = ReceiptState::read(&mut r).ok()?;
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

/// The key of what hangs on a notice, oldest first.
pub(crate) fn hanging_key(notice: NoticeId, at: Seq) -> Vec<u8> {
    [notice.as_bytes().as_slice(), &place_key(at)].concat()
}
