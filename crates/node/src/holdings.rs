//! Reading what the node holds: rows that are still in memory first, then the views, then the journal.
//!
//! Everything here is about facts and sealed bytes. What opens content takes a [`amana_policy::Reading`]
//! and lives in `reading`.

use std::collections::BTreeSet;
use std::ops::Bound;

use amana_store::ledger::{LedgerError, Reader};
use amana_store::views::Views;
use amana_types::{Digest, NoticeId, Seq};

use crate::fold::SharedState;
use crate::machine::rows::{Encoded, Ended, Located, Requested, Way, list_key, listed_at};
use crate::machine::{BlindTerm, Kind, Standing, UnderReview, bucket_of, bucket_prefix, matches_in};
use crate::record::{PassedOn, Record, RecordError};
use crate::vault::{Vault, VaultError};

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

/// One thing of a list: the thing, or the id of what does not open. What is wrong with all of them stays an error.
pub(crate) fn one_of_many<T>(
    id: NoticeId,
    opened: Result<T, HoldingsError>,
) -> Result<Result<T, NoticeId>, HoldingsError> {
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
    pub(crate) fn get<T: Encoded>(&self, kind: Kind, key: &[u8]) -> Result<Option<T>, HoldingsError> {
        let fresh = {
            let state = self.state.read();
            state.tables().into_iter().find_map(|table| table.get(kind, key).map(<[u8]>::to_vec))
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
        kind: Kind,
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
            for table in state.tables().into_iter().rev() {
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
        self.get(Kind::Notice, id.as_bytes())
    }

    /// How a notice ended; nothing when it did not.
    pub(crate) fn ended(&self, id: NoticeId) -> Result<Option<Ended>, HoldingsError> {
        self.get(Kind::Ended, id.as_bytes())
    }

    /// Where a notice stands with the review desk.
    pub(crate) fn review(&self, id: NoticeId) -> Result<UnderReview, HoldingsError> {
        let none = UnderReview { standing: Standing::None, place: Seq(0) };
        Ok(self.get(Kind::Review, id.as_bytes())?.unwrap_or(none))
    }

    /// Whether another notice lists an attachment that has not ended and in whose place there is no newer one.
    pub(crate) fn is_listed_elsewhere(
        &self,
        digest: &Digest,
        notice: NoticeId,
    ) -> Result<bool, HoldingsError> {
        let rows = self.rows(Kind::Listed, digest.as_bytes(), Bound::Unbounded, usize::from(u16::MAX))?;
        for (_, value) in rows {
            let other = NoticeId::decode(&value).map_err(|_| HoldingsError::Row(Kind::Listed.name()))?;
            if other != notice && self.ended(other)?.is_none() && !self.is_superseded(other)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an attachment of a notice is gone because a newer version leaves it out.
    pub(crate) fn is_left_out(&self, digest: &Digest, notice: NoticeId) -> Result<bool, HoldingsError> {
        Ok(self.is_superseded(notice)? && !self.is_listed_elsewhere(digest, notice)?)
    }

    /// The attachments of the versions before one that stands, as far as it and others leave them out.
    pub(crate) fn attachments_left_out_by(&self, newer: NoticeId) -> Result<Vec<Digest>, HoldingsError> {
        let Some(versions) = self.versions(newer)? else { return Ok(Vec::new()) };
        let mut left_out = Vec::new();
        for version in versions.all.iter().filter(|version| version.id != newer) {
            if self.is_superseded(version.id)? {
                left_out.extend(self.attachments_alone_in(version.id)?);
            }
        }
        Ok(left_out)
    }

    /// The attachments that the record at a place makes go: of the notice that it ends, or of the versions in
    /// whose place it is; as far as no other notice lists them.
    pub(crate) fn attachments_ended_by(&self, of: Seq) -> Result<Vec<Digest>, HoldingsError> {
        match self.record(of)? {
            Record::Withdrawn(withdrawn) => self.attachments_alone_in(withdrawn.notice),
            Record::Recalled(recalled) => self.attachments_alone_in(recalled.notice),
            Record::Expired(expired) => self.attachments_alone_in(expired.notice),
            Record::Received(received) => self.attachments_left_out_by(received.id),
            _ => Ok(Vec::new()),
        }
    }

    /// The place whose terms stand for the notice or reply that the record at a place ends: the first record
    /// that holds it. Nothing when it is not here, or has no terms.
    pub(crate) fn indexed_of(&self, of: Seq) -> Result<Option<Seq>, HoldingsError> {
        let Some(ended) = self.record(of)?.ends_key_of() else { return Ok(None) };
        let Some(located) = self.locate(ended)? else { return Ok(None) };
        // Sealed anew, it is located at its newest record; its request still says where the first one is.
        let request = match self.record(located.at)? {
            Record::Outgoing(put) => put.request,
            Record::OutgoingReply(put) => put.request,
            _ => return Ok(Some(located.at)),
        };
        let requested = self.get::<Requested>(Kind::Request, &request)?;
        Ok(requested.filter(|requested| requested.id == ended).map(|requested| requested.at))
    }

    /// The rows that are in the views, for the one writer.
    pub(crate) fn views(&self) -> &Views {
        self.reader.views()
    }

    /// The attachments of a notice that no other notice lists.
    fn attachments_alone_in(&self, notice: NoticeId) -> Result<Vec<Digest>, HoldingsError> {
        let Some(located) = self.locate(notice)? else { return Ok(Vec::new()) };
        let attachments = match self.record(located.at)? {
            Record::Outgoing(put) => put.attachments,
            Record::Received(received) => received.attachments,
            _ => return Ok(Vec::new()),
        };
        let mut alone = Vec::new();
        for attachment in attachments {
            if !self.is_listed_elsewhere(&attachment.sealed, notice)? {
                alone.push(attachment.sealed);
            }
        }
        Ok(alone)
    }

    /// What a notice passes on; nothing when it passes on none.
    pub(crate) fn passed_on(&self, id: NoticeId) -> Result<Option<PassedOn>, HoldingsError> {
        let Some(at) = self.get::<Seq>(Kind::Origin, id.as_bytes())? else { return Ok(None) };
        match self.record(at)? {
            Record::PassedOn(passed_on) => Ok(Some(passed_on)),
            _ => Err(HoldingsError::Row(Kind::Origin.name())),
        }
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
        let rows = self.rows(Kind::List, &[way.byte()], from, limit)?;
        rows.into_iter()
            .map(|(key, value)| {
                let id = NoticeId::decode(&value).map_err(|_| HoldingsError::Row(Kind::List.name()))?;
                Ok((listed_at(&key).ok_or(HoldingsError::Row(Kind::List.name()))?, id))
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
            for block in state.block_terms() {
                found.extend(block.records(term).filter(wanted));
            }
        }
        let prefix = bucket_prefix(bucket_of(term), None);
        let mut from = bucket_prefix(bucket_of(term), before);
        loop {
            let bound = Bound::Included(from.as_slice());
            let rows =
                self.reader.views().page(Kind::Terms.prefix(), bound, PAGE).map_err(LedgerError::from)?;
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
