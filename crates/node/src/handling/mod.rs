//! What leaves the first circle of a notice: passed on, exported.

mod origin;
pub(crate) mod record;
pub(crate) mod state;
