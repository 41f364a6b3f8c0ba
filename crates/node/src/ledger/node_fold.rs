//! The node's fold as the store drives it: [`State`], shared with readers, and the vault key that
//! opens the blind terms of a record before it is applied and seals rows of the index.
//!
//! A replay gives the same rows as the live run, byte for byte, also across erasures: what was sealed is opened
//! before [`Fold::apply`], rows are sealed without chance, and when a key goes, the terms that it sealed go from
//! the rows that have them ([`crate::ledger::forget`]).

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use amana_log::{LeafHash, leaf_hash};
use amana_seal::codec::{CodecError, Reader, Writer};
use amana_store::keyslots::SlotUse;
use amana_store::ledger::{Effects, Fold, LoadError};
use amana_store::views::{Rows, SchemaVersion, Views};
use amana_types::{Digest, NoticeId, Seq};

use crate::fold::table::RowKind;
use crate::index::BlindTerm;
use crate::ledger::vault::Vault;
use crate::subjects::State;
use crate::subjects::{Record, RecordError};

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

    /// The ends of which rows that were loaded may have the terms still.
    pub(crate) fn take_erased(&self) -> BTreeSet<Seq> {
        self.write().base.take_erased()
    }

    /// Takes the terms of the records at these places out of the part of the index that is in memory.
    pub(crate) fn forget(&self, places: &BTreeSet<Seq>) {
        self.write().base.forget(places);
    }

    /// Begins again from nothing, for a ledger that rebuilds its views.
    pub(crate) fn reset(&self, state: State) {
        *self.write() = state;
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A record with its leaf and its terms, which are sealed in it.
pub(crate) struct Journaled {
    pub(crate) record: Record,
    leaf: LeafHash,
    terms: Vec<BlindTerm>,
}

impl Journaled {
    /// A record just made, with its bytes for the journal.
    pub(crate) fn live(record: Record, terms: Vec<BlindTerm>) -> Result<(Self, Vec<u8>), CodecError> {
        let bytes = record.encode()?;
        Ok((Self { record, leaf: leaf_hash(&bytes), terms }, bytes))
    }
}

/// What the store folds with.
pub(crate) struct NodeFold {
    state: SharedState,
    vault: Arc<Vault>,
    /// What the records need of the key slots.
    slots: SlotUse,
}

impl NodeFold {
    pub(crate) const fn new(state: SharedState, vault: Arc<Vault>) -> Self {
        Self { state, vault, slots: SlotUse { slots: 0, erased: 0 } }
    }

    /// The state, as readers see it.
    pub(crate) const fn state(&self) -> &SharedState {
        &self.state
    }

    /// A row that could not be written because it is over its limit: the node must stop.
    pub(crate) fn fault(&self) -> Option<CodecError> {
        self.state.read().base.tables().iter().find_map(|table| table.fault())
    }

    /// The vault that seals the rows of the index.
    pub(crate) const fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// Keys that are to be erased, oldest first, at most `limit`: the place that demands it, and the slot
    /// if there is one.
    pub(crate) fn to_erase(&self, limit: usize) -> Vec<(Seq, Option<u64>)> {
        let state = self.state.read();
        state.base.erasures.iter().take(limit).map(|(of, erasure)| (*of, erasure.slot)).collect()
    }

    fn count_slots(&mut self, record: &Record) {
        if let Some(slot) = record.facts().key_slot() {
            self.slots.slots = self.slots.slots.max(slot.saturating_add(1));
        }
        if let Record::Erased(erased) = record {
            let state = self.state.read();
            let had_slot = state.base.erasures.get(&erased.of).is_some_and(|erasure| erasure.slot.is_some());
            self.slots.erased += u64::from(had_slot);
        }
    }

    fn sealed_terms(&self, record: &Record) -> Vec<BlindTerm> {
        let Some((id, vaulted)) = record.facts().content() else { return Vec::new() };
        self.vault.open_terms(id, vaulted).unwrap_or_else(|error| {
            tracing::error!(notice = %id, %error, "the terms of a notice do not open; it cannot be searched for");
            Vec::new()
        })
    }
}

impl Fold for NodeFold {
    type Record = Journaled;
    type Error = RecordError;

    const SCHEMA: SchemaVersion = SchemaVersion(6);

    fn decode(bytes: &[u8]) -> Result<Journaled, RecordError> {
        Ok(Journaled { record: Record::decode(bytes)?, leaf: leaf_hash(bytes), terms: Vec::new() })
    }

    /// The terms of a notice whose key is gone stay closed: it is in no row of the index any more.
    fn open(&self, journaled: &mut Journaled) {
        journaled.terms = self.sealed_terms(&journaled.record);
    }

    fn leaf(journaled: &Journaled) -> LeafHash {
        journaled.leaf
    }

    fn id(_: &Journaled) -> Option<(NoticeId, Digest)> {
        // A notice can be put twice under its id; the rows know which record is the newest.
        None
    }

    fn check(&self) -> Result<(), LoadError> {
        Ok(self.vault.covers(self.slots)?)
    }

    fn apply(&mut self, at: Seq, journaled: &Journaled, _: &mut Effects) {
        self.count_slots(&journaled.record);
        self.state.write().apply(at, &journaled.record, &journaled.terms);
    }

    fn drain(&mut self, rows: &mut Rows) {
        let mut state = self.state.write();
        for row in state.write_rows() {
            match self.vault.seal_row(&row.key, &row.entries) {
                Ok(sealed) => rows.put(RowKind::TERMS.prefix(), &row.key, &sealed),
                // Only a row of gigabytes does not seal, and none has more than a few kilobytes.
                Err(error) => tracing::error!(%error, "a row of the search index was not sealed"),
            }
        }
        let [table, _] = state.base.tables();
        for (kind, key, value) in table.rows() {
            rows.put(kind.prefix(), key, value);
        }
        let SlotUse { slots, erased } = self.slots;
        let mut w = Writer::with_capacity(16);
        w.u64(slots).u64(erased);
        rows.put(RowKind::STATE.prefix(), SLOTS, &w.finish());
        state.base.next_block();
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        if let Some(row) = views.get(RowKind::STATE.prefix(), SLOTS)? {
            let damaged = |_: CodecError| LoadError::Row { what: "the use of key slots" };
            let mut r = Reader::new(&row);
            self.slots = SlotUse { slots: r.u64().map_err(damaged)?, erased: r.u64().map_err(damaged)? };
            r.finish().map_err(damaged)?;
        }
        // Before anything is opened with a key from there.
        self.check()?;
        self.state.write().load(views)
    }
}

/// The row of the state that says what the records need of the key slots.
const SLOTS: &[u8] = b"slots";

#[cfg(test)]
#[path = "node_fold_tests.rs"]
mod tests;
