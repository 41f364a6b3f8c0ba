//! The only door to sled: small rows under one-byte prefixes, written in atomic batches.
//!
//! Which journal a folder's rows were derived from is noted in it by [`crate::ledger`]. Nothing here is
//! acknowledged to anybody: rows are derived from the journal, and a folder that does
//! not open, panics or has another schema is set aside so that its owner rebuilds it. sled keeps every
//! leaf in memory that was written since it was opened, so a folder is closed and opened again after
//! a bounded amount of writing.
//!
//! Version 1.0.0-alpha.124 is pinned: it lost nothing in simulated power cuts where 0.34 did, and opens
//! two million rows in a fifth of a second.
//!
//! Rejected: sled 0.34.7. It lost acknowledged writes in power-cut runs, opens in time proportional to its entries,
//! and costs three times the CPU. Rejected for the alpha: a row for each record, since it keeps in memory what was
//! written since it was opened.

use std::io;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

mod aside;
mod error;
mod row;

pub use error::ViewsError;
pub use row::{MAX_VALUE_BYTES, Prefix, Row, Rows};

use crate::disk::free_bytes;
use crate::failure::Failure;
use error::failed;

/// sled runs the program `sync` while it opens. Until a child process has become that program it shares
/// all locks on files, so no folder may be closed meanwhile that is to be opened again.
static OPENING: Mutex<()> = Mutex::new(());

/// Rows in one leaf of the tree: small, because a leaf is written as a whole.
const LEAF_ROWS: usize = 64;
/// Rows are hashes and counters, which do not compress: the fastest level.
const ZSTD_LEVEL: i32 = 1;
/// With less room than this on the disk nothing is flushed.
const FLUSH_ROOM_BYTES: u64 = 16 << 20;
/// Rows fetched at once when many are read.
const PAGE_ROWS: usize = 256;

type Db = sled::Db<LEAF_ROWS>;
type Tree = sled::Tree<LEAF_ROWS>;

/// The layout of rows. Another number than the one on disk means: rebuild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchemaVersion(pub u32);

/// How a folder of views is kept.
#[derive(Clone, Debug)]
pub struct ViewsConfig {
    /// The folder; made if it is not there.
    pub dir: PathBuf,
    /// The layout that the caller writes.
    pub schema: SchemaVersion,
    /// Bytes of rows that sled may cache.
    pub cache_bytes: usize,
    /// Bytes of rows written after which the folder is closed and opened again, to free memory.
    pub reopen_after_bytes: u64,
}

/// What was found when opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewsState {
    /// Rows of this schema.
    Kept,
    /// Nothing yet, so everything is to be built.
    Empty,
    /// Something unusable, now under another name, so everything is to be rebuilt.
    SetAside(PathBuf),
}

/// A folder of rows.
///
/// After the first call that fails, sled is not touched again, not even to close it: it would wait for
/// ever. Every later call is an error.
pub struct Views {
    config: ViewsConfig,
    /// `None` only after reopening failed.
    db: RwLock<Option<Handles>>,
    written_bytes: AtomicU64,
    broken: AtomicBool,
    /// Who is told when a call fails.
    failure: OnceLock<Failure>,
}

/// An open sled. Its handles may move between threads but not be shared, so each call takes one out.
struct Handles {
    first: Mutex<Db>,
    idle: Mutex<Vec<Tree>>,
}

impl Views {
    /// Opens a folder, or begins one. What cannot be used is renamed `<name>.bad-<n>`; the last three
    /// of these are kept.
    ///
    /// # Errors
    /// [`ViewsError`] when not even an empty folder can be opened, or the disk is full: that says nothing
    /// against the rows.
    pub fn open(config: ViewsConfig) -> Result<(Self, ViewsState), ViewsError> {
        let existed = config.dir.exists();
        match open_db(&config).and_then(|db| Ok((schema_of(&db, &config)?, db))) {
            Ok((Some(found), db)) if found == config.schema => Ok((Self::over(config, db), ViewsState::Kept)),
            Ok((None, db)) if !existed => Self::begin(config, db).map(|views| (views, ViewsState::Empty)),
            Ok((found, db)) => {
                close(&mut Some(Handles::of(db)));
                tracing::warn!(dir = %config.dir.display(), ?found, wanted = ?config.schema,
                    "views of another schema are set aside");
                Self::begin_beside(config)
            }
            Err(ViewsError::Io { cause, .. }) if cause.kind() == io::ErrorKind::WouldBlock => {
                Err(ViewsError::InUse { dir: config.dir })
            }
            Err(error) if error.is_disk_full() => Err(error),
            Err(error) => {
                tracing::warn!(%error, "views that do not open are set aside");
                Self::begin_beside(config)
            }
        }
    }

    /// Sets the folder aside although it opened, because what it says cannot be used.
    ///
    /// # Errors
    /// As [`Views::open`].
    pub fn set_aside(self) -> Result<(Self, ViewsState), ViewsError> {
        let config = self.config.clone();
        drop(self);
        Self::begin_beside(config)
    }

    fn begin_beside(config: ViewsConfig) -> Result<(Self, ViewsState), ViewsError> {
        let aside = aside::set_aside(&config.dir).map_err(|cause| failed("set aside", &config.dir, cause))?;
        let db = open_db(&config)?;
        Ok((Self::begin(config, db)?, ViewsState::SetAside(aside)))
    }

    fn begin(config: ViewsConfig, db: Db) -> Result<Self, ViewsError> {
        let views = Self::over(config, db);
        let mut rows = Rows::default();
        rows.put(Prefix::META, SCHEMA_KEY, &views.config.schema.0.to_be_bytes());
        views.apply(rows)?;
        Ok(views)
    }

    fn over(config: ViewsConfig, db: Db) -> Self {
        let (written_bytes, broken) = (AtomicU64::new(0), AtomicBool::new(false));
        Self {
            config,
            db: RwLock::new(Some(Handles::of(db))),
            written_bytes,
            broken,
            failure: OnceLock::new(),
        }
    }

    /// From now on the first failure is told there: until then their owner can still set them aside.
    pub(crate) fn report_to(&self, failure: &Failure) {
        self.failure.get_or_init(|| failure.clone());
    }

    /// Whether the disk has room for a flush. One that runs out of it cannot be taken up again, so that
    /// without room the rows stay in memory; the journal has their records.
    pub(crate) fn has_room(&self) -> bool {
        free_bytes(&self.config.dir) >= FLUSH_ROOM_BYTES
    }

    /// Makes all changes of the batch, atomically also for a reader and for a crash.
    ///
    /// # Errors
    /// [`ViewsError`]; nothing was changed.
    pub fn apply(&self, rows: Rows) -> Result<(), ViewsError> {
        if let Some(got_bytes) = rows.oversized {
            return Err(ViewsError::TooLarge { got_bytes });
        }
        self.written_bytes.fetch_add(rows.bytes, Ordering::Relaxed);
        self.with("write", |db| db.apply_batch(rows.batch))
    }

    /// One row's value.
    ///
    /// # Errors
    /// [`ViewsError`].
    pub fn get(&self, prefix: Prefix, key: &[u8]) -> Result<Option<Vec<u8>>, ViewsError> {
        self.with("read", |db| Ok(db.get(prefix.key(key))?.map(|value| value.to_vec())))
    }

    /// Rows of one kind in key order, from this key on, at most so many.
    ///
    /// # Errors
    /// [`ViewsError`].
    pub fn page(&self, prefix: Prefix, from: Bound<&[u8]>, limit: usize) -> Result<Vec<Row>, ViewsError> {
        let from = match from {
            Bound::Included(key) => Bound::Included(prefix.key(key)),
            Bound::Excluded(key) => Bound::Excluded(prefix.key(key)),
            Bound::Unbounded => Bound::Included(vec![prefix.0]),
        };
        let until = prefix.0.checked_add(1).map_or(Bound::Unbounded, |next| Bound::Excluded(vec![next]));
        self.with("read", |db| {
            let rows = db.range::<Vec<u8>, _>((from, until)).take(limit);
            rows.map(|row| {
                let (key, value) = row?;
                Ok(Row { key: key.iter().skip(1).copied().collect(), value: value.to_vec() })
            })
            .collect()
        })
    }

    /// All rows of one kind in key order, fetched a page at a time.
    pub fn rows(&self, prefix: Prefix) -> impl Iterator<Item = Result<Row, ViewsError>> + '_ {
        let mut page = Vec::new().into_iter();
        let mut last: Option<Vec<u8>> = None;
        let mut done = false;
        std::iter::from_fn(move || {
            loop {
                if let Some(row) = page.next() {
                    let row: Row = row;
                    last = Some(row.key.clone());
                    return Some(Ok(row));
                }
                if done {
                    return None;
                }
                let from = last.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
                match self.page(prefix, from, PAGE_ROWS) {
                    Ok(rows) => {
                        done = rows.len() < PAGE_ROWS;
                        page = rows.into_iter();
                    }
                    Err(error) => {
                        done = true;
                        return Some(Err(error));
                    }
                }
            }
        })
    }

    /// Writes everything applied so far to disk. Closes and opens the folder if enough was written
    /// since that was last done.
    ///
    /// # Errors
    /// [`ViewsError`].
    pub fn flush(&self) -> Result<(), ViewsError> {
        self.with("flush", |db| db.flush().map(drop))?;
        if self.written_bytes.load(Ordering::Relaxed) < self.config.reopen_after_bytes {
            return Ok(());
        }
        let mut db = self.db.write().unwrap_or_else(PoisonError::into_inner);
        self.written_bytes.store(0, Ordering::Relaxed);
        close(&mut db);
        *db = Some(Handles::of(self.judged(open_db(&self.config))?));
        Ok(())
    }

    fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Acquire) || self.failure.get().is_some_and(Failure::is_failed)
    }

    /// Notes and tells a failure, before anything is let go of.
    fn judged<T>(&self, done: Result<T, ViewsError>) -> Result<T, ViewsError> {
        done.inspect_err(|error| {
            self.broken.store(true, Ordering::Release);
            if let Some(failure) = self.failure.get() {
                failure.tell(error);
            }
        })
    }

    fn with<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Tree) -> io::Result<T>,
    ) -> Result<T, ViewsError> {
        let closed = || failed(action, &self.config.dir, io::Error::other("an earlier call failed"));
        if self.is_broken() {
            return Err(closed());
        }
        let db = self.db.read().unwrap_or_else(PoisonError::into_inner);
        let handles = db.as_ref().ok_or_else(closed)?;
        let tree = handles.take();
        let done = self.judged(guarded(action, &self.config.dir, || work(&tree)));
        handles.idle.lock().unwrap_or_else(PoisonError::into_inner).push(tree);
        done
    }
}

impl Drop for Views {
    fn drop(&mut self) {
        let broken = self.is_broken() || !self.has_room();
        let db = self.db.get_mut().unwrap_or_else(PoisonError::into_inner);
        if broken { std::mem::forget(db.take()) } else { close(db) }
    }
}

fn close(db: &mut Option<Handles>) {
    let _opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    drop(db.take());
}

impl Handles {
    fn of(db: Db) -> Self {
        Self { first: Mutex::new(db), idle: Mutex::new(Vec::new()) }
    }

    /// There come to be as many handles as there are calls at the same time.
    fn take(&self) -> Tree {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // The tree inside is cloned, because dropping a clone of the whole would flush.
        idle.unwrap_or_else(|| Tree::clone(&self.first.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

const SCHEMA_KEY: &[u8] = b"schema";

fn schema_of(db: &Db, config: &ViewsConfig) -> Result<Option<SchemaVersion>, ViewsError> {
    let value = guarded("read", &config.dir, || db.get(Prefix::META.key(SCHEMA_KEY)))?;
    Ok(value
        .and_then(|value| value.as_ref().try_into().ok())
        .map(|value| SchemaVersion(u32::from_be_bytes(value))))
}

fn open_db(config: &ViewsConfig) -> Result<Db, ViewsError> {
    let _opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let sled = sled::Config::new()
        .path(&config.dir)
        .cache_capacity_bytes(config.cache_bytes)
        .zstd_compression_level(ZSTD_LEVEL)
        .flush_every_ms(None);
    guarded("open", &config.dir, || sled.open::<LEAF_ROWS>())
}

/// Runs sled code that may panic; one folder of views must not take the process down by itself.
fn guarded<T>(
    action: &'static str,
    dir: &Path,
    work: impl FnOnce() -> io::Result<T>,
) -> Result<T, ViewsError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|cause| failed(action, dir, cause)),
        Err(_) => Err(ViewsError::Panicked { action, dir: dir.to_owned() }),
    }
}
