//! The node's fold as the store drives it: [`State`], shared with readers, and the vault key that
//! opens the blind terms of a record and seals rows of the index.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use amana_log::{LeafHash, leaf_hash};
use amana_store::ledger::{Effects, Fold, LoadError};
use amana_store::views::{Rows, SchemaVersion, Views};
use amana_types::{Digest, NoticeId, Seq};

use crate::machine::{BlindTerm, Kind, State};
use crate::record::{Record, RecordError, Vaulted};
use crate::vault::Vault;

/// The state, shared by the writer and all readers. No lock is held across I/O or an await.
#[derive(Clone)]
pub(crate) struct SharedState(Arc<RwLock<State>>);

impl SharedState {
    pub(crate) fn new(state: State) -> Self {
        Self(Arc::new(RwLock::new(state)))
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        // Applying cannot panic half-way, so a poisoned state is still whole.
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins again from nothing, for a ledger that rebuilds its views.
    pub(crate) fn reset(&self, state: State) {
        *self.write() = state;
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A record with its leaf, and its terms when they are at hand.
pub(crate) struct Journaled {
    pub(crate) record: Record,
    leaf: LeafHash,
    /// Absent in a replay, where the sealed ones are opened instead.
    terms: Option<Vec<BlindTerm>>,
}

impl Journaled {
    /// A record just made, with its bytes for the journal.
    pub(crate) fn live(record: Record, terms: Vec<BlindTerm>) -> (Self, Vec<u8>) {
        let bytes = record.encode();
        (Self { record, leaf: leaf_hash(&bytes), terms: Some(terms) }, bytes)
    }
}

/// What the store folds with.
pub(crate) struct NodeFold {
    state: SharedState,
    vault: Arc<Vault>,
}

impl NodeFold {
    pub(crate) const fn new(state: SharedState, vault: Arc<Vault>) -> Self {
        Self { state, vault }
    }

    /// The state, as readers see it.
    pub(crate) const fn state(&self) -> &SharedState {
        &self.state
    }

    /// Keys that are to be erased, oldest first, at most `limit`: the place that demands it, and the slot
    /// if there is one.
    pub(crate) fn to_erase(&self, limit: usize) -> Vec<(Seq, Option<u64>)> {
        let state = self.state.read();
        state.erasures.iter().take(limit).map(|(of, erasure)| (*of, erasure.slot)).collect()
    }

    fn sealed_terms(&self, record: &Record) -> Vec<BlindTerm> {
        let open = |id: NoticeId, vaulted: &Vaulted| {
            self.vault.open_terms(id, vaulted).unwrap_or_else(|error| {
                tracing::error!(notice = %id, %error, "the terms of a notice do not open; it cannot be searched for");
                Vec::new()
            })
        };
        match record {
            Record::Outgoing(put) => open(put.id, &put.vaulted),
            Record::Received(received) => open(received.id, &received.vaulted),
            Record::OutgoingReply(put) => open(put.id, &put.vaulted),
            Record::ReplyIn(reply) => open(reply.id, &reply.vaulted),
            _ => Vec::new(),
        }
    }
}

impl Fold for NodeFold {
    type Record = Journaled;
    type Error = RecordError;

    const SCHEMA: SchemaVersion = SchemaVersion(4);

    fn decode(bytes: &[u8]) -> Result<Journaled, RecordError> {
        Ok(Journaled { record: Record::decode(bytes)?, leaf: leaf_hash(bytes), terms: None })
    }

    fn leaf(journaled: &Journaled) -> LeafHash {
        journaled.leaf
    }

    fn id(_: &Journaled) -> Option<(NoticeId, Digest)> {
        // A notice can be put twice under its id; the rows know which record is the newest.
        None
    }

    fn apply(&mut self, at: Seq, journaled: &Journaled, _: &mut Effects) {
        match &journaled.terms {
            Some(terms) => self.state.write().apply(at, &journaled.record, terms),
            None => {
                let terms = self.sealed_terms(&journaled.record);
                self.state.write().apply(at, &journaled.record, &terms);
            }
        }
    }

    fn drain(&mut self, rows: &mut Rows) {
        let mut state = self.state.write();
        for row in state.write_rows() {
            match self.vault.seal_row(&row.key, &row.entries) {
                Ok(sealed) => rows.put(Kind::Terms.prefix(), &row.key, &sealed),
                // Only a row of gigabytes does not seal, and none has more than a few kilobytes.
                Err(error) => tracing::error!(%error, "a row of the search index was not sealed"),
            }
        }
        let [table, _] = state.tables();
        for (kind, key, value) in table.rows() {
            rows.put(kind.prefix(), key, value);
        }
        state.next_block();
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        self.state.write().load(views)
    }
}
