//! What the sequencer shows to everyone else after each group.

use std::sync::Arc;

use amana_log::TreeHead;
use amana_store::ledger::Tree;
use amana_types::{Directory, Seq};
use bytes::Bytes;
use tokio::sync::watch;

use crate::machine::State;

/// One state of the hub: a signed checkpoint, the tree under it and the state at it. It stays as it is
/// while the log grows.
pub(crate) struct Published {
    /// Size and root of the audit log.
    pub(crate) head: TreeHead,
    /// The same, signed (C2SP tlog-checkpoint).
    pub(crate) checkpoint: Bytes,
    /// The tree, for proofs.
    pub(crate) tree: Tree,
    /// Directory, cursors and routing numbers, from every record below the size.
    pub(crate) state: State,
}

/// The newest state, for any number of readers.
pub(crate) type Newest = watch::Receiver<Arc<Published>>;

impl Published {
    /// The first place that is not in the log yet.
    pub(crate) fn next(&self) -> Seq {
        Seq(self.head.size.get())
    }

    /// The directory.
    pub(crate) fn directory(&self) -> &Arc<Directory> {
        &self.state.directory
    }
}
