//! The parts, each with its ceiling.

pub(crate) mod envelope;
pub(crate) mod journal;
pub(crate) mod ledger;
pub(crate) mod log;
pub(crate) mod route;
