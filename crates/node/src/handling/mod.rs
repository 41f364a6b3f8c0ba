//! What leaves the first circle of a notice: passed on, exported.

pub(crate) mod record;
pub(crate) mod state;
