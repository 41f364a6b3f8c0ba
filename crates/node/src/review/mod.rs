//! The review desk: what waits for it, what it decides, what its decisions do.

pub(crate) mod api;
pub(crate) mod desk;
pub(crate) mod judge;
pub(crate) mod record;
mod standing;
pub(crate) mod state;
