//! Where proofs take tiles from.

use std::ops::Deref;
use std::sync::Arc;

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
