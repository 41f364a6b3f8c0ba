//! A small ledger to test with: records go to some members, the fold counts them.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test file uses its part of this")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

pub mod disk;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use amana_log::{LeafHash, MemoryTree, TreeHead, leaf_hash};
use amana_store::MemberIndex;
use amana_store::journal::JournalConfig;
use amana_store::ledger::{Effects, Entry, Fold, Ledger, LedgerConfig, LoadError};
use amana_store::views::{Prefix, Rows, SchemaVersion, Views};
use amana_types::{Digest, NoticeId, Random, Seq, Timestamp};

/// A record: an id, whom it is for, and a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub id: NoticeId,
    pub to: Vec<u16>,
    pub body: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
#[error("not a letter")]
pub struct NotALetter;

/// Chance that is none: test ids are numbered.
struct Numbered(u64);

impl Random for Numbered {
    fn fill(&self, out: &mut [u8]) {
        for (byte, value) in out.iter_mut().zip(self.0.to_be_bytes().into_iter().cycle()) {
            *byte = value;
        }
    }
}

/// The id of letter `n`: made at millisecond `at`.
pub fn id(at: u64, n: u64) -> NoticeId {
    NoticeId::new(Timestamp::from_unix_millis(1_700_000_000_000 + at), &Numbered(n))
}

/// Letter `n` for these members.
pub fn letter(n: u64, to: &[u16]) -> Letter {
    Letter {
        id: id(n, n),
        to: to.to_vec(),
        body: format!("letter {n} ").repeat(1 + (n % 7) as usize).into_bytes(),
    }
}

impl Letter {
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.id.as_bytes().to_vec();
        bytes.extend_from_slice(&(self.to.len() as u16).to_be_bytes());
        self.to.iter().for_each(|to| bytes.extend_from_slice(&to.to_be_bytes()));
        bytes.extend_from_slice(&self.body);
        bytes
    }

    pub fn entry(self) -> Entry<Self, Vec<u8>> {
        let bytes = self.bytes();
        let (head, body) = bytes.split_at(bytes.len() - self.body.len());
        Entry { parts: vec![head.to_vec(), body.to_vec()], record: self }
    }

    pub fn header(&self) -> Digest {
        Digest([self.body.len() as u8; 32])
    }
}

/// Letters counted by member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub by_member: BTreeMap<u16, u64>,
    pub letters: u64,
    changed: std::collections::BTreeSet<u16>,
}

const COUNTS: Prefix = match Prefix::new(Prefix::FIRST_FREE) {
    Some(prefix) => prefix,
    None => panic!("free prefixes exist"),
};

impl Fold for Counts {
    type Record = Letter;
    type Error = NotALetter;

    const SCHEMA: SchemaVersion = SchemaVersion(7);

    fn decode(bytes: &[u8]) -> Result<Letter, NotALetter> {
        let (id, rest) = bytes.split_at_checked(16).ok_or(NotALetter)?;
        let (count, rest) = rest.split_at_checked(2).ok_or(NotALetter)?;
        let count = usize::from(u16::from_be_bytes(count.try_into().map_err(|_| NotALetter)?));
        let (to, body) = rest.split_at_checked(2 * count).ok_or(NotALetter)?;
        Ok(Letter {
            id: NoticeId::from_bytes(id).map_err(|_| NotALetter)?,
            to: to.chunks(2).map(|to| u16::from_be_bytes([to[0], to[1]])).collect(),
            body: body.to_vec(),
        })
    }

    fn leaf(letter: &Letter) -> LeafHash {
        leaf_hash(&letter.bytes())
    }

    fn id(letter: &Letter) -> Option<(NoticeId, Digest)> {
        // Letters to nobody have no id to be found by.
        (!letter.to.is_empty()).then(|| (letter.id, letter.header()))
    }

    fn apply(&mut self, _: Seq, letter: &Letter, effects: &mut Effects) {
        self.letters += 1;
        for to in &letter.to {
            *self.by_member.entry(*to).or_default() += 1;
            self.changed.insert(*to);
            effects.route(MemberIndex(*to));
        }
    }

    fn drain(&mut self, rows: &mut Rows) {
        for member in std::mem::take(&mut self.changed) {
            rows.put(COUNTS, &member.to_be_bytes(), &self.by_member[&member].to_be_bytes());
        }
        rows.put(COUNTS, b"total", &self.letters.to_be_bytes());
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        for row in views.rows(COUNTS) {
            let row = row?;
            let number = row.value.try_into().map_err(|_| LoadError::Row { what: "count" })?;
            let number = u64::from_be_bytes(number);
            if let Ok(member) = <[u8; 2]>::try_from(row.key.as_slice()) {
                self.by_member.insert(u16::from_be_bytes(member), number);
            } else {
                self.letters = number;
            }
        }
        Ok(())
    }
}

/// A ledger with small segments and runs, whose rows are flushed only when it is closed.
pub fn config(dir: &Path) -> LedgerConfig {
    let mut config = LedgerConfig::new(dir);
    config.journal = JournalConfig { segment_bytes: 64 << 10, open_segments: 2, ..config.journal };
    config.views_cache_bytes = 1 << 20;
    config.flush_every = Duration::from_secs(3600);
    config.run_ids = 300;
    config
}

pub fn open(dir: &Path) -> Ledger<Counts> {
    Ledger::open(config(dir), Counts::default).unwrap()
}

/// What a ledger with these letters must say.
pub struct Model {
    pub letters: Vec<Letter>,
    tree: MemoryTree,
}

impl Model {
    pub fn new() -> Self {
        Self { letters: Vec::new(), tree: MemoryTree::new() }
    }

    pub fn head(&self) -> TreeHead {
        self.tree.head()
    }

    /// Appends letters to both in groups of this size.
    pub fn append(
        &mut self,
        ledger: &mut Ledger<Counts>,
        letters: impl IntoIterator<Item = Letter>,
        group: usize,
    ) {
        let letters: Vec<_> = letters.into_iter().collect();
        for letters in letters.chunks(group) {
            let entries: Vec<_> = letters.iter().cloned().map(Letter::entry).collect();
            let committed = ledger.append(&entries).unwrap();
            assert_eq!(committed.first, Seq(self.letters.len() as u64));
            self.take(letters);
            assert_eq!(committed.tree.head(), self.head());
        }
    }

    pub fn take(&mut self, letters: &[Letter]) {
        self.tree.extend(letters.iter().map(Counts::leaf));
        self.letters.extend_from_slice(letters);
    }

    /// Asks the ledger everything.
    pub fn assert_equals(&self, ledger: &Ledger<Counts>) {
        assert_eq!(ledger.next(), Seq(self.letters.len() as u64));
        assert_eq!(ledger.head(), self.head());
        let reader = ledger.reader();
        let mut counts: BTreeMap<u16, Vec<Seq>> = BTreeMap::new();
        for (seq, letter) in (0..).map(Seq).zip(&self.letters) {
            assert_eq!(reader.read(seq).unwrap(), letter.bytes());
            letter.to.iter().for_each(|to| counts.entry(*to).or_default().push(seq));
            let found = reader.find(letter.id).unwrap().map(|found| (found.seq, found.header));
            assert_eq!(found, (!letter.to.is_empty()).then(|| (seq, letter.header())));
        }
        assert_eq!(reader.find(id(5, u64::MAX)).unwrap(), None);
        for (member, seqs) in &counts {
            assert_eq!(reader.routed(MemberIndex(*member), Seq(0), usize::MAX).unwrap().records, *seqs);
        }
        let by_member = counts.iter().map(|(member, seqs)| (*member, seqs.len() as u64)).collect();
        assert_eq!(ledger.fold().by_member, by_member);
        assert_eq!(ledger.fold().letters, self.letters.len() as u64);
    }
}
