//! Groups of members.

pub(crate) mod membership;
