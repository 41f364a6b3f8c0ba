//! Notices: made and published here, taken in from others, read.

pub(crate) mod arrivals;
pub(crate) mod content;
pub(crate) mod dates;
pub(crate) mod judge;
pub(crate) mod opening;
pub(crate) mod publish;
pub(crate) mod reading;
pub(crate) mod record;
pub(crate) mod state;
