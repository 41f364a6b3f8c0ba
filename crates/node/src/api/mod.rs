//! The agency API: every service of `amana.agency.v1`, a file for each or for what it does.
//!
//! Each call is: a permit (`call.rs`); the work, with the permit in hand; the record of it; the answer.

pub(crate) mod agency;
pub(crate) mod call;
pub(crate) mod error;
pub(crate) mod page;
pub(crate) mod status;
pub(crate) mod waiting;
