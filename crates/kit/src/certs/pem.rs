//! Textual encoding of certificates (RFC 7468).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::CertificateError;

/// The certificate as PEM.
#[must_use]
pub fn to_pem(certificate: &CertificateDer<'_>) -> String {
    let body = BASE64_STANDARD.encode(certificate);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (n, symbol) in body.chars().enumerate() {
        if n > 0 && n % 64 == 0 {
            pem.push('\n');
        }
        pem.push(symbol);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}

/// Every certificate in a PEM text, in order; at least one.
///
/// # Errors
/// [`CertificateError::NoCertificate`] or [`CertificateError::Malformed`].
pub fn certificates_from_pem(pem: &str) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let certificates = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| CertificateError::Malformed)?;
    if certificates.is_empty() { Err(CertificateError::NoCertificate) } else { Ok(certificates) }
}

/// The first certificate in a PEM text.
///
/// # Errors
/// [`CertificateError::NoCertificate`] or [`CertificateError::Malformed`].
pub fn certificate_from_pem(pem: &str) -> Result<CertificateDer<'static>, CertificateError> {
    certificates_from_pem(pem)?.into_iter().next().ok_or(CertificateError::NoCertificate)
}
