//! The blind index: which records of a block hold which terms.
//!
//! A term is a keyed digest, so nothing on disk says a word; and rows are sealed, so that nobody
//! without the vault key can see that two notices share one. Terms of a block are spread over
//! [`BUCKETS`] rows by their first bits: to search is to read one small row for each block, newest
//! first.

use std::collections::{BTreeMap, BTreeSet};

use amana_types::Seq;

/// Records in a block; the store's unit.
const BLOCK_RECORDS: u64 = 256;
/// Rows over which the terms of a block are spread.
pub(crate) const BUCKETS: u8 = 64;
/// Bytes of one entry: the term and the place in the block.
const ENTRY_BYTES: usize = 9;
/// Entries of one row, which keeps it well below the largest row even when sealed.
const ROW_ENTRIES: usize = 800;

/// The first eight bytes of a keyed digest over field and word.
pub(crate) type BlindTerm = [u8; 8];

/// The terms of the block that is being filled.
#[derive(Debug, Default)]
pub(crate) struct BlockTerms {
    block: u64,
    /// Ascending places for each term.
    places: BTreeMap<BlindTerm, Vec<u8>>,
}

/// One row of the index before it is sealed.
pub(crate) struct TermRow {
    pub(crate) key: Vec<u8>,
    pub(crate) entries: Vec<u8>,
}

impl BlockTerms {
    /// Notes the terms of a record.
    pub(crate) fn add(&mut self, at: Seq, terms: &[BlindTerm]) {
        self.block = at.0 / BLOCK_RECORDS;
        let place = place_in_block(at);
        for term in terms {
            self.places.entry(*term).or_default().push(place);
        }
    }

    /// Takes out the terms of the records at these places.
    pub(crate) fn forget(&mut self, at: &BTreeSet<Seq>) {
        let block = self.block;
        self.places.retain(|_, places| {
            places.retain(|place| !at.contains(&Seq(block * BLOCK_RECORDS + u64::from(*place))));
            !places.is_empty()
        });
    }

    /// The records of this block that hold a term.
    pub(crate) fn records(&self, term: &BlindTerm) -> impl Iterator<Item = Seq> {
        let places = self.places.get(term).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| Seq(self.block * BLOCK_RECORDS + u64::from(*place)))
    }

    /// The rows of this block.
    pub(crate) fn rows(&self) -> Vec<TermRow> {
        let mut buckets: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        for (term, places) in &self.places {
            let bucket = buckets.entry(bucket_of(term)).or_default();
            for place in places {
                bucket.extend_from_slice(term);
                bucket.push(*place);
            }
        }
        buckets.iter().flat_map(|(bucket, entries)| rows_of(*bucket, self.block, entries)).collect()
    }
}

/// The rows of one bucket of a block.
fn rows_of(bucket: u8, block: u64, entries: &[u8]) -> impl Iterator<Item = TermRow> {
    entries
        .chunks(ROW_ENTRIES * ENTRY_BYTES)
        .zip(0..=u8::MAX)
        .map(move |(entries, part)| TermRow { key: row_key(bucket, block, part), entries: entries.to_vec() })
}

/// The rows of one bucket of a block without the records at these places: the same as if their terms had never
/// been added. `None` when none of them is in there.
pub(crate) fn rows_without(bucket: u8, rows: &[TermRow], gone: &BTreeSet<Seq>) -> Option<Vec<TermRow>> {
    let block = block_of(&rows.first()?.key)?;
    let held = rows.iter().flat_map(|row| row.entries.as_chunks::<ENTRY_BYTES>().0);
    let stays = |entry: &&[u8; ENTRY_BYTES]| {
        entry.last().is_none_or(|place| !gone.contains(&Seq(block * BLOCK_RECORDS + u64::from(*place))))
    };
    let left: Vec<u8> = held.clone().filter(stays).flatten().copied().collect();
    (left.len() < held.count() * ENTRY_BYTES).then(|| rows_of(bucket, block, &left).collect())
}

/// The first record of the block that the record at a place is in.
pub(crate) const fn block_start(at: Seq) -> Seq {
    Seq(at.0 / BLOCK_RECORDS * BLOCK_RECORDS)
}

fn block_of(key: &[u8]) -> Option<u64> {
    key.get(1..9).and_then(|bytes| bytes.try_into().ok()).map(|bytes| !u64::from_be_bytes(bytes))
}

/// The bucket of a term.
pub(crate) const fn bucket_of(term: &BlindTerm) -> u8 {
    let [first, ..] = *term;
    first % BUCKETS
}

/// The rows of a bucket begin with this, newest block first.
pub(crate) fn bucket_prefix(bucket: u8, newest: Option<Seq>) -> Vec<u8> {
    let mut key = vec![bucket];
    if let Some(newest) = newest {
        key.extend_from_slice(&(!(newest.0 / BLOCK_RECORDS)).to_be_bytes());
    }
    key
}

fn row_key(bucket: u8, block: u64, part: u8) -> Vec<u8> {
    let mut key = bucket_prefix(bucket, Some(Seq(block * BLOCK_RECORDS)));
    key.push(part);
    key
}

/// The records of an opened row that hold a term.
pub(crate) fn matches_in<'a>(
    key: &[u8],
    entries: &'a [u8],
    term: &'a BlindTerm,
) -> impl Iterator<Item = Seq> + 'a {
    let block = block_of(key);
    let (entries, _) = entries.as_chunks::<ENTRY_BYTES>();
    entries.iter().filter_map(move |entry| {
        let (found, place) = entry.split_first_chunk::<8>()?;
        (found == term).then(|| Some(Seq(block?.checked_mul(BLOCK_RECORDS)? + u64::from(*place.first()?))))?
    })
}

fn place_in_block(at: Seq) -> u8 {
    u8::try_from(at.0 % BLOCK_RECORDS).unwrap_or_default()
}
