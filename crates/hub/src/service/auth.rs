//! Who calls: the certificate says who, the directory says whether that still counts.

use amana_kit::identity::{PeerIdentity, Principal, PrincipalName};
use amana_kit::serve::Peer;
use amana_types::{Directory, MemberCode, Reason};
use amana_wire::status;
use tonic::Request;

/// Someone who may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// An active member, with its present TLS key.
    Member(MemberCode),
    /// An operator of the exchange.
    Operator(PrincipalName),
}

/// Why a caller is turned away. It must get itself a valid certificate, or the operator's attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallerRefused {
    /// No certificate, or one of an agency.
    #[error("only members and operators of this exchange may call; use the certificate of one")]
    NoCertificate,
    /// The directory does not know the member under this key: never enrolled, or the key was replaced.
    #[error("this certificate is not the member's present one; use the newest, or enrol again")]
    NotPresent,
    /// The member is suspended.
    #[error("this member is suspended; ask the exchange's operator")]
    Suspended,
    /// An operator calls what is for members, or the other way round.
    #[error("this call is for {0}")]
    WrongKind(&'static str),
}

impl Caller {
    /// The caller of a request.
    ///
    /// # Errors
    /// [`CallerRefused`].
    pub(crate) fn of<T>(request: &Request<T>, directory: &Directory) -> Result<Self, CallerRefused> {
        let identity = Peer::of(request).and_then(|peer| peer.identity.as_ref());
        Self::identify(identity.ok_or(CallerRefused::NoCertificate)?, directory)
    }

    /// Whom a certificate stands for at present.
    ///
    /// # Errors
    /// [`CallerRefused`].
    pub(crate) fn identify(identity: &PeerIdentity, directory: &Directory) -> Result<Self, CallerRefused> {
        match &identity.principal {
            Principal::Operator(name) => Ok(Self::Operator(name.clone())),
            Principal::Agency { .. } => Err(CallerRefused::NoCertificate),
            Principal::Member(code) => match directory.member(*code) {
                Some(member) if member.tls_key != identity.spki_sha256 => Err(CallerRefused::NotPresent),
                Some(member) if !member.is_active() => Err(CallerRefused::Suspended),
                Some(_) => Ok(Self::Member(*code)),
                None => Err(CallerRefused::NotPresent),
            },
        }
    }

    /// The member, if it is one.
    ///
    /// # Errors
    /// [`CallerRefused::WrongKind`] for an operator.
    pub(crate) fn member(self) -> Result<MemberCode, CallerRefused> {
        match self {
            Self::Member(code) => Ok(code),
            Self::Operator(_) => Err(CallerRefused::WrongKind("members, not for operators")),
        }
    }

    /// The operator, if it is one.
    ///
    /// # Errors
    /// [`CallerRefused::WrongKind`] for a member.
    pub(crate) fn operator(self) -> Result<PrincipalName, CallerRefused> {
        match self {
            Self::Operator(name) => Ok(name),
            Self::Member(_) => Err(CallerRefused::WrongKind("operators, not for members")),
        }
    }
}

impl From<CallerRefused> for status::Refusal {
    fn from(refused: CallerRefused) -> Self {
        let reason = match refused {
            CallerRefused::NoCertificate => Reason::NoCertificate,
            CallerRefused::NotPresent => Reason::NotAPresentMember,
            CallerRefused::Suspended => Reason::CallerSuspended,
            CallerRefused::WrongKind(_) => Reason::WrongKindOfCaller,
        };
        Self::new(reason, refused.to_string())
    }
}

#[cfg(test)]
#[path = "auth_tests.rs"]
mod tests;
