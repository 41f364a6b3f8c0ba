//! Typed calls to a hub and to a node, which verify all that they return.
//!
//! What a hub says is in its log is recomputed and proven here before the caller sees it: see
//! [`Auditor`]. This crate refuses to know storage, the hub's and the node's insides, and how a
//! connection is made (that is `kit`); it holds no state but that of one stream.
//!
//! ```no_run
//! # async fn example(channel: tonic::transport::Channel, key: amana_log::LogKey) -> Result<(), amana_client::ClientError> {
//! let shown = amana_client::RemoteLog::new(channel, key).recompute(|_, _| ()).await?;
//! assert!(shown.holds());
//! # Ok(())
//! # }
//! ```

mod auditor;
pub mod directory;
pub mod enrol;
mod error;
pub mod exchange;
mod log;
mod notice;
mod operator;
pub mod proof;
pub mod trail;

pub use auditor::{AuditError, Auditor, includes};
pub use error::ClientError;
pub use log::{Recomputed, RemoteLog};
pub use notice::{
    attachment_service, deadline_service, delivery_service, draft_service, event_service, group_service,
    library_service, node_service, notice_service, operation_service, permission_service, proof_service,
    reply_service, review_service, search_service,
};
pub use operator::Operator;
