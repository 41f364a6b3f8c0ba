//! Who is at the other end, from the certificate that was verified.
//!
//! Names are SPIFFE ids in the one URI of the certificate's subject alternative names (SPIFFE
//! X509-SVID §2): `spiffe://<exchange>/member/XF`, `spiffe://<exchange>/operator/NAME`,
//! `spiffe://xf.<exchange>/agency/NAME`, and below that `/officer/ID` and `/system/ID`. Anything else is refused; nothing is read from the subject.

mod certificate;
mod name;

pub use certificate::{IdentityError, PeerIdentity};
pub use name::{NameError, PrincipalName};

use std::fmt;

use amana_types::{ExchangeName, MemberCode};

/// The names that one certificate authority may vouch for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Realm {
    /// The exchange's own authority: members and operators.
    Exchange(ExchangeName),
    /// A member's authority: that member's agencies.
    Member(ExchangeName, MemberCode),
}

impl Realm {
    /// The SPIFFE trust domain: the exchange's name, or the member's below it.
    #[must_use]
    pub fn trust_domain(&self) -> String {
        match self {
            Self::Exchange(exchange) => exchange.to_string(),
            Self::Member(exchange, member) => member_domain(exchange, *member),
        }
    }

    /// Whether `principal` is a name of this realm.
    #[must_use]
    pub fn holds(&self, principal: &Principal) -> bool {
        match (self, principal) {
            (Self::Exchange(_), Principal::Member(_) | Principal::Operator(_)) => true,
            (Self::Member(_, member), Principal::Agency { member: of, .. }) => member == of,
            _ => false,
        }
    }
}

/// Who a client certificate names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// A member's node.
    Member(MemberCode),
    /// A person who operates the exchange.
    Operator(PrincipalName),
    /// An agency of a member.
    Agency {
        /// The member it belongs to.
        member: MemberCode,
        /// Its name within the member.
        name: PrincipalName,
        /// Which officer or system of it; nothing for the agency's own certificate.
        unit: Option<AgencyUnit>,
    },
}

/// Who of an agency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgencyUnit {
    /// A person.
    Officer(PrincipalName),
    /// A program that asks on behalf of officers.
    System(PrincipalName),
}

impl AgencyUnit {
    /// Reads `officer/ID` or `system/ID`; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('/')? {
            ("officer", id) => id.parse().ok().map(Self::Officer),
            ("system", id) => id.parse().ok().map(Self::System),
            _ => None,
        }
    }
}

impl fmt::Display for AgencyUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Officer(id) => write!(f, "officer/{id}"),
            Self::System(id) => write!(f, "system/{id}"),
        }
    }
}

impl Principal {
    /// The SPIFFE id within `exchange`.
    #[must_use]
    pub fn spiffe_id(&self, exchange: &ExchangeName) -> String {
        match self {
            Self::Member(code) => format!("spiffe://{exchange}/member/{code}"),
            Self::Operator(name) => format!("spiffe://{exchange}/operator/{name}"),
            Self::Agency { member, name, unit } => {
                let agency = format!("spiffe://{}/agency/{name}", member_domain(exchange, *member));
                unit.as_ref().map_or_else(|| agency.clone(), |unit| format!("{agency}/{unit}"))
            }
        }
    }

    /// Reads the SPIFFE id of someone in `realm`; `None` for any other text.
    fn parse(id: &str, realm: &Realm) -> Option<Self> {
        let (domain, path) = id.strip_prefix("spiffe://")?.split_once('/')?;
        if domain != realm.trust_domain() {
            return None;
        }
        match (realm, path.split_once('/')?) {
            (Realm::Exchange(_), ("member", code)) => code.parse().ok().map(Self::Member),
            (Realm::Exchange(_), ("operator", name)) => name.parse().ok().map(Self::Operator),
            (Realm::Member(_, member), ("agency", name)) => {
                let (name, unit) = match name.split_once('/') {
                    Some((name, unit)) => (name, Some(AgencyUnit::parse(unit)?)),
                    None => (name, None),
                };
                Some(Self::Agency { member: *member, name: name.parse().ok()?, unit })
            }
            _ => None,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(code) => write!(f, "member {code}"),
            Self::Operator(name) => write!(f, "operator {name}"),
            Self::Agency { member, name, unit: None } => write!(f, "agency {name} of {member}"),
            Self::Agency { member, name, unit: Some(unit) } => {
                write!(f, "{unit} of agency {name} of {member}")
            }
        }
    }
}

/// Who a server certificate names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerIdentity {
    /// The hub of an exchange.
    Hub(ExchangeName),
    /// The node of a member.
    Node(ExchangeName, MemberCode),
}

impl ServerIdentity {
    /// The realm whose authority vouches for this server.
    #[must_use]
    pub fn realm(&self) -> Realm {
        match self {
            Self::Hub(exchange) => Realm::Exchange(exchange.clone()),
            Self::Node(exchange, member) => Realm::Member(exchange.clone(), *member),
        }
    }

    /// The DNS name that clients verify, whatever address they dialled: `hub.<exchange>` or
    /// `node.<member>.<exchange>`. It need not resolve.
    #[must_use]
    pub fn dns_name(&self) -> String {
        match self {
            Self::Hub(exchange) => format!("hub.{exchange}"),
            Self::Node(exchange, member) => format!("node.{}", member_domain(exchange, *member)),
        }
    }

    /// The SPIFFE id: `spiffe://<exchange>/hub` or `spiffe://<member>.<exchange>/node`.
    #[must_use]
    pub fn spiffe_id(&self) -> String {
        match self {
            Self::Hub(exchange) => format!("spiffe://{exchange}/hub"),
            Self::Node(exchange, member) => format!("spiffe://{}/node", member_domain(exchange, *member)),
        }
    }
}

impl fmt::Display for ServerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hub(exchange) => write!(f, "the hub of {exchange}"),
            Self::Node(exchange, member) => write!(f, "the node of {member} in {exchange}"),
        }
    }
}

/// SPIFFE trust domains and DNS names are in lower case (SPIFFE-ID §2.1).
fn member_domain(exchange: &ExchangeName, member: MemberCode) -> String {
    format!("{}.{exchange}", member.as_str().to_ascii_lowercase())
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
