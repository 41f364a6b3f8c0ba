//! Versions of notices: which took whose place, which are suspended, and whom an older one is no longer for.
//!
//! Who sent a version is in its record. Whoever reads these rows compares, so that nobody suspends or
//! amends what another sent, and so that it does not matter which of two came first.

use std::collections::BTreeSet;

use amana_seal::codec::{Reader, Writer};
use amana_seal::envelope::Supersedes;
use amana_seal::receipt::ReceiptState;
use amana_seal::record;
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use super::rows::{Encoded as _, Located, Requested, Way};
use super::{Kind, Owed, State, Unreached};
use crate::record::{Restricted, Suspended, Suspension};

record! {
    /// A word about a version: suspended, or resumed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Word {
        /// Whose word it is; nothing for ours.
        pub(crate) sender: Option<MemberCode>,
        pub(crate) suspended: bool,
        /// Whether it follows from what became of the notice that this one passes on.
        pub(crate) by_origin: bool,
        pub(crate) at: Timestamp,
    }
}

impl State {
    /// A notice takes the place of another. Which of them is here, and came first, does not matter.
    pub(super) fn supersedes(&mut self, at: Seq, id: NoticeId, way: Way, before: Option<Supersedes>) {
        let Some(before) = before else { return };
        let located = Located { way, at, header_hash: before.header_hash };
        self.table.put(Kind::Successor, &successor_key(before.id, id), located.encode());
        match way {
            Way::Sent if self.amending.insert(id) => {
                self.changed.amending.insert(id);
            }
            Way::Sent => {}
            Way::Received => self.look(at, before.id),
        }
    }

    /// Nothing is to be decided any more about whom an amendment leaves out.
    pub(super) fn amended(&mut self, id: NoticeId) {
        if self.amending.remove(&id) {
            self.changed.amending.insert(id);
        }
    }

    pub(super) fn suspended(&mut self, at: Seq, suspended: &Suspended) {
        let notice = suspended.notice;
        let Suspended { by_origin, at: when, .. } = *suspended;
        let word = Word { sender: None, suspended: suspended.suspended, by_origin, at: when };
        self.table.put(Kind::Suspension, &word_key(notice, None, suspended.number, at), word.encode());
        if let Some((request, content)) = suspended.request {
            self.table.put(Kind::Request, &request, Requested { content, id: notice, at }.encode());
        }
        self.reach(at, notice, &suspended.recipients);
    }

    pub(super) fn suspension(&mut self, at: Seq, suspension: &Suspension) {
        let Suspension { id, sender, notice, notice_hash, received_at, header_hash, .. } = *suspension;
        self.heard(sender, suspension.pair_number, suspension.pair_previous, header_hash);
        let located = Located { way: Way::Received, at, header_hash };
        self.table.put(Kind::Notice, id.as_bytes(), located.encode());
        let index = suspension.proven.index;
        let suspended = suspension.suspended;
        let word = Word { sender: Some(sender), suspended, by_origin: false, at: received_at };
        let key = word_key(notice, Some(&notice_hash), suspension.number, index);
        self.table.put(Kind::Suspension, &key, word.encode());
        self.look(at, notice);
        let state = ReceiptState::Delivered;
        self.owe(at, Owed { id, sender, header_hash, index, state, at: received_at });
    }

    pub(super) fn restricted(&mut self, at: Seq, restricted: &Restricted) {
        self.amended(restricted.by);
        for member in &restricted.members {
            let key = restricted_key(restricted.version, *member);
            self.table.put(Kind::Restricted, &key, restricted.at.encode());
        }
        let members = restricted.members.iter().copied().collect();
        self.owe_erasure(at, restricted.version, restricted.at, members);
        self.reach(at, restricted.version, &restricted.members);
    }

    /// Notes whom the order at that place is still to be sent.
    pub(super) fn reach(&mut self, at: Seq, notice: NoticeId, members: &[MemberCode]) {
        if members.is_empty() {
            return;
        }
        self.unreached.insert(at, Unreached { notice, members: members.iter().copied().collect() });
        self.changed.unreached.insert(at);
    }

    /// Members that the decision at that place is still to reach, beside those that it is already.
    pub(super) fn still_to_reach(&mut self, of: Seq, notice: NoticeId, members: &[MemberCode]) {
        let unreached = self.unreached.entry(of).or_insert(Unreached { notice, members: BTreeSet::new() });
        unreached.members.extend(members);
        self.changed.unreached.insert(of);
    }
}

/// The key of a version in the place of another.
pub(crate) fn successor_key(before: NoticeId, id: NoticeId) -> Vec<u8> {
    [before.as_bytes().as_slice(), id.as_bytes()].concat()
}

/// The version in the place of another that such a key names.
pub(crate) fn successor_of(key: &[u8]) -> Option<NoticeId> {
    key.get(16..).and_then(|id| NoticeId::from_bytes(id).ok())
}

/// What the keys of all words about a version begin with. Ours name no hash: it is not settled before the
/// hub has the notice.
pub(crate) fn words_key(notice: NoticeId, header_hash: Option<&Digest>) -> Vec<u8> {
    let mut w = Writer::with_capacity(64);
    w.notice(notice).option(header_hash, |w, hash| {
        w.digest(hash);
    });
    w.finish()
}

/// The key of a word: by its number, then by its place, so that the last row is the last word.
pub(crate) fn word_key(notice: NoticeId, header_hash: Option<&Digest>, number: u64, place: Seq) -> Vec<u8> {
    [words_key(notice, header_hash).as_slice(), &number.to_be_bytes(), &place.0.to_be_bytes()].concat()
}

/// The number and place of such a key.
pub(crate) fn word_of(key: &[u8]) -> Option<(u64, Seq)> {
    let (rest, place) = key.split_last_chunk::<8>()?;
    let (_, number) = rest.split_last_chunk::<8>()?;
    Some((u64::from_be_bytes(*number), Seq(u64::from_be_bytes(*place))))
}

/// The key of a member that a version is no longer for.
pub(crate) fn restricted_key(version: NoticeId, member: MemberCode) -> Vec<u8> {
    let mut w = Writer::with_capacity(32);
    w.notice(version).member(member);
    w.finish()
}

/// The member that such a key names.
pub(crate) fn restricted_of(key: &[u8]) -> Option<MemberCode> {
    let mut r = Reader::new(key.get(16..)?);
    let member = r.member().ok()?;
    r.finish().ok().map(|()| member)
}
