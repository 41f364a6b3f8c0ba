//! What is said back to notices, and what is waited for.

pub(crate) mod answer;
pub(crate) mod api;
pub(crate) mod clocks;
pub(crate) mod deadlines;
pub(crate) mod judge;
pub(crate) mod opening;
pub(crate) mod reading;
pub(crate) mod record;
pub(crate) mod state;
pub(crate) mod unsaid;
