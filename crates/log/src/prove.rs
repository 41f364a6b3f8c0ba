//! Building proofs and roots from tiles: RFC 9162 §2.1.3.1 and §2.1.4.1.

use crate::hash::{NodeHash, RootHash, node_hash};
use crate::proof::{ConsistencyProof, InclusionProof};
use crate::size::{LeafIndex, TreeHead, TreeSize};
use crate::source::{TileRef, TileSource};
use crate::tile_id::{TILE_HEIGHT, TileId, TileWidth};

/// Proof that the leaf at this index is in the tree of this size (RFC 9162 §2.1.3.1).
///
/// # Errors
/// [`ProveError::BeyondTree`] for an index that the tree does not have, and what the source says.
pub fn prove_inclusion<S: TileSource>(
    source: &S,
    index: LeafIndex,
    size: TreeSize,
) -> Result<InclusionProof, ProveError<S::Error>> {
    let leaf = index.get();
    if leaf >= size.get() {
        return Err(ProveError::BeyondTree { wanted: leaf, size });
    }
    let mut nodes = Nodes::over(source);
    let mut range = Range { start: 0, end: size.get() };
    let mut hashes = Vec::with_capacity(u64::BITS as usize);
    while range.len() > 1 {
        let (left, right) = range.split();
        let (sibling, own) = if leaf < right.start { (right, left) } else { (left, right) };
        hashes.push(nodes.root_of(sibling)?);
        range = own;
    }
    hashes.reverse();
    Ok(InclusionProof::from_hashes(hashes))
}

/// Proof that the tree of the old size is a prefix of that of the new one (RFC 9162 §2.1.4.1).
///
/// Empty when the sizes are equal or the old tree is empty: then there is nothing to prove.
///
/// # Errors
/// [`ProveError::BeyondTree`] for an old size above the new one, and what the source says.
pub fn prove_consistency<S: TileSource>(
    source: &S,
    old: TreeSize,
    new: TreeSize,
) -> Result<ConsistencyProof, ProveError<S::Error>> {
    let boundary = old.get();
    if old > new {
        return Err(ProveError::BeyondTree { wanted: boundary, size: new });
    }
    let mut hashes = Vec::new();
    if boundary > 0 {
        let mut nodes = Nodes::over(source);
        let mut range = Range { start: 0, end: new.get() };
        while boundary != range.end {
            let (left, right) = range.split();
            let (sibling, own) = if boundary <= left.end { (right, left) } else { (left, right) };
            hashes.push(nodes.root_of(sibling)?);
            range = own;
        }
        // From here down the old tree is a complete subtree; the verifier has its hash already
        // if it is the whole old tree.
        if range.start > 0 {
            hashes.push(nodes.root_of(range)?);
        }
        hashes.reverse();
    }
    Ok(ConsistencyProof::from_hashes(hashes))
}

/// Size and root of the tree when it had this many leaves (RFC 9162 §2.1.1).
///
/// # Errors
/// What the source says.
pub fn head_at<S: TileSource>(source: &S, size: TreeSize) -> Result<TreeHead, ProveError<S::Error>> {
    let root = match size.get() {
        0 => RootHash::of_empty_tree(),
        end => Nodes::over(source).root_of(Range { start: 0, end })?.into(),
    };
    Ok(TreeHead { size, root })
}

/// Leaves from `start` to `end`, the end excluded, as the RFC's recursion cuts them: `start` is a
/// multiple of the greatest power of two in the length.
#[derive(Clone, Copy)]
struct Range {
    start: u64,
    end: u64,
}

impl Range {
    fn len(self) -> u64 {
        self.end - self.start
    }

    /// Cuts at the greatest power of two below the length, which must be at least 2.
    fn split(self) -> (Self, Self) {
        let power = (self.len() - 1).checked_ilog2().map_or(0, |height| 1 << height);
        let middle = self.start + power;
        (Self { end: middle, ..self }, Self { start: middle, ..self })
    }
}

/// Reads nodes from a source, holding on to the tile last used: a proof walks from tile to tile.
struct Nodes<'s, S: TileSource> {
    source: &'s S,
    held: Option<(TileId, TileRef<'s>)>,
}

impl<'s, S: TileSource> Nodes<'s, S> {
    fn over(source: &'s S) -> Self {
        Self { source, held: None }
    }

    /// Root over a range that is not empty: its complete subtrees, folded from the right.
    fn root_of(&mut self, range: Range) -> Result<NodeHash, ProveError<S::Error>> {
        let mut end = range.end;
        let mut root: Option<NodeHash> = None;
        for height in 0..u64::BITS {
            if (range.len() >> height).is_multiple_of(2) {
                continue;
            }
            let index = (end >> height) - 1;
            let peak = self.node(height, index)?;
            root = Some(root.map_or(peak, |right| node_hash(&peak, &right)));
            end = index << height;
        }
        root.ok_or(ProveError::BeyondTree { wanted: range.start, size: TreeSize::new(range.end) })
    }

    /// The complete subtree of 2^height leaves at this index.
    fn node(&mut self, height: u32, index: u64) -> Result<NodeHash, ProveError<S::Error>> {
        let in_tile = height % TILE_HEIGHT;
        let level = u8::try_from(height / TILE_HEIGHT).unwrap_or(u8::MAX);
        let id = TileId::at(level, index >> (TILE_HEIGHT - in_tile));
        let position = index & ((1 << (TILE_HEIGHT - in_tile)) - 1);
        let width =
            u16::try_from((position + 1) << in_tile).ok().and_then(TileWidth::new).unwrap_or(TileWidth::FULL);
        let position = usize::try_from(position).unwrap_or(usize::MAX);
        if let Some(node) = self
            .held
            .as_ref()
            .filter(|(held, _)| *held == id)
            .and_then(|(_, tile)| tile.node(in_tile, position))
        {
            return Ok(node);
        }
        let tile = self.source.tile(id, width).map_err(|cause| ProveError::Source { tile: id, cause })?;
        let node = tile.node(in_tile, position).ok_or(ProveError::TooNarrow { tile: id, wanted: width })?;
        self.held = Some((id, tile));
        Ok(node)
    }
}

/// Why a proof or root could not be built.
#[derive(Debug, thiserror::Error)]
pub enum ProveError<E: std::error::Error> {
    /// The caller asked for a leaf or size that the tree does not have.
    #[error("{wanted} lies beyond the tree of {size} leaves; ask for a smaller one")]
    BeyondTree {
        /// The index or size asked for.
        wanted: u64,
        /// The tree.
        size: TreeSize,
    },
    /// The source could not give a tile; whoever keeps the store must act.
    #[error("tile {} of level {} cannot be read; rebuild it from the journal", tile.index(), tile.level())]
    Source {
        /// The tile.
        tile: TileId,
        /// What the source said.
        #[source]
        cause: E,
    },
    /// The source gave a tile with fewer hashes than the tree has; the store lags or is damaged.
    #[error(
        "tile {} of level {} has fewer than {} hashes; rebuild it from the journal",
        tile.index(), tile.level(), wanted.get()
    )]
    TooNarrow {
        /// The tile.
        tile: TileId,
        /// Hashes needed.
        wanted: TileWidth,
    },
}
