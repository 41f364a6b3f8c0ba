//! A TLS private key.

use rcgen::{PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm, SigningKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use zeroize::Zeroizing;

use amana_types::Digest;

use super::CertificateError;
use crate::digest::sha256;

/// An ECDSA P-256 private key. Its PKCS#8 bytes are zeroed when dropped, and it has no `Debug`.
pub struct TlsKey {
    pair: EcdsaKeyPair,
    pkcs8: Zeroizing<Vec<u8>>,
}

impl TlsKey {
    /// A fresh key from the system's randomness.
    ///
    /// # Errors
    /// [`CertificateError::Generate`] when there is no randomness.
    pub fn generate() -> Result<Self, CertificateError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new())
            .map_err(|_| CertificateError::Generate)?;
        Self::from_pkcs8(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// The key in unencrypted PKCS#8 DER (RFC 5958).
    ///
    /// # Errors
    /// [`CertificateError::Key`] for anything but P-256 PKCS#8.
    pub fn from_pkcs8(pkcs8: Zeroizing<Vec<u8>>) -> Result<Self, CertificateError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8, &SystemRandom::new())
            .map_err(|_| CertificateError::Key)?;
        Ok(Self { pair, pkcs8 })
    }

    /// The key in unencrypted PKCS#8 PEM (RFC 7468 §10), as an agency holds it.
    ///
    /// # Errors
    /// [`CertificateError::Key`] for anything but P-256 PKCS#8.
    pub fn from_pem(pem: &[u8]) -> Result<Self, CertificateError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| CertificateError::Key)?;
        Self::from_pkcs8(Zeroizing::new(der.secret_pkcs8_der().to_vec()))
    }

    /// The key as unencrypted PKCS#8 DER: for the cipher at rest, never for a file.
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// SHA-256 of the SubjectPublicKeyInfo: what the directory knows this key by.
    #[must_use]
    pub fn spki_sha256(&self) -> Digest {
        sha256(&self.subject_public_key_info())
    }
}

impl PublicKeyData for TlsKey {
    fn der_bytes(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for TlsKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.pair
            .sign(&SystemRandom::new(), message)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| rcgen::Error::RingUnspecified)
    }
}
