//! Rows in memory until a block of records is full.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use amana_seal::codec::CodecError;
use amana_store::views::Prefix;
use amana_types::{NoticeId, Seq};

use super::rows::{Encoded, place_key};

/// A kind of rows: its number, which its prefix in the views is made of, and its name for errors. Each subject
/// declares its own; no two have the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowKind {
    number: u8,
    name: &'static str,
}

impl RowKind {
    /// A kind of rows.
    pub(crate) const fn new(number: u8, name: &'static str) -> Self {
        Self { number, name }
    }

    /// The number.
    pub(crate) const fn number(self) -> u8 {
        self.number
    }

    /// The prefix in the views.
    pub(crate) const fn prefix(self) -> Prefix {
        Prefix::owner(self.number)
    }

    /// The kind's name, for errors.
    pub(crate) const fn name(self) -> &'static str {
        self.name
    }
}

/// The kinds that belong to no one subject.
impl RowKind {
    /// The small things that are held in memory, and more of them than fit a row: see `load`.
    pub(crate) const STATE: Self = Self::new(0, "the state");
    /// A notice id: where it is.
    pub(crate) const NOTICE: Self = Self::new(1, "a notice's place");
    /// A sent notice's id: where the hub's answer is.
    pub(crate) const OUTCOME: Self = Self::new(2, "the hub's answer");
    /// A sent notice's id and a recipient: what it signed, when, and where its receipt is.
    pub(crate) const STEP: Self = Self::new(3, "a recipient's receipt");
    /// An agency's request: which notice it became.
    pub(crate) const REQUEST: Self = Self::new(5, "a request");
    /// Direction and inverted place: notices newest first.
    pub(crate) const LIST: Self = Self::new(6, "the list of notices");
    /// Entries of the directory, in order.
    pub(crate) const DIRECTORY: Self = Self::new(7, "the directory");
    /// A member: the sequences to and from it.
    pub(crate) const PAIR: Self = Self::new(8, "a pair's sequence");
    /// Notices of ours that are not settled, by place.
    pub(crate) const OUTBOX: Self = Self::new(9, "the outbox");
    /// Receipts owed, and with them what came in, by place.
    pub(crate) const OWED: Self = Self::new(10, "a receipt owed");
    /// The blind index, by bucket and inverted block.
    pub(crate) const TERMS: Self = Self::new(11, "the search index");
    /// A notice's id: how it ended. Such a notice is shown to nobody.
    pub(crate) const ENDED: Self = Self::new(12, "a notice's end");
    /// Keys that are to be erased, by place.
    pub(crate) const ERASURE: Self = Self::new(14, "a key to be erased");
    /// Withdrawals of ours that some member is still to be sent, by place.
    pub(crate) const UNREACHED: Self = Self::new(15, "a withdrawal to be sent");
    /// When notices expire, by moment and place.
    pub(crate) const EXPIRY: Self = Self::new(16, "a notice's expiry");
    /// A notice's id and that of an envelope that supersedes it.
    pub(crate) const FOLLOWS: Self = Self::new(22, "what supersedes a notice");
    /// The place of the record that ended a notice: when its key was gone.
    pub(crate) const KEY_GONE: Self = Self::new(23, "a key that is gone");
    /// Notices on which something hangs that may have to end with them, by place.
    pub(crate) const LOOK: Self = Self::new(26, "what hangs on a notice");
    /// Who has not signed yet that it erased what ended, by place.
    pub(crate) const DEBT: Self = Self::new(27, "an erasure owed");
    /// The id of a notice of which nothing came but its head: where that is.
    pub(crate) const GONE: Self = Self::new(33, "the head of a notice");

    /// The kinds of the engine.
    pub(crate) const ENGINE: &'static [Self] = &[
        Self::STATE,
        Self::NOTICE,
        Self::OUTCOME,
        Self::STEP,
        Self::REQUEST,
        Self::LIST,
        Self::DIRECTORY,
        Self::PAIR,
        Self::OUTBOX,
        Self::OWED,
        Self::TERMS,
        Self::ENDED,
        Self::ERASURE,
        Self::UNREACHED,
        Self::EXPIRY,
        Self::FOLLOWS,
        Self::KEY_GONE,
        Self::LOOK,
        Self::DEBT,
        Self::GONE,
    ];
}

/// Rows that are not in the views yet.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<(RowKind, Vec<u8>), Vec<u8>>,
    /// The first value that is over its limit. It is not written; the node must not go on without it.
    fault: Option<CodecError>,
}

/// The key of something that is held in memory and kept in a row.
pub(crate) trait RowKey {
    fn row_key(&self) -> Vec<u8>;
}

impl RowKey for Seq {
    fn row_key(&self) -> Vec<u8> {
        place_key(*self).to_vec()
    }
}

impl RowKey for NoticeId {
    fn row_key(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}

impl Table {
    /// Puts a row: its value as [`Encoded::encode`] gives it.
    pub(crate) fn put(&mut self, kind: RowKind, key: &[u8], value: Result<Vec<u8>, CodecError>) {
        match value {
            Ok(value) => drop(self.rows.insert((kind, key.to_vec()), value)),
            Err(error) => self.fault = self.fault.or(Some(error)),
        }
    }

    /// Puts the rows of what changed in memory. What is not there any more leaves an empty row: overwriting is
    /// cheaper than deleting.
    pub(crate) fn put_changed<'a, K: RowKey, V: Encoded + 'a>(
        &mut self,
        kind: RowKind,
        changed: BTreeSet<K>,
        now: impl Fn(&K) -> Option<&'a V>,
    ) {
        for key in changed {
            self.put(kind, &key.row_key(), now(&key).map_or(Ok(Vec::new()), Encoded::encode));
        }
    }

    /// A value that could not be written, if there is one.
    pub(crate) const fn fault(&self) -> Option<CodecError> {
        self.fault
    }

    pub(crate) fn get(&self, kind: RowKind, key: &[u8]) -> Option<&[u8]> {
        self.rows.get(&(kind, key.to_vec())).map(Vec::as_slice)
    }

    /// Rows of a kind in key order from `from` on.
    pub(crate) fn range(&self, kind: RowKind, from: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.rows
            .range((Bound::Included((kind, from.to_vec())), Bound::Unbounded))
            .take_while(move |((found, _), _)| *found == kind)
            .map(|((_, key), value)| (key.as_slice(), value.as_slice()))
    }

    /// Every row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (RowKind, &[u8], &[u8])> {
        self.rows.iter().map(|((kind, key), value)| (*kind, key.as_slice(), value.as_slice()))
    }
}
