//! The whole life of a notice, with its proofs.

pub(crate) mod api;
pub(crate) mod delivery;
pub(crate) mod life;
