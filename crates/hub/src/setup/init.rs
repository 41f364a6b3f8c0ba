//! Making a new exchange.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use amana_kit::certs::{AltName, Authority, CertificateRequest, TlsKey, Validity, to_pem};
use amana_kit::fsio::{create_private_directory, create_private_file};
use amana_kit::identity::{Principal, Realm, ServerIdentity};
use amana_log::LogKey;
use amana_seal::keyfile::{KeyKind, Passphrase};
use amana_seal::keys::{SigningKeyPair, draw_seed};
use amana_types::{Duration, ExchangeName, Random, Timestamp};

use super::SetupError;
use super::facts::{self, ExchangeFacts, log_name};
use super::keys::seal;
use super::operator::Operator;
use crate::config::{HubConfig, Layout};

/// The authority and the hub's own certificate outlive any plan.
const AUTHORITY: Duration = Duration::from_days(20 * 365);
const SERVER: Duration = Duration::from_days(10 * 365);
/// An operator's certificate.
const OPERATOR: Duration = Duration::from_days(2 * 365);

/// What a new exchange is made of.
#[derive(Clone, Debug)]
pub struct InitOptions {
    /// The directory to make.
    pub dir: PathBuf,
    /// The exchange's name.
    pub exchange: ExchangeName,
    /// Where members and operators connect.
    pub listen: SocketAddr,
    /// Where new members enrol.
    pub enrol_listen: SocketAddr,
    /// The host name or address by which members reach the hub; `None`: the address of `listen`.
    pub advertise: Option<String>,
}

/// Makes a new exchange: keys, authority, configuration, and an operator named `admin`.
///
/// # Errors
/// [`SetupError`]; a directory that is not empty is left alone.
pub fn init(
    options: &InitOptions,
    passphrase: &Passphrase,
    random: &dyn Random,
    now: Timestamp,
) -> Result<Operator, SetupError> {
    let layout = Layout::new(&options.dir);
    let host = advertised(options)?;
    check_empty(&options.dir)?;
    for dir in [options.dir.clone(), options.dir.join("keys"), layout.operator()] {
        create_private_directory(&dir)?;
    }

    let realm = Realm::Exchange(options.exchange.clone());
    let validity = |span| Validity::starting(now, span);
    let authority = Authority::create(realm, TlsKey::generate()?, validity(AUTHORITY), random)?;
    let ca_pem = to_pem(authority.certificate());
    seal(&layout.key("ca.key"), KeyKind::P256, authority.key().pkcs8(), passphrase, random)?;
    create_private_file(&layout.key("ca.pem"), ca_pem.as_bytes())?;

    let tls = TlsKey::generate()?;
    let hub = ServerIdentity::Hub(options.exchange.clone());
    let issued = authority.issue_server(&hub, &[alt_name(&host)], &tls, validity(SERVER), random)?;
    seal(&layout.key("tls.key"), KeyKind::P256, tls.pkcs8(), passphrase, random)?;
    create_private_file(&layout.key("tls.pem"), issued.chain_pem().as_bytes())?;

    let log = SigningKeyPair::from_seed(draw_seed(random).as_slice())?;
    seal(&layout.key("log.key"), KeyKind::Ed25519, log.seed().as_slice(), passphrase, random)?;
    let root = SigningKeyPair::from_seed(draw_seed(random).as_slice())?;
    let facts = ExchangeFacts {
        exchange: options.exchange.clone(),
        root_keys: vec![root.public()],
        log_key: LogKey::new(log_name(&options.exchange)?, log.public().0),
    };
    facts.create(&layout.exchange())?;

    let operator = Operator::new(
        &layout.operator(),
        &facts,
        &authority,
        [url(&host, options.listen.port()), url(&host, options.enrol_listen.port())],
    );
    seal(&operator.root_key_file(), KeyKind::Ed25519, root.seed().as_slice(), passphrase, random)?;
    let admin = TlsKey::generate()?;
    let principal = Principal::Operator("admin".parse().map_err(|_| SetupError::Name("operator's name"))?);
    let request = CertificateRequest::create(&admin)?;
    let issued = authority.issue_client(&principal, &request, validity(OPERATOR), random)?;
    seal(&operator.key_file(), KeyKind::P256, admin.pkcs8(), passphrase, random)?;
    create_private_file(&operator.certificate_file(), issued.chain_pem().as_bytes())?;
    create_private_file(&operator.authority_file(), ca_pem.as_bytes())?;
    operator.create()?;

    // Last: a directory without a configuration is one that was not finished.
    let config =
        HubConfig { listen: options.listen, enrol_listen: options.enrol_listen, ..HubConfig::default() };
    facts::write(&layout.config(), &config)?;
    Ok(operator)
}

/// The host by which members reach the hub.
fn advertised(options: &InitOptions) -> Result<String, SetupError> {
    match (&options.advertise, options.listen.ip()) {
        (Some(host), _) => Ok(host.clone()),
        (None, address) if address.is_unspecified() => Err(SetupError::Advertise(address)),
        (None, address) => Ok(address.to_string()),
    }
}

fn check_empty(dir: &Path) -> Result<(), SetupError> {
    let empty = std::fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
    if empty { Ok(()) } else { Err(SetupError::NotEmpty(dir.to_owned())) }
}

fn alt_name(host: &str) -> AltName {
    host.parse().map_or_else(|_| AltName::Dns(host.to_owned()), AltName::Ip)
}

/// An IPv6 address stands in brackets (RFC 3986 §3.2.2).
fn url(host: &str, port: u16) -> String {
    match host.parse() {
        Ok(IpAddr::V6(address)) => format!("https://[{address}]:{port}"),
        _ => format!("https://{host}:{port}"),
    }
}
