//! Notices: made and published here, taken in from others, read.

pub(crate) mod api;
pub(crate) mod arrivals;
pub(crate) mod content;
pub(crate) mod dates;
pub(crate) mod events;
pub(crate) mod judge;
pub(crate) mod opening;
pub(crate) mod publish;
pub(crate) mod publishing;
pub(crate) mod reading;
pub(crate) mod record;
pub(crate) mod searching;
pub(crate) mod showing;
pub(crate) mod state;
