//! Refusals over gRPC: one status with exactly one `google.rpc.ErrorInfo`, and back.
//!
//! A server makes a [`Refusal`] and turns it into a [`tonic::Status`]; a client reads the status into a
//! [`RemoteError`]. Reasons are stable and for programs, messages are for people and hold no case text.
//!
//! ```
//! use amana_types::{Duration, Reason};
//! use amana_wire::status::{Refusal, RemoteError};
//!
//! let status: tonic::Status = Refusal::new(Reason::HubDraining, "the hub is stopping").into();
//! let error = RemoteError::from(&status);
//! assert_eq!((status.code(), error.known()), (tonic::Code::Unavailable, Some(Reason::HubDraining)));
//! assert_eq!(error.retry_after, Some(Duration::from_seconds(1)));
//! ```

mod refusal;
mod remote;

pub use refusal::Refusal;
pub use remote::{RemoteError, Violation};

/// The `ErrorInfo` domain of every refusal of ours.
pub const DOMAIN: &str = "amana";
/// Under which key the metadata of a refusal say who must act: a code of [`amana_types::Actor`].
pub const ACTS: &str = "acts";

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
