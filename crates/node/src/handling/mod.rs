//! What leaves the first circle of a notice: passed on, exported.
//!
//! A forward is a notice of the forwarder that names its origin. Rejected: sealing the owner's envelope again,
//! since its signature covers its slots. Who passes a notice on is not its owner: what the owner forbids, a
//! forwarder can neither permit nor do with its forward.
//!
//! An export for a court is told to the owner by a reply, queued before the document is answered. It is refused
//! when the owner cannot be told (`MEMBER_SUSPENDED`). An export to investigate is recorded at the exporter's node
//! only.

pub(crate) mod forbidden;
pub(crate) mod forward;
mod origin;
pub(crate) mod permissions;
pub(crate) mod record;
pub(crate) mod state;
