//! Every number that bounds a connection, in one place.

use std::time::Duration;

/// Largest gRPC message a service decodes or encodes, in bytes (1.25 MiB).
pub const MESSAGE_BYTES: usize = amana_types::limits::MESSAGE_BYTES;

/// Requests a peer may have open at once on one connection (RFC 9113 §5.1.2).
pub const CONCURRENT_STREAMS: u32 = 64;
/// Requests a server works on at once for one connection.
pub const CONCURRENT_REQUESTS: usize = 64;
/// Time a service has to begin its answer; streams then live as long as their connection.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest header list, in bytes (RFC 9113 §6.5.2).
pub const HEADER_LIST_BYTES: u32 = 8 * 1024;
/// Largest HTTP/2 frame, in bytes: a batch of small messages in one TLS write.
pub const FRAME_BYTES: u32 = 64 * 1024;
/// Flow-control window of one stream, in bytes: 1 MiB of unread input, enough for about 170 messages
/// of 6 KiB on their way at once.
pub const STREAM_WINDOW_BYTES: u32 = 1024 * 1024;
/// Flow-control window of one connection, in bytes.
pub const CONNECTION_WINDOW_BYTES: u32 = 4 * 1024 * 1024;
/// Streams reset by the peer that may wait to be noticed (CVE-2023-44487).
pub const PENDING_RESET_STREAMS: usize = 20;
/// Streams that we had to reset before the connection is given up (CVE-2025-8671).
pub const LOCAL_ERROR_RESET_STREAMS: usize = 64;

/// Silence after which a peer is asked for a sign of life.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);
/// Time a peer has to give it.
pub const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// Age at which a client is asked to open another connection, so that certificates are looked at again.
pub const CONNECTION_AGE: Duration = Duration::from_secs(60 * 60);
/// Time the old one's streams then have to finish before it is cut.
pub const CONNECTION_AGE_GRACE: Duration = Duration::from_secs(60);

/// Time for a TCP connection and its TLS handshake, outgoing.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time for a TLS handshake, incoming.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// Time after the handshake for the HTTP/2 preface and first frame (RFC 9113 §3.4).
pub const FIRST_FRAME_TIMEOUT: Duration = Duration::from_secs(10);
/// Handshakes under way at once; the oldest gives way to the newest.
pub const HANDSHAKES: usize = 256;
/// Open connections of one listener.
pub const CONNECTIONS: usize = 4096;
/// Open connections of one identity.
pub const CONNECTIONS_PER_IDENTITY: usize = 16;
/// Open connections of a listener that knows nobody.
pub const ANONYMOUS_CONNECTIONS: usize = 128;
/// Age at which such a connection is cut.
pub const ANONYMOUS_LIFETIME: Duration = Duration::from_secs(60);
/// Time open streams have to finish once the process is asked to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

// How they relate: one message fits in flight, one identity cannot take every place, and a frame is of
// a size that HTTP/2 allows (RFC 9113 §4.2).
const _: () = assert!(STREAM_WINDOW_BYTES <= CONNECTION_WINDOW_BYTES);
const _: () = assert!(MESSAGE_BYTES <= CONNECTION_WINDOW_BYTES as usize);
const _: () = assert!(FRAME_BYTES >= 16 * 1024 && FRAME_BYTES < 16 * 1024 * 1024);
const _: () = assert!(FRAME_BYTES <= STREAM_WINDOW_BYTES);
const _: () = assert!(CONNECTIONS_PER_IDENTITY < CONNECTIONS);
