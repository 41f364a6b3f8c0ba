//! A whole tree in memory.

use crate::frontier::{Frontier, FullTile};
use crate::hash::{LeafHash, RootHash};
use crate::size::{TreeHead, TreeSize};
use crate::source::{TileRef, TileSource};
use crate::tile::Tile;
use crate::tile_id::{TileId, TileWidth};

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
