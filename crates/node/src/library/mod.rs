//! What is no case: bulletins, operations, figures.

pub(crate) mod api;
pub(crate) mod bulletins;
pub(crate) mod figures;
pub(crate) mod operation;
pub(crate) mod operations;
