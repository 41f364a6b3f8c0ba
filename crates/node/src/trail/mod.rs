//! The whole life of a notice, with its proofs.

pub(crate) mod life;
