//! Entering an exchange with an invitation.

use std::net::IpAddr;

use amana_client::ClientError;
use amana_kit::certs::{
    AltName, Authority, CertificateError, CertificateRequest, Validity, certificates_from_pem, to_pem,
};
use amana_kit::config::ConfigError;
use amana_kit::connect::{AddressError, ConnectError, ServerAddress, connect};
use amana_kit::fsio::{FileError, replace_private_file};
use amana_kit::identity::{Realm, ServerIdentity};
use amana_kit::tls::{ClientTls, KeyExchange, ServerTrust, TlsSetupError, fingerprint};
use amana_log::LogKey;
use amana_seal::directory::{Entry, Grant, Invitation, InvitationError, MemberStatement};
use amana_seal::keyfile::Passphrase;
use amana_types::{Digest, Duration, MemberCode, Random, Seq, Timestamp};
use bytes::Bytes;

use crate::setup::config::{ExchangeTrust, NodeConfig, TrustError};
use crate::setup::keys::{KeysError, authority, hpke_pair, passphrase, signing_pair, tls_key};
use crate::setup::layout::{CertificateName, KeyName, Layout};

/// How long the authority over the agencies and the node's own server certificate are valid.
const VALIDITY: Duration = Duration::from_days(10 * 365);

/// The node did not enter the exchange. Nothing is lost: enrolling again with the same invitation is
/// safe, also after an answer that was lost.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The invitation cannot be used.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// The invitation is for somebody else.
    #[error("the invitation is for {invited}, and this is the node of {own}; ask for one for {own}")]
    OtherMember {
        /// Whom it invites.
        invited: MemberCode,
        /// Whose node this is.
        own: MemberCode,
    },
    /// The node is in another exchange.
    #[error("this node is a member of {0} already; use another directory for another exchange")]
    OtherExchange(String),
    /// An address in the invitation is not one.
    #[error("the invitation: {0}")]
    Address(#[from] AddressError),
    /// The log key in the invitation is not one.
    #[error("the invitation's log key does not read ({0}); ask for a new invitation")]
    LogKey(#[from] amana_log::KeyError),
    /// The hub could not be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The hub refused, or did not prove what it said.
    #[error(transparent)]
    Client(Box<ClientError>),
    /// The hub answered with certificates that do not fit.
    #[error("the hub answered with a certificate that is not the exchange's; tell the exchange")]
    ForeignCertificate,
    /// The node's configuration does not read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The trust file cannot be read or written.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A key does not open.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A certificate cannot be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsSetupError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<ClientError> for EnrolError {
    fn from(error: ClientError) -> Self {
        Self::Client(Box::new(error))
    }
}

/// What enrolment gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolledNode {
    /// The exchange entered.
    pub exchange: String,
    /// The member.
    pub member: MemberCode,
    /// Where in the exchange's log the entry is.
    pub index: Seq,
}

/// Enters the exchange that the invitation names: shows the grant and its secret with the member's own
/// statement about its keys, and keeps what comes back: the certificate, and whom to trust.
///
/// Safe to repeat with the same invitation.
///
/// # Errors
/// [`EnrolError`].
pub async fn enrol(
    layout: &Layout,
    invitation: &str,
    secret: &[u8],
    random: &dyn Random,
    now: Timestamp,
) -> Result<EnrolledNode, EnrolError> {
    let config = NodeConfig::load(layout, |layers| layers)?;
    let own = config.member_code()?;
    let (invitation, grant) = Invitation::parse(invitation)?;
    check(layout, own, &grant)?;
    let passphrase = passphrase(secret)?;
    let entry = entry(layout, &invitation, &grant, &passphrase)?;
    let request = CertificateRequest::create(&tls_key(layout, KeyName::Tls, &passphrase)?)?;
    let log_key: LogKey = invitation.log_key.parse()?;
    let hub = ServerIdentity::Hub(grant.exchange.clone());
    let pin = ServerTrust::Fingerprint(invitation.ca_fingerprint);
    let tls = ClientTls::new(hub, pin, None, KeyExchange::HybridOnly)?;
    let address: ServerAddress = invitation.enrolment_url.parse()?;
    let channel = connect(&address, &tls).await?;
    let request = Bytes::copy_from_slice(request.der());
    let enrolled = amana_client::enrol::enrol(channel, log_key, entry.into(), request).await?;

    write_certificates(layout, &enrolled.certificate_chain, invitation.ca_fingerprint)?;
    make_agency_authority(layout, &config, own, &grant, &passphrase, random, now)?;
    let trust = ExchangeTrust {
        exchange: grant.exchange.to_string(),
        hub: invitation.hub_url.parse::<ServerAddress>()?.to_string(),
        log_key: invitation.log_key.clone(),
        root_keys: invitation.root_keys.iter().map(|key| Digest(key.0).to_string()).collect(),
        hpke_epoch: grant.first_epoch.0,
        first_head: String::from_utf8_lossy(&enrolled.checkpoint).into_owned(),
    };
    // Last: with it the node counts as enrolled.
    trust.save(layout)?;
    Ok(EnrolledNode { exchange: trust.exchange, member: own, index: enrolled.index })
}

fn check(layout: &Layout, own: MemberCode, grant: &Grant) -> Result<(), EnrolError> {
    if grant.code != own {
        return Err(EnrolError::OtherMember { invited: grant.code, own });
    }
    match ExchangeTrust::load(layout) {
        Ok(trust) if trust.exchange != grant.exchange.as_str() => {
            Err(EnrolError::OtherExchange(trust.exchange))
        }
        Ok(_) | Err(TrustError::NotEnrolled(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The enrolment entry. The same keys and invitation give the same bytes, so that repeating is safe.
fn entry(
    layout: &Layout,
    invitation: &Invitation,
    grant: &Grant,
    passphrase: &Passphrase,
) -> Result<Vec<u8>, KeysError> {
    let identity = signing_pair(layout, KeyName::Identity, passphrase)?;
    let signing = signing_pair(layout, KeyName::Signing, passphrase)?;
    let hpke = hpke_pair(layout, passphrase)?;
    let statement = MemberStatement {
        exchange: grant.exchange.clone(),
        code: grant.code,
        grant: invitation.grant.digest(),
        tls_key: tls_key(layout, KeyName::Tls, passphrase)?.spki_sha256(),
        identity_key: identity.public(),
        signing_key: signing.public(),
        hpke_epoch: grant.first_epoch,
        hpke_key: hpke.public().clone(),
    };
    let statement = statement.sign(&identity);
    let (grant, secret) = (invitation.grant.clone(), invitation.secret.clone());
    Ok(Entry::Enrol { grant, secret, statement }.encode())
}

/// Keeps the node's chain and the exchange's authority, which must be the one that was pinned.
fn write_certificates(layout: &Layout, chain: &[Vec<u8>], pin: Digest) -> Result<(), EnrolError> {
    let pem: String = chain.iter().map(|der| to_pem(&der.as_slice().into())).collect();
    let certificates = certificates_from_pem(&pem)?;
    let authority = certificates.last().filter(|authority| fingerprint(authority) == pin);
    let authority = authority.ok_or(EnrolError::ForeignCertificate)?;
    let ca = layout.certificate(CertificateName::ExchangeAuthority);
    replace_private_file(&ca, to_pem(authority).as_bytes())?;
    Ok(replace_private_file(&layout.certificate(CertificateName::Tls), pem.as_bytes())?)
}

/// The authority over the agencies (made once) and the node's own server certificate from it.
fn make_agency_authority(
    layout: &Layout,
    config: &NodeConfig,
    own: MemberCode,
    grant: &Grant,
    passphrase: &Passphrase,
    random: &dyn Random,
    now: Timestamp,
) -> Result<(), EnrolError> {
    let realm = Realm::Member(grant.exchange.clone(), own);
    let validity = Validity::starting(now, VALIDITY);
    let key = tls_key(layout, KeyName::AgencyAuthority, passphrase)?;
    let path = layout.certificate(CertificateName::AgencyAuthority);
    let authority = if path.exists() {
        authority(layout, realm, key)?
    } else {
        let authority = Authority::create(realm, key, validity, random)?;
        replace_private_file(&path, to_pem(authority.certificate()).as_bytes())?;
        authority
    };
    let names: Vec<AltName> = server_names(config);
    let server = ServerIdentity::Node(grant.exchange.clone(), own);
    let key = tls_key(layout, KeyName::Server, passphrase)?;
    let issued = authority.issue_server(&server, &names, &key, validity, random)?;
    Ok(replace_private_file(&layout.certificate(CertificateName::Server), issued.chain_pem().as_bytes())?)
}

/// The names in the node's server certificate beside its fixed one.
fn server_names(config: &NodeConfig) -> Vec<AltName> {
    let mut names: Vec<AltName> = vec![AltName::Dns("localhost".to_owned()), AltName::Ip(config.listen.ip())];
    names.extend(config.names.iter().map(|name| match name.parse::<IpAddr>() {
        Ok(address) => AltName::Ip(address),
        Err(_) => AltName::Dns(name.clone()),
    }));
    names
}
