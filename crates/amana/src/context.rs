//! Who a command acts as: an agency at its node, or an operator at the hub.

use std::fs;
use std::path::{Path, PathBuf};

use amana_kit::certs::{TlsKey, certificate_from_pem, certificates_from_pem};
use amana_kit::connect::{ServerAddress, connect};
use amana_kit::identity::ServerIdentity;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_types::{ExchangeName, MemberCode};
use serde::Deserialize;
use tonic::transport::Channel;

use crate::commands::call;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;

/// The file's name within an agency's folder.
const AGENCY_FILE: &str = "agency.toml";

/// What `amana agency add` wrote. Paths are beside the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgencyContext {
    node: String,
    member: String,
    #[serde(rename = "server_name")]
    _server_name: String,
    trust_domain: String,
    certificate: PathBuf,
    key: PathBuf,
    ca: PathBuf,
    /// Why this agency reads, where a command does not say it.
    purpose: Option<String>,
}

/// Why the agency whose context is in force reads, if its context says so.
pub(crate) fn purpose(settings: &Settings) -> Result<Option<String>, Failure> {
    Ok(load_agency(settings)?.1.purpose)
}

/// A channel to the node of the agency whose context is in force.
pub(crate) async fn agency(settings: &Settings) -> Result<Channel, Failure> {
    let (folder, context) = load_agency(settings)?;
    let (address, tls) = context.tls(&folder)?;
    connect(&address, &tls).await.map_err(|error| call::unconnected(&error))
}

/// The folder in force.
pub(crate) fn folder(settings: &Settings, made_by: &str) -> Result<PathBuf, Failure> {
    settings.context.clone().ok_or_else(|| {
        Failure::new(Exit::NoIdentity, "no context: who are you?")
            .hint(format!("give --context PATH (or set AMANA__CONTEXT), the folder that `{made_by}` wrote"))
    })
}

/// Whether the context is an operator's folder.
pub(crate) fn is_operator(settings: &Settings) -> bool {
    settings.context.as_ref().is_some_and(|folder| folder.join("operator.toml").exists())
}

/// The context file in force, or the `name` in the folder in force.
fn file(settings: &Settings, name: &str, made_by: &str) -> Result<PathBuf, Failure> {
    let path = folder(settings, made_by)?;
    Ok(if path.is_dir() { path.join(name) } else { path })
}

/// Reads a text file that names an identity.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path)
        .map_err(|error| Failure::new(Exit::NoIdentity, format_args!("{}: {error}", path.display())))
}

fn load_agency(settings: &Settings) -> Result<(PathBuf, AgencyContext), Failure> {
    let path = file(settings, AGENCY_FILE, "amana agency add")?;
    let text = read(&path)
        .map_err(|failure| failure.hint("an agency's context is the folder that `amana agency add` wrote"))?;
    let context = toml::from_str(&text).map_err(|error| {
        Failure::new(Exit::NoIdentity, format_args!("{}: {}", path.display(), error.message()))
            .hint("this is not an agency's context; `amana agency add` writes one")
    })?;
    Ok((path.parent().map(Path::to_owned).unwrap_or_default(), context))
}

impl AgencyContext {
    fn tls(&self, folder: &Path) -> Result<(ServerAddress, ClientTls), Failure> {
        let invalid = |what: &str, error: &dyn std::fmt::Display| {
            Failure::new(Exit::NoIdentity, format_args!("{AGENCY_FILE}: {what}: {error}"))
        };
        let member: MemberCode = self.member.parse().map_err(|e| invalid("member", &e))?;
        let domain = format!("{}.", self.member.to_lowercase());
        let exchange: ExchangeName = self
            .trust_domain
            .strip_prefix(&domain)
            .unwrap_or_default()
            .parse()
            .map_err(|e| invalid("trust_domain", &e))?;
        let address: ServerAddress = self.node.parse().map_err(|e| invalid("node", &e))?;
        let chain = certificates_from_pem(&read(&folder.join(&self.certificate))?)
            .map_err(|e| invalid("certificate", &e))?;
        let key =
            TlsKey::from_pem(read(&folder.join(&self.key))?.as_bytes()).map_err(|e| invalid("key", &e))?;
        let ca = certificate_from_pem(&read(&folder.join(&self.ca))?).map_err(|e| invalid("ca", &e))?;
        let credentials = Credentials::new(chain, &key).map_err(|e| invalid("certificate", &e))?;
        let server = ServerIdentity::Node(exchange, member);
        let trust = ServerTrust::Authority(ca);
        let tls = ClientTls::new(server, trust, Some(&credentials), KeyExchange::HybridOnly)
            .map_err(|e| invalid("ca", &e))?;
        Ok((address, tls))
    }
}
