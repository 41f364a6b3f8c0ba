//! Outgoing channels: why there is none, and coming back after a loss.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use amana_kit::certs::TlsKey;
use amana_kit::connect::{ConnectCause, ConnectError, ServerAddress, connect_within};
use amana_kit::random::SystemRandom;
use amana_kit::tls::{ClientTls, KeyExchange, ServerTrust, kx};
use common::*;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// An address where nobody listens.
async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

async fn failure(address: impl Into<ServerAddress>, time: Duration) -> ConnectError {
    let served = serve_hub(Options::default()).await;
    connect_within(&address.into(), &served.tls_of(&member("XF")), time).await.unwrap_err()
}

#[tokio::test]
async fn nobody_there() {
    let address = nobody().await;
    let error = failure(address, PATIENCE).await;
    assert!(matches!(error.cause, ConnectCause::Refused), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&address.to_string()) && text.contains("the hub of exchange.example"), "{text}");
    assert!(error.is_passing());
}

#[tokio::test]
async fn no_such_host() {
    let error = failure("no-such-host.invalid:7443".parse::<ServerAddress>().unwrap(), PATIENCE).await;
    assert!(matches!(error.cause, ConnectCause::UnknownHost), "{error:?}");
}

/// A server that is not ours: it says `greeting` to everyone, and hangs up or not.
async fn stranger(greeting: &'static [u8], hangs_up: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(greeting).await;
            if !hangs_up {
                held.push(stream);
            }
        }
    });
    address
}

#[tokio::test]
async fn somebody_else_there() {
    let error = failure(stranger(b"220 mail.example ESMTP\r\n", false).await, PATIENCE).await;
    assert!(matches!(error.cause, ConnectCause::NotTls(_)), "{error:?}");
    let error = failure(stranger(b"", true).await, PATIENCE).await;
    assert!(matches!(error.cause, ConnectCause::Closed), "{error:?}");
    let alert = &[21, 3, 3, 0, 2, 2, 40]; // fatal handshake_failure: no group in common
    let error = failure(stranger(alert, false).await, PATIENCE).await;
    assert!(matches!(error.cause, ConnectCause::NotHybrid(_)), "{error:?}");
}

/// The hub's own name, but it ends every connection properly and at once.
#[tokio::test]
async fn an_orderly_goodbye_is_no_connection() {
    let authority = authority();
    let key = TlsKey::generate().unwrap();
    let issued = authority.issue_server(&hub(), &[], &key, this_year(), &SystemRandom).unwrap();
    let provider = CryptoProvider { kx_groups: vec![kx::X25519MLKEM768], ..default_provider() };
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(issued.chain(), PrivatePkcs8KeyDer::from(key.pkcs8().to_vec()).into())
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let mut stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
        stream.shutdown().await.unwrap();
        std::future::pending::<()>().await;
    });
    let trust = ServerTrust::Authority(authority.certificate().clone());
    let tls = ClientTls::new(hub(), trust, None, KeyExchange::HybridOnly).unwrap();
    let error = connect_within(&address.into(), &tls, PATIENCE).await.unwrap_err();
    assert!(matches!(error.cause, ConnectCause::Closed), "{error:?}");
}

#[tokio::test]
async fn silence_has_an_end() {
    let error = failure(stranger(b"", false).await, Duration::from_millis(200)).await;
    assert!(matches!(error.cause, ConnectCause::TimedOut(_)), "{error:?}");
}

#[tokio::test]
async fn a_channel_comes_back_and_says_why_it_cannot() {
    let served = serve_hub(Options::default()).await;
    let channel = served.channel_of(&member("XF")).await;
    check(&channel).await.unwrap();
    served.connections.cut(|_| true);
    served.until_open(0).await;
    check_after_loss(&channel).await.unwrap();

    served.shutdown.trigger();
    served.ended.await.unwrap();
    let mut found = None;
    for _ in 0..100 {
        let status = check(&channel).await.unwrap_err();
        found = ConnectError::within(&status).cloned();
        if found.is_some() {
            break;
        }
    }
    assert!(matches!(found.expect("a reason").cause, ConnectCause::Refused));
}

/// 256 messages of 6 KiB fit the windows: both sides agree on the numbers of `limits`.
#[tokio::test]
async fn many_requests_share_one_connection() {
    let served = serve_hub(Options::default()).await;
    let channel = served.channel_of(&member("XF")).await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..256 {
        let channel = channel.clone();
        asking.spawn(async move { check(&channel).await });
    }
    for answer in asking.join_all().await {
        answer.unwrap();
    }
    assert_eq!(served.connections.count(), 1);
}
