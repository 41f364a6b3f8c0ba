//! Why a key, request or certificate could not be made or read.

/// A key, a request or a certificate that cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The private key is not PKCS#8 for P-256.
    #[error("the TLS private key is not a P-256 key in PKCS#8; restore it from the backup or enrol again")]
    Key,
    /// No randomness, or ring refused to make a key.
    #[error("no private key can be made: the operating system gives no random bytes")]
    Generate,
    /// The request does not parse, or is not signed with its own key.
    #[error("the certificate request is not a valid PKCS#10 request; make a new one")]
    Request,
    /// The request is for another kind of key.
    #[error("the certificate request is for another kind of key; only ECDSA on P-256 is accepted")]
    RequestAlgorithm,
    /// The text holds no certificate.
    #[error("no certificate found; expected PEM with BEGIN CERTIFICATE")]
    NoCertificate,
    /// The certificate does not parse.
    #[error("the certificate does not parse; check that the file is complete")]
    Malformed,
    /// The authority's certificate and key are not a pair.
    #[error("the authority's key does not belong to its certificate; restore both from the same backup")]
    AuthorityKey,
    /// The name is not one that this authority may vouch for.
    #[error("{name} is not a name that the authority of {trust_domain} may vouch for")]
    OutOfRealm {
        /// The name asked for.
        name: String,
        /// What the authority is for.
        trust_domain: String,
    },
    /// A DNS name or URI that X.509 cannot carry.
    #[error("{0:?} cannot stand in a certificate; use plain ASCII")]
    Name(String),
    /// The time does not fit X.509.
    #[error("the certificate would be valid past the year 9999; check the clock and the validity in days")]
    Validity,
    /// rcgen refused.
    #[error("the certificate cannot be made ({0})")]
    Make(#[source] rcgen::Error),
}
