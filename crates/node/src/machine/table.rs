//! Rows in memory until a block of records is full.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use amana_seal::codec::CodecError;
use amana_store::views::Prefix;
use amana_types::{NoticeId, Seq};

use super::rows::{Encoded, place_key};

/// The kinds of rows, each with its prefix in the views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The small things that are held in memory, and more of them than fit a row: see `load`.
    State = 0,
    /// A notice id: where it is.
    Notice = 1,
    /// A sent notice's id: where the hub's answer is.
    Outcome = 2,
    /// A sent notice's id and a recipient: what it signed, when, and where its receipt is.
    Step = 3,
    /// A received notice's id: when an officer acknowledged it.
    Acknowledged = 4,
    /// An agency's request: which notice it became.
    Request = 5,
    /// Direction and inverted place: notices newest first.
    List = 6,
    /// Entries of the directory, in order.
    Directory = 7,
    /// A member: the sequences to and from it.
    Pair = 8,
    /// Notices of ours that are not settled, by place.
    Outbox = 9,
    /// Receipts owed, and with them what came in, by place.
    Owed = 10,
    /// The blind index, by bucket and inverted block.
    Terms = 11,
    /// A notice's id: how it ended. Such a notice is shown to nobody.
    Ended = 12,
    /// Sender, id and header hash: the withdrawal of a notice that may never have come.
    Recalled = 13,
    /// Keys that are to be erased, by place.
    Erasure = 14,
    /// Withdrawals of ours that some member is still to be sent, by place.
    Unreached = 15,
    /// When notices expire, by moment and place.
    Expiry = 16,
    /// A notice's id: where it stands with the review desk.
    Review = 17,
    /// At the review desk: what waits for it, by id.
    ToReview = 18,
    /// An attachment's address and the id of a notice that lists it.
    Listed = 19,
    /// Attachments that are to be fetched, by the place of the notice that lists them.
    Fetching = 20,
    /// An attachment's address and a notice's id: whether it came.
    Fetched = 21,
    /// A notice's id and that of an envelope that supersedes it.
    Follows = 22,
    /// The place of the record that ended a notice: when its key was gone.
    KeyGone = 23,
    /// A notice's id and a place: what was said back to it.
    Reply = 24,
    /// What is waited for, by place.
    Clock = 25,
    /// Notices on which something hangs that may have to end with them, by place.
    Look = 26,
    /// Who has not signed yet that it erased what ended, by place.
    Debt = 27,
    /// When notices of ours are to be looked at again, by moment and place.
    Reexamine = 28,
    /// A notice's id: when the answer to it is due, or was.
    Due = 29,
    /// A version's id and that of one in its place: where that one is, and the header hash that it names.
    Successor = 30,
    /// A version's id and header hash, number and place of a word: suspended or resumed.
    Suspension = 31,
    /// A version of ours and a member that it is no longer for: since when.
    Restricted = 32,
    /// The id of a notice of which nothing came but its head: where that is.
    Gone = 33,
    /// Amendments of ours on their way, by id.
    Amending = 34,
    /// A notice's id: the record of what it passes on.
    Origin = 35,
    /// A notice's id and a place: a notice that passes it on.
    Forward = 36,
    /// Notices that are still being written, by id.
    Draft = 37,
}

impl Kind {
    /// The prefix in the views.
    pub(crate) const fn prefix(self) -> Prefix {
        Prefix::owner(self as u8)
    }

    /// The kind's name, for errors.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::State => "the state",
            Self::Notice => "a notice's place",
            Self::Outcome => "the hub's answer",
            Self::Step => "a recipient's receipt",
            Self::Acknowledged => "an acknowledgement",
            Self::Request => "a request",
            Self::List => "the list of notices",
            Self::Directory => "the directory",
            Self::Pair => "a pair's sequence",
            Self::Outbox => "the outbox",
            Self::Owed => "a receipt owed",
            Self::Terms => "the search index",
            Self::Ended => "a notice's end",
            Self::Recalled => "a withdrawal",
            Self::Erasure => "a key to be erased",
            Self::Unreached => "a withdrawal to be sent",
            Self::Expiry => "a notice's expiry",
            Self::Review => "a notice's review",
            Self::ToReview => "a notice to be reviewed",
            Self::Listed => "an attachment's notice",
            Self::Fetching => "an attachment to be fetched",
            Self::Fetched => "an attachment that came",
            Self::Follows => "what supersedes a notice",
            Self::KeyGone => "a key that is gone",
            Self::Reply => "a reply",
            Self::Clock => "what is waited for",
            Self::Look => "what hangs on a notice",
            Self::Debt => "an erasure owed",
            Self::Reexamine => "a notice's re-examination",
            Self::Due => "when an answer is due",
            Self::Successor => "a version's successor",
            Self::Suspension => "a suspension",
            Self::Restricted => "a restriction",
            Self::Gone => "the head of a notice",
            Self::Amending => "an amendment on its way",
            Self::Origin => "where a notice comes from",
            Self::Forward => "a notice that passes another on",
            Self::Draft => "a draft",
        }
    }
}

/// Rows that are not in the views yet.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<(Kind, Vec<u8>), Vec<u8>>,
    /// The first value that is over its limit. It is not written; the node must not go on without it.
    fault: Option<CodecError>,
}

/// The key of something that is held in memory and kept in a row.
pub(super) trait RowKey {
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
    pub(crate) fn put(&mut self, kind: Kind, key: &[u8], value: Result<Vec<u8>, CodecError>) {
        match value {
            Ok(value) => drop(self.rows.insert((kind, key.to_vec()), value)),
            Err(error) => self.fault = self.fault.or(Some(error)),
        }
    }

    /// Puts the rows of what changed in memory. What is not there any more leaves an empty row: overwriting is
    /// cheaper than deleting.
    pub(super) fn put_changed<'a, K: RowKey, V: Encoded + 'a>(
        &mut self,
        kind: Kind,
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

    pub(crate) fn get(&self, kind: Kind, key: &[u8]) -> Option<&[u8]> {
        self.rows.get(&(kind, key.to_vec())).map(Vec::as_slice)
    }

    /// Rows of a kind in key order from `from` on.
    pub(crate) fn range(&self, kind: Kind, from: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.rows
            .range((Bound::Included((kind, from.to_vec())), Bound::Unbounded))
            .take_while(move |((found, _), _)| *found == kind)
            .map(|((_, key), value)| (key.as_slice(), value.as_slice()))
    }

    /// Every row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (Kind, &[u8], &[u8])> {
        self.rows.iter().map(|((kind, key), value)| (*kind, key.as_slice(), value.as_slice()))
    }
}
