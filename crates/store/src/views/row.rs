//! Rows, their kinds, and batches of changes to them.

/// A row's value is shorter than this.
pub const MAX_VALUE_BYTES: usize = 8 << 10;

/// The kind of a row: its first byte on disk. Kinds below [`Prefix::FIRST_FREE`] belong to this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix(pub(super) u8);

/// One row: its key without the prefix, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
}

/// Changes that are made together or not at all.
#[derive(Default)]
pub struct Rows {
    pub(super) batch: sled::Batch,
    pub(super) bytes: u64,
    pub(super) oversized: Option<usize>,
}

impl Prefix {
    /// The first kind that other crates may use.
    pub const FIRST_FREE: u8 = 0x10;
    /// This crate's own facts about a ledger.
    pub(crate) const META: Self = Self(0x00);
    /// The routing index.
    pub(crate) const ROUTES: Self = Self(0x01);

    /// A kind of another crate: 0x10 or above; `None` below.
    #[must_use]
    pub const fn new(byte: u8) -> Option<Self> {
        if byte >= Self::FIRST_FREE { Some(Self(byte)) } else { None }
    }

    /// The owner's kind number `offset`, counted from [`Prefix::FIRST_FREE`]; there are 240 of them.
    #[must_use]
    pub const fn owner(offset: u8) -> Self {
        Self(Self::FIRST_FREE.saturating_add(offset))
    }

    pub(super) fn key(self, key: &[u8]) -> Vec<u8> {
        let mut full = Vec::with_capacity(1 + key.len());
        full.push(self.0);
        full.extend_from_slice(key);
        full
    }
}

impl Rows {
    /// Writes a row, in place of the one with this key if there is one.
    pub fn put(&mut self, prefix: Prefix, key: &[u8], value: &[u8]) {
        if value.len() >= MAX_VALUE_BYTES {
            self.oversized = Some(value.len());
            return;
        }
        self.bytes += (key.len() + value.len()) as u64;
        self.batch.insert(prefix.key(key), value);
    }

    /// Deletes a row if it is there.
    pub fn delete(&mut self, prefix: Prefix, key: &[u8]) {
        self.bytes += key.len() as u64;
        self.batch.remove(prefix.key(key));
    }
}
