//! How notices end: withdrawn, recalled, run out; and what ends with them.

pub(crate) mod api;
pub(crate) mod expiry;
pub(crate) mod follow;
pub(crate) mod judge;
pub(crate) mod recall;
pub(crate) mod recall_dispatch;
pub(crate) mod record;
pub(crate) mod state;
pub(crate) mod withdraw;
