//! Certificate requests (PKCS#10, RFC 2986).

use rcgen::{
    CertificateParams, CertificateSigningRequestParams, DistinguishedName, PKCS_ECDSA_P256_SHA256, PublicKey,
    PublicKeyData,
};
use rustls::pki_types::CertificateSigningRequestDer;

use amana_types::Digest;

use super::{CertificateError, TlsKey};
use crate::digest::sha256;

/// A public key whose owner proved to hold the private one.
///
/// Names in the request are ignored: the issuer knows whom it talks to.
#[derive(Clone, Debug)]
pub struct CertificateRequest {
    der: Vec<u8>,
    pub(super) key: PublicKey,
}

impl CertificateRequest {
    /// A request for a certificate over `key`.
    ///
    /// # Errors
    /// [`CertificateError::Make`] when signing fails.
    pub fn create(key: &TlsKey) -> Result<Self, CertificateError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        let request = params.serialize_request(key).map_err(CertificateError::Make)?;
        Self::from_der(request.der())
    }

    /// Reads a request and checks that it is signed with its own key.
    ///
    /// # Errors
    /// [`CertificateError::Request`] or [`CertificateError::RequestAlgorithm`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let request = CertificateSigningRequestParams::from_der(&CertificateSigningRequestDer::from(der))
            .map_err(|_| CertificateError::Request)?;
        if request.public_key.algorithm() != &PKCS_ECDSA_P256_SHA256 {
            return Err(CertificateError::RequestAlgorithm);
        }
        Ok(Self { der: der.to_vec(), key: request.public_key })
    }

    /// The request's DER, to send to the issuer.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the SubjectPublicKeyInfo asked for.
    #[must_use]
    pub fn spki_sha256(&self) -> Digest {
        sha256(&self.key.subject_public_key_info())
    }
}
