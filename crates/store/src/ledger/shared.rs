//! What the threads of a ledger share.

use std::sync::{Arc, RwLock};

use amana_log::Frontier;

use crate::ids::Ids;
use crate::routes::Routes;
use crate::tiles::TileFiles;
use crate::views::Views;

/// Leaves whose hashes are durable in the tree's files.
pub(super) const DURABLE_LEAVES: &[u8] = b"durable-leaves";

/// What is read and written by more than one thread.
pub(super) struct LedgerShared {
    pub(super) views: Views,
    pub(super) tiles: TileFiles,
    pub(super) ids: Ids,
    pub(super) routes: Routes,
    pub(super) frontier: RwLock<Arc<Frontier>>,
}
