//! The blind index: which records of a block hold which terms.
//!
//! A term is a keyed digest, so nothing on disk says a word; and rows are sealed, so that nobody
//! without the vault key can see that two notices share one. Terms of a block are spread over
//! [`BUCKETS`] rows by their first bits: to search is to read one small row for each block, newest
//! first.

use std::collections::BTreeMap;

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
    pub(super) fn add(&mut self, at: Seq, terms: &[BlindTerm]) {
        self.block = at.0 / BLOCK_RECORDS;
        let place = place_in_block(at);
        for term in terms {
            self.places.entry(*term).or_default().push(place);
        }
    }

    /// The records of this block that hold a term.
    pub(crate) fn records(&self, term: &BlindTerm) -> impl Iterator<Item = Seq> {
        let places = self.places.get(term).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| Seq(self.block * BLOCK_RECORDS + u64::from(*place)))
    }

    /// The rows of this block.
    pub(super) fn rows(&self) -> Vec<TermRow> {
        let mut buckets: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        for (term, places) in &self.places {
            let bucket = buckets.entry(bucket_of(term)).or_default();
            for place in places {
                bucket.extend_from_slice(term);
                bucket.push(*place);
            }
        }
        let row = |bucket, part: usize, entries: &[u8]| {
            let part = u8::try_from(part).unwrap_or(u8::MAX);
            TermRow { key: row_key(bucket, self.block, part), entries: entries.to_vec() }
        };
        buckets
            .iter()
            .flat_map(|(bucket, entries)| {
                let parts = entries.chunks(ROW_ENTRIES * ENTRY_BYTES).enumerate();
                parts.map(|(part, entries)| row(*bucket, part, entries)).collect::<Vec<_>>()
            })
            .collect()
    }
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
    let block = key.get(1..9).and_then(|bytes| bytes.try_into().ok()).map(|bytes| !u64::from_be_bytes(bytes));
    let (entries, _) = entries.as_chunks::<ENTRY_BYTES>();
    entries.iter().filter_map(move |entry| {
        let (found, place) = entry.split_first_chunk::<8>()?;
        (found == term).then(|| Some(Seq(block?.checked_mul(BLOCK_RECORDS)? + u64::from(*place.first()?))))?
    })
}

fn place_in_block(at: Seq) -> u8 {
    u8::try_from(at.0 % BLOCK_RECORDS).unwrap_or_default()
}
