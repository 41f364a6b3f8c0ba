//! The connecting side.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::{ClientConfig, Resumption, WebPkiServerVerifier};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::TLS13;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use amana_types::Digest;

use super::pin::PinnedAuthority;
use super::{ALPN, Credentials, KeyExchange, TlsSetupError, provider};
use crate::identity::ServerIdentity;

/// What makes a server's certificate believable.
#[derive(Clone, Debug)]
pub enum ServerTrust {
    /// This certificate authority signed it.
    Authority(CertificateDer<'static>),
    /// An authority with this SHA-256 signed it; the server sends the authority's certificate along.
    Fingerprint(Digest),
}

/// How a client speaks TLS to one server. Cheap to clone.
#[derive(Clone)]
pub struct ClientTls {
    connector: TlsConnector,
    name: ServerName<'static>,
    server: ServerIdentity,
}

impl ClientTls {
    /// TLS 1.3 to `server` and no other, with `credentials` if the server asks for them.
    ///
    /// # Errors
    /// [`TlsSetupError`] when the authority's certificate is no trust anchor.
    pub fn new(
        server: ServerIdentity,
        trust: ServerTrust,
        credentials: Option<&Credentials>,
        key_exchange: KeyExchange,
    ) -> Result<Self, TlsSetupError> {
        let provider = provider(key_exchange);
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13])
            .map_err(TlsSetupError::Rustls)?;
        let builder = match trust {
            ServerTrust::Authority(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority).map_err(TlsSetupError::Authority)?;
                builder.with_webpki_verifier(
                    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build()?,
                )
            }
            ServerTrust::Fingerprint(pin) => builder
                .dangerous() // rustls' word for any verifier of one's own; ours only narrows webpki's
                .with_custom_certificate_verifier(Arc::new(PinnedAuthority::new(pin, provider))),
        };
        let mut config = match credentials {
            Some(credentials) => builder.with_client_cert_resolver(credentials.resolver()),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.enable_early_data = false;
        config.resumption = Resumption::disabled();
        let dns = server.dns_name();
        let name = ServerName::try_from(dns.clone()).map_err(|_| TlsSetupError::Name { name: dns })?;
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name, server })
    }

    /// The server this speaks to.
    #[must_use]
    pub fn server(&self) -> &ServerIdentity {
        &self.server
    }

    pub(crate) async fn connect(&self, tcp: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.connector.connect(self.name.clone(), tcp).await
    }
}
