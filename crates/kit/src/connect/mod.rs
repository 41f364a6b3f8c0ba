//! A gRPC channel to one server, over our TLS.

mod address;
mod error;

pub use address::{AddressError, ServerAddress};
pub use error::{ConnectCause, ConnectError};

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

use crate::limits;
use crate::tls::ClientTls;

/// Bytes read ahead while waiting for the server's first frame; larger reads bypass it.
const FIRST_READ: usize = 1024;

/// Connects to `address`, which must prove to be the server that `tls` names. The channel connects
/// again by itself when it has lost its connection and is asked for something.
///
/// The connection counts as made when the server has sent its first HTTP/2 frame: in TLS 1.3 a refusal
/// of *our* certificate comes only after our side of the handshake is done (RFC 8446 §2), and would
/// otherwise hit some later request without a word about why.
///
/// # Errors
/// [`ConnectError`], which says what to do. Errors of later reconnections are inside the
/// [`tonic::Status`] of the request: [`ConnectError::within`] finds them.
pub async fn connect(address: &ServerAddress, tls: &ClientTls) -> Result<Channel, ConnectError> {
    connect_within(address, tls, limits::CONNECT_TIMEOUT).await
}

/// As [`connect`], with its own time-out.
///
/// # Errors
/// As [`connect`].
pub async fn connect_within(
    address: &ServerAddress,
    tls: &ClientTls,
    time: Duration,
) -> Result<Channel, ConnectError> {
    let failed = |cause| ConnectError::new(address.clone(), tls.server().clone(), cause);
    // Requests are addressed to the name that the certificate proves; the place is the connector's.
    let uri = Uri::builder()
        .scheme("https")
        .authority(tls.server().dns_name())
        .path_and_query("/")
        .build()
        .map_err(|error| failed(ConnectCause::Other(Arc::new(error))))?;
    let (to, tls) = (address.clone(), tls.clone());
    let connector = service_fn(move |_: Uri| {
        let (to, tls) = (to.clone(), tls.clone());
        // Boxed: the handshake's state is large, and a channel holds it only while connecting.
        let dialling: Dialling = Box::pin(async move { dial(&to, &tls, time).await.map(TokioIo::new) });
        dialling
    });
    endpoint(uri).connect_with_connector(connector).await.map_err(|error| {
        match ConnectError::within(&error) {
            Some(error) => error.clone(),
            None => failed(ConnectCause::Other(Arc::new(error))),
        }
    })
}

type Io = BufReader<TlsStream<TcpStream>>;
type Dialling = Pin<Box<dyn Future<Output = Result<TokioIo<Io>, ConnectError>> + Send>>;

fn endpoint(uri: Uri) -> Endpoint {
    Endpoint::from(uri)
        .initial_stream_window_size(limits::STREAM_WINDOW_BYTES)
        .initial_connection_window_size(limits::CONNECTION_WINDOW_BYTES)
        .max_frame_size(limits::FRAME_BYTES)
        .http2_max_header_list_size(limits::HEADER_LIST_BYTES)
        .http2_keep_alive_interval(limits::KEEPALIVE_INTERVAL)
        .keep_alive_timeout(limits::KEEPALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
}

async fn dial(address: &ServerAddress, tls: &ClientTls, time: Duration) -> Result<Io, ConnectError> {
    let work = async {
        let tcp =
            TcpStream::connect((address.host(), address.port())).await.map_err(ConnectCause::from_tcp)?;
        tcp.set_nodelay(true).map_err(ConnectCause::from_tcp)?;
        let stream = tls.connect(tcp).await.map_err(ConnectCause::from_tls)?;
        let mut stream = BufReader::with_capacity(FIRST_READ, stream);
        match stream.fill_buf().await.map_err(ConnectCause::from_tls)? {
            [] => Err(ConnectCause::Closed),
            _ => Ok(stream),
        }
    };
    tokio::time::timeout(time, work)
        .await
        .unwrap_or(Err(ConnectCause::TimedOut(time)))
        .map_err(|cause| ConnectError::new(address.clone(), tls.server().clone(), cause))
}
