//! Notices that are still being written.

pub(crate) mod api;
pub(crate) mod record;
pub(crate) mod save;
pub(crate) mod state;
