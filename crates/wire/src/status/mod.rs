//! Refusals over gRPC: one status with exactly one `google.rpc.ErrorInfo`, and back.
//!
//! A server makes a [`Refusal`] and turns it into a [`tonic::Status`]; a client reads the status into a
//! [`RemoteError`]. Reasons are stable and for programs, messages are for people and hold no case text.
//!
//! ```
//! use amana_types::Duration;
//! use amana_wire::status::{Refusal, RemoteError};
//!
//! let status: tonic::Status = Refusal::new(tonic::Code::Unavailable, "HUB_DRAINING", "the hub is stopping")
//!     .retry_after(Duration::from_seconds(2))
//!     .into();
//! let error = RemoteError::from(&status);
//! assert_eq!(error.reason, "HUB_DRAINING");
//! assert_eq!(error.retry_after, Some(Duration::from_seconds(2)));
//! ```

mod refusal;
mod remote;

pub use refusal::Refusal;
pub use remote::{RemoteError, Violation};

/// The `ErrorInfo` domain of every refusal of ours.
pub const DOMAIN: &str = "amana";

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
