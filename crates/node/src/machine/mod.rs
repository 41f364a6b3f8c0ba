//! The pure fold of the node's journal: no I/O, no clock, no chance. Live work and recovery run the
//! same [`State::apply`], so a restart is a replay of the tail.
//!
//! What stays small is held in memory (directory, pairs, outbox, receipts owed). What grows is written
//! as rows: into memory first, into the views when a block of records is full. Rows are only ever
//! added or overwritten by their own key, so the fold never has to read one.

mod apply;
mod attached;
mod clocks;
mod drafts;
mod ended;
mod load;
mod pairs;
mod reply;
mod review;
pub(crate) mod rows;
mod table;
mod terms;
mod versions;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use amana_seal::envelope::PairLink;
use amana_seal::receipt::ReceiptState;
use amana_seal::record;
use amana_types::limits::RECIPIENTS;
use amana_types::{Digest, Directory, MemberCode, NoticeId, Seq, Timestamp};

pub(crate) use attached::{Fetch, listed_key};
pub(crate) use clocks::{Clock, Clocks};
pub(crate) use drafts::Kept;
pub(crate) use ended::{Erasure, Owing, Unreached};
pub(crate) use load::directory_entries;
pub(crate) use pairs::Heard;
pub(crate) use reply::Debt;
pub(crate) use review::{Standing, ToReview, UnderReview};
pub(crate) use table::{Kind, Table};
pub(crate) use terms::{
    BUCKETS, BlindTerm, BlockTerms, TermRow, block_start, bucket_of, bucket_prefix, matches_in, rows_without,
};
pub(crate) use versions::{Word, restricted_of, successor_of, word_of, words_key};

/// Everything the journal says, as far as it is not in rows.
pub(crate) struct State {
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
    /// Notices of ours that are not settled, by their place in our journal.
    pub(crate) outbox: BTreeMap<Seq, Waiting>,
    /// The same by id.
    pub(crate) outbox_ids: HashMap<NoticeId, Seq>,
    /// Receipts that we owe, by the place of the record that they are about.
    pub(crate) owed: BTreeMap<Seq, Owed>,
    /// Keys that are to be erased, by the place of the record that demands it.
    pub(crate) erasures: BTreeMap<Seq, Erasure>,
    /// Withdrawals of ours that some member is still to be sent, by the place of the [`Withdrawn`].
    ///
    /// [`Withdrawn`]: crate::record::Withdrawn
    pub(crate) unreached: BTreeMap<Seq, Unreached>,
    /// What is waited for, on both sides.
    pub(crate) clocks: Clocks,
    /// Notices on which something hangs that may have to end with them, by the place that says so.
    pub(crate) looks: BTreeMap<Seq, NoticeId>,
    /// Who has not signed yet that it erased what ended, by the place of the end.
    pub(crate) debts: BTreeMap<Seq, Debt>,
    /// The same by notice.
    pub(crate) debt_ids: HashMap<NoticeId, Seq>,
    /// At the review desk: what waits for it.
    pub(crate) reviews: BTreeMap<NoticeId, ToReview>,
    /// Amendments of ours that are not published yet, or about whose restrictions nothing is decided yet.
    pub(crate) amending: BTreeSet<NoticeId>,
    /// Attachments that are to be fetched, by the place of the notice that lists them.
    pub(crate) fetches: BTreeMap<Seq, Vec<Fetch>>,
    /// Notices that are still being written. An agency has a limited number of them.
    pub(crate) drafts: BTreeMap<NoticeId, Kept>,
    /// The ends for which a key went since the rows that this was loaded from, until the writer asks for them:
    /// these rows may have the terms still. Nothing when no rows were loaded, or once the writer asked.
    erased: Option<BTreeSet<Seq>>,
    /// The row up to which notices were looked at for their expiry.
    pub(crate) swept: (Timestamp, Seq),
    /// The first place in our journal that was not folded.
    pub(crate) next: Seq,
    table: Table,
    terms: BlockTerms,
    written_table: Table,
    written_terms: BlockTerms,
    changed: Changed,
}

record! {
    /// A notice of ours that is not settled.
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

/// Which small things changed since rows were last written.
#[derive(Default)]
struct Changed {
    pairs: BTreeSet<MemberCode>,
    outbox: BTreeSet<Seq>,
    erasures: BTreeSet<Seq>,
    unreached: BTreeSet<Seq>,
    reviews: BTreeSet<NoticeId>,
    looks: BTreeSet<Seq>,
    debts: BTreeSet<Seq>,
    amending: BTreeSet<NoticeId>,
    fetches: BTreeSet<Seq>,
    drafts: BTreeSet<NoticeId>,
}

impl State {
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
            clocks: Clocks::default(),
            looks: BTreeMap::new(),
            debts: BTreeMap::new(),
            debt_ids: HashMap::new(),
            reviews: BTreeMap::new(),
            amending: BTreeSet::new(),
            fetches: BTreeMap::new(),
            drafts: BTreeMap::new(),
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

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
