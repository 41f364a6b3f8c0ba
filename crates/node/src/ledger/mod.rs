//! The node's own ledger: one journal with one writer, the keys beside it, and reading what is held.

pub(crate) mod bounded;
mod forget;
pub(crate) mod holdings;
pub(crate) mod node_fold;
pub(crate) mod vault;
pub(crate) mod writer;
