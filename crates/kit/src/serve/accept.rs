//! The loop that accepts and the tasks that shake hands.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::{Connection, Connections, ListenLimits, Peer};
use crate::tls::ServerTls;

/// The pause after an error that another attempt would only repeat, such as no file handles left.
const PAUSE: Duration = Duration::from_millis(50);

/// What every handshake needs.
pub(super) struct Acceptor {
    tls: ServerTls,
    limits: ListenLimits,
    connections: Connections,
    ready: mpsc::Sender<Connection>,
}

impl Acceptor {
    pub(super) fn new(
        tls: ServerTls,
        limits: ListenLimits,
        connections: Connections,
        ready: mpsc::Sender<Connection>,
    ) -> Self {
        Self { tls, limits, connections, ready }
    }

    /// Accepts until nobody takes connections any more. No error ends it.
    pub(super) async fn run(self, tcp: TcpListener) {
        let acceptor = Arc::new(self);
        let mut handshakes = Handshakes::new(acceptor.limits.handshakes);
        loop {
            let accepted = tokio::select! {
                accepted = tcp.accept() => accepted,
                () = acceptor.ready.closed() => return,
            };
            match accepted {
                Ok((stream, address)) => {
                    let task = tokio::spawn(Arc::clone(&acceptor).welcome(stream, address));
                    handshakes.push(task.abort_handle());
                }
                Err(error) if concerns_one_client(&error) => {
                    tracing::debug!(%error, "a client left before it was accepted");
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections for the moment");
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// Shakes hands with one client, within its time, and hands the connection on.
    async fn welcome(self: Arc<Self>, stream: TcpStream, address: SocketAddr) {
        let connection = match timeout(self.limits.handshake, self.handshake(stream, address)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return tracing::info!(%address, %error, "connection refused"),
            Err(_) => return tracing::info!(%address, "connection refused: the handshake took too long"),
        };
        // When the server has stopped nobody is there to take it, and dropping it closes it.
        let _ = self.ready.send(connection).await;
    }

    async fn handshake(&self, stream: TcpStream, address: SocketAddr) -> io::Result<Connection> {
        stream.set_nodelay(true)?;
        let (stream, identity) = self.tls.accept(stream).await?;
        let peer = Peer { identity, address };
        let ticket = self.connections.enter(&peer, &self.limits).map_err(io::Error::other)?;
        Ok(Connection::new(stream, peer, ticket, &self.limits))
    }
}

/// Errors of `accept(2)` that say nothing about the next client.
fn concerns_one_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
    )
}

/// The handshakes under way, oldest first. A flood of clients that never finish pushes itself out,
/// since an honest handshake takes milliseconds and is seldom the oldest.
struct Handshakes {
    most: usize,
    tasks: VecDeque<AbortHandle>,
}

impl Handshakes {
    fn new(most: usize) -> Self {
        Self { most: most.max(1), tasks: VecDeque::with_capacity(most) }
    }

    fn push(&mut self, task: AbortHandle) {
        if self.tasks.len() >= self.most {
            self.tasks.retain(|task| !task.is_finished());
        }
        if self.tasks.len() >= self.most
            && let Some(oldest) = self.tasks.pop_front()
        {
            oldest.abort();
        }
        self.tasks.push_back(task);
    }
}
