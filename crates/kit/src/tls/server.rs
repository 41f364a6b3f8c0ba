//! The accepting side.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::server::{NoServerSessionStorage, ServerConfig, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{RootCertStore, ServerConnection};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::identify::IdentifyingVerifier;
use super::{ALPN, Credentials, KeyExchange, TlsSetupError, provider};
use crate::identity::{PeerIdentity, Realm};

/// Who may connect.
#[derive(Clone, Debug)]
pub enum Clients {
    /// Only holders of a certificate that `authority` signed and that names someone of `realm`.
    Required {
        /// The only trust anchor.
        authority: CertificateDer<'static>,
        /// The names it may vouch for.
        realm: Realm,
    },
    /// Anyone: for enrolment, where the client has no certificate yet.
    Anonymous,
}

/// How a listener speaks TLS. Cheap to clone.
#[derive(Clone)]
pub struct ServerTls {
    acceptor: TlsAcceptor,
    realm: Option<Realm>,
}

impl ServerTls {
    /// TLS 1.3 with these credentials, for these clients.
    ///
    /// # Errors
    /// [`TlsSetupError`] when the authority's certificate is no trust anchor.
    pub fn new(
        credentials: &Credentials,
        clients: Clients,
        key_exchange: KeyExchange,
    ) -> Result<Self, TlsSetupError> {
        let provider = provider(key_exchange);
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13])
            .map_err(TlsSetupError::Rustls)?;
        let (builder, realm) = match clients {
            Clients::Anonymous => (builder.with_no_client_auth(), None),
            Clients::Required { authority, realm } => {
                let mut roots = RootCertStore::empty();
                roots.add(authority).map_err(TlsSetupError::Authority)?;
                let chain = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
                let verifier = IdentifyingVerifier::new(chain, realm.clone());
                (builder.with_client_cert_verifier(Arc::new(verifier)), Some(realm))
            }
        };
        let mut config = builder.with_cert_resolver(credentials.resolver());
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.max_early_data_size = 0;
        config.send_tls13_tickets = 0;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), realm })
    }

    /// Shakes hands, and tells who came: `None` only when [`Clients::Anonymous`] is served.
    pub(crate) async fn accept(
        &self,
        tcp: TcpStream,
    ) -> std::io::Result<(TlsStream<TcpStream>, Option<PeerIdentity>)> {
        let stream = self.acceptor.accept(tcp).await?;
        let identity = self.identify(stream.get_ref().1)?;
        Ok((stream, identity))
    }

    fn identify(&self, connection: &ServerConnection) -> std::io::Result<Option<PeerIdentity>> {
        let Some(realm) = &self.realm else { return Ok(None) };
        let refused = |error: Box<dyn std::error::Error + Send + Sync>| {
            std::io::Error::new(std::io::ErrorKind::PermissionDenied, error)
        };
        let certificate = connection
            .peer_certificates()
            .and_then(<[_]>::first)
            .ok_or_else(|| refused("the client showed no certificate".into()))?;
        PeerIdentity::from_certificate(certificate, realm).map(Some).map_err(|error| refused(error.into()))
    }
}
