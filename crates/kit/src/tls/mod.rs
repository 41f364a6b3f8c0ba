//! TLS 1.3 as this project speaks it: mutual, hybrid post-quantum, ALPN `h2`, one certificate
//! authority per side, nothing resumed and nothing sent early (RFC 8446 §2.3, appendix E.5).
//!
//! Who can be fooled and how: a *server* trusts only its own authority and only names of its
//! [`crate::identity::Realm`]; a *client* trusts one authority (given, or known by its fingerprint)
//! and one fixed server name; the place it dials proves nothing.

mod client;
mod error;
mod identify;
pub mod kx;
mod pin;
mod server;

pub use client::{ClientTls, ServerTrust};
pub use error::TlsSetupError;
pub use server::{Clients, ServerTls};

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::{cipher_suite, default_provider, kx_group};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use amana_types::Digest;

use crate::certs::TlsKey;
use crate::digest::sha256;

/// HTTP/2 over TLS (RFC 9113 §3.2).
const ALPN: &[u8] = b"h2";

/// Which key exchanges a side accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyExchange {
    /// X25519MLKEM768 and nothing else: between our own programs.
    HybridOnly,
    /// X25519MLKEM768 first, plain X25519 allowed: for agencies' stock gRPC clients.
    HybridPreferred,
}

/// A certificate chain, end entity first, with its private key.
#[derive(Clone)]
pub struct Credentials {
    certified: Arc<CertifiedKey>,
}

impl Credentials {
    /// Pairs `chain` (end entity first) with `key`.
    ///
    /// # Errors
    /// [`TlsSetupError::KeyMismatch`] when the key is not the certificate's,
    /// [`TlsSetupError::Certificate`] when the chain does not parse.
    pub fn new(chain: Vec<CertificateDer<'static>>, key: &TlsKey) -> Result<Self, TlsSetupError> {
        let pkcs8 = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.pkcs8()));
        let signer = rustls::crypto::ring::sign::any_ecdsa_type(&pkcs8).map_err(TlsSetupError::Rustls)?;
        let certified = CertifiedKey::new(chain, signer);
        certified.keys_match().map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => TlsSetupError::KeyMismatch,
            other => TlsSetupError::Certificate(other),
        })?;
        Ok(Self { certified: Arc::new(certified) })
    }

    fn resolver(&self) -> Arc<SingleCertAndKey> {
        Arc::new(SingleCertAndKey::from(Arc::clone(&self.certified)))
    }
}

/// The SHA-256 of a certificate's DER: how an authority is named in an enrolment token.
#[must_use]
pub fn fingerprint(certificate: &CertificateDer<'_>) -> Digest {
    sha256(certificate)
}

/// ring's provider, narrowed to TLS 1.3 suites and the key exchange groups asked for.
fn provider(key_exchange: KeyExchange) -> Arc<CryptoProvider> {
    let kx_groups = match key_exchange {
        KeyExchange::HybridOnly => vec![kx::X25519MLKEM768],
        KeyExchange::HybridPreferred => vec![kx::X25519MLKEM768, kx_group::X25519],
    };
    let cipher_suites = vec![
        cipher_suite::TLS13_AES_256_GCM_SHA384,
        cipher_suite::TLS13_AES_128_GCM_SHA256,
        cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
    ];
    Arc::new(CryptoProvider { cipher_suites, kx_groups, ..default_provider() })
}
