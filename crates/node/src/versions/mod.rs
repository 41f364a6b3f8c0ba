//! The versions of a notice: amended, suspended, resumed.

pub(crate) mod amend;
pub(crate) mod api;
pub(crate) mod judge;
pub(crate) mod list;
pub(crate) mod record;
pub(crate) mod standing;
pub(crate) mod state;
pub(crate) mod suspend;
