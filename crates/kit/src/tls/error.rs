//! What can be wrong with TLS before anyone connects.

/// TLS cannot be set up from what was given. The operator must act.
#[derive(Debug, thiserror::Error)]
pub enum TlsSetupError {
    /// The private key belongs to another certificate.
    #[error("the private key does not belong to the certificate; use the pair that was made together")]
    KeyMismatch,
    /// A certificate does not parse.
    #[error("the certificate does not parse ({0}); issue it again")]
    Certificate(#[source] rustls::Error),
    /// The authority's certificate cannot be a trust anchor.
    #[error("the certificate authority's certificate is not usable ({0}); check that it is the right file")]
    Authority(#[source] rustls::Error),
    /// The verifier could not be built.
    #[error("no verifier can be built ({0})")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
    /// The server's name is not a DNS name.
    #[error("{name:?} is no DNS name; the exchange's name must be one, such as exchange.example")]
    Name {
        /// The name.
        name: String,
    },
    /// rustls refuses the key or the settings.
    #[error("TLS does not accept the key or its settings ({0})")]
    Rustls(#[source] rustls::Error),
}
