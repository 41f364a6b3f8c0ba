//! What the journal says whatever its subjects: the directory, the sequences of pairs, what is in the outbox, what
//! is owed. A pure fold: no I/O, no clock, no chance.
//!
//! What stays small is held in memory. What grows is written as rows: into memory first, into the views when a
//! block of records is full. Rows are only ever added or overwritten by their own key, so the fold never has to
//! read one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use amana_seal::envelope::PairLink;
use amana_seal::receipt::ReceiptState;
use amana_seal::record;
use amana_types::limits::RECIPIENTS;
use amana_types::{Digest, Directory, MemberCode, NoticeId, Seq, Timestamp};

use super::pairs::Heard;
use super::parts::{MEMBERS, PairPlace};
use super::rows::{
    Cause, Encoded as _, Ended, Located, Requested, Way, expiry_key, follows_key, list_key, place_key,
};
use super::table::{RowKind, Table};
use crate::index::{BlindTerm, BlockTerms};

/// What every subject's state stands on.
pub(crate) struct Base {
    /// The directory, folded up to [`Self::cursor`].
    pub(crate) directory: Arc<Directory>,
    /// The first place in the exchange's log that was not handled.
    pub(crate) cursor: Seq,
    /// The newest head of the exchange's log that was verified, as a signed note.
    pub(crate) checkpoint: Option<Vec<u8>>,
    /// The first place in our journal about which the hub may still lack a receipt of ours.
    pub(crate) confirmed: Seq,
    /// How many notices came in.
    pub(crate) received: u64,
    /// The newest alarm.
    pub(crate) alarm: Option<String>,
    /// The link of the next notice to each member.
    pub(crate) links: BTreeMap<MemberCode, PairLink>,
    /// What was heard from each member.
    pub(crate) heard: BTreeMap<MemberCode, Heard>,
    /// Envelopes of ours that are not settled, by their place in our journal.
    pub(crate) outbox: BTreeMap<Seq, Waiting>,
    /// The same by id.
    pub(crate) outbox_ids: HashMap<NoticeId, Seq>,
    /// Receipts that we owe, by the place of the record that they are about.
    pub(crate) owed: BTreeMap<Seq, Owed>,
    /// Keys that are to be erased, by the place of the record that demands it.
    pub(crate) erasures: BTreeMap<Seq, Erasure>,
    /// Orders of ours that some member is still to be sent, by the place of the record that gives them.
    pub(crate) unreached: BTreeMap<Seq, Unreached>,
    /// Notices on which something hangs that may have to end with them, by the place that says so.
    pub(crate) looks: BTreeMap<Seq, NoticeId>,
    /// Who has not signed yet that it erased what ended, by the place of the end.
    pub(crate) debts: BTreeMap<Seq, Debt>,
    /// The same by notice.
    pub(crate) debt_ids: HashMap<NoticeId, Seq>,
    /// The ends for which a key went since the rows that this was loaded from, until the writer asks for them:
    /// these rows may have the terms still. Nothing when no rows were loaded, or once the writer asked.
    pub(super) erased: Option<BTreeSet<Seq>>,
    /// The row up to which notices were looked at for their expiry.
    pub(crate) swept: (Timestamp, Seq),
    /// The first place in our journal that was not folded.
    pub(crate) next: Seq,
    pub(crate) table: Table,
    pub(super) terms: BlockTerms,
    pub(super) written_table: Table,
    pub(super) written_terms: BlockTerms,
    pub(super) changed: Changed,
}

record! {
    /// An envelope of ours that is not settled.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Waiting {
        pub(crate) id: NoticeId,
        pub(crate) header_hash: Digest,
        pub(crate) expires: Timestamp,
        /// Its place in the exchange's log, once the hub took it.
        pub(crate) accepted: Option<Seq>,
        /// Recipients that have not signed that they hold it.
        pub(crate) remaining: Vec<MemberCode> [..= RECIPIENTS],
        /// Whether it waits for its attachments to be at the hub.
        pub(crate) parked: bool,
    }
}

record! {
    /// A receipt that we owe to a sender.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Owed {
        pub(crate) id: NoticeId,
        pub(crate) sender: MemberCode,
        pub(crate) header_hash: Digest,
        /// The notice's place in the exchange's log.
        pub(crate) index: Seq,
        pub(crate) state: ReceiptState,
        pub(crate) at: Timestamp,
    }
}

record! {
    /// A key that is to be erased. Whoever demands it only says so: the writer erases the key and then writes
    /// [`Erased`](super::record::Erased), so a receipt is owed when the key is gone, and not before.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Erasure {
        /// Where the wrapped key lies; nothing when the notice was never here.
        pub(crate) slot: Option<u64>,
        /// The receipt that is owed once it is gone; none about a notice of ours.
        pub(crate) receipt: Option<Owing>,
    }
}

record! {
    /// What an erasure receipt is about, and who gets it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Owing {
        pub(crate) id: NoticeId,
        pub(crate) sender: MemberCode,
        pub(crate) header_hash: Digest,
        pub(crate) index: Seq,
    }
}

record! {
    /// Who is still to be sent an order about a notice of ours: its withdrawal, a suspension.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Unreached {
        pub(crate) notice: NoticeId,
        pub(crate) members: BTreeSet<MemberCode> [..= MEMBERS],
    }
}

record! {
    /// Who has not signed yet that it erased a notice of ours that ended.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Debt {
        pub(crate) notice: NoticeId,
        pub(crate) since: Timestamp,
        pub(crate) members: BTreeSet<MemberCode> [..= MEMBERS],
    }
}

/// Which small things changed since rows were last written.
#[derive(Default)]
pub(super) struct Changed {
    pub(super) pairs: BTreeSet<MemberCode>,
    pub(super) outbox: BTreeSet<Seq>,
    pub(super) erasures: BTreeSet<Seq>,
    pub(super) unreached: BTreeSet<Seq>,
    pub(super) looks: BTreeSet<Seq>,
    pub(super) debts: BTreeSet<Seq>,
}

impl Base {
    /// Nothing yet, in the exchange of that directory.
    pub(crate) fn new(directory: Directory) -> Self {
        Self {
            directory: Arc::new(directory),
            cursor: Seq(0),
            checkpoint: None,
            confirmed: Seq(0),
            received: 0,
            alarm: None,
            links: BTreeMap::new(),
            heard: BTreeMap::new(),
            outbox: BTreeMap::new(),
            outbox_ids: HashMap::new(),
            owed: BTreeMap::new(),
            erasures: BTreeMap::new(),
            unreached: BTreeMap::new(),
            looks: BTreeMap::new(),
            debts: BTreeMap::new(),
            debt_ids: HashMap::new(),
            erased: None,
            swept: (Timestamp::default(), Seq(0)),
            next: Seq(0),
            table: Table::default(),
            terms: BlockTerms::default(),
            written_table: Table::default(),
            written_terms: BlockTerms::default(),
            changed: Changed::default(),
        }
    }

    /// Rows that may not be in the views yet, the newer ones first.
    pub(crate) const fn tables(&self) -> [&Table; 2] {
        [&self.table, &self.written_table]
    }

    /// Terms that may not be in the views yet, the newer ones first.
    pub(crate) const fn block_terms(&self) -> [&BlockTerms; 2] {
        [&self.terms, &self.written_terms]
    }

    /// The ends of which rows that were loaded may have the terms still; asked for once, after the replay.
    pub(crate) fn take_erased(&mut self) -> BTreeSet<Seq> {
        self.erased.take().unwrap_or_default()
    }

    /// Takes the terms of the records at these places out of the index, as far as it is in memory.
    pub(crate) fn forget(&mut self, places: &BTreeSet<Seq>) {
        self.terms.forget(places);
        self.written_terms.forget(places);
    }

    /// The link of the next notice to that member.
    pub(crate) fn link_to(&self, member: MemberCode) -> PairLink {
        self.links.get(&member).copied().unwrap_or(PairLink::FIRST)
    }
}

/// What the records of all subjects say to the engine.
impl Base {
    /// An envelope is in the record at that place.
    pub(crate) fn locate(&mut self, id: NoticeId, located: Located) {
        self.table.put(RowKind::NOTICE, id.as_bytes(), located.encode());
    }

    /// A notice is listed, the newest first.
    pub(crate) fn list(&mut self, way: Way, at: Seq, id: NoticeId) {
        self.table.put(RowKind::LIST, &list_key(way, at), id.encode());
    }

    /// A request of an agency is carried out.
    pub(crate) fn request(&mut self, request: &[u8], requested: Requested) {
        self.table.put(RowKind::REQUEST, request, requested.encode());
    }

    /// The record at a place is found by these terms.
    pub(crate) fn index(&mut self, at: Seq, terms: &[BlindTerm]) {
        self.terms.add(at, terms);
    }

    /// An envelope of ours waits for the hub, and for its recipients to say that they hold it.
    pub(crate) fn wait(&mut self, at: Seq, waiting: Waiting) {
        self.outbox_ids.insert(waiting.id, at);
        self.outbox.insert(at, waiting);
        self.changed.outbox.insert(at);
    }

    /// It is sealed anew: what waited under its id waits no more. Answers that, if there was something.
    pub(crate) fn takes_the_place_of(&mut self, id: NoticeId) -> Option<Waiting> {
        let before = self.outbox_ids.get(&id).copied()?;
        self.changed.outbox.insert(before);
        self.outbox.remove(&before)
    }

    pub(crate) fn drop_waiting(&mut self, place: Seq, id: NoticeId) {
        self.outbox.remove(&place);
        self.outbox_ids.remove(&id);
        self.changed.outbox.insert(place);
    }

    /// Ends the waiting for receipts about the oldest notices when their time is over.
    pub(crate) fn drop_expired(&mut self, now: Timestamp) {
        while let Some((place, waiting)) = self.outbox.first_key_value()
            && waiting.accepted.is_some()
            && waiting.expires <= now
        {
            let (place, id) = (*place, waiting.id);
            self.drop_waiting(place, id);
        }
    }

    /// Ends the waiting when the hub took the notice and every recipient holds it.
    pub(super) fn settle(&mut self, place: Seq) {
        self.changed.outbox.insert(place);
        if let Some(waiting) = self.outbox.get(&place)
            && waiting.accepted.is_some()
            && waiting.remaining.is_empty()
        {
            let id = waiting.id;
            self.drop_waiting(place, id);
        }
    }

    /// A receipt is owed about the record at that place.
    pub(crate) fn owe(&mut self, at: Seq, owed: Owed) {
        self.table.put(RowKind::OWED, &place_key(at), owed.encode());
        self.owed.insert(at, owed);
    }

    /// Notes when a notice expires. One whose time was over before it came is next.
    pub(crate) fn expires(&mut self, at: Seq, id: NoticeId, expires: Timestamp) {
        let (swept, _) = self.swept;
        self.table.put(RowKind::EXPIRY, &expiry_key((expires.max(swept), at)), id.encode());
    }

    /// Something is over: it is shown to nobody.
    pub(crate) fn end(&mut self, id: NoticeId, cause: Cause, at: Timestamp, place: Seq) {
        self.table.put(RowKind::ENDED, id.as_bytes(), Ended { cause, at, place }.encode());
    }

    /// An envelope supersedes a notice: it belongs to its trail.
    pub(crate) fn follows(&mut self, notice: NoticeId, follower: NoticeId, at: Seq) {
        self.table.put(RowKind::FOLLOWS, &follows_key(notice, follower), at.encode());
    }

    /// A key is to be erased.
    pub(crate) fn demand(&mut self, at: Seq, erasure: Erasure) {
        self.erasures.insert(at, erasure);
        self.changed.erasures.insert(at);
    }

    /// What hangs on a notice is to be looked at: it ended, or something came to hang on it.
    pub(crate) fn look(&mut self, at: Seq, notice: NoticeId) {
        self.looks.insert(at, notice);
        self.changed.looks.insert(at);
    }

    /// Notes whom the order at that place is still to be sent.
    pub(crate) fn reach(&mut self, at: Seq, notice: NoticeId, members: &[MemberCode]) {
        if members.is_empty() {
            return;
        }
        self.unreached.insert(at, Unreached { notice, members: members.iter().copied().collect() });
        self.changed.unreached.insert(at);
    }

    /// Members that the decision at that place is still to reach, beside those that it is already.
    pub(crate) fn still_to_reach(
        &mut self,
        of: Seq,
        notice: NoticeId,
        members: impl IntoIterator<Item = MemberCode>,
    ) {
        let unreached = self.unreached.entry(of).or_insert(Unreached { notice, members: BTreeSet::new() });
        unreached.members.extend(members);
        self.changed.unreached.insert(of);
    }

    /// The order at that place is on its way to these.
    pub(crate) fn reached(&mut self, of: Seq, members: &[PairPlace]) {
        if let Some(unreached) = self.unreached.get_mut(&of) {
            for place in members {
                unreached.members.remove(&place.member);
            }
            if unreached.members.is_empty() {
                self.unreached.remove(&of);
            }
        }
        self.changed.unreached.insert(of);
    }

    /// These owe us a receipt that they erased a notice of ours.
    pub(crate) fn owe_erasure(
        &mut self,
        at: Seq,
        notice: NoticeId,
        since: Timestamp,
        mut members: BTreeSet<MemberCode>,
    ) {
        let mut since = since;
        // Whoever was told before, because a version was no longer for it, may still owe it.
        if let Some(before) = self.debt_ids.get(&notice).copied()
            && let Some(debt) = self.debts.remove(&before)
        {
            members.extend(debt.members);
            since = since.min(debt.since);
            self.changed.debts.insert(before);
        }
        if members.is_empty() {
            return;
        }
        self.debt_ids.insert(notice, at);
        self.debts.insert(at, Debt { notice, since, members });
        self.changed.debts.insert(at);
    }

    /// A member signed that it erased a notice of ours.
    pub(super) fn has_erased(&mut self, notice: NoticeId, member: MemberCode) {
        let Some(at) = self.debt_ids.get(&notice).copied() else { return };
        let Some(debt) = self.debts.get_mut(&at) else { return };
        debt.members.remove(&member);
        if debt.members.is_empty() {
            self.no_debt(notice);
        }
        self.changed.debts.insert(at);
    }

    /// Nobody has to erase a notice, because nobody has it.
    pub(super) fn no_debt(&mut self, notice: NoticeId) {
        if let Some(at) = self.debt_ids.remove(&notice) {
            self.debts.remove(&at);
            self.changed.debts.insert(at);
        }
    }
}
