//! Where proofs take tiles from.

use std::ops::Deref;
use std::sync::Arc;

use crate::frontier::{Frontier, FullTile};
use crate::hash::{LeafHash, RootHash};
use crate::size::{TreeHead, TreeSize};
use crate::tile::Tile;
use crate::tile_id::{TileId, TileWidth};

/// Gives tiles to the functions that build proofs; a store implements it.
pub trait TileSource {
    /// Why a tile could not be had.
    type Error: std::error::Error;

    /// The tile with at least this many hashes.
    ///
    /// A wider one will do: what a tile holds never changes, so the full tile also serves for
    /// every smaller tree.
    ///
    /// # Errors
    /// The source's own, when it does not hold the tile or cannot read it.
    fn tile(&self, id: TileId, width: TileWidth) -> Result<TileRef<'_>, Self::Error>;
}

/// A tile that a source lends, or shares out of a cache.
#[derive(Debug, Clone)]
pub enum TileRef<'a> {
    /// Owned by the source itself.
    Lent(&'a Tile),
    /// Kept alive by whoever needs it.
    Shared(Arc<Tile>),
}

impl Deref for TileRef<'_> {
    type Target = Tile;

    fn deref(&self) -> &Tile {
        match self {
            Self::Lent(tile) => tile,
            Self::Shared(tile) => tile,
        }
    }
}

/// A whole tree in memory: for a log that stays small, and for tests. 64 bytes a leaf.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    frontier: Frontier,
    /// Full tiles by level, in order.
    full: Vec<Vec<Tile>>,
}

impl MemoryTree {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends one leaf.
    pub fn append(&mut self, leaf: LeafHash) {
        for FullTile { id, tile } in self.frontier.append(leaf) {
            let level = usize::from(id.level());
            if level == self.full.len() {
                self.full.push(Vec::new());
            }
            if let Some(tiles) = self.full.get_mut(level) {
                tiles.push(tile);
            }
        }
    }

    /// Number of leaves.
    pub fn size(&self) -> TreeSize {
        self.frontier.size()
    }

    /// Root over all leaves.
    pub fn root(&self) -> RootHash {
        self.frontier.root()
    }

    /// Size and root together.
    pub fn head(&self) -> TreeHead {
        self.frontier.head()
    }
}

impl Extend<LeafHash> for MemoryTree {
    fn extend<I: IntoIterator<Item = LeafHash>>(&mut self, leaves: I) {
        leaves.into_iter().for_each(|leaf| self.append(leaf));
    }
}

impl TileSource for MemoryTree {
    type Error = NoSuchTile;

    fn tile(&self, id: TileId, _: TileWidth) -> Result<TileRef<'_>, NoSuchTile> {
        let place = usize::try_from(id.index()).map_err(|_| NoSuchTile { id })?;
        self.full
            .get(usize::from(id.level()))
            .and_then(|tiles| tiles.get(place))
            .or_else(|| self.frontier.partial_tile(id))
            .map(TileRef::Lent)
            .ok_or(NoSuchTile { id })
    }
}

/// The tree does not reach this tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tree does not reach tile {} of level {}", id.index(), id.level())]
pub struct NoSuchTile {
    /// The tile asked for.
    pub id: TileId,
}
