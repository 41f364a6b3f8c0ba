//! The limits of a listener and of the HTTP/2 server behind it.

use std::time::Duration;

use tonic::transport::Server;

use crate::limits;

/// What a listener grants to those who connect. The default is what [`crate::limits`] says.
#[derive(Clone, Copy, Debug)]
pub struct ListenLimits {
    /// Time for a TLS handshake.
    pub handshake: Duration,
    /// Time after the handshake until the HTTP/2 preface and first frame are there.
    pub first_frame: Duration,
    /// Age at which a connection is cut whatever it does.
    pub lifetime: Duration,
    /// Handshakes under way at once; past it the oldest is cut.
    pub handshakes: usize,
    /// Open connections; past it a new one is closed.
    pub connections: usize,
    /// Open connections of one identity; past it its new one is closed.
    pub per_identity: usize,
}

impl Default for ListenLimits {
    fn default() -> Self {
        Self {
            handshake: limits::HANDSHAKE_TIMEOUT,
            first_frame: limits::FIRST_FRAME_TIMEOUT,
            lifetime: limits::CONNECTION_AGE + limits::CONNECTION_AGE_GRACE,
            handshakes: limits::HANDSHAKES,
            connections: limits::CONNECTIONS,
            per_identity: limits::CONNECTIONS_PER_IDENTITY,
        }
    }
}

impl ListenLimits {
    /// For a listener that knows nobody: few connections, each for a short time.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            lifetime: limits::ANONYMOUS_LIFETIME,
            connections: limits::ANONYMOUS_CONNECTIONS,
            ..Self::default()
        }
    }
}

/// Sets every limit of [`crate::limits`] on an HTTP/2 server.
#[must_use]
pub fn server_limits<L>(server: Server<L>) -> Server<L> {
    server
        .accept_http1(false)
        .max_concurrent_streams(limits::CONCURRENT_STREAMS)
        .concurrency_limit_per_connection(limits::CONCURRENT_REQUESTS)
        .timeout(limits::REQUEST_TIMEOUT)
        .http2_max_header_list_size(limits::HEADER_LIST_BYTES)
        .max_frame_size(limits::FRAME_BYTES)
        .initial_stream_window_size(limits::STREAM_WINDOW_BYTES)
        .initial_connection_window_size(limits::CONNECTION_WINDOW_BYTES)
        .http2_max_pending_accept_reset_streams(Some(limits::PENDING_RESET_STREAMS))
        .http2_max_local_error_reset_streams(Some(limits::LOCAL_ERROR_RESET_STREAMS))
        .http2_keepalive_interval(Some(limits::KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(limits::KEEPALIVE_TIMEOUT))
        // Asks the client to move on; what stays is cut by the listener. With a grace of its own tonic
        // would skip the asking (0.14.9).
        .max_connection_age(limits::CONNECTION_AGE)
}
