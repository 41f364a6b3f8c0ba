//! One tile in memory, with the nodes between its hashes and its root.

use crate::hash::{HASH_BYTES, NodeHash, node_hash};
use crate::tile_id::{TILE_HEIGHT, TILE_WIDTH, TileWidth};

/// Nodes in a full tile: 256 at height 0, 128 at height 1, ..., 1 at height 8.
const NODES: usize = 2 * TILE_WIDTH as usize - 1;

/// Up to 256 hashes and every complete subtree over them, so that a proof only copies.
///
/// Nodes are computed as hashes come in, one hash each on average; a tile takes 16 KiB.
#[derive(Clone, PartialEq, Eq)]
pub struct Tile {
    /// Heights one after another; what is not complete yet is zero and never read.
    nodes: Box<[[u8; HASH_BYTES]]>,
    width: u16,
}

impl Tile {
    /// A tile without hashes.
    pub fn new() -> Self {
        Self { nodes: vec![[0; HASH_BYTES]; NODES].into_boxed_slice(), width: 0 }
    }

    /// Reads the bytes of a served or stored tile: 1 to 256 hashes of 32 bytes.
    ///
    /// # Errors
    /// [`TileBytesError`] for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TileBytesError> {
        let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
        if !rest.is_empty() || hashes.is_empty() || hashes.len() > usize::from(TILE_WIDTH) {
            return Err(TileBytesError { got_bytes: bytes.len() });
        }
        let mut tile = Self::new();
        for hash in hashes {
            tile.push(NodeHash::new(*hash));
        }
        Ok(tile)
    }

    /// The hashes of the tile one after another, as they are served and stored.
    pub fn as_bytes(&self) -> &[u8] {
        self.nodes.get(..usize::from(self.width)).unwrap_or_default().as_flattened()
    }

    /// Number of hashes; `None` for the tile without any.
    pub fn width(&self) -> Option<TileWidth> {
        TileWidth::new(self.width)
    }

    /// A tile of only the first hashes of this one.
    pub(crate) fn prefix(&self, width: TileWidth) -> Option<Self> {
        let hashes = self.nodes.get(..usize::from(width.get().min(self.width)))?;
        let mut tile = Self::new();
        hashes.iter().for_each(|hash| tile.push(NodeHash::new(*hash)));
        Some(tile)
    }

    /// Adds one hash and the subtrees that it completes. A full tile is left as it is.
    pub(crate) fn push(&mut self, hash: NodeHash) {
        if self.width >= TILE_WIDTH {
            return;
        }
        let mut position = usize::from(self.width);
        let mut node = hash;
        self.set(0, position, node);
        for height in 0..TILE_HEIGHT {
            if position.is_multiple_of(2) {
                break;
            }
            let Some(left) = self.get(height, position - 1) else { break };
            node = node_hash(&left, &node);
            position /= 2;
            self.set(height + 1, position, node);
        }
        self.width += 1;
    }

    /// The complete subtree of this height (0 to 8) at this position in the tile.
    pub(crate) fn node(&self, height: u32, position: usize) -> Option<NodeHash> {
        let end = position.checked_add(1)?.checked_shl(height)?;
        (end <= usize::from(self.width)).then(|| self.get(height, position)).flatten()
    }

    /// Root over the 256 hashes of a full tile: one hash of the level above.
    pub fn root(&self) -> Option<NodeHash> {
        self.node(TILE_HEIGHT, 0)
    }

    fn get(&self, height: u32, position: usize) -> Option<NodeHash> {
        self.nodes.get(slot(height, position)).copied().map(NodeHash::new)
    }

    fn set(&mut self, height: u32, position: usize, node: NodeHash) {
        if let Some(place) = self.nodes.get_mut(slot(height, position)) {
            *place = *node.as_bytes();
        }
    }
}

impl Default for Tile {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Tile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tile").field("width", &self.width).finish_non_exhaustive()
    }
}

/// Place of a node: height 0 begins at 0, height 1 at 256, height 2 at 384, and so on.
const fn slot(height: u32, position: usize) -> usize {
    let all = 2 * TILE_WIDTH as usize;
    all - (all >> height) + position
}

/// The bytes of a tile are not 1 to 256 hashes of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tile has 1 to 256 hashes of 32 bytes, this one has {got_bytes} bytes; rebuild or refetch it")]
pub struct TileBytesError {
    /// Bytes that were given.
    pub got_bytes: usize,
}

#[cfg(test)]
#[path = "tile_tests.rs"]
mod tests;
