//! What is held in memory, as rows: written when a block is full, read at start.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use amana_seal::codec::CodecError;
use amana_seal::directory::fold;
use amana_seal::record;
use amana_store::ledger::LoadError;
use amana_store::views::{MAX_VALUE_BYTES, Views};
use amana_types::{MemberCode, NoticeId, Seq, Timestamp};

use super::base::{Base, Changed, Debt, Erasure, Owed, Unreached, Waiting};
use super::pairs::{Heard, Pair};
use super::parts::{ALARM_BYTES, CHECKPOINT_BYTES, MEMBERS};
use super::record::DirectoryIn;
use super::rows::{Encoded, place_key, place_of};
use super::table::{RowKind, Table};
use crate::index::TermRow;

/// Bytes of a directory entry in one row; a longer one takes several.
const PART_BYTES: usize = 7 * 1024;
/// Rows fetched at once.
const PAGE: usize = 256;

const _: () = assert!(CHECKPOINT_BYTES + ALARM_BYTES + 256 < MAX_VALUE_BYTES);
const _: () = assert!(MEMBERS * 12 + 256 < MAX_VALUE_BYTES, "a code has at most 8 bytes behind its length");

record! {
    /// The few values that fit one row.
    struct Small {
        cursor: Seq,
        confirmed: Seq,
        received: u64,
        /// The first place with a notice that is not settled.
        outbox_from: Seq,
        /// The first place with a key that is to be erased.
        erasures_from: Seq,
        /// The first place with an order that is to be sent.
        unreached_from: Seq,
        /// The first place on which something hangs that is to be looked at.
        looks_from: Seq,
        /// The first place of an end that somebody has still to sign for.
        debts_from: Seq,
        swept: (Timestamp, Seq),
        alarm: Option<String> [..= ALARM_BYTES],
        checkpoint: Option<Vec<u8>> [..= CHECKPOINT_BYTES],
    }
}

impl Base {
    /// Puts what is held in memory among the rows, and gives the rows of the blind index to be sealed.
    pub(crate) fn write_rows(&mut self) -> Vec<TermRow> {
        let small = Small {
            cursor: self.cursor,
            confirmed: self.confirmed,
            received: self.received,
            outbox_from: self.outbox.keys().next().copied().unwrap_or(self.next),
            erasures_from: self.erasures.keys().next().copied().unwrap_or(self.next),
            unreached_from: self.unreached.keys().next().copied().unwrap_or(self.next),
            looks_from: self.looks.keys().next().copied().unwrap_or(self.next),
            debts_from: self.debts.keys().next().copied().unwrap_or(self.next),
            swept: self.swept,
            alarm: self.alarm.clone(),
            checkpoint: self.checkpoint.clone(),
        };
        self.table.put(RowKind::STATE, b"", small.encode());
        let Changed { pairs, outbox, erasures, unreached, looks, debts } = std::mem::take(&mut self.changed);
        for member in pairs {
            let heard = self.heard.get(&member).cloned().unwrap_or_default();
            let pair = Pair { link: self.link_to(member), heard };
            self.table.put(RowKind::PAIR, member.as_str().as_bytes(), pair.encode());
        }
        self.table.put_changed(RowKind::OUTBOX, outbox, |at| self.outbox.get(at));
        self.table.put_changed(RowKind::ERASURE, erasures, |at| self.erasures.get(at));
        self.table.put_changed(RowKind::UNREACHED, unreached, |at| self.unreached.get(at));
        self.table.put_changed(RowKind::LOOK, looks, |at| self.looks.get(at));
        self.table.put_changed(RowKind::DEBT, debts, |at| self.debts.get(at));
        self.terms.rows()
    }

    /// Begins the next block. The rows of this one stay readable here until the next but one begins:
    /// by then they are in the views.
    pub(crate) fn next_block(&mut self) {
        self.written_table = std::mem::take(&mut self.table);
        self.written_terms = std::mem::take(&mut self.terms);
    }

    /// Reads the state at the end of the last full block into a new one.
    pub(crate) fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        let state = self;
        let Some(small) = get::<Small>(views, RowKind::STATE, b"")? else { return Ok(()) };
        state.erased = Some(BTreeSet::new());
        state.cursor = small.cursor;
        state.confirmed = small.confirmed;
        state.received = small.received;
        state.alarm = small.alarm;
        state.checkpoint = small.checkpoint;
        state.swept = small.swept;
        state.load_directory(views)?;
        each::<Pair>(views, RowKind::PAIR, b"", |key, pair| {
            if let Some(member) =
                std::str::from_utf8(key).ok().and_then(|code| code.parse::<MemberCode>().ok())
            {
                state.links.insert(member, pair.link);
                if pair.heard != Heard::default() {
                    state.heard.insert(member, pair.heard);
                }
            }
        })?;
        each::<Waiting>(views, RowKind::OUTBOX, &place_key(small.outbox_from), |key, waiting| {
            if let Some(at) = place_of(key) {
                state.outbox_ids.insert(waiting.id, at);
                state.outbox.insert(at, waiting);
            }
        })?;
        each::<Erasure>(views, RowKind::ERASURE, &place_key(small.erasures_from), |key, erasure| {
            state.erasures.extend(place_of(key).map(|at| (at, erasure)));
        })?;
        each::<Unreached>(views, RowKind::UNREACHED, &place_key(small.unreached_from), |key, unreached| {
            state.unreached.extend(place_of(key).map(|at| (at, unreached)));
        })?;
        each::<NoticeId>(views, RowKind::LOOK, &place_key(small.looks_from), |key, notice| {
            state.looks.extend(place_of(key).map(|at| (at, notice)));
        })?;
        each::<Debt>(views, RowKind::DEBT, &place_key(small.debts_from), |key, debt| {
            if let Some(at) = place_of(key) {
                state.debt_ids.insert(debt.notice, at);
                state.debts.insert(at, debt);
            }
        })?;
        each::<Owed>(views, RowKind::OWED, &place_key(small.confirmed), |key, owed| {
            state.owed.extend(place_of(key).map(|at| (at, owed)));
        })
    }

    fn load_directory(&mut self, views: &Views) -> Result<(), LoadError> {
        for record in directory_entries(rows(views, RowKind::DIRECTORY, b"")?)
            .map_err(|_| damaged(RowKind::DIRECTORY))?
        {
            fold(Arc::make_mut(&mut self.directory), &record.entry, record.index, record.accepted_at)
                .map_err(|_| damaged(RowKind::DIRECTORY))?;
        }
        Ok(())
    }
}

/// A row: its key and its value.
type Row = (Vec<u8>, Vec<u8>);

/// The last byte of the key of an entry's last part.
const LAST_PART: u8 = 0xff;

/// Writes an entry of the directory in as many rows as it needs.
pub(crate) fn put_directory_entry(table: &mut Table, number: u64, record: &DirectoryIn) {
    let value = match record.encode() {
        Ok(value) => value,
        Err(error) => return table.put(RowKind::DIRECTORY, &number.to_be_bytes(), Err(error)),
    };
    let parts = value.chunks(PART_BYTES).count();
    for (part, chunk) in value.chunks(PART_BYTES).enumerate() {
        let last = part + 1 == parts;
        let mut key = number.to_be_bytes().to_vec();
        key.push(if last { LAST_PART } else { u8::try_from(part).unwrap_or(LAST_PART - 1) });
        table.put(RowKind::DIRECTORY, &key, Ok(chunk.to_vec()));
    }
}

/// The entries of the directory that these rows hold, in order.
pub(crate) fn directory_entries(rows: Vec<Row>) -> Result<Vec<DirectoryIn>, CodecError> {
    let (mut entries, mut parts) = (Vec::new(), Vec::new());
    for (key, value) in rows {
        parts.extend_from_slice(&value);
        if key.last() == Some(&LAST_PART) {
            entries.push(DirectoryIn::decode(&parts)?);
            parts.clear();
        }
    }
    Ok(entries)
}

pub(crate) fn get<T: Encoded>(views: &Views, kind: RowKind, key: &[u8]) -> Result<Option<T>, LoadError> {
    let row = views.get(kind.prefix(), key)?;
    row.map(|value| T::decode(&value).map_err(|_| damaged(kind))).transpose()
}

/// Every row of a kind from a key on, decoded; empty rows say nothing.
pub(crate) fn each<T: Encoded>(
    views: &Views,
    kind: RowKind,
    from: &[u8],
    mut take: impl FnMut(&[u8], T),
) -> Result<(), LoadError> {
    for (key, value) in rows(views, kind, from)? {
        if !value.is_empty() {
            take(&key, T::decode(&value).map_err(|_| damaged(kind))?);
        }
    }
    Ok(())
}

fn damaged(kind: RowKind) -> LoadError {
    LoadError::Row { what: kind.name() }
}

/// Every row of a kind from a key on.
fn rows(views: &Views, kind: RowKind, from: &[u8]) -> Result<Vec<Row>, LoadError> {
    let mut all = Vec::new();
    let mut from = Bound::Included(from.to_vec());
    loop {
        let page = views.page(kind.prefix(), from.as_ref().map(Vec::as_slice), PAGE)?;
        let more = page.len() == PAGE;
        all.extend(page.into_iter().map(|row| (row.key, row.value)));
        match all.last() {
            Some((key, _)) if more => from = Bound::Excluded(key.clone()),
            _ => return Ok(all),
        }
    }
}
