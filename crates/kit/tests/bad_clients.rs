//! Ten kinds of bad client against one port, while a good one goes on as if they were not there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use amana_kit::connect::ConnectCause;
use amana_kit::limits::KEEPALIVE_INTERVAL;
use amana_kit::serve::{Drained, ListenLimits};
use amana_kit::tls::{ClientTls, KeyExchange};
use common::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Deadlines short enough to wait for.
fn short() -> ListenLimits {
    let soon = Duration::from_millis(300);
    ListenLimits { handshake: soon, first_frame: soon, ..ListenLimits::default() }
}

/// Whether the server closes this connection, whatever it says before.
async fn is_closed(stream: &mut TcpStream) -> bool {
    let mut answer = Vec::new();
    // A reset and an orderly end are both an end.
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.is_ok()
}

async fn send(served: &Served, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// A ClientHello that offers TLS 1.2 and nothing newer (RFC 5246 §7.4.1.2).
fn tls12_hello() -> Vec<u8> {
    let mut body = vec![0x03, 0x03];
    body.extend([7; 32]); // random
    body.push(0); // no session id
    body.extend([0, 2, 0xc0, 0x2b]); // ECDHE-ECDSA-AES128-GCM-SHA256
    body.extend([1, 0]); // no compression
    let groups = [0, 10, 0, 4, 0, 2, 0, 23];
    let signatures = [0, 13, 0, 4, 0, 2, 4, 3];
    body.extend([0, 16]);
    body.extend(groups);
    body.extend(signatures);
    let length = |n: usize| u8::try_from(n).unwrap();
    let mut record = vec![22, 3, 1, 0, length(body.len() + 4), 1, 0, 0, length(body.len())];
    record.extend(body);
    record
}

#[tokio::test]
async fn bad_clients_are_closed_and_a_good_one_goes_on() {
    let served = serve_hub(Options { limits: short(), ..Options::default() }).await;
    let good = served.channel_of(&member("XF")).await;
    check(&good).await.unwrap();

    let hello = tls12_hello();
    let mut too_long = vec![22, 3, 1, 0xff, 0xff];
    too_long.extend([1; 100]);
    let bad: [(&str, &[u8]); 7] = [
        ("silence", b""),
        ("random bytes", &[0x9e; 400]),
        ("HTTP/1.1", b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n"),
        ("HTTP/2 without TLS", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"),
        ("half a handshake", &hello[..20]),
        ("TLS 1.2", &hello),
        ("a record that is too long", &too_long),
    ];
    for (what, bytes) in bad {
        let mut stream = send(&served, bytes).await;
        check(&good).await.unwrap();
        assert!(is_closed(&mut stream).await, "{what}");
        check(&good).await.unwrap();
    }
    drop(send(&served, &hello[..5]).await); // one that leaves in the middle
    check(&good).await.unwrap();
    assert_eq!(served.connections.count(), 1);
}

#[tokio::test]
async fn tls_1_2_is_told_so() {
    let served = serve_hub(Options::default()).await;
    let mut stream = send(&served, &tls12_hello()).await;
    let mut alert = [0; 7];
    stream.read_exact(&mut alert).await.unwrap();
    assert_eq!(alert, [21, 3, 3, 0, 2, 2, 70]); // fatal protocol_version (RFC 8446 §6)
}

/// A TLS connection by hand, with a member's certificate, that has said nothing yet.
async fn silent(served: &Served, bytes: &[u8]) -> tokio_rustls::client::TlsStream<TcpStream> {
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
    let key = amana_kit::certs::TlsKey::generate().unwrap();
    let request = amana_kit::certs::CertificateRequest::create(&key).unwrap();
    let random = amana_kit::random::SystemRandom;
    let issued = served.authority.issue_client(&member("XS"), &request, this_year(), &random).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(served.authority.certificate().clone()).unwrap();
    let provider = rustls::crypto::CryptoProvider {
        kx_groups: vec![amana_kit::tls::kx::X25519MLKEM768],
        ..rustls::crypto::ring::default_provider()
    };
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.pkcs8().to_vec()));
    let mut config = rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(issued.chain(), private)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let name = ServerName::try_from(hub().dns_name()).unwrap();
    let tcp = TcpStream::connect(served.address).await.unwrap();
    let mut stream = connector.connect(name, tcp).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.flush().await.unwrap();
    stream
}

#[tokio::test]
async fn a_member_that_does_not_begin_http2_is_closed() {
    let served = serve_hub(Options { limits: short(), ..Options::default() }).await;
    for bytes in [b"".as_slice(), b"PRI * HT", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let mut stream = silent(&served, bytes).await;
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "{} bytes were sent", bytes.len());
    }
    served.until_open(0).await;
    // Whoever does begin may then be silent for longer than that.
    let good = served.channel_of(&member("XF")).await;
    tokio::time::sleep(short().first_frame * 2).await;
    check(&good).await.unwrap();
    assert_eq!(served.connections.count(), 1);
}

#[tokio::test]
async fn a_lifetime_ends_even_a_connection_that_is_used() {
    let limits = ListenLimits { lifetime: Duration::from_millis(500), ..Options::default().limits };
    let served = serve_hub(Options { limits, ..Options::default() }).await;
    let channel = served.channel_of(&member("XF")).await;
    check(&channel).await.unwrap();
    served.until_open(0).await;
    check_after_loss(&channel).await.unwrap();
}

#[tokio::test]
async fn a_flood_of_unfinished_handshakes_pushes_itself_out() {
    let limits = ListenLimits { handshakes: 4, ..Options::default().limits };
    let served = serve_hub(Options { limits, ..Options::default() }).await;
    let mut flood = Vec::new();
    for _ in 0..12 {
        flood.push(send(&served, &tls12_hello()[..20]).await);
    }
    check(&served.channel_of(&member("XF")).await).await.unwrap();
    // The handshake deadline is far away: the oldest are closed because newer ones came.
    assert!(is_closed(&mut flood[0]).await);
}

#[tokio::test]
async fn connections_are_bounded_for_all_and_for_each() {
    let limits = ListenLimits { connections: 3, per_identity: 2, ..Options::default().limits };
    let served = serve_hub(Options { limits, ..Options::default() }).await;
    let first = served.channel_of(&member("XF")).await;
    let second = served.channel_of(&member("XF")).await;
    let refused = served.connect(&served.tls_of(&member("XF"))).await.unwrap_err();
    assert!(matches!(refused.cause, ConnectCause::Closed) && refused.is_passing(), "{refused}");
    let other = served.channel_of(&member("XS")).await;
    let refused = served.connect(&served.tls_of(&member("XA"))).await.unwrap_err();
    assert!(matches!(refused.cause, ConnectCause::Closed), "{refused}");
    for channel in [&first, &second, &other] {
        check(channel).await.unwrap();
    }
    drop((first, second));
    served.until_open(1).await;
    check(&served.channel_of(&member("XA")).await).await.unwrap(); // the places are free again
    check(&served.channel_of(&member("XF")).await).await.unwrap();
}

#[tokio::test]
async fn a_member_can_be_cut_off_and_nobody_else_notices() {
    let served = serve_hub(Options::default()).await;
    let (bad, good) = (served.channel_of(&member("XF")).await, served.channel_of(&member("XS")).await);
    check(&bad).await.unwrap();
    check(&good).await.unwrap();
    let mut watching = watch(&bad).await;
    let is_bad = |peer: &amana_kit::serve::Peer| peer.identity.as_ref().unwrap().principal == member("XF");
    // Once nothing is under way only the cut itself can end the stream before the next keepalive.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(served.connections.cut(is_bad), 1);
    let ended =
        tokio::time::timeout(KEEPALIVE_INTERVAL / 2, watching.message()).await.expect("the stream must end");
    assert!(ended.is_err(), "it ends with an error");
    served.until_open(1).await;
    check(&good).await.unwrap();
    assert_eq!(served.connections.cut(|_| false), 0);
}

/// Opens a stream that stays open, and reads its first message.
async fn watch(
    channel: &tonic::transport::Channel,
) -> tonic::Streaming<tonic_health::pb::HealthCheckResponse> {
    let mut client = tonic_health::pb::health_client::HealthClient::new(channel.clone());
    let request = tonic_health::pb::HealthCheckRequest::default();
    let mut stream = client.watch(request).await.unwrap().into_inner();
    stream.message().await.unwrap().unwrap();
    stream
}

#[tokio::test]
async fn stopping_waits_for_open_streams_only_so_long() {
    let served = serve_hub(Options { drain: Duration::from_millis(200), ..Options::default() }).await;
    let channel = served.channel_of(&member("XF")).await;
    let mut watching = watch(&channel).await;
    served.shutdown.trigger();
    let ended = tokio::time::timeout(PATIENCE, served.ended).await.unwrap().unwrap();
    assert_eq!(ended, Drained::Cut { connections: 1 });
    assert!(watching.message().await.is_err());
    assert!(TcpStream::connect(served.address).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn stopping_with_nothing_open_is_clean() {
    let served = serve_hub(Options { drain: PATIENCE, ..Options::default() }).await;
    let channel = served.channel_of(&member("XF")).await;
    check(&channel).await.unwrap();
    served.shutdown.trigger();
    assert_eq!(tokio::time::timeout(PATIENCE, served.ended).await.unwrap().unwrap(), Drained::Clean);
}

#[tokio::test]
async fn a_header_list_past_the_limit_is_refused() {
    let served = serve_hub(Options::default()).await;
    let channel = served.channel_of(&member("XF")).await;
    let mut client = tonic_health::pb::health_client::HealthClient::new(channel.clone());
    let mut request = tonic::Request::new(tonic_health::pb::HealthCheckRequest::default());
    request.metadata_mut().insert("x-long", "a".repeat(9000).parse().unwrap());
    assert!(client.check(request).await.is_err());
    check(&channel).await.unwrap();
}

#[tokio::test]
async fn the_same_credentials_serve_many_connections_without_tickets() {
    let served = serve_hub(Options::default()).await;
    let credentials = client_credentials(&served.authority, &member("XF"), this_year());
    let tls = ClientTls::new(hub(), served.trust(), Some(&credentials), KeyExchange::HybridOnly).unwrap();
    for _ in 0..3 {
        check(&served.connect(&tls).await.unwrap()).await.unwrap();
    }
}
