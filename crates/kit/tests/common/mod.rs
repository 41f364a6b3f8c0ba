//! A small world for the tests: an exchange with a hub, members, strangers, and a served port.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use amana_kit::certs::{Authority, CertificateRequest, TlsKey, Validity};
use amana_kit::clock::SystemClock;
use amana_kit::connect::{ConnectError, ServerAddress, connect_within};
use amana_kit::identity::{Principal, Realm, ServerIdentity};
use amana_kit::random::SystemRandom;
use amana_kit::serve::{Connections, Drained, ListenLimits, Listener, Peer, serve, server_limits};
use amana_kit::shutdown::Shutdown;
use amana_kit::tls::{ClientTls, Clients, Credentials, KeyExchange, ServerTls, ServerTrust};
use amana_types::{Clock, Duration as Span, ExchangeName, Timestamp};
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Server};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// Long enough never to be the reason a test ends.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn exchange() -> ExchangeName {
    "exchange.example".parse().unwrap()
}

pub(crate) fn hub() -> ServerIdentity {
    ServerIdentity::Hub(exchange())
}

pub(crate) fn member(code: &str) -> Principal {
    Principal::Member(code.parse().unwrap())
}

pub(crate) fn year_from(start: Timestamp) -> Validity {
    Validity::starting(start, Span::from_days(365))
}

pub(crate) fn this_year() -> Validity {
    year_from(SystemClock.now())
}

/// A year that ended a year ago.
pub(crate) fn past() -> Validity {
    year_from(SystemClock.now().before(Span::from_days(730)))
}

/// A year that begins in a year.
pub(crate) fn future() -> Validity {
    year_from(SystemClock.now().after(Span::from_days(365)))
}

pub(crate) fn authority() -> Authority {
    Authority::create(Realm::Exchange(exchange()), TlsKey::generate().unwrap(), this_year(), &SystemRandom)
        .unwrap()
}

pub(crate) fn server_credentials(
    authority: &Authority,
    server: &ServerIdentity,
    validity: Validity,
) -> Credentials {
    let key = TlsKey::generate().unwrap();
    let issued = authority.issue_server(server, &[], &key, validity, &SystemRandom).unwrap();
    Credentials::new(issued.chain(), &key).unwrap()
}

pub(crate) fn client_credentials(
    authority: &Authority,
    principal: &Principal,
    validity: Validity,
) -> Credentials {
    let key = TlsKey::generate().unwrap();
    let request = CertificateRequest::create(&key).unwrap();
    let issued = authority.issue_client(principal, &request, validity, &SystemRandom).unwrap();
    Credentials::new(issued.chain(), &key).unwrap()
}

/// A hub that answers health checks and notes who asked.
pub(crate) struct Served {
    pub(crate) authority: Authority,
    pub(crate) address: SocketAddr,
    pub(crate) connections: Connections,
    pub(crate) asked: Arc<Mutex<Vec<Peer>>>,
    pub(crate) shutdown: Shutdown,
    pub(crate) ended: JoinHandle<Drained>,
}

pub(crate) struct Options {
    pub(crate) limits: ListenLimits,
    pub(crate) key_exchange: KeyExchange,
    pub(crate) anonymous: bool,
    pub(crate) server: ServerIdentity,
    pub(crate) validity: Validity,
    pub(crate) drain: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: ListenLimits { handshake: PATIENCE, first_frame: PATIENCE, ..ListenLimits::default() },
            key_exchange: KeyExchange::HybridOnly,
            anonymous: false,
            server: hub(),
            validity: this_year(),
            drain: Duration::ZERO,
        }
    }
}

pub(crate) async fn serve_hub(options: Options) -> Served {
    let authority = authority();
    let credentials = server_credentials(&authority, &options.server, options.validity);
    let clients = if options.anonymous {
        Clients::Anonymous
    } else {
        Clients::Required { authority: authority.certificate().clone(), realm: Realm::Exchange(exchange()) }
    };
    let tls = ServerTls::new(&credentials, clients, options.key_exchange).unwrap();
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), tls, options.limits).await.unwrap();
    let (address, connections) = (listener.address(), listener.connections());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&asked);
    let (_, health) = tonic_health::server::health_reporter();
    let noting = move |request: tonic::Request<()>| {
        let peer = Peer::of(&request).cloned().ok_or_else(|| Status::internal("nobody knows who asks"))?;
        note.lock().unwrap().push(peer);
        Ok(request)
    };
    let router = server_limits(Server::builder()).add_service(InterceptedService::new(health, noting));
    let shutdown = Shutdown::new();
    let stop = shutdown.clone();
    let ended = tokio::spawn(async move { serve(router, listener, &stop, options.drain).await.unwrap() });
    Served { authority, address, connections, asked, shutdown, ended }
}

impl Served {
    pub(crate) fn trust(&self) -> ServerTrust {
        ServerTrust::Authority(self.authority.certificate().clone())
    }

    /// The way a member's node speaks to this hub.
    pub(crate) fn tls_of(&self, principal: &Principal) -> ClientTls {
        let credentials = client_credentials(&self.authority, principal, this_year());
        ClientTls::new(hub(), self.trust(), Some(&credentials), KeyExchange::HybridOnly).unwrap()
    }

    pub(crate) async fn connect(&self, tls: &ClientTls) -> Result<Channel, ConnectError> {
        connect_within(&ServerAddress::from(self.address), tls, PATIENCE).await
    }

    pub(crate) async fn channel_of(&self, principal: &Principal) -> Channel {
        self.connect(&self.tls_of(principal)).await.unwrap()
    }

    pub(crate) fn last_asked(&self) -> Peer {
        self.asked.lock().unwrap().last().unwrap().clone()
    }

    /// Waits until as many connections are open as are expected.
    pub(crate) async fn until_open(&self, expected: usize) {
        for _ in 0..1000 {
            if self.connections.count() == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} connections are open, not {expected}", self.connections.count());
    }
}

pub(crate) async fn check(channel: &Channel) -> Result<(), Status> {
    HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await.map(|_| ())
}

/// A request on a channel that has lost its connection: it connects again by itself, but the request
/// that finds out may still fail.
pub(crate) async fn check_after_loss(channel: &Channel) -> Result<(), Status> {
    for _ in 0..100 {
        if check(channel).await.is_ok() {
            return Ok(());
        }
    }
    check(channel).await
}
