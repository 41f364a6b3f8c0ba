//! Reading what the node holds: rows that are still in memory first, then the views, then the journal.
//!
//! Everything here is about facts and sealed bytes. What opens content takes a [`amana_policy::Reading`]
//! and lives in `reading`.

use std::collections::BTreeSet;
use std::ops::Bound;

use amana_store::ledger::{LedgerError, Reader};
use amana_store::views::Views;
use amana_types::{NoticeId, Seq};

use crate::fold::rows::{Encoded, Ended, Located, Requested, Way, list_key, listed_at};
use crate::fold::table::RowKind;
use crate::index::{BlindTerm, bucket_of, bucket_prefix, matches_in};
use crate::ledger::node_fold::SharedState;
use crate::ledger::vault::{Vault, VaultError};
use crate::subjects::{Record, RecordError};

/// Rows fetched from the views at once.
const PAGE: usize = 64;

/// The node's holdings, for readers on any thread. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Holdings {
    state: SharedState,
    reader: Reader,
}

/// Something stored does not read. The administrator must act; the answer is withheld.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HoldingsError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A record is not of this version.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A row is damaged.
    #[error("{0} is damaged in the views; restart without them, they are rebuilt")]
    Row(&'static str),
    /// Something sealed does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl HoldingsError {
    /// Whether one thing alone does not open or read: a list shows the others.
    const fn is_of_one(&self) -> bool {
        match self {
            Self::Ledger(_) => false,
            Self::Record(_) | Self::Row(_) => true,
            Self::Vault(error) => error.is_of_one(),
        }
    }
}

/// One thing of a list, or the id of what does not open.
pub(crate) type OneOfMany<T> = Result<T, NoticeId>;

/// One thing of a list: the thing, or the id of what does not open. What is wrong with all of them stays an error.
pub(crate) fn one_of_many<T>(
    id: NoticeId,
    opened: Result<T, HoldingsError>,
) -> Result<OneOfMany<T>, HoldingsError> {
    match opened {
        Ok(opened) => Ok(Ok(opened)),
        Err(error) if error.is_of_one() => {
            tracing::error!(%id, %error, "something does not open; a list shows the others");
            Ok(Err(id))
        }
        Err(error) => Err(error),
    }
}

/// A row: its key and its value.
type Row = (Vec<u8>, Vec<u8>);

impl Holdings {
    pub(crate) const fn new(state: SharedState, reader: Reader) -> Self {
        Self { state, reader }
    }

    /// What is held in memory.
    pub(crate) const fn state(&self) -> &SharedState {
        &self.state
    }

    /// The value of a row.
    pub(crate) fn get<T: Encoded>(&self, kind: RowKind, key: &[u8]) -> Result<Option<T>, HoldingsError> {
        let fresh = {
            let state = self.state.read();
            state.base.tables().into_iter().find_map(|table| table.get(kind, key).map(<[u8]>::to_vec))
        };
        let value = match fresh {
            Some(value) => Some(value),
            None => self.reader.views().get(kind.prefix(), key).map_err(LedgerError::from)?,
        };
        value.map(|value| T::decode(&value).map_err(|_| HoldingsError::Row(kind.name()))).transpose()
    }

    /// Up to `limit` rows of a kind in key order from `from` on, whose keys begin with `prefix`.
    pub(crate) fn rows(
        &self,
        kind: RowKind,
        prefix: &[u8],
        from: Bound<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, HoldingsError> {
        let after = |key: &[u8]| match from {
            Bound::Included(from) => key >= from,
            Bound::Excluded(from) => key > from,
            Bound::Unbounded => true,
        };
        let start = match from {
            Bound::Included(from) | Bound::Excluded(from) => from,
            Bound::Unbounded => prefix,
        };
        let mut rows: std::collections::BTreeMap<Vec<u8>, Vec<u8>> = std::collections::BTreeMap::new();
        {
            let state = self.state.read();
            for table in state.base.tables().into_iter().rev() {
                let fresh = table.range(kind, start).filter(|(key, _)| key.starts_with(prefix) && after(key));
                rows.extend(fresh.take(limit).map(|(key, value)| (key.to_vec(), value.to_vec())));
            }
        }
        let from = if matches!(from, Bound::Unbounded) { Bound::Included(prefix) } else { from };
        let stored = self.reader.views().page(kind.prefix(), from, limit).map_err(LedgerError::from)?;
        for row in stored.into_iter().take_while(|row| row.key.starts_with(prefix)) {
            rows.entry(row.key).or_insert(row.value);
        }
        Ok(rows.into_iter().take(limit).collect())
    }

    /// Where a notice is.
    pub(crate) fn locate(&self, id: NoticeId) -> Result<Option<Located>, HoldingsError> {
        self.get(RowKind::NOTICE, id.as_bytes())
    }

    /// How a notice ended; nothing when it did not.
    pub(crate) fn ended(&self, id: NoticeId) -> Result<Option<Ended>, HoldingsError> {
        self.get(RowKind::ENDED, id.as_bytes())
    }

    /// The place whose terms stand for the notice or reply that the record at a place ends: the first record
    /// that holds it. Nothing when it is not here, or has no terms.
    pub(crate) fn indexed_of(&self, of: Seq) -> Result<Option<Seq>, HoldingsError> {
        let Some(ended) = self.record(of)?.facts().ends_key_of() else { return Ok(None) };
        let Some(located) = self.locate(ended)? else { return Ok(None) };
        // Sealed anew, it is located at its newest record; its request still says where the first one is.
        let Some(request) = self.record(located.at)?.facts().request() else { return Ok(Some(located.at)) };
        let requested = self.get::<Requested>(RowKind::REQUEST, &request)?;
        Ok(requested.filter(|requested| requested.id == ended).map(|requested| requested.at))
    }

    /// The rows that are in the views, for the one writer.
    pub(crate) fn views(&self) -> &Views {
        self.reader.views()
    }

    /// The record at a place.
    pub(crate) fn record(&self, at: Seq) -> Result<Record, HoldingsError> {
        Ok(Record::decode(&self.reader.read(at)?)?)
    }

    /// Notices one way, newest first, before a place, at most `limit`.
    pub(crate) fn newest(
        &self,
        way: Way,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<(Seq, NoticeId)>, HoldingsError> {
        let key = before.map(|before| list_key(way, before));
        let from = key.as_ref().map_or(Bound::Unbounded, |key| Bound::Excluded(key.as_slice()));
        let rows = self.rows(RowKind::LIST, &[way.byte()], from, limit)?;
        rows.into_iter()
            .map(|(key, value)| {
                let id = NoticeId::decode(&value).map_err(|_| HoldingsError::Row(RowKind::LIST.name()))?;
                Ok((listed_at(&key).ok_or(HoldingsError::Row(RowKind::LIST.name()))?, id))
            })
            .collect()
    }

    /// Places whose notices hold at least one of the terms of every alternative, newest first, before a
    /// place, at most `limit`.
    pub(crate) fn search(
        &self,
        vault: &Vault,
        asked: &[Vec<BlindTerm>],
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<Seq>, HoldingsError> {
        let mut common: Option<BTreeSet<Seq>> = None;
        for alternatives in asked {
            let mut found = BTreeSet::new();
            for term in alternatives {
                self.find_term(vault, term, before, &mut found)?;
            }
            common = Some(match common {
                None => found,
                Some(common) => common.intersection(&found).copied().collect(),
            });
            if common.as_ref().is_some_and(BTreeSet::is_empty) {
                return Ok(Vec::new());
            }
        }
        Ok(common.into_iter().flatten().rev().take(limit).collect())
    }

    fn find_term(
        &self,
        vault: &Vault,
        term: &BlindTerm,
        before: Option<Seq>,
        found: &mut BTreeSet<Seq>,
    ) -> Result<(), HoldingsError> {
        let wanted = |at: &Seq| before.is_none_or(|before| *at < before);
        {
            let state = self.state.read();
            for block in state.base.block_terms() {
                found.extend(block.records(term).filter(wanted));
            }
        }
        let prefix = bucket_prefix(bucket_of(term), None);
        let mut from = bucket_prefix(bucket_of(term), before);
        loop {
            let bound = Bound::Included(from.as_slice());
            let rows =
                self.reader.views().page(RowKind::TERMS.prefix(), bound, PAGE).map_err(LedgerError::from)?;
            let full = rows.len() == PAGE;
            for row in rows.iter().take_while(|row| row.key.starts_with(&prefix)) {
                let entries = vault.open_row(&row.key, &row.value).map_err(VaultError::from)?;
                found.extend(matches_in(&row.key, &entries, term).filter(wanted));
            }
            match rows.last() {
                Some(last) if full && last.key.starts_with(&prefix) => {
                    from.clone_from(&last.key);
                    from.push(0); // the first key after it
                }
                _ => return Ok(()),
            }
        }
    }
}
