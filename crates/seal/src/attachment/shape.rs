//! How long an attachment is: what it holds, what is padded, what is sealed.

use amana_types::limits::ATTACHMENT_BYTES;

use crate::envelope::{is_padded_len, padme};

/// The content of one chunk; the last may have less.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// The salt and the commitment to the key.
pub const HEAD_BYTES: usize = 16 + 32;
/// What sealing adds to a chunk.
pub const TAG_BYTES: usize = 16;
/// No attachment looks shorter.
const LEAST_BYTES: u64 = 4 * 1024;

/// The place of a chunk, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkIndex(pub u32);

impl ChunkIndex {
    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The lengths of one attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    bytes: u64,
    padded: u64,
}

impl Shape {
    /// That of a content of so many bytes; `None` when there are more than an attachment may have.
    #[must_use]
    pub fn of(bytes: u64) -> Option<Self> {
        let length = usize::try_from(bytes).ok().filter(|_| bytes <= ATTACHMENT_BYTES)?;
        Some(Self { bytes, padded: (padme(length) as u64).max(LEAST_BYTES) })
    }

    /// The length of the content.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.bytes
    }

    /// The length of the content with its padding: what everybody may learn.
    #[must_use]
    pub const fn padded_bytes(self) -> u64 {
        self.padded
    }

    /// The length of what is sealed, head included.
    #[must_use]
    pub const fn sealed_bytes(self) -> u64 {
        HEAD_BYTES as u64 + self.padded + self.chunks() as u64 * TAG_BYTES as u64
    }

    /// How many chunks there are; at least one.
    #[must_use]
    pub const fn chunks(self) -> u32 {
        // At most 4,096 of an attachment within its limit.
        self.padded.div_ceil(CHUNK_BYTES as u64) as u32
    }

    /// The length of a chunk with its padding, unsealed; 0 when there is no such chunk.
    #[must_use]
    pub const fn padded_in(self, chunk: ChunkIndex) -> usize {
        part(self.padded, chunk)
    }

    /// How much of a chunk is content.
    #[must_use]
    pub const fn content_in(self, chunk: ChunkIndex) -> usize {
        part(self.bytes, chunk)
    }

    /// Where a sealed chunk lies: its first byte, and its length.
    #[must_use]
    pub const fn sealed_at(self, chunk: ChunkIndex) -> (u64, usize) {
        let before = HEAD_BYTES as u64 + chunk.0 as u64 * (CHUNK_BYTES + TAG_BYTES) as u64;
        (before, self.padded_in(chunk) + TAG_BYTES)
    }

    /// Whether it is the last chunk.
    #[must_use]
    pub const fn is_last(self, chunk: ChunkIndex) -> bool {
        chunk.0 + 1 == self.chunks()
    }
}

/// How much of a whole lies in a chunk.
const fn part(whole: u64, chunk: ChunkIndex) -> usize {
    let before = chunk.0 as u64 * CHUNK_BYTES as u64;
    let left = whole.saturating_sub(before);
    if left < CHUNK_BYTES as u64 { left as usize } else { CHUNK_BYTES }
}

/// The length of a sealed attachment by its padded length; `None` when nothing is padded to that length.
#[must_use]
pub fn sealed_bytes(padded: u64) -> Option<u64> {
    let length = usize::try_from(padded).ok()?;
    let known = (LEAST_BYTES..=ATTACHMENT_BYTES).contains(&padded) && is_padded_len(length);
    known.then(|| Shape { bytes: padded, padded }.sealed_bytes())
}
