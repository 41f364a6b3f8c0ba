//! Serving until told to stop.

use std::time::Duration;

use tonic::transport::server::Router;

use super::Listener;
use crate::shutdown::Shutdown;

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every open request finished.
    Clean,
    /// Some were cut after the time they had.
    Cut {
        /// How many connections were still open.
        connections: usize,
    },
}

/// The HTTP/2 server ended by itself.
#[derive(Debug, thiserror::Error)]
#[error("the server stopped ({0}); this is a fault of the program: restart it and report it")]
pub struct ServeError(#[from] tonic::transport::Error);

/// Serves `router` on `listener` until `shutdown` is triggered, then lets open requests finish for
/// `drain` and cuts what is left.
///
/// # Errors
/// [`ServeError`] when the server ends without being asked.
pub async fn serve(
    router: Router,
    listener: Listener,
    shutdown: &Shutdown,
    drain: Duration,
) -> Result<Drained, ServeError> {
    let connections = listener.connections();
    let mut serving =
        Box::pin(router.serve_with_incoming_shutdown(listener.incoming(), shutdown.triggered()));
    tokio::select! {
        ended = &mut serving => return Ok(ended.map(|()| Drained::Clean)?),
        () = shutdown.expired(drain) => {}
    }
    let left = connections.cut(|_| true);
    serving.await?;
    Ok(if left == 0 { Drained::Clean } else { Drained::Cut { connections: left } })
}
