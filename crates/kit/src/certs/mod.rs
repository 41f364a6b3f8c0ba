//! Certificates: the exchange's authority at the hub, a member's authority at its node, and what they
//! issue. ECDSA on P-256 with SHA-256 throughout, the one algorithm that every gRPC client accepts.
//!
//! A client's private key never leaves its owner: it sends a [`CertificateRequest`], of which only the
//! proven public key is used; the issuer alone decides on the name.

mod authority;
mod error;
mod key;
mod pem;
mod request;
mod validity;

pub use authority::{AltName, Authority, Issued};
pub use error::CertificateError;
pub use key::TlsKey;
pub use pem::{certificate_from_pem, certificates_from_pem, to_pem};
pub use request::CertificateRequest;
pub use rustls::pki_types::CertificateDer;
pub use validity::Validity;

#[cfg(test)]
#[path = "certs_tests.rs"]
mod tests;
