//! Reading the one name of a certificate.

use amana_types::{Digest, Timestamp};
use rustls::pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use super::{Principal, Realm};
use crate::digest::sha256;

/// Who a verified client certificate names, and which key it holds.
///
/// Whether that key is still the member's is for the directory to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerIdentity {
    /// Who it is.
    pub principal: Principal,
    /// SHA-256 of the certificate's SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), DER.
    pub spki_sha256: Digest,
    /// When the certificate expires.
    pub not_after: Timestamp,
}

/// A certificate that names nobody of the realm. The peer must get another certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The bytes are no certificate.
    #[error("the certificate does not parse; ask for a new one")]
    Malformed,
    /// No URI, or more than one (SPIFFE X509-SVID §2).
    #[error(
        "the certificate has {0} URI names; exactly one says who its holder is; ask the exchange or the \
         node that issued it for a new one"
    )]
    NotOneUri(usize),
    /// The URI is no name of the realm.
    #[error(
        "the certificate is for {uri:?}, which is nobody of {trust_domain}; use the certificate that was \
         issued for it"
    )]
    NotOfRealm {
        /// The certificate's URI, at most 100 characters.
        uri: String,
        /// The trust domain asked for.
        trust_domain: String,
    },
}

impl PeerIdentity {
    /// Reads the holder's name from a certificate that some authority of `realm` is known to have signed.
    ///
    /// # Errors
    /// [`IdentityError`] for anything but exactly one name of the realm.
    pub fn from_certificate(der: &CertificateDer<'_>, realm: &Realm) -> Result<Self, IdentityError> {
        let (_, certificate) = X509Certificate::from_der(der).map_err(|_| IdentityError::Malformed)?;
        let uri = only_uri(&certificate)?;
        let principal = Principal::parse(uri, realm).ok_or_else(|| IdentityError::NotOfRealm {
            uri: uri.chars().take(100).collect(),
            trust_domain: realm.trust_domain(),
        })?;
        Ok(Self {
            principal,
            spki_sha256: sha256(certificate.public_key().raw),
            not_after: not_after(&certificate),
        })
    }
}

fn only_uri<'a>(certificate: &X509Certificate<'a>) -> Result<&'a str, IdentityError> {
    let names = certificate
        .subject_alternative_name()
        .map_err(|_| IdentityError::Malformed)?
        .ok_or(IdentityError::NotOneUri(0))?;
    let mut uris = names.value.general_names.iter().filter_map(|name| match name {
        GeneralName::URI(uri) => Some(*uri),
        _ => None,
    });
    match (uris.next(), uris.count()) {
        (Some(uri), 0) => Ok(uri),
        (first, more) => Err(IdentityError::NotOneUri(more + usize::from(first.is_some()))),
    }
}

pub(crate) fn not_after(certificate: &X509Certificate<'_>) -> Timestamp {
    let seconds = u64::try_from(certificate.validity().not_after.timestamp()).unwrap_or(0);
    Timestamp::from_unix_millis(seconds.saturating_mul(1000))
}
