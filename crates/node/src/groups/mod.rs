//! Groups of members.

pub(crate) mod api;
pub(crate) mod membership;
