//! What can go wrong in a call, sorted by who must act.

use amana_kit::connect::ConnectError;
use amana_wire::session::ProtocolUnsupported;
use amana_wire::status::RemoteError;

use crate::auditor::AuditError;

/// Why a call to a hub or a node gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection: the address, the network or a certificate must be put right.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The other side refused, and says why.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The other side answered with something that does not verify.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The other side speaks another version of the protocol: one of the two must be updated.
    #[error(transparent)]
    Protocol(#[from] ProtocolUnsupported),
    /// The other side answered with something that is not of the contract's shape.
    #[error("the answer of the {peer} is malformed: {what}; its version may not fit this one")]
    Malformed {
        /// The hub or the node.
        peer: &'static str,
        /// Which part of the answer.
        what: &'static str,
    },
    /// The stream ended; opening it again is safe.
    #[error("the {peer} closed the stream; trying again is safe")]
    Closed {
        /// The hub or the node.
        peer: &'static str,
    },
}

impl From<tonic::Status> for ClientError {
    fn from(status: tonic::Status) -> Self {
        Self::Remote(RemoteError::from(&status))
    }
}

impl ClientError {
    pub(crate) const fn hub(what: &'static str) -> Self {
        Self::Malformed { peer: "hub", what }
    }
}
