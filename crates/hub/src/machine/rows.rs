//! The machine's rows: directory entries in order, cursors, what waits for review, counts of what was
//! addressed to groups, what expires when, the time of the last record.

use std::ops::Bound;
use std::sync::Arc;

use amana_store::ledger::LoadError;
use amana_store::views::{MAX_VALUE_BYTES, Prefix, Rows, Views};
use amana_types::limits::DIRECTORY_ENTRY_BYTES;
use amana_types::{GroupName, MemberCode, NoticeId, Seq, Timestamp};

use super::{Expiring, Machine, Waiting};
use crate::record::ExpiryHour;

const ENTRIES: u8 = Prefix::FIRST_FREE;
const CURSORS: u8 = Prefix::FIRST_FREE + 1;
const CLOCK: u8 = Prefix::FIRST_FREE + 2;
const HELD: u8 = Prefix::FIRST_FREE + 3;
const EXPIRING: u8 = Prefix::FIRST_FREE + 4;
const SWEPT: u8 = Prefix::FIRST_FREE + 5;
const TRAFFIC: u8 = Prefix::FIRST_FREE + 55;
const ATTACHED: u8 = Prefix::FIRST_FREE + 50;
/// An entry may be larger than a row: it is cut into pieces of this many bytes.
const PIECE_BYTES: usize = 4096;
const _: () = assert!(PIECE_BYTES < MAX_VALUE_BYTES);
/// A piece's number is one byte, and the first row of an entry holds no piece.
const _: () = assert!(DIRECTORY_ENTRY_BYTES.div_ceil(PIECE_BYTES) < u8::MAX as usize);

impl Machine {
    /// Writes what changed since the last time.
    pub(super) fn write(&mut self, rows: &mut Rows) {
        let fresh = std::mem::take(&mut self.fresh);
        let first = self.state.entries.in_order.len().saturating_sub(fresh.len());
        for ((seq, at, entry), number) in fresh.into_iter().zip(first as u64..) {
            let head = [seq.0.to_be_bytes(), at.unix_millis().to_be_bytes()].concat();
            put(rows, ENTRIES, &piece_key(number, 0), &head);
            for (piece, place) in entry.chunks(PIECE_BYTES).zip(1..) {
                put(rows, ENTRIES, &piece_key(number, place), piece);
            }
        }
        for member in std::mem::take(&mut self.moved) {
            let cursor = self.state.cursor(member);
            put(rows, CURSORS, member.as_str().as_bytes(), &cursor.0.to_be_bytes());
        }
        for seq in std::mem::take(&mut self.held_moved) {
            // What waits no more leaves an empty row: overwriting is cheaper than deleting.
            let waiting = self.state.held.get(&seq).map(held_row).unwrap_or_default();
            put(rows, HELD, &seq.0.to_be_bytes(), &waiting);
        }
        for expiring in std::mem::take(&mut self.expiring) {
            put(rows, EXPIRING, &expiring_key(expiring), &[]);
        }
        for listing in std::mem::take(&mut self.attached_moved) {
            let row = self.state.attached.row(&listing);
            put(rows, ATTACHED, &listing.key(), row.as_ref().map_or(&[], |row| row.as_slice()));
        }
        put(rows, SWEPT, &[], &self.state.swept.0.to_be_bytes());
        for key in std::mem::take(&mut self.counted) {
            let notices = self.state.traffic.get(&key).copied().unwrap_or_default();
            // A group's name holds no space.
            put(rows, TRAFFIC, format!("{} {}", key.0, key.1).as_bytes(), &notices.to_be_bytes());
        }
        put(rows, CLOCK, &[], &self.state.last_accepted_at.unix_millis().to_be_bytes());
    }

    /// Puts the state together again: entries are folded as they were the first time.
    pub(super) fn read(&mut self, views: &Views) -> Result<(), LoadError> {
        let mut pieces = Pieces::default();
        for row in prefix(ENTRIES).into_iter().flat_map(|prefix| views.rows(prefix)) {
            let row = row?;
            if let Some(whole) = pieces.add(&row.key, row.value)? {
                self.again(whole)?;
            }
        }
        if let Some(last) = pieces.end() {
            self.again(last)?;
        }
        for row in prefix(CURSORS).into_iter().flat_map(|prefix| views.rows(prefix)) {
            let row = row?;
            let member = std::str::from_utf8(&row.key).ok().and_then(|code| code.parse::<MemberCode>().ok());
            let member = member.ok_or(LoadError::Row { what: "the member of a cursor" })?;
            Arc::make_mut(&mut self.state.cursors).insert(member, Seq(number(&row.value)?));
        }
        for row in prefix(HELD).into_iter().flat_map(|prefix| views.rows(prefix)) {
            let row = row?;
            if !row.value.is_empty() {
                let waiting = held(&row.value).ok_or(LoadError::Row { what: "what waits for review" })?;
                Arc::make_mut(&mut self.state.held).insert(Seq(number(&row.key)?), waiting);
            }
        }
        for row in prefix(ATTACHED).into_iter().flat_map(|prefix| views.rows(prefix)) {
            let row = row?;
            if !row.value.is_empty() {
                let loaded = Arc::make_mut(&mut self.state.attached).load(&row.key, &row.value);
                loaded.map_err(|_| LoadError::Row { what: "the envelopes that list an attachment" })?;
            }
        }
        if let Some(swept) = prefix(SWEPT).map(|prefix| views.get(prefix, &[])).transpose()?.flatten() {
            self.state.swept = ExpiryHour(number(&swept)?);
        }
        for row in prefix(TRAFFIC).into_iter().flat_map(|prefix| views.rows(prefix)) {
            let row = row?;
            let key = counted(&row.key).ok_or(LoadError::Row { what: "traffic to a group" })?;
            Arc::make_mut(&mut self.state.traffic).insert(key, number(&row.value)?);
        }
        if let Some(clock) = prefix(CLOCK).map(|prefix| views.get(prefix, &[])).transpose()?.flatten() {
            self.state.last_accepted_at = Timestamp::from_unix_millis(number(&clock)?);
        }
        Ok(())
    }

    /// The next block after `last` with envelopes that expire until an hour and are still to be erased: by the
    /// hour, then by their place.
    pub(crate) fn expiring(
        &self,
        views: &Views,
        last: Option<Expiring>,
        until: ExpiryHour,
    ) -> Result<Option<Expiring>, LoadError> {
        let from = last.unwrap_or(Expiring { hour: self.state.swept(), block: Seq(u64::MAX) });
        let unwritten = self.expiring.range((Bound::Excluded(from), Bound::Unbounded)).next().copied();
        let key = expiring_key(from);
        let rows = prefix(EXPIRING).map(|prefix| views.page(prefix, Bound::Excluded(&key), 1));
        let written = match rows.transpose()?.unwrap_or_default().first() {
            Some(row) => {
                let (hour, block) =
                    row.key.split_at_checked(8).ok_or(LoadError::Row { what: "an expiry" })?;
                Some(Expiring { hour: ExpiryHour(number(hour)?), block: Seq(number(block)?) })
            }
            None => None,
        };
        let next = unwritten.into_iter().chain(written).min();
        Ok(next.filter(|next| next.hour <= until))
    }

    fn again(&mut self, (seq, at, entry): Whole) -> Result<(), LoadError> {
        self.enter(seq, at, &entry.into());
        self.fresh.clear();
        if self.fault.is_some() { Err(LoadError::Row { what: "a directory entry" }) } else { Ok(()) }
    }
}

type Whole = (Seq, Timestamp, Vec<u8>);

/// Joins the pieces of entries; they come in order.
#[derive(Default)]
struct Pieces(Option<Whole>);

impl Pieces {
    /// Adds a row; a new entry's first row completes the one before.
    fn add(&mut self, key: &[u8], value: Vec<u8>) -> Result<Option<Whole>, LoadError> {
        let wrong = LoadError::Row { what: "a piece of a directory entry" };
        let [.., piece] = key else { return Err(wrong) };
        if *piece > 0 {
            let (_, _, bytes) = self.0.as_mut().ok_or(wrong)?;
            bytes.extend_from_slice(&value);
            return Ok(None);
        }
        let (seq, at) = value.split_at_checked(8).ok_or(wrong)?;
        let begun = (Seq(number(seq)?), Timestamp::from_unix_millis(number(at)?), Vec::new());
        Ok(self.0.replace(begun))
    }

    fn end(self) -> Option<Whole> {
        self.0
    }
}

/// The entry's number, big-endian so that rows sort by it, then the piece's.
fn piece_key(number: u64, piece: u8) -> [u8; 9] {
    let mut key = [0; 9];
    let bytes = number.to_be_bytes().into_iter().chain([piece]);
    key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    key
}

/// Sorts by the hour, then by the block.
fn expiring_key(Expiring { hour, block }: Expiring) -> [u8; 16] {
    let mut key = [0; 16];
    let bytes = hour.0.to_be_bytes().into_iter().chain(block.0.to_be_bytes());
    key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    key
}

/// What waits for review: its id, then the hour of its expiry.
fn held_row(waiting: &Waiting) -> Vec<u8> {
    [waiting.notice.as_bytes().as_slice(), &waiting.until.0.to_be_bytes()].concat()
}

fn held(row: &[u8]) -> Option<Waiting> {
    let (notice, until) = row.split_at_checked(16)?;
    Some(Waiting { notice: NoticeId::from_bytes(notice).ok()?, until: ExpiryHour(number(until).ok()?) })
}

/// The group and the sender of a count.
fn counted(key: &[u8]) -> Option<(GroupName, MemberCode)> {
    let (group, sender) = std::str::from_utf8(key).ok()?.split_once(' ')?;
    Some((group.parse().ok()?, sender.parse().ok()?))
}

fn number(bytes: &[u8]) -> Result<u64, LoadError> {
    bytes.try_into().map(u64::from_be_bytes).map_err(|_| LoadError::Row { what: "a number" })
}

fn prefix(byte: u8) -> Option<Prefix> {
    Prefix::new(byte)
}

fn put(rows: &mut Rows, byte: u8, key: &[u8], value: &[u8]) {
    if let Some(prefix) = prefix(byte) {
        rows.put(prefix, key, value);
    }
}
