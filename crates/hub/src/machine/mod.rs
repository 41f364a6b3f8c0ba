//! The hub's state as a pure fold over its journal: directory, routing, cursors.
//!
//! Live work and a restart run the same [`Fold::apply`]; rows are only a shorter way to a state that
//! the journal gives too. What reads need is in [`State`], whose parts are shared, so that handing one
//! out costs a few reference counts.
//!
//! Envelopes addressed to groups are counted from their record. Admission decodes the addressing once and writes
//! its groups into the record; the fold only adds.

mod attached;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use amana_log::LeafHash;
use amana_seal::directory::EntryRefused;
use amana_store::ledger::{Effects, Fold, LoadError};
use amana_store::views::{Rows, SchemaVersion, Views};
use amana_store::{BLOCK_RECORDS, MemberIndex};
use amana_types::{
    Digest, Directory, ExchangeName, GroupName, MemberCode, NoticeId, Seq, Timestamp, VerifyingKey,
};
use bytes::Bytes;
use ring::digest::{SHA256, digest};

use attached::Listing;

pub(crate) use attached::Attached;

use crate::record::{Accept, ExpiryHour, Logged, Record, RecordError, Review};

/// Records for all members have an index of their own.
pub(crate) const EVERYONE: MemberIndex = MemberIndex(0);

/// What the records so far come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) directory: Arc<Directory>,
    entries: Arc<Entries>,
    lanes: Arc<BTreeMap<MemberCode, MemberIndex>>,
    cursors: Arc<BTreeMap<MemberCode, Seq>>,
    /// What waits for the review desk, by place.
    held: Arc<BTreeMap<Seq, Waiting>>,
    /// The hour of expiry up to which nothing that was accepted is left to be erased.
    swept: ExpiryHour,
    /// How many envelopes each member addressed to each group.
    traffic: Arc<BTreeMap<(GroupName, MemberCode), u64>>,
    last_accepted_at: Timestamp,
    /// Which envelopes list which attachments.
    attached: Arc<Attached>,
}

/// An envelope that waits for the review desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Waiting {
    notice: NoticeId,
    /// The hour after which it waits no more, decided or not.
    until: ExpiryHour,
}

/// Where the directory's entries are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entries {
    in_order: Vec<Seq>,
    by_digest: BTreeMap<Digest, Seq>,
}

/// The fold.
pub(crate) struct Machine {
    state: State,
    /// What has changed since rows were last written.
    moved: BTreeSet<MemberCode>,
    /// Places that were held, or are no more.
    held_moved: BTreeSet<Seq>,
    /// Groups and senders whose count has changed.
    counted: BTreeSet<(GroupName, MemberCode)>,
    fresh: Vec<(Seq, Timestamp, Bytes)>,
    /// In which hours envelopes of the present block expire.
    expiring: BTreeSet<Expiring>,
    /// Attachments that other envelopes list than before.
    attached_moved: BTreeSet<Listing>,
    fault: Option<MachineFault>,
}

/// An hour in which some of the envelopes of a block of records expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Expiring {
    pub(crate) hour: ExpiryHour,
    /// The first record of the block.
    pub(crate) block: Seq,
}

/// A directory entry in the journal does not follow from those before it. No version of the hub that
/// checks entries before it writes them makes this: the process must stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the directory entry at {seq} does not hold: {cause}; start the version that wrote it")]
pub struct MachineFault {
    seq: Seq,
    cause: EntryRefused,
}

impl State {
    /// When the last record was accepted.
    pub(crate) fn last_accepted_at(&self) -> Timestamp {
        self.last_accepted_at
    }

    /// The first place that a member has not acknowledged.
    pub(crate) fn cursor(&self, member: MemberCode) -> Seq {
        self.cursors.get(&member).copied().unwrap_or_default()
    }

    /// Which envelopes list which attachments.
    pub(crate) fn attached(&self) -> &Arc<Attached> {
        &self.attached
    }

    /// Whether the envelope at that place waits for the review desk. What has expired waits no more, from the
    /// sweep on that erases it.
    pub(crate) fn is_held(&self, seq: Seq) -> bool {
        self.held.contains_key(&seq)
    }

    /// The hour of expiry up to which nothing that was accepted is left to be erased.
    pub(crate) fn swept(&self) -> ExpiryHour {
        self.swept
    }

    /// Who addressed that group, and how often.
    pub(crate) fn traffic(&self, group: &GroupName) -> impl Iterator<Item = (MemberCode, u64)> {
        let of_group = move |((name, _), _): &(&(GroupName, MemberCode), &u64)| name == group;
        self.traffic.iter().filter(of_group).map(|((_, sender), notices)| (*sender, *notices))
    }

    /// A member's number in the routing index.
    pub(crate) fn lane(&self, member: MemberCode) -> Option<MemberIndex> {
        self.lanes.get(&member).copied()
    }

    /// Where these very bytes were taken as a directory entry.
    pub(crate) fn entry_place(&self, entry: &[u8]) -> Option<Seq> {
        self.entries.by_digest.get(&entry_digest(entry)).copied()
    }

    /// The places of at most `most` directory entries from the `from`-th on, and how many there are.
    pub(crate) fn entries(&self, from: u64, most: usize) -> (Vec<Seq>, u64) {
        let all = &self.entries.in_order;
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        (all.iter().skip(from).take(most).copied().collect(), all.len() as u64)
    }
}

impl Machine {
    /// The state before the first record.
    pub(crate) fn new(exchange: ExchangeName, root_keys: Vec<VerifyingKey>) -> Self {
        let state = State {
            directory: Arc::new(Directory::new(exchange, root_keys)),
            entries: Arc::default(),
            lanes: Arc::default(),
            cursors: Arc::default(),
            held: Arc::default(),
            swept: ExpiryHour::default(),
            traffic: Arc::default(),
            last_accepted_at: Timestamp::default(),
            attached: Arc::default(),
        };
        Self {
            state,
            moved: BTreeSet::new(),
            held_moved: BTreeSet::new(),
            counted: BTreeSet::new(),
            fresh: Vec::new(),
            expiring: BTreeSet::new(),
            attached_moved: BTreeSet::new(),
            fault: None,
        }
    }

    /// What the records so far come to.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// What makes this state unusable, if anything.
    pub(crate) fn fault(&self) -> Option<&MachineFault> {
        self.fault.as_ref()
    }

    fn enter(&mut self, seq: Seq, at: Timestamp, entry: &Bytes) {
        let directory = Arc::make_mut(&mut self.state.directory);
        if let Err(cause) = amana_seal::directory::fold(directory, entry, seq, at) {
            self.fault.get_or_insert(MachineFault { seq, cause });
            return;
        }
        // Members are numbered in the order of their enrolment; a number is never given twice.
        if directory.members.len() > self.state.lanes.len() {
            let lanes = Arc::make_mut(&mut self.state.lanes);
            let new = directory.members.keys().filter(|code| !lanes.contains_key(code)).copied();
            for code in new.collect::<Vec<_>>() {
                let next = u16::try_from(lanes.len().saturating_add(1)).unwrap_or(u16::MAX);
                lanes.insert(code, MemberIndex(next));
            }
        }
        let entries = Arc::make_mut(&mut self.state.entries);
        entries.in_order.push(seq);
        entries.by_digest.insert(entry_digest(entry), seq);
        self.fresh.push((seq, at, entry.clone()));
    }

    fn accepted(&mut self, seq: Seq, accept: &Accept, effects: &mut Effects) {
        // What expired between its admission and its place in the log is looked at with the next hour.
        let hour = ExpiryHour::of(accept.expires).max(self.state.swept.next());
        self.expiring.insert(Expiring { hour, block: Seq(seq.0 / BLOCK_RECORDS * BLOCK_RECORDS) });
        self.count(accept);
        for digest in &accept.attachments {
            let listing = Listing { name: (accept.sender, *digest), seq };
            Arc::make_mut(&mut self.state.attached).add(listing, accept.expires);
            self.attached_moved.insert(listing);
        }
        if let Some(withdrawn) = accept.withdraws {
            let waiting = self.state.held.iter().find(|(_, waiting)| waiting.notice == withdrawn);
            let waiting = waiting.map(|(seq, _)| *seq);
            waiting.into_iter().for_each(|seq| self.release(seq));
        }
        if accept.held {
            let desk = self.state.directory.review_desk().map(|desk| desk.code);
            desk.into_iter().for_each(|desk| self.route(desk, effects));
            Arc::make_mut(&mut self.state.held).insert(seq, Waiting { notice: accept.notice, until: hour });
            self.held_moved.insert(seq);
        } else {
            accept.slots.iter().for_each(|slot| self.route(slot.recipient, effects));
        }
    }

    /// Counts what is addressed to groups: the addressing travels for the hub, what it is about does not.
    fn count(&mut self, accept: &Accept) {
        for group in &accept.groups {
            let key = (group.clone(), accept.sender);
            let notices = Arc::make_mut(&mut self.state.traffic).entry(key.clone()).or_insert(0);
            *notices = notices.saturating_add(1);
            self.counted.insert(key);
        }
    }

    fn reviewed(&mut self, review: &Review, effects: &mut Effects) {
        self.release(review.of);
        let parties = [review.desk, review.sender];
        parties.iter().chain(&review.recipients).for_each(|member| self.route(*member, effects));
    }

    /// Nothing more is to be decided about the envelope at that place.
    fn release(&mut self, seq: Seq) {
        Arc::make_mut(&mut self.state.held).remove(&seq);
        self.held_moved.insert(seq);
    }

    /// What has expired until an hour is no more: nothing is left to be decided about it, or delivered.
    fn forget(&mut self, until: ExpiryHour) {
        self.state.swept = self.state.swept.max(until);
        let changed = Arc::make_mut(&mut self.state.attached).forget(until);
        self.attached_moved.extend(changed);
        let over = |(seq, waiting): (&Seq, &Waiting)| (waiting.until <= until).then_some(*seq);
        let over: Vec<Seq> = self.state.held.iter().filter_map(over).collect();
        over.into_iter().for_each(|seq| self.release(seq));
    }

    fn route(&self, member: MemberCode, effects: &mut Effects) {
        if let Some(lane) = self.state.lane(member) {
            effects.route(lane);
        }
    }
}

impl Fold for Machine {
    type Record = Logged;
    type Error = RecordError;

    const SCHEMA: SchemaVersion = SchemaVersion(5);

    fn decode(bytes: &[u8]) -> Result<Logged, RecordError> {
        Logged::new(Record::decode(&Bytes::copy_from_slice(bytes))?)
    }

    fn leaf(record: &Logged) -> LeafHash {
        record.leaf()
    }

    fn id(record: &Logged) -> Option<(NoticeId, Digest)> {
        match record.record() {
            Record::Accept(accept) => Some((accept.notice, accept.submission)),
            _ => None,
        }
    }

    fn apply(&mut self, seq: Seq, record: &Logged, effects: &mut Effects) {
        let record = record.record();
        self.state.last_accepted_at = record.stamp().accepted_at;
        match record {
            Record::Accept(accept) => self.accepted(seq, accept, effects),
            Record::Review(review) => self.reviewed(review, effects),
            Record::Receipt(receipt) => self.route(receipt.sender, effects),
            Record::Directory(entry) => {
                effects.route(EVERYONE);
                self.enter(seq, entry.stamp.accepted_at, &entry.bytes);
            }
            Record::Deliver(deliver) => {
                Arc::make_mut(&mut self.state.cursors).insert(deliver.member, deliver.cursor);
                self.moved.insert(deliver.member);
            }
            Record::Swept(swept) => self.forget(swept.until),
            Record::Conflict(_) => {}
        }
    }

    fn drain(&mut self, rows: &mut Rows) {
        self.write(rows);
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        self.read(views)
    }
}

fn entry_digest(entry: &[u8]) -> Digest {
    let mut out = [0; 32];
    out.iter_mut().zip(digest(&SHA256, entry).as_ref()).for_each(|(to, from)| *to = *from);
    Digest(out)
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
