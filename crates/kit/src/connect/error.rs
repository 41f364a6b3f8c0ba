//! Why there is no connection, and what to do about it.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use rustls::{AlertDescription, CertificateError, Error as TlsError};

use super::ServerAddress;
use crate::identity::ServerIdentity;

/// No connection to a server. Cheap to clone.
#[derive(Clone, Debug, thiserror::Error)]
#[error("no connection to {server} at {address}: {cause}")]
pub struct ConnectError {
    /// Where it was looked for.
    pub address: ServerAddress,
    /// Who was looked for.
    pub server: ServerIdentity,
    /// Why, and what to do.
    #[source]
    pub cause: ConnectCause,
}

/// Why there is no connection, and what to do.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectCause {
    /// The name does not resolve. The user must act.
    #[error("the host name does not resolve; check its spelling and the network")]
    UnknownHost,
    /// Nothing listens there. Retry, or the operator must act.
    #[error("nothing answers there; check the address, and that the server runs")]
    Refused,
    /// The network does not lead there. Retry.
    #[error("the network does not lead there ({0}); check the network, then try again")]
    Unreachable(ErrorKind),
    /// Too slow. Retry.
    #[error("no answer within {} s; check the network and the server's load, then try again", .0.as_secs_f32())]
    TimedOut(Duration),
    /// Another authority signed the server's certificate. The user must act.
    #[error(
        "its certificate was not signed by the authority we trust; check the address, and that your token or \
         CA file comes from this exchange"
    )]
    UnknownAuthority,
    /// The certificate is for another server. The user must act.
    #[error("its certificate is for another server; check the address and the exchange's name")]
    WrongServer,
    /// The server's certificate is past its time or before it: one of the clocks is off.
    #[error(
        "its certificate is not valid at this machine's time; check this machine's clock, then ask the \
         operator to renew the certificate"
    )]
    ClockOrExpired,
    /// The server's certificate is wrong in some other way. The operator must act.
    #[error("its certificate is not acceptable ({0}); ask the operator")]
    BadServerCertificate(CertificateError),
    /// The server wants a certificate and got none. The user must act.
    #[error("it asks for a client certificate and there is none; enrol first")]
    CertificateRequired,
    /// The server says that our certificate has expired: renew it, or a clock is off.
    #[error("it says that our certificate has expired; renew it, and check the clocks of both machines")]
    CertificateExpired,
    /// The server refuses our certificate. The user must act.
    #[error("it refuses our certificate ({0:?}); check that it was issued by this exchange and not revoked")]
    CertificateRefused(AlertDescription),
    /// No common key exchange or TLS version. The operator must act.
    #[error(
        "it does not speak TLS 1.3 with X25519MLKEM768 ({0}); is it the right port, and nothing in between \
         that opens TLS?"
    )]
    NotHybrid(String),
    /// It speaks, but not TLS. The user must act.
    #[error("what answers there does not speak TLS ({0}); check the port")]
    NotTls(String),
    /// The server closed the connection after the handshake. Retry later.
    #[error("it closed the connection at once; it may have too many connections: try again later")]
    Closed,
    /// Anything else.
    #[error("{0}; try again, and report it if it stays")]
    Other(Arc<dyn StdError + Send + Sync>),
}

impl ConnectError {
    pub(super) fn new(address: ServerAddress, server: ServerIdentity, cause: ConnectCause) -> Self {
        Self { address, server, cause }
    }

    /// Finds a [`ConnectError`] among the causes of `error`, such as the [`tonic::Status`] of a request
    /// for which the channel tried to connect again.
    #[must_use]
    pub fn within<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            cause = error.source();
        }
        None
    }

    /// Whether trying again later may help without anyone changing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        use ConnectCause::{Closed, Other, Refused, TimedOut, UnknownHost, Unreachable};
        matches!(self.cause, UnknownHost | Refused | Unreachable(_) | TimedOut(_) | Closed | Other(_))
    }

    /// Whether the server answers and does not take us: our certificate must be put right.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        use ConnectCause::{CertificateExpired, CertificateRefused, CertificateRequired};
        matches!(self.cause, CertificateRequired | CertificateExpired | CertificateRefused(_))
    }
}

impl ConnectCause {
    pub(super) fn from_tcp(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::ConnectionRefused => Self::Refused,
            ErrorKind::TimedOut => Self::Unreachable(ErrorKind::TimedOut),
            kind @ (ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::AddrNotAvailable) => Self::Unreachable(kind),
            // Name resolution has no kind of its own in the standard library.
            _ if error.raw_os_error().is_none() => Self::UnknownHost,
            _ => Self::Other(Arc::new(error)),
        }
    }

    pub(super) fn from_tls(error: io::Error) -> Self {
        if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>()) {
            return Self::from_rustls(tls);
        }
        match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Other(Arc::new(error)),
        }
    }

    fn from_rustls(error: &TlsError) -> Self {
        match error {
            TlsError::InvalidCertificate(certificate) => Self::from_certificate(certificate),
            TlsError::AlertReceived(alert) => Self::from_alert(*alert),
            TlsError::PeerIncompatible(why) => Self::NotHybrid(format!("{why:?}")),
            TlsError::InvalidMessage(why) => Self::NotTls(format!("{why:?}")),
            other => Self::Other(Arc::new(other.clone())),
        }
    }

    fn from_certificate(error: &CertificateError) -> Self {
        use CertificateError as E;
        match error {
            E::UnknownIssuer | E::BadSignature => Self::UnknownAuthority,
            E::NotValidForName | E::NotValidForNameContext { .. } => Self::WrongServer,
            E::InvalidPurpose | E::InvalidPurposeContext { .. } => Self::WrongServer,
            E::Expired | E::ExpiredContext { .. } | E::NotValidYet | E::NotValidYetContext { .. } => {
                Self::ClockOrExpired
            }
            other => Self::BadServerCertificate(other.clone()),
        }
    }

    fn from_alert(alert: AlertDescription) -> Self {
        use AlertDescription as A;
        match alert {
            A::CertificateRequired => Self::CertificateRequired,
            A::CertificateExpired => Self::CertificateExpired,
            A::HandshakeFailure | A::ProtocolVersion | A::InsufficientSecurity | A::NoApplicationProtocol => {
                Self::NotHybrid(format!("it says {alert:?}"))
            }
            A::BadCertificate
            | A::UnsupportedCertificate
            | A::CertificateRevoked
            | A::CertificateUnknown
            | A::UnknownCA
            | A::AccessDenied
            | A::DecryptError => Self::CertificateRefused(alert),
            other => Self::Other(Arc::new(TlsError::AlertReceived(other))),
        }
    }
}
