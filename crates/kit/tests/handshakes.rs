//! Who may speak to whom, and how: every pairing of client and server that must or must not work.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;

use amana_kit::certs::TlsKey;
use amana_kit::connect::ConnectCause;
use amana_kit::identity::{Principal, ServerIdentity};
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust, TlsSetupError, fingerprint, kx};
use common::*;
use rustls::crypto::ring::{default_provider, kx_group};
use rustls::pki_types::ServerName;
use rustls::{AlertDescription, NamedGroup, ProtocolVersion, RootCertStore};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

#[tokio::test]
async fn a_member_is_known_by_name_and_key() {
    let served = serve_hub(Options::default()).await;
    let channel = served.channel_of(&member("XF")).await;
    check(&channel).await.unwrap();
    let peer = served.last_asked();
    assert_eq!(peer.identity.as_ref().unwrap().principal, member("XF"));
    assert!(peer.address.ip().is_loopback());

    let operator = Principal::Operator("alice".parse().unwrap());
    check(&served.channel_of(&operator).await).await.unwrap();
    assert_eq!(served.last_asked().identity.unwrap().principal, operator);
    assert_ne!(served.last_asked().address, peer.address);
}

#[tokio::test]
async fn an_anonymous_listener_knows_nobody_and_proves_itself_by_fingerprint() {
    let served = serve_hub(Options { anonymous: true, ..Options::default() }).await;
    let pin = ServerTrust::Fingerprint(fingerprint(served.authority.certificate()));
    let tls = ClientTls::new(hub(), pin, None, KeyExchange::HybridOnly).unwrap();
    check(&served.connect(&tls).await.unwrap()).await.unwrap();
    assert_eq!(served.last_asked().identity, None);
}

#[tokio::test]
async fn a_client_believes_only_the_right_server() {
    let served = serve_hub(Options { anonymous: true, ..Options::default() }).await;
    let stranger = authority();
    let node = ServerIdentity::Node(exchange(), "XF".parse().unwrap());
    let other = ServerIdentity::Hub("other.example".parse().unwrap());
    let by_key =
        |authority: &amana_kit::certs::Authority| ServerTrust::Authority(authority.certificate().clone());
    let by_print =
        |authority: &amana_kit::certs::Authority| ServerTrust::Fingerprint(authority.fingerprint());
    type Is = fn(&ConnectCause) -> bool;
    let unknown: Is = |cause| matches!(cause, ConnectCause::UnknownAuthority);
    let wrong: Is = |cause| matches!(cause, ConnectCause::WrongServer);
    for (server, trust, expected) in [
        (hub(), by_key(&stranger), unknown),
        (hub(), by_print(&stranger), unknown),
        (node, by_key(&served.authority), wrong),
        (other.clone(), by_key(&served.authority), wrong),
        (other, by_print(&served.authority), wrong),
    ] {
        let tls = ClientTls::new(server, trust, None, KeyExchange::HybridOnly).unwrap();
        let error = served.connect(&tls).await.unwrap_err();
        assert!(expected(&error.cause), "{error}");
        assert!(!error.is_passing());
    }
}

/// A leaf that its own owner calls an authority must not become one by being pinned elsewhere.
#[tokio::test]
async fn a_member_certificate_does_not_make_a_server() {
    let authority = authority();
    let as_client = client_credentials(&authority, &member("XF"), this_year());
    let trust = ServerTrust::Authority(authority.certificate().clone());
    let tls = ClientTls::new(hub(), trust, None, KeyExchange::HybridOnly).unwrap();
    let server = amana_kit::tls::ServerTls::new(
        &as_client,
        amana_kit::tls::Clients::Anonymous,
        KeyExchange::HybridOnly,
    )
    .unwrap();
    let listener = amana_kit::serve::Listener::bind(
        "127.0.0.1:0".parse().unwrap(),
        server,
        amana_kit::serve::ListenLimits::default(),
    )
    .await
    .unwrap();
    let address = listener.address();
    let _incoming = listener.incoming();
    let error = amana_kit::connect::connect(&address.into(), &tls).await.unwrap_err();
    assert!(matches!(error.cause, ConnectCause::WrongServer), "{error}");
}

#[tokio::test]
async fn a_server_past_or_before_its_time_is_not_believed() {
    for validity in [past(), future()] {
        let served = serve_hub(Options { anonymous: true, validity, ..Options::default() }).await;
        let tls = ClientTls::new(hub(), served.trust(), None, KeyExchange::HybridOnly).unwrap();
        let error = served.connect(&tls).await.unwrap_err();
        assert!(matches!(error.cause, ConnectCause::ClockOrExpired), "{error}");
        assert!(error.to_string().contains("clock"));
    }
}

#[tokio::test]
async fn a_client_without_an_acceptable_certificate_is_told_why() {
    let served = serve_hub(Options::default()).await;
    let foreign = client_credentials(&authority(), &member("XF"), this_year());
    let expired = client_credentials(&served.authority, &member("XF"), past());
    let server = server_credentials(&served.authority, &hub(), this_year());
    for (credentials, expected) in [
        (None, "CertificateRequired"),
        (Some(&foreign), "CertificateRefused"),
        (Some(&expired), "CertificateExpired"),
        (Some(&server), "CertificateRefused"), // the hub's own certificate is no client's
    ] {
        let tls = ClientTls::new(hub(), served.trust(), credentials, KeyExchange::HybridOnly).unwrap();
        let error = served.connect(&tls).await.unwrap_err();
        assert!(format!("{:?}", error.cause).contains(expected), "{expected}: {:?}", error.cause);
    }
    assert_eq!(served.connections.count(), 0);
    check(&served.channel_of(&member("XF")).await).await.unwrap();
}

#[tokio::test]
async fn a_name_of_another_realm_is_refused_in_the_handshake() {
    // The right authority's key, but a name that is not the exchange's to give: as after a mistake.
    let served = serve_hub(Options::default()).await;
    let of_other = amana_kit::identity::Realm::Exchange("other.example".parse().unwrap());
    let key = TlsKey::from_pkcs8(served.authority.key().pkcs8().to_vec().into()).unwrap();
    let pem = amana_kit::certs::to_pem(served.authority.certificate());
    let twin = amana_kit::certs::Authority::load(of_other, &pem, key).unwrap();
    let credentials = client_credentials(&twin, &member("XF"), this_year());
    let tls = ClientTls::new(hub(), served.trust(), Some(&credentials), KeyExchange::HybridOnly).unwrap();
    let error = served.connect(&tls).await.unwrap_err();
    assert!(
        matches!(error.cause, ConnectCause::CertificateRefused(AlertDescription::CertificateUnknown)),
        "{error}"
    );
}

/// A stock client with the given groups, as another rustls program would be.
async fn stock_client(
    served: &Served,
    groups: Vec<&'static dyn rustls::crypto::SupportedKxGroup>,
    protocol: &[u8],
) -> std::io::Result<TlsStream<TcpStream>> {
    let provider = rustls::crypto::CryptoProvider { kx_groups: groups, ..default_provider() };
    let mut roots = RootCertStore::empty();
    roots.add(served.authority.certificate().clone()).unwrap();
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let name = ServerName::try_from(hub().dns_name()).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, TcpStream::connect(served.address).await?).await
}

#[tokio::test]
async fn the_negotiated_group_is_the_hybrid_one() {
    assert_eq!(u16::from(NamedGroup::X25519MLKEM768), 0x11ec);
    for key_exchange in [KeyExchange::HybridOnly, KeyExchange::HybridPreferred] {
        let served = serve_hub(Options { anonymous: true, key_exchange, ..Options::default() }).await;
        // Offering the classical group first must not avoid the hybrid one where both are known.
        let groups = vec![kx::X25519MLKEM768, kx_group::X25519];
        let stream = stock_client(&served, groups, b"h2").await.unwrap();
        let session = stream.get_ref().1;
        assert_eq!(session.negotiated_key_exchange_group().unwrap().name(), NamedGroup::X25519MLKEM768);
        assert_eq!(session.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    }
}

#[tokio::test]
async fn a_classical_client_is_refused_by_the_hub_and_served_by_an_agency_port() {
    let strict = serve_hub(Options { anonymous: true, ..Options::default() }).await;
    let error = stock_client(&strict, vec![kx_group::X25519], b"h2").await.unwrap_err();
    assert!(error.to_string().contains("HandshakeFailure"), "{error}");

    let key_exchange = KeyExchange::HybridPreferred;
    let lenient = serve_hub(Options { anonymous: true, key_exchange, ..Options::default() }).await;
    let stream = stock_client(&lenient, vec![kx_group::X25519], b"h2").await.unwrap();
    let group = stream.get_ref().1.negotiated_key_exchange_group().unwrap().name();
    assert_eq!(group, NamedGroup::X25519);
    assert!(stock_client(&lenient, vec![kx_group::SECP384R1], b"h2").await.is_err());
}

#[tokio::test]
async fn nothing_is_left_to_resume_a_session_with() {
    let served = serve_hub(Options { anonymous: true, ..Options::default() }).await;
    let mut stream = stock_client(&served, vec![kx::X25519MLKEM768], b"h2").await.unwrap();
    let mut settings = [0; 9]; // the first frame of HTTP/2; a ticket would have come before it
    stream.read_exact(&mut settings).await.unwrap();
    assert_eq!(settings[3], 4, "a SETTINGS frame (RFC 9113 §6.5)");
    assert_eq!(stream.get_ref().1.tls13_tickets_received(), 0);
}

#[tokio::test]
async fn only_http2_is_spoken() {
    let served = serve_hub(Options { anonymous: true, ..Options::default() }).await;
    let error = stock_client(&served, vec![kx::X25519MLKEM768], b"http/1.1").await.unwrap_err();
    assert!(error.to_string().contains("NoApplicationProtocol"), "{error}");
}

#[test]
fn a_key_of_another_certificate_is_no_credential() {
    let authority = authority();
    let key = TlsKey::generate().unwrap();
    let chain = vec![authority.certificate().clone()];
    assert!(matches!(Credentials::new(chain, &key), Err(TlsSetupError::KeyMismatch)));
    assert!(Credentials::new(vec![], &key).is_err());
}
