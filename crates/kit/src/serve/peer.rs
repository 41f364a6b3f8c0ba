//! Who is on a connection.

use std::net::SocketAddr;

use crate::identity::PeerIdentity;

/// Who is on a connection: services find it in `request.extensions()`.
#[derive(Clone, Debug)]
pub struct Peer {
    /// From the client's certificate; `None` only where anonymous clients are served.
    pub identity: Option<PeerIdentity>,
    /// The TCP address, for logs; it proves nothing.
    pub address: SocketAddr,
}

impl Peer {
    /// The peer that sent `request`.
    #[must_use]
    pub fn of<T>(request: &tonic::Request<T>) -> Option<&Self> {
        request.extensions().get()
    }
}
