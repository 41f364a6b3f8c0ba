//! Who has records where: for each block of 256 records, and for each member with traffic in it, a
//! bitmap of 256 bits; and the same over 256 blocks.
//!
//! A mailbox is then a cursor and nothing else. The block and the superblock being filled are in
//! memory, so an idle member costs no read, and one that is far behind skips 65,536 records with one.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use amana_types::Seq;

use crate::views::{Prefix, Rows, Views, ViewsError};

/// Records in a block, and blocks in a superblock.
pub const BLOCK_RECORDS: u64 = 256;
/// Members whose bitmaps share one row, which keeps rows under 5 KiB.
const ROW_MEMBERS: u16 = 128;
const ENTRY_BYTES: usize = 2 + BITMAP_BYTES;
const BITMAP_BYTES: usize = 32;

/// A member's number in the routing index, given in the order of enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberIndex(pub u16);

/// What one look into the routing index found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// Records for the member, in order.
    pub records: Vec<Seq>,
    /// Where to go on: every record for the member before this one was listed.
    pub next: Seq,
}

/// One bit for each of 256 places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bitmap([u64; 4]);

type Bitmaps = BTreeMap<MemberIndex, Bitmap>;

/// The level of a row: blocks of records, or superblocks of blocks.
#[derive(Clone, Copy)]
enum Level {
    Block = 0,
    Super = 1,
}

/// The routing index. Shared by the writer and all readers.
#[derive(Default)]
pub(crate) struct Routes {
    tail: RwLock<Tail>,
}

#[derive(Default)]
struct Tail {
    /// The block being filled.
    block: u64,
    records: Bitmaps,
    /// Blocks of the superblock being filled that have traffic, without the block being filled.
    blocks: Bitmaps,
}

impl Routes {
    /// The index at a block boundary, from its rows.
    pub(crate) fn load(views: &Views, block: u64) -> Result<Self, ViewsError> {
        let mut blocks = Bitmaps::new();
        for earlier in first_of_super(block)..block {
            let from = row_key(Level::Block, earlier, 0);
            for row in views.page(
                Prefix::ROUTES,
                std::ops::Bound::Included(&from),
                usize::from(u16::MAX / ROW_MEMBERS),
            )? {
                if !row.key.starts_with(from.get(..9).unwrap_or_default()) {
                    break;
                }
                for (member, _) in entries(&row.value) {
                    blocks.entry(member).or_default().set(earlier);
                }
            }
        }
        Ok(Self { tail: RwLock::new(Tail { block, records: Bitmaps::new(), blocks }) })
    }

    /// Notes whom records of the block being filled are for.
    pub(crate) fn add(&self, routes: &[(Seq, MemberIndex)]) {
        let mut tail = self.tail.write().unwrap_or_else(PoisonError::into_inner);
        for (seq, member) in routes {
            tail.records.entry(*member).or_default().set(seq.0);
        }
    }

    /// The rows of the block being filled, which is now full.
    pub(crate) fn rows(&self, rows: &mut Rows) {
        let tail = self.tail.read().unwrap_or_else(PoisonError::into_inner);
        put_rows(rows, Level::Block, tail.block, &tail.records);
        if last_of_super(tail.block) {
            put_rows(rows, Level::Super, tail.block / BLOCK_RECORDS, &tail.blocks_with_last());
        }
    }

    /// Begins the next block. The rows of the last must be readable already.
    pub(crate) fn next_block(&self) {
        let mut tail = self.tail.write().unwrap_or_else(PoisonError::into_inner);
        tail.blocks = if last_of_super(tail.block) { Bitmaps::new() } else { tail.blocks_with_last() };
        tail.records.clear();
        tail.block += 1;
    }

    /// Records for a member from `from` on and before `until`, at most `limit`.
    pub(crate) fn find(
        &self,
        views: &Views,
        member: MemberIndex,
        from: Seq,
        until: Seq,
        limit: usize,
    ) -> Result<Routed, ViewsError> {
        let tail = self.tail.read().unwrap_or_else(PoisonError::into_inner);
        let filling = tail.block;
        let own = |bitmaps: &Bitmaps| bitmaps.get(&member).copied().unwrap_or_default();
        let (records, mut blocks) = (own(&tail.records), own(&tail.blocks));
        drop(tail);
        if !records.is_empty() {
            blocks.set(filling);
        }
        let mut found = Vec::new();
        let (mut block, last) = (from.0 / BLOCK_RECORDS, until.0.div_ceil(BLOCK_RECORDS));
        while block < last.min(filling + 1) {
            let superblock = block / BLOCK_RECORDS;
            let with_traffic = if superblock == filling / BLOCK_RECORDS {
                blocks
            } else {
                stored(views, Level::Super, superblock, member)?
            };
            for block in with_traffic.places(superblock).filter(|at| *at >= block && *at < last) {
                let bitmap =
                    if block == filling { records } else { stored(views, Level::Block, block, member)? };
                for seq in bitmap.places(block).filter(|seq| (from.0..until.0).contains(seq)) {
                    if found.len() == limit {
                        return Ok(Routed { records: found, next: Seq(seq) });
                    }
                    found.push(Seq(seq));
                }
            }
            block = (superblock + 1) * BLOCK_RECORDS;
        }
        Ok(Routed { records: found, next: until.max(from) })
    }
}

impl Tail {
    fn blocks_with_last(&self) -> Bitmaps {
        let mut blocks = self.blocks.clone();
        for member in self.records.keys() {
            blocks.entry(*member).or_default().set(self.block);
        }
        blocks
    }
}

impl Bitmap {
    fn set(&mut self, place: u64) {
        let place = place % BLOCK_RECORDS;
        if let Some(word) = self.0.get_mut(usize::try_from(place / 64).unwrap_or_default()) {
            *word |= 1 << (place % 64);
        }
    }

    fn is_empty(self) -> bool {
        self.0 == [0; 4]
    }

    /// The places set, numbered across all bitmaps of a level.
    fn places(self, number: u64) -> impl Iterator<Item = u64> {
        let words = self.0.into_iter().zip((number * BLOCK_RECORDS..).step_by(64));
        words.flat_map(|(word, start)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| start + bit)
        })
    }

    fn to_bytes(self) -> impl Iterator<Item = u8> {
        self.0.into_iter().flat_map(u64::to_le_bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        let mut bitmap = Self::default();
        for (word, bytes) in bitmap.0.iter_mut().zip(words) {
            *word = u64::from_le_bytes(*bytes);
        }
        bitmap
    }
}

fn first_of_super(block: u64) -> u64 {
    block / BLOCK_RECORDS * BLOCK_RECORDS
}

fn last_of_super(block: u64) -> bool {
    (block + 1).is_multiple_of(BLOCK_RECORDS)
}

/// Level, number and chunk of members, big-endian so that rows sort by them.
fn row_key(level: Level, number: u64, chunk: u16) -> Vec<u8> {
    let mut key = vec![level as u8];
    key.extend_from_slice(&number.to_be_bytes());
    key.extend_from_slice(&chunk.to_be_bytes());
    key
}

fn put_rows(rows: &mut Rows, level: Level, number: u64, bitmaps: &Bitmaps) {
    let mut values: BTreeMap<u16, Vec<u8>> = BTreeMap::new();
    for (member, bitmap) in bitmaps {
        let value = values.entry(member.0 / ROW_MEMBERS).or_default();
        value.extend_from_slice(&member.0.to_be_bytes());
        value.extend(bitmap.to_bytes());
    }
    for (chunk, value) in values {
        rows.put(Prefix::ROUTES, &row_key(level, number, chunk), &value);
    }
}

fn entries(value: &[u8]) -> impl Iterator<Item = (MemberIndex, Bitmap)> + '_ {
    value.chunks_exact(ENTRY_BYTES).filter_map(|entry| {
        let (member, bitmap) = entry.split_first_chunk()?;
        Some((MemberIndex(u16::from_be_bytes(*member)), Bitmap::from_bytes(bitmap)))
    })
}

fn stored(views: &Views, level: Level, number: u64, member: MemberIndex) -> Result<Bitmap, ViewsError> {
    let row = views.get(Prefix::ROUTES, &row_key(level, number, member.0 / ROW_MEMBERS))?;
    let found = row.and_then(|value| entries(&value).find(|(of, _)| *of == member).map(|(_, bitmap)| bitmap));
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
#[path = "routes_tests.rs"]
mod tests;
