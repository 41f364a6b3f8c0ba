//! How work is done at a node: commands one after the other, rounds that come by themselves, what waits and why.

pub(crate) mod basis;
pub(crate) mod commands;
pub(crate) mod each;
pub(crate) mod rounds;
pub(crate) mod waits;
