//! A journal with everything that is derived from it: audit tree, routing index, ids, and the rows of
//! its owner's fold.
//!
//! What is derived is bound to the journal that it was derived from: the rows note the journal's id, how
//! many of its records they have, and the root of the tree over these; the index of ids notes the
//! journal's id. What does not match is made anew. What cannot be made anew and is kept beside the journal
//! (see [`crate::keyslots`]) is checked by [`Fold::check`] before any row is written.
//!
//! The life of a group: its records become durable in the journal; each becomes a leaf of the tree and
//! goes through [`Fold::apply`]; readers see the new tree; the call returns. Whenever a block of 256
//! records is full, one atomic batch of rows says so, and that block is never read again at a start.
//! Rows reach the disk lazily, on a thread of their own, because the journal can always replay them:
//! through the same code that ran live.
//!
//! A record's sequence number is its leaf index in the audit log. Rejected: a log index beside the sequence number.
//! It needs a mapping, and the tree would not be recovered with the journal.
//!
//! Rejected: rows for each record. sled would hold several rows per record, and would open slower as the log grows.
//! With one batch per block a ledger of 10 million records opens in 0.96 s after an exit without closing.

mod check;
mod error;
mod fold;
mod keeper;
mod open;
mod reader;
mod shared;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use amana_log::{Frontier, TreeHead};
use amana_types::Seq;

pub use check::{CheckDepth, Checked};
pub use error::{LedgerError, Mismatch};
pub use fold::{Effects, Fold, LoadError};
pub use reader::{Reader, Tree};

use crate::failure::Failure;
use crate::journal::{Journal, JournalConfig};
use crate::routes::BLOCK_RECORDS;
use crate::views::{Prefix, Rows};
use fold::id_entry;
use keeper::Keeper;
use shared::{DURABLE_LEAVES, LedgerShared};

/// How a ledger is kept.
#[derive(Clone)]
pub struct LedgerConfig {
    /// Its directory; the journal, the tree, the ids and the views lie in directories below it.
    pub dir: PathBuf,
    /// The journal; its directory is set from the ledger's.
    pub journal: JournalConfig,
    /// Bytes of rows that may be cached.
    pub views_cache_bytes: usize,
    /// Bytes of rows written after which their memory is freed.
    pub views_reopen_bytes: u64,
    /// How long rows may wait before they are written to disk; a restart after a crash replays the
    /// records of about this time.
    pub flush_every: Duration,
    /// Ids that are kept in memory before they are sorted into a file.
    pub run_ids: usize,
    /// Told when the storage fails, on whatever thread.
    pub failure: Failure,
}

impl LedgerConfig {
    /// The defaults: segments of 64 MiB, 64 MiB of cache, a flush each second.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        let journal = JournalConfig::new(dir.join("journal"));
        Self {
            dir,
            journal,
            views_cache_bytes: 64 << 20,
            views_reopen_bytes: 64 << 20,
            flush_every: Duration::from_secs(1),
            run_ids: 1 << 16,
            failure: Failure::logged(),
        }
    }

    /// Opens the journal of the ledger, or begins one: what else is bound to it can then be opened, before
    /// [`Ledger::over`].
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_journal(&self) -> Result<Journal, LedgerError> {
        Ok(Journal::open(JournalConfig { dir: self.dir.join("journal"), ..self.journal.clone() })?)
    }
}

/// A record with its bytes for the journal, in parts so that large ones need not be joined.
pub struct Entry<R, P> {
    /// The record.
    pub record: R,
    /// Its bytes: [`Fold::decode`] must give the same record from them.
    pub parts: Vec<P>,
}

/// What an append made.
#[derive(Clone)]
pub struct Committed {
    /// The number of the first record; the others follow it.
    pub first: Seq,
    /// How many there are.
    pub records: usize,
    /// The tree right after the group, for its head and for proofs in it.
    pub tree: Tree,
}

/// How much work opening was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Records read again and applied.
    pub replayed_records: u64,
    /// Whether the views had to be built from the first record.
    pub rebuilt: bool,
}

/// The one writer of a ledger.
pub struct Ledger<F: Fold> {
    journal: Journal,
    fold: F,
    frontier: Frontier,
    shared: Arc<LedgerShared>,
    keeper: Keeper,
    failure: Failure,
    opened: Opened,
    /// Set when something failed between the journal and the views: they no longer agree.
    broken: bool,
}

impl<F: Fold> Ledger<F> {
    /// Appends a group: durable, in the tree, folded and visible to readers when it returns.
    ///
    /// # Errors
    /// [`LedgerError`]; unless it is fatal, nothing was changed. After a fatal one the process must
    /// end: whether the group is there shows at the next start.
    pub fn append<P: AsRef<[u8]>>(
        &mut self,
        group: &[Entry<F::Record, P>],
    ) -> Result<Committed, LedgerError> {
        let appended = self.try_append(group);
        self.judged(appended)
    }

    fn try_append<P: AsRef<[u8]>>(
        &mut self,
        group: &[Entry<F::Record, P>],
    ) -> Result<Committed, LedgerError> {
        if self.broken {
            return Err(LedgerError::Journal(crate::journal::JournalError::Poisoned));
        }
        let parts: Vec<&[P]> = group.iter().map(|entry| entry.parts.as_slice()).collect();
        let first = self.journal.append(&parts)?;
        self.broken = true;
        self.absorb(first, group.iter().map(|entry| &entry.record))?;
        self.broken = false;
        let frontier = self.publish();
        let tree = Tree { shared: Arc::clone(&self.shared), frontier };
        Ok(Committed { first, records: group.len(), tree })
    }

    /// Replaces records by others of the same length that have the same leaf, id, routes and rows: the
    /// owner answers for that. Durable when it returns; see [`Journal::replace`].
    ///
    /// # Errors
    /// [`LedgerError`]; unless it is fatal, nothing was changed.
    pub fn replace(&mut self, records: &[(Seq, Vec<u8>)]) -> Result<(), LedgerError> {
        let replaced = self.journal.replace(records);
        self.judged(replaced.map_err(Into::into))
    }

    /// Tells what is fatal before anything is let go of.
    fn judged<T>(&self, done: Result<T, LedgerError>) -> Result<T, LedgerError> {
        done.inspect_err(|error| {
            if error.is_fatal() {
                self.failure.tell(error);
            }
        })
    }

    /// Where a failure of the storage, or of what else is kept beside it, is told.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        &self.failure
    }

    /// The owner's state.
    #[must_use]
    pub fn fold(&self) -> &F {
        &self.fold
    }

    /// A handle for readers on other threads.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader { journal: self.journal.reader(), shared: Arc::clone(&self.shared) }
    }

    /// The number that the next record will get.
    #[must_use]
    pub fn next(&self) -> Seq {
        self.journal.next()
    }

    /// Size and root of the tree.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.frontier.head()
    }

    /// How much work opening was.
    #[must_use]
    pub fn opened(&self) -> Opened {
        self.opened
    }

    /// Closes in good order, so that the next opening replays at most one block.
    ///
    /// # Errors
    /// [`LedgerError`]; what was acknowledged is durable all the same.
    pub fn close(self) -> Result<(), LedgerError> {
        let Self { journal, shared, keeper, failure, .. } = self;
        keeper.stop();
        let flushed = if shared.views.has_room() { keeper::flush(&shared).map(drop) } else { Ok(()) };
        let closed = flushed.and_then(|()| Ok(journal.close()?));
        closed.inspect_err(|error| failure.tell(error))
    }

    /// Takes records that are durable into everything that is derived from them. Live appends and
    /// replays both come through here.
    fn absorb<'r>(
        &mut self,
        first: Seq,
        records: impl Iterator<Item = &'r F::Record>,
    ) -> Result<(), LedgerError>
    where
        F::Record: 'r,
    {
        let mut effects = Effects::default();
        let mut ids = Vec::new();
        let mut seq = first;
        for record in records {
            let full = self.frontier.append(F::leaf(record));
            effects.begin(seq);
            self.fold.apply(seq, record, &mut effects);
            ids.extend(id_entry::<F>(seq, record));
            seq = seq.next();
            if !full.is_empty() {
                self.shared.tiles.put(&full)?;
                self.hand_over(&mut effects, &mut ids);
                self.end_block(seq)?;
            }
        }
        self.hand_over(&mut effects, &mut ids);
        Ok(())
    }

    fn hand_over(&self, effects: &mut Effects, ids: &mut Vec<crate::ids::IdEntry>) {
        self.shared.routes.add(&effects.routes);
        self.shared.ids.add(ids);
        effects.routes.clear();
        ids.clear();
    }

    /// A block of 256 records is full: its rows are written in one batch with its number.
    fn end_block(&mut self, next: Seq) -> Result<(), LedgerError> {
        self.fold.check()?;
        let mut rows = Rows::default();
        self.fold.drain(&mut rows);
        self.shared.routes.rows(&mut rows);
        rows.put(Prefix::META, ROOT, self.frontier.head().root.as_bytes());
        rows.put(Prefix::META, APPLIED, &next.0.to_be_bytes());
        self.shared.views.apply(rows)?;
        self.shared.routes.next_block();
        self.shared.ids.end_block(next)?;
        Ok(())
    }

    /// Lets readers see the tree as it is now. Routes and ids are visible by then.
    fn publish(&mut self) -> Arc<Frontier> {
        let frontier = Arc::new(self.frontier.clone());
        *self.shared.frontier.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&frontier);
        frontier
    }
}

/// Records before this one are in the rows.
const APPLIED: &[u8] = b"applied";
/// The journal that the rows were derived from.
const JOURNAL: &[u8] = b"journal";
/// The root of the tree over the records in the rows: what binds the tree's files to them.
const ROOT: &[u8] = b"root";

const _: () = assert!(BLOCK_RECORDS == amana_log::TILE_WIDTH as u64);
