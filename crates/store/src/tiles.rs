//! The audit tree's hashes on disk: one file per level, hash `i` at byte `32 i`.
//!
//! Level 0 holds leaf hashes, level 1 the roots of 256 of them, and so on (C2SP tlog-tiles geometry).
//! Every full tile is checked against its root in the level above when it is read; the root over all of them
//! stands in the views, which name the journal (see [`crate::ledger`]). Kept outside of
//! sled, because hashes are found by their place alone and there are too many to index.
//!
//! Rejected: tiles in sled. It would keep values of 8 KiB in memory for as long as it is open.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use amana_log::{FullTile, HASH_BYTES, NodeHash, TILE_WIDTH, Tile, TileId, TileRef, TileSource, TileWidth};

/// Levels that 2^64 leaves have.
const LEVELS: u8 = 8;
/// Full tiles kept in memory with all their inner nodes, 16 KiB each.
const CACHED_TILES: usize = 64;
const TILE_BYTES: u64 = TILE_WIDTH as u64 * HASH_BYTES as u64;

/// The files of one tree. Shared by the writer and all readers.
pub(crate) struct TileFiles {
    dir: PathBuf,
    levels: Vec<File>,
    /// The most recently used first.
    cache: Mutex<Vec<(TileId, Arc<Tile>)>>,
}

/// Why stored hashes could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TilesError {
    /// A tile does not hash to its root, or is not all there.
    #[error("tile {} of level {} is damaged; restart with `tree` removed, it is rebuilt from the journal", id.index(), id.level())]
    Damaged {
        /// Which tile.
        id: TileId,
    },
    /// The system refused.
    #[error("cannot {action} the tree in {}: {cause}", dir.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The directory.
        dir: PathBuf,
        /// The reason.
        cause: io::Error,
    },
}

impl TileFiles {
    pub(crate) fn open(dir: &Path) -> Result<Self, TilesError> {
        let failed = |cause| TilesError::Io { action: "open", dir: dir.to_owned(), cause };
        fs::create_dir_all(dir).map_err(failed)?;
        let open = |level| {
            let path = dir.join(format!("level-{level}"));
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
        };
        let levels = (0..LEVELS).map(open).collect::<io::Result<_>>().map_err(failed)?;
        Ok(Self { dir: dir.to_owned(), levels, cache: Mutex::new(Vec::new()) })
    }

    /// Writes the tiles that one leaf made full: the leaf hashes, and the root of each tile into the
    /// level above it.
    pub(crate) fn put(&self, full: &[FullTile]) -> Result<(), TilesError> {
        for FullTile { id, tile } in full {
            if id.level() == 0 {
                self.write(0, id.index() * TILE_BYTES, tile.as_bytes())?;
            }
            if let Some(root) = tile.root() {
                self.write(id.level() + 1, id.index() * HASH_BYTES as u64, root.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Makes all that was written durable.
    pub(crate) fn sync(&self) -> Result<(), TilesError> {
        self.levels.iter().try_for_each(File::sync_data).map_err(|cause| self.failed("sync", cause))
    }

    /// A full tile, checked against the level above.
    pub(crate) fn full(&self, id: TileId) -> Result<Arc<Tile>, TilesError> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = cache.iter().position(|(cached, _)| *cached == id)
            && let Some(recent) = cache.get_mut(..=at)
        {
            recent.rotate_right(1);
            if let Some((_, tile)) = recent.first() {
                return Ok(Arc::clone(tile));
            }
        }
        drop(cache);
        let tile = Arc::new(self.read_checked(id)?);
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.insert(0, (id, Arc::clone(&tile)));
        cache.truncate(CACHED_TILES);
        Ok(tile)
    }

    /// A full tile from disk, past the cache.
    pub(crate) fn read_checked(&self, id: TileId) -> Result<Tile, TilesError> {
        let tile = self.read(id, TILE_WIDTH)?;
        let root = self.hash(id.level().saturating_add(1), id.index())?;
        if root.is_none() || tile.root() != root { Err(TilesError::Damaged { id }) } else { Ok(tile) }
    }

    fn read(&self, id: TileId, width: u16) -> Result<Tile, TilesError> {
        let mut bytes = vec![0; usize::from(width) * HASH_BYTES];
        let offset = id.index().saturating_mul(TILE_BYTES);
        if !self.read_exact(id.level(), offset, &mut bytes)? {
            return Err(TilesError::Damaged { id });
        }
        Tile::from_bytes(&bytes).map_err(|_| TilesError::Damaged { id })
    }

    fn hash(&self, level: u8, index: u64) -> Result<Option<NodeHash>, TilesError> {
        let mut bytes = [0; HASH_BYTES];
        let found = self.read_exact(level, index.saturating_mul(HASH_BYTES as u64), &mut bytes)?;
        Ok(found.then(|| NodeHash::new(bytes)))
    }

    /// Whether there was as much to read.
    fn read_exact(&self, level: u8, offset: u64, bytes: &mut [u8]) -> Result<bool, TilesError> {
        let Some(file) = self.levels.get(usize::from(level)) else { return Ok(false) };
        match file.read_exact_at(bytes, offset) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(cause) => Err(self.failed("read", cause)),
        }
    }

    fn write(&self, level: u8, offset: u64, bytes: &[u8]) -> Result<(), TilesError> {
        let Some(file) = self.levels.get(usize::from(level)) else { return Ok(()) };
        file.write_all_at(bytes, offset).map_err(|cause| self.failed("write", cause))
    }

    fn failed(&self, action: &'static str, cause: io::Error) -> TilesError {
        TilesError::Io { action, dir: self.dir.clone(), cause }
    }
}

impl TileSource for TileFiles {
    type Error = TilesError;

    fn tile(&self, id: TileId, width: TileWidth) -> Result<TileRef<'_>, TilesError> {
        let tile = if width.is_full() { self.full(id)? } else { Arc::new(self.read(id, width.get())?) };
        Ok(TileRef::Shared(tile))
    }
}
