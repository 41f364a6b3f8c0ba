//! Which tile: C2SP tlog-tiles geometry, 256 hashes wide, and its paths.

use std::fmt;
use std::str::FromStr;

use crate::size::{TreeSize, parse_decimal};

/// Heights of the tree that one tile spans.
pub(crate) const TILE_HEIGHT: u32 = 8;
/// Hashes in a full tile.
pub const TILE_WIDTH: u16 = 1 << TILE_HEIGHT;
/// Levels that a path may name (C2SP tlog-tiles, "Merkle Tree").
const MAX_LEVEL: u8 = 63;

/// One tile: its level (0 holds leaf hashes) and its position in that level.
///
/// Hash `i` of tile `n` at level `l` is the root of the complete subtree over the leaves from
/// `(256 n + i) * 256^l` to `(256 n + i + 1) * 256^l`, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    level: u8,
    index: u64,
}

impl TileId {
    /// The tile at this position of this level.
    ///
    /// # Errors
    /// [`TilePathError::Level`] for a level above 63.
    pub const fn new(level: u8, index: u64) -> Result<Self, TilePathError> {
        if level > MAX_LEVEL {
            return Err(TilePathError::Level);
        }
        Ok(Self { level, index })
    }

    /// A tile whose level is known to be in range because it comes from a tree height.
    pub(crate) const fn at(level: u8, index: u64) -> Self {
        Self { level, index }
    }

    /// Level, 0 to 63; a hash at level `l` covers 256^l leaves.
    pub const fn level(self) -> u8 {
        self.level
    }

    /// Position in the level, from 0.
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How much of this tile a tree of this size fills; `None` if nothing.
    pub fn width_in(self, size: TreeSize) -> Option<TileWidth> {
        let hashes = size.get().checked_shr(TILE_HEIGHT * u32::from(self.level)).unwrap_or(0);
        let before = self.index.checked_mul(u64::from(TILE_WIDTH))?;
        let width = hashes.checked_sub(before)?.min(u64::from(TILE_WIDTH));
        TileWidth::new(u16::try_from(width).ok()?)
    }
}

/// Number of hashes in a tile, 1 to 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileWidth(u16);

impl TileWidth {
    /// A full tile: 256 hashes.
    pub const FULL: Self = Self(TILE_WIDTH);

    /// A width of 1 to 256 hashes; `None` for anything else.
    pub const fn new(hashes: u16) -> Option<Self> {
        if hashes == 0 || hashes > TILE_WIDTH { None } else { Some(Self(hashes)) }
    }

    /// The number of hashes.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Whether the tile is full, so that it will never change.
    pub const fn is_full(self) -> bool {
        self.0 == TILE_WIDTH
    }
}

/// Where a tile is served: `tile/<level>/<index>[.p/<width>]`, for example `tile/0/x001/234.p/5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TilePath {
    /// Which tile.
    pub id: TileId,
    /// How many hashes of it.
    pub width: TileWidth,
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.id.level)?;
        write_index(f, self.id.index)?;
        if self.width.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width.0) }
    }
}

/// Writes groups of three digits, all but the last behind an `x`.
fn write_index(f: &mut fmt::Formatter<'_>, index: u64) -> fmt::Result {
    let digits = format!("{index:03}");
    let (first, rest) = digits.split_at(digits.len() % 3);
    if !first.is_empty() {
        write!(f, "x{first:0>3}/")?;
    }
    let mut groups = rest.as_bytes().chunks(3).peekable();
    while let Some(group) = groups.next() {
        let more = groups.peek().is_some();
        if more {
            f.write_str("x")?;
        }
        group.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))?;
        if more {
            f.write_str("/")?;
        }
    }
    Ok(())
}

impl FromStr for TilePath {
    type Err = TilePathError;

    /// Reads only the one way in which a path can be written.
    fn from_str(path: &str) -> Result<Self, TilePathError> {
        let rest = path.strip_prefix("tile/").ok_or(TilePathError::Prefix)?;
        let (level, rest) = rest.split_once('/').ok_or(TilePathError::Level)?;
        let level =
            parse_decimal(level).and_then(|level| u8::try_from(level).ok()).ok_or(TilePathError::Level)?;
        let (index, width) = match rest.split_once(".p/") {
            None => (rest, TileWidth::FULL),
            Some((index, width)) => (index, parse_partial_width(width)?),
        };
        let path = Self { id: TileId::new(level, parse_index(index)?)?, width };
        Ok(path)
    }
}

fn parse_partial_width(text: &str) -> Result<TileWidth, TilePathError> {
    parse_decimal(text)
        .and_then(|width| u16::try_from(width).ok())
        .and_then(TileWidth::new)
        .filter(|width| !width.is_full())
        .ok_or(TilePathError::Width)
}

fn parse_index(text: &str) -> Result<u64, TilePathError> {
    let (parents, last) = match text.rsplit_once('/') {
        None => (None, text),
        Some((parents, last)) => (Some(parents), last),
    };
    let mut groups = Vec::new();
    for parent in parents.iter().flat_map(|parents| parents.split('/')) {
        groups.push(parent.strip_prefix('x').ok_or(TilePathError::Index)?);
    }
    groups.push(last);
    if groups.len() > 1 && groups.first() == Some(&"000") {
        return Err(TilePathError::Index);
    }
    groups.iter().try_fold(0_u64, |index, group| {
        let three_digits = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
        let value: u64 = three_digits.then(|| group.parse().ok()).flatten().ok_or(TilePathError::Index)?;
        index.checked_mul(1000).and_then(|index| index.checked_add(value)).ok_or(TilePathError::Index)
    })
}

/// Why text is no tile path. The sender must ask for a path as C2SP tlog-tiles writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TilePathError {
    /// It does not begin with `tile/`.
    #[error("a tile path begins with \"tile/\"")]
    Prefix,
    /// The level is not a decimal from 0 to 63 without leading zeroes.
    #[error("a tile's level is a decimal from 0 to 63 without leading zeroes")]
    Level,
    /// The index is not in groups of three digits, all but the last behind an `x`.
    #[error("a tile's index is written in groups of three digits like x001/x234/067")]
    Index,
    /// The width of a partial tile is not a decimal from 1 to 255 without leading zeroes.
    #[error("a partial tile's width is a decimal from 1 to 255 without leading zeroes")]
    Width,
}

#[cfg(test)]
#[path = "tile_id_tests.rs"]
mod tests;
