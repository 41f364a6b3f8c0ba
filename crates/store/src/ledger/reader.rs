//! Reading a ledger from any thread while its writer goes on.

use std::sync::{Arc, PoisonError};

use amana_log::{
    ConsistencyProof, Frontier, InclusionProof, Tile, TileId, TileRef, TileSource, TileWidth, TreeHead,
    TreeSize, head_at, prove_consistency, prove_inclusion,
};
use amana_types::{NoticeId, Seq};
use bytes::Bytes;

use super::error::leaf_index;
use super::{LedgerError, LedgerShared};
use crate::ids::Recorded;
use crate::journal::JournalReader;
use crate::routes::{MemberIndex, Routed};
use crate::tiles::TilesError;
use crate::views::Views;

/// A cheap, clonable handle. It never waits for a sync, and an append waits for it only while a
/// pointer is copied.
#[derive(Clone)]
pub struct Reader {
    pub(super) journal: JournalReader,
    pub(super) shared: Arc<LedgerShared>,
}

/// The audit tree as it was at one moment. It stays as it is while the ledger grows.
#[derive(Clone)]
pub struct Tree {
    pub(super) shared: Arc<LedgerShared>,
    pub(super) frontier: Arc<Frontier>,
}

impl Reader {
    /// The tree as it is now. Every record in it can be read, found and routed.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let frontier = self.shared.frontier.read().unwrap_or_else(PoisonError::into_inner);
        Tree { shared: Arc::clone(&self.shared), frontier: Arc::clone(&frontier) }
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> &JournalReader {
        &self.journal
    }

    /// The rows of the owner's fold, as of the last full block.
    #[must_use]
    pub fn views(&self) -> &Views {
        &self.shared.views
    }

    /// One record's bytes.
    ///
    /// # Errors
    /// As [`JournalReader::read`].
    pub fn read(&self, seq: Seq) -> Result<Bytes, LedgerError> {
        Ok(self.journal.read(seq)?)
    }

    /// Records for a member from `from` on, at most `limit`. All of them are in the tree that
    /// [`Reader::tree`] gives afterwards.
    ///
    /// # Errors
    /// [`LedgerError::Views`].
    pub fn routed(&self, member: MemberIndex, from: Seq, limit: usize) -> Result<Routed, LedgerError> {
        let until = Seq(self.tree().size().get());
        Ok(self.shared.routes.find(&self.shared.views, member, from, until, limit)?)
    }

    /// Where this id was recorded.
    ///
    /// # Errors
    /// [`LedgerError::Ids`].
    pub fn find(&self, id: NoticeId) -> Result<Option<Recorded>, LedgerError> {
        Ok(self.shared.ids.find(id)?)
    }
}

impl Tree {
    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> TreeSize {
        self.frontier.size()
    }

    /// Size and root. Computed at each call, a few microseconds.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.frontier.head()
    }

    /// Proof that a record is in this tree (RFC 9162 §2.1.3.1).
    ///
    /// # Errors
    /// [`LedgerError::Proof`] for a record that is not.
    pub fn prove_inclusion(&self, seq: Seq) -> Result<InclusionProof, LedgerError> {
        Ok(prove_inclusion(self, leaf_index(seq), self.size())?)
    }

    /// Proof that a record is in the tree of an earlier size.
    ///
    /// # Errors
    /// [`LedgerError::Proof`] for a record or size that this tree does not have.
    pub fn prove_inclusion_at(&self, seq: Seq, size: TreeSize) -> Result<InclusionProof, LedgerError> {
        Ok(prove_inclusion(self, leaf_index(seq), size)?)
    }

    /// Proof that an earlier tree is a prefix of a later one (RFC 9162 §2.1.4.1).
    ///
    /// # Errors
    /// [`LedgerError::Proof`] for sizes that this tree does not have.
    pub fn prove_consistency(&self, old: TreeSize, new: TreeSize) -> Result<ConsistencyProof, LedgerError> {
        Ok(prove_consistency(self, old, new)?)
    }

    /// Size and root when the tree had this size.
    ///
    /// # Errors
    /// [`LedgerError::Proof`] for a size that this tree does not have.
    pub fn head_at(&self, size: TreeSize) -> Result<TreeHead, LedgerError> {
        Ok(head_at(self, size)?)
    }

    /// A tile as it is in this tree, to be served as it is; `None` if the tree does not reach it.
    ///
    /// # Errors
    /// [`LedgerError::Tiles`] if it cannot be read.
    pub fn served_tile(&self, id: TileId) -> Result<Option<Arc<Tile>>, LedgerError> {
        match id.width_in(self.size()) {
            None => Ok(None),
            Some(width) if width.is_full() => Ok(Some(self.shared.tiles.full(id)?)),
            Some(_) => Ok(self.frontier.partial_tile(id).cloned().map(Arc::new)),
        }
    }
}

impl TileSource for Tree {
    type Error = TilesError;

    fn tile(&self, id: TileId, _: TileWidth) -> Result<TileRef<'_>, TilesError> {
        match self.frontier.partial_tile(id) {
            Some(tile) => Ok(TileRef::Lent(tile)),
            None => Ok(TileRef::Shared(self.shared.tiles.full(id)?)),
        }
    }
}
