//! TLS and HTTP/2 by hand, so that everything that a proper client would never say can be said.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use amana_kit::certs::{
    Authority, CertificateRequest, TlsKey, Validity, certificate_from_pem, certificates_from_pem,
};
use amana_kit::clock::SystemClock;
use amana_kit::identity::{Principal, Realm, ServerIdentity};
use amana_kit::random::SystemRandom;
use amana_node::{CertificateName, KeyName, Layout};
use amana_seal::keyfile::{KeyKind, open_pem};
use amana_types::{Clock as _, Duration as Span};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::common::{Exchange, PATIENCE};

pub(crate) type Tls = TlsStream<TcpStream>;

/// What begins every HTTP/2 connection (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// Frame types (RFC 9113 §6) and flags.
pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// How to come in: as whom.
#[derive(Clone)]
pub(crate) struct Entrance {
    pub(crate) address: SocketAddr,
    connector: TlsConnector,
    name: ServerName<'static>,
}

/// A certificate chain and its private key.
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Entrance {
    fn new(exchange: &Exchange, authority: CertificateDer<'static>, identity: Option<Identity>) -> Self {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority).unwrap();
        let provider = rustls::crypto::CryptoProvider {
            kx_groups: vec![amana_kit::tls::kx::X25519MLKEM768],
            ..rustls::crypto::ring::default_provider()
        };
        let builder = rustls::ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match identity {
            Some((chain, key)) => builder.with_client_auth_cert(chain, key).unwrap(),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        let hub = ServerIdentity::Hub(exchange.operator().exchange().clone());
        let address = exchange.hub_address();
        Self {
            address: SocketAddr::new(address.host().parse().unwrap(), address.port()),
            connector: TlsConnector::from(Arc::new(config)),
            name: ServerName::try_from(hub.dns_name()).unwrap(),
        }
    }

    /// Without a certificate; as somebody of another exchange of the same name; as the member whose
    /// node's files these are.
    pub(crate) fn all(exchange: &Exchange, member: &str) -> [Self; 3] {
        let layout = Layout::new(exchange.node_dir(member));
        let read = |path| std::fs::read_to_string(path).unwrap();
        let authority = read(layout.certificate(CertificateName::ExchangeAuthority));
        let authority = certificate_from_pem(&authority).unwrap();
        let chain = certificates_from_pem(&read(layout.certificate(CertificateName::Tls))).unwrap();
        let key = open_pem(&read(layout.key(KeyName::Tls)), KeyKind::P256, &exchange.passphrase()).unwrap();
        let member = (chain, PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.to_vec())));
        [None, Some(foreign(exchange)), Some(member)]
            .map(|identity| Self::new(exchange, authority.clone(), identity))
    }

    pub(crate) async fn tcp(&self) -> io::Result<TcpStream> {
        TcpStream::connect(self.address).await
    }

    /// A TLS connection that has said nothing yet.
    pub(crate) async fn tls(&self) -> io::Result<Tls> {
        self.connector.connect(self.name.clone(), self.tcp().await?).await
    }

    /// An HTTP/2 connection that has said these settings (RFC 9113 §6.5), and these frames after them.
    pub(crate) async fn http2(&self, settings: &[(u16, u32)], frames: &[u8]) -> io::Result<Tls> {
        let mut payload = Vec::new();
        for (name, value) in settings {
            payload.extend(name.to_be_bytes());
            payload.extend(value.to_be_bytes());
        }
        let mut stream = self.tls().await?;
        stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &payload), frames].concat()).await?;
        stream.flush().await?;
        Ok(stream)
    }
}

/// A member's certificate from an authority that calls itself the exchange's and is not.
fn foreign(exchange: &Exchange) -> Identity {
    let year = Validity::starting(SystemClock.now(), Span::from_days(365));
    let realm = Realm::Exchange(exchange.operator().exchange().clone());
    let authority = Authority::create(realm, TlsKey::generate().unwrap(), year, &SystemRandom).unwrap();
    let key = TlsKey::generate().unwrap();
    let request = CertificateRequest::create(&key).unwrap();
    let member = Principal::Member("XF".parse().unwrap());
    let issued = authority.issue_client(&member, &request, year, &SystemRandom).unwrap();
    (issued.chain(), PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.pkcs8().to_vec())))
}

/// One frame (RFC 9113 §4.1).
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The header block of a gRPC call, every field a literal without indexing (RFC 7541 §6.2.2).
pub(crate) fn call(method: &str) -> Vec<u8> {
    let fields = [
        (":method", "POST"),
        (":scheme", "https"),
        (":path", method),
        (":authority", "hub"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    fields.iter().flat_map(|(name, value)| field(name, value)).collect()
}

pub(crate) fn field(name: &str, value: &str) -> Vec<u8> {
    let mut field = vec![0];
    for text in [name, value] {
        field.push(u8::try_from(text.len()).unwrap());
        field.extend(text.as_bytes());
    }
    field
}

/// Reads until the other end closes the connection, whatever it says before; answers what it said.
pub(crate) async fn until_closed(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut said = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    let reading = async {
        // A reset, an alert and an orderly end are all an end.
        while let Ok(read @ 1..) = stream.read(&mut chunk).await {
            said.extend_from_slice(&chunk[..read]);
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.ok().map(|()| said)
}

/// Reads until a frame of one of these types comes, or the end; answers its type and flags.
pub(crate) async fn until_frame(stream: &mut Tls, wanted: &[u8]) -> io::Result<(u8, u8)> {
    let reading = async {
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await?;
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            stream.read_exact(&mut vec![0; length]).await?;
            if wanted.contains(&head[3]) {
                return Ok((head[3], head[4]));
            }
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// Pause of a bad client before it comes again.
pub(crate) const AGAIN: Duration = Duration::from_secs(2);
