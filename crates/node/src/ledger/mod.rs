//! The node's own ledger: one journal, one writer, one pure fold over it, and what lies sealed beside it.
//!
//! It knows of a record what [`facts`] says, and names no subject.

pub(crate) mod apply;
pub(crate) mod base;
pub(crate) mod bounded;
pub(crate) mod facts;
pub(crate) mod fold;
pub(crate) mod holdings;
pub(crate) mod load;
pub(crate) mod pairs;
pub(crate) mod parts;
pub(crate) mod record;
pub(crate) mod rows;
mod sequences;
pub(crate) mod subject;
pub(crate) mod table;
pub(crate) mod vault;
pub(crate) mod writer;
