//! Versions of notices: which took whose place, which are suspended, and whom an older one is no longer for.
//!
//! Who sent a version is in its record. Whoever reads these rows compares, so that nobody suspends or
//! amends what another sent, and so that it does not matter which of two came first.

use std::collections::BTreeSet;

use amana_seal::codec::{Reader, Writer};
use amana_seal::envelope::Supersedes;
use amana_seal::receipt::ReceiptState;
use amana_seal::record;
use amana_store::ledger::LoadError;
use amana_store::views::Views;
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use super::record::{Restricted, Suspended, Suspension};
use crate::fold::apply::Folded;
use crate::fold::base::{Base, Owed};
use crate::fold::load::each;
use crate::fold::rows::{Encoded as _, Located, Requested, Way};
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::subjects::Record;

impl RowKind {
    /// A version's id and that of one in its place: where that one is, and the header hash that it names.
    pub(crate) const SUCCESSOR: Self = Self::new(30, "a version's successor");
    /// A version's id and header hash, number and place of a word: suspended or resumed.
    pub(crate) const SUSPENSION: Self = Self::new(31, "a suspension");
    /// A version of ours and a member that it is no longer for: since when.
    pub(crate) const RESTRICTED: Self = Self::new(32, "a restriction");
    /// Amendments of ours on their way, by id.
    pub(crate) const AMENDING: Self = Self::new(34, "an amendment on its way");
}

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

/// Amendments of ours that are not published yet, or about whose restrictions nothing is decided yet.
#[derive(Default)]
pub(crate) struct Versions {
    pub(crate) amending: BTreeSet<NoticeId>,
    changed: BTreeSet<NoticeId>,
}

impl SubjectState for Versions {
    const KINDS: &'static [RowKind] =
        &[RowKind::SUCCESSOR, RowKind::SUSPENSION, RowKind::RESTRICTED, RowKind::AMENDING];

    fn apply(&mut self, base: &mut Base, Folded { at, record, .. }: Folded<'_>) {
        match record {
            Record::Outgoing(put) => {
                let amends = supersedes(base, at, put.id, Way::Sent, put.supersedes);
                if amends && self.amending.insert(put.id) {
                    self.changed.insert(put.id);
                }
            }
            Record::Received(received) => came(base, at, received.id, received.supersedes),
            Record::Gone(gone) => came(base, at, gone.id, gone.supersedes),
            Record::Suspended(suspended) => suspended.fold(base, at),
            Record::Suspension(suspension) => suspension.fold(base, at),
            Record::Restricted(restricted) => {
                self.amended(restricted.by);
                restricted.fold(base, at);
            }
            _ => {}
        }
        let facts = record.facts();
        for over in [facts.ends().map(|ending| ending.notice), facts.nobody_has()].into_iter().flatten() {
            self.amended(over);
        }
    }

    fn write_rows(&mut self, base: &mut Base) {
        let changed = std::mem::take(&mut self.changed);
        base.table.put_changed(RowKind::AMENDING, changed, |id| self.amending.get(id));
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        each::<NoticeId>(views, RowKind::AMENDING, b"", |_, id| {
            self.amending.insert(id);
        })
    }
}

/// A notice takes the place of another, if it does. Which of them is here, and came first, does not matter.
fn supersedes(base: &mut Base, at: Seq, id: NoticeId, way: Way, before: Option<Supersedes>) -> bool {
    if let Some(before) = before {
        let located = Located { way, at, header_hash: before.header_hash };
        base.table.put(RowKind::SUCCESSOR, &successor_key(before.id, id), located.encode());
    }
    before.is_some()
}

/// A version came, and what hangs on the one before it is to be looked at.
fn came(base: &mut Base, at: Seq, id: NoticeId, before: Option<Supersedes>) {
    supersedes(base, at, id, Way::Received, before);
    if let Some(before) = before {
        base.look(at, before.id);
    }
}

impl Versions {
    /// Nothing is to be decided any more about whom an amendment leaves out.
    fn amended(&mut self, id: NoticeId) {
        if self.amending.remove(&id) {
            self.changed.insert(id);
        }
    }
}

impl Suspended {
    fn fold(&self, base: &mut Base, at: Seq) {
        let Self { notice, by_origin, at: when, suspended, .. } = *self;
        let word = Word { sender: None, suspended, by_origin, at: when };
        base.table.put(RowKind::SUSPENSION, &word_key(notice, None, self.number, at), word.encode());
        if let Some((request, content)) = self.request {
            base.request(&request, Requested { content, id: notice, at });
        }
        base.reach(at, notice, &self.recipients);
    }
}

impl Suspension {
    fn fold(&self, base: &mut Base, at: Seq) {
        let Self { id, sender, notice, notice_hash, received_at, header_hash, suspended, .. } = *self;
        base.hear(sender, self.pair_number, self.pair_previous, header_hash);
        base.locate(id, Located { way: Way::Received, at, header_hash });
        let index = self.proven.index;
        let word = Word { sender: Some(sender), suspended, by_origin: false, at: received_at };
        let key = word_key(notice, Some(&notice_hash), self.number, index);
        base.table.put(RowKind::SUSPENSION, &key, word.encode());
        base.look(at, notice);
        let state = ReceiptState::Delivered;
        base.owe(at, Owed { id, sender, header_hash, index, state, at: received_at });
    }
}

impl Restricted {
    fn fold(&self, base: &mut Base, at: Seq) {
        for member in &self.members {
            let key = restricted_key(self.version, *member);
            base.table.put(RowKind::RESTRICTED, &key, self.at.encode());
        }
        base.owe_erasure(at, self.version, self.at, self.members.iter().copied().collect());
        base.reach(at, self.version, &self.members);
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
