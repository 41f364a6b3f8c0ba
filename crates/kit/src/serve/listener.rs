//! A port, and the stream of connections that comes out of it.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::Stream;

use super::accept::Acceptor;
use super::{Connection, Connections, ListenLimits};
use crate::tls::ServerTls;

/// Accepted connections that may wait for the server to take them.
const WAITING: usize = 64;

/// The port cannot be had. The operator must act.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address} ({source}); {}", remedy(.source))]
pub struct ListenError {
    /// The address asked for.
    pub address: SocketAddr,
    /// What the operating system says.
    #[source]
    pub source: io::Error,
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another program has the port: stop it or choose another",
        io::ErrorKind::PermissionDenied => "choose a port above 1023 or grant the right to bind it",
        io::ErrorKind::AddrNotAvailable => "this machine has no such address: choose one that it has",
        _ => "check the listen address",
    }
}

/// A bound port, not yet accepting.
pub struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
    tls: ServerTls,
    limits: ListenLimits,
    connections: Connections,
}

impl Listener {
    /// Binds `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// [`ListenError`] when the address cannot be bound.
    pub async fn bind(
        address: SocketAddr,
        tls: ServerTls,
        limits: ListenLimits,
    ) -> Result<Self, ListenError> {
        let refused = |source| ListenError { address, source };
        let tcp = TcpListener::bind(address).await.map_err(refused)?;
        let address = tcp.local_addr().map_err(refused)?;
        Ok(Self { tcp, address, tls, limits, connections: Connections::default() })
    }

    /// The address bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A handle on the connections that will be open.
    #[must_use]
    pub fn connections(&self) -> Connections {
        self.connections.clone()
    }

    /// Begins to accept. Dropping the stream closes the port; connections given out stay open.
    #[must_use]
    pub fn incoming(self) -> Incoming {
        let (ready, connections) = mpsc::channel(WAITING);
        tokio::spawn(Acceptor::new(self.tls, self.limits, self.connections, ready).run(self.tcp));
        Incoming { connections }
    }
}

/// Connections with their handshake done, for
/// [`tonic::transport::server::Router::serve_with_incoming_shutdown`]. Never fails, never ends by itself.
pub struct Incoming {
    connections: mpsc::Receiver<Connection>,
}

impl Stream for Incoming {
    type Item = Result<Connection, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.connections.poll_recv(cx).map(|connection| connection.map(Ok))
    }
}
