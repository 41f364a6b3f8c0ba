//! The growing right edge of the tree.

use crate::hash::{LeafHash, NodeHash, RootHash, node_hash};
use crate::prove::ProveError;
use crate::size::{TreeHead, TreeSize};
use crate::source::TileSource;
use crate::tile::Tile;
use crate::tile_id::{TILE_HEIGHT, TileId};

/// The partial tile of every level: all that is needed to append and to know the root.
///
/// Appending costs one node hash on average and 256 leaves hand out one full tile, which never
/// changes again and is what a store keeps. Memory is 16 KiB for each level: 48 KiB at ten
/// million leaves.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    size: TreeSize,
    /// By level; a tile that got full has been handed out and replaced by an empty one.
    partial: Vec<Tile>,
}

/// A tile that has just become full.
#[derive(Debug, Clone)]
pub struct FullTile {
    /// Which tile.
    pub id: TileId,
    /// Its 256 hashes.
    pub tile: Tile,
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier of a tree of this size, from its partial tiles (or wider ones).
    ///
    /// # Errors
    /// [`ProveError`] if the source cannot give one of them.
    pub fn resume<S: TileSource>(source: &S, size: TreeSize) -> Result<Self, ProveError<S::Error>> {
        let mut partial = Vec::new();
        let mut level = 0_u8;
        let mut hashes = size.get();
        while hashes > 0 {
            let id = TileId::at(level, hashes >> TILE_HEIGHT);
            partial.push(match id.width_in(size) {
                None => Tile::new(),
                Some(width) => source
                    .tile(id, width)
                    .map_err(|cause| ProveError::Source { tile: id, cause })?
                    .prefix(width)
                    .filter(|tile| tile.width() == Some(width))
                    .ok_or(ProveError::TooNarrow { tile: id, wanted: width })?,
            });
            hashes >>= TILE_HEIGHT;
            level += 1;
        }
        Ok(Self { size, partial })
    }

    /// Number of leaves appended.
    pub fn size(&self) -> TreeSize {
        self.size
    }

    /// Appends one leaf and returns the tiles that became full with it, from level 0 up.
    #[must_use = "a full tile is handed out once; a store must keep it"]
    pub fn append(&mut self, leaf: LeafHash) -> Vec<FullTile> {
        let mut full = Vec::new();
        let mut index = self.size.get();
        self.size = self.size.plus_one();
        let mut hash = NodeHash::from(leaf);
        for level in 0_u8.. {
            let place = usize::from(level);
            if place == self.partial.len() {
                self.partial.push(Tile::new());
            }
            let Some(tile) = self.partial.get_mut(place) else { break };
            tile.push(hash);
            index >>= TILE_HEIGHT;
            let Some(root) = tile.root() else { break };
            full.push(FullTile { id: TileId::at(level, index), tile: std::mem::take(tile) });
            hash = root;
        }
        full
    }

    /// The partial tiles that have at least one hash, from level 0 up.
    pub fn partial_tiles(&self) -> impl Iterator<Item = (TileId, &Tile)> {
        (0_u8..).zip(&self.partial).filter_map(|(level, tile)| {
            let id = self.partial_id(level);
            tile.width().map(|_| (id, tile))
        })
    }

    /// The partial tile with this id; `None` if the tree has it full, empty or not at all.
    pub fn partial_tile(&self, id: TileId) -> Option<&Tile> {
        let tile = self.partial.get(usize::from(id.level()))?;
        (id == self.partial_id(id.level()) && tile.width().is_some()).then_some(tile)
    }

    fn partial_id(&self, level: u8) -> TileId {
        let covered = TILE_HEIGHT * (u32::from(level) + 1);
        TileId::at(level, self.size.get().checked_shr(covered).unwrap_or(0))
    }

    /// Root over all leaves appended (RFC 9162 §2.1.1).
    pub fn root(&self) -> RootHash {
        let peaks = (0..u64::BITS).filter_map(|height| self.peak(height));
        peaks
            .reduce(|right, left| node_hash(&left, &right))
            .map_or_else(RootHash::of_empty_tree, RootHash::from)
    }

    /// Size and root together.
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root() }
    }

    /// The complete subtree of this height that ends a run of the tree, if the size has that bit.
    fn peak(&self, height: u32) -> Option<NodeHash> {
        let nodes = self.size.get() >> height;
        if nodes.is_multiple_of(2) {
            return None;
        }
        let tile = self.partial.get(usize::try_from(height / TILE_HEIGHT).ok()?)?;
        let in_tile = height % TILE_HEIGHT;
        let position = (nodes - 1) & ((1 << (TILE_HEIGHT - in_tile)) - 1);
        tile.node(in_tile, usize::try_from(position).ok()?)
    }
}
