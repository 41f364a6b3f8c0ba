//! Making, listing and revoking agencies: what the administrator does, beside the running node.

use std::path::{Path, PathBuf};

use amana_kit::certs::{Authority, CertificateError, CertificateRequest, TlsKey, Validity, to_pem};
use amana_kit::fsio::{
    FileError, create_private_directory, create_private_file, read_private_file, replace_private_file,
};
use amana_kit::identity::{NameError, Principal, PrincipalName};
use amana_types::{Duration, MemberCode, Random, Role, Timestamp};
use zeroize::Zeroizing;

use super::agency::{AgencyFile, AgencyStatus, MOST_BYTES};
use crate::setup::config::TrustError;
use crate::setup::keys::{KeysError, agency_authority};
use crate::setup::layout::Layout;

/// How long an agency's certificate is valid.
const VALIDITY: Duration = Duration::from_days(365);

/// An agency cannot be made, listed or revoked. The administrator must act.
#[derive(Debug, thiserror::Error)]
pub enum AgencyError {
    /// Not a name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is one of that name.
    #[error("there is an agency {0} already; revoke it first, or choose another name")]
    Exists(PrincipalName),
    /// There is none of that name.
    #[error("there is no agency {0}; run: amana agency list")]
    Unknown(PrincipalName),
    /// The file of an agency has a mistake.
    #[error("{} is damaged ({problem}); correct it, or remove it and add the agency again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The node is not enrolled.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The node's keys cannot be opened.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// No certificate can be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What an agency needs in order to connect: four files in one directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyBundle {
    /// The private key, PEM, not encrypted: hand it over safely.
    pub key: PathBuf,
    /// The certificate, PEM.
    pub certificate: PathBuf,
    /// The authority by which the agency knows the node, PEM.
    pub authority: PathBuf,
    /// A context for this program: the node's address and the three files above.
    pub context: PathBuf,
}

/// Makes an agency: a key, a certificate for it, and the file that lets it in. The bundle is written to
/// `to`; `address` is where the agency reaches the node.
///
/// An agency that was revoked can be added again under its name; it gets a new key.
///
/// # Errors
/// [`AgencyError`].
#[expect(clippy::too_many_arguments, reason = "each is one thing the administrator decides")]
pub fn agency_add(
    layout: &Layout,
    name: &str,
    role: Role,
    address: &str,
    to: &Path,
    passphrase: &[u8],
    random: &dyn Random,
    now: Timestamp,
) -> Result<AgencyBundle, AgencyError> {
    let name: PrincipalName = name.parse()?;
    if read(layout, &name)?.is_some_and(|file| file.status == AgencyStatus::Active) {
        return Err(AgencyError::Exists(name));
    }
    let (authority, member) = agency_authority(layout, passphrase)?;
    let key = TlsKey::generate()?;
    let principal = Principal::Agency { member, name: name.clone() };
    let validity = Validity::starting(now, VALIDITY);
    let issued = authority.issue_client(&principal, &CertificateRequest::create(&key)?, validity, random)?;
    let bundle = write_bundle(to, &authority, member, &issued.chain_pem(), &key, address)?;
    let file = AgencyFile {
        name: name.to_string(),
        role: role.to_string(),
        key: issued.spki_sha256.to_string(),
        status: AgencyStatus::Active,
        issued: AgencyFile::moment(now),
        expires: AgencyFile::moment(validity.not_after),
    };
    // Last: from here on the certificate counts.
    write(layout, &name, &file)?;
    Ok(bundle)
}

/// Every agency, sorted by name.
///
/// # Errors
/// [`AgencyError`] for the first file that cannot be read.
pub fn agency_list(layout: &Layout) -> Result<Vec<AgencyFile>, AgencyError> {
    names(layout)?.iter().filter_map(|name| read(layout, name).transpose()).collect()
}

/// Revokes an agency: a running node refuses it from now on and cuts its connections. Safe to repeat.
///
/// # Errors
/// [`AgencyError::Unknown`] when there is no such agency.
pub fn agency_revoke(layout: &Layout, name: &str) -> Result<(), AgencyError> {
    let name: PrincipalName = name.parse()?;
    let file = read(layout, &name)?.ok_or_else(|| AgencyError::Unknown(name.clone()))?;
    let file = AgencyFile { status: AgencyStatus::Revoked, ..file };
    write(layout, &name, &file)
}

/// The names for which there is a file.
pub(crate) fn names(layout: &Layout) -> Result<Vec<PrincipalName>, AgencyError> {
    let directory = layout.agencies();
    let mut names: Vec<PrincipalName> = std::fs::read_dir(&directory)
        .map_err(FileError::new("list", &directory))?
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".toml")?.parse().ok())
        .collect();
    names.sort();
    Ok(names)
}

pub(crate) fn path(layout: &Layout, name: &PrincipalName) -> PathBuf {
    layout.agencies().join(format!("{name}.toml"))
}

fn write(layout: &Layout, name: &PrincipalName, file: &AgencyFile) -> Result<(), AgencyError> {
    let path = path(layout, name);
    match file.to_toml() {
        Ok(text) => Ok(replace_private_file(&path, text.as_bytes())?),
        Err(problem) => Err(AgencyError::Damaged { path, problem }),
    }
}

pub(crate) fn read(layout: &Layout, name: &PrincipalName) -> Result<Option<AgencyFile>, AgencyError> {
    let path = path(layout, name);
    match read_private_file(&path, MOST_BYTES) {
        Ok(text) => match AgencyFile::from_toml(&text) {
            Ok(file) => Ok(Some(file)),
            Err(problem) => Err(AgencyError::Damaged { path, problem }),
        },
        Err(FileError::Missing(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn write_bundle(
    to: &Path,
    authority: &Authority,
    member: MemberCode,
    certificate_pem: &str,
    key: &TlsKey,
    address: &str,
) -> Result<AgencyBundle, AgencyError> {
    create_private_directory(to)?;
    let bundle = AgencyBundle {
        key: to.join("agency.key"),
        certificate: to.join("agency.pem"),
        authority: to.join("ca.pem"),
        context: to.join("agency.toml"),
    };
    let server = authority.realm().trust_domain();
    let context = format!(
        "# How amana, or any gRPC client, reaches this agency's node.\n\
         node = {address:?}\nmember = \"{member}\"\n\
         # The name in the node's certificate, for clients that must be told (grpc.ssl_target_name_override).\n\
         server_name = \"node.{server}\"\ntrust_domain = {server:?}\n\
         certificate = \"agency.pem\"\nkey = \"agency.key\"\nca = \"ca.pem\"\n"
    );
    create_private_file(&bundle.key, private_key_pem(key).as_bytes())?;
    create_private_file(&bundle.certificate, certificate_pem.as_bytes())?;
    create_private_file(&bundle.authority, to_pem(authority.certificate()).as_bytes())?;
    create_private_file(&bundle.context, context.as_bytes())?;
    Ok(bundle)
}

/// PKCS#8 PEM (RFC 7468 §10), as every TLS library reads it.
fn private_key_pem(key: &TlsKey) -> Zeroizing<String> {
    use base64::Engine as _;
    let body = Zeroizing::new(base64::prelude::BASE64_STANDARD.encode(key.pkcs8()));
    let mut pem = Zeroizing::new(String::with_capacity(body.len() + 128));
    pem.push_str("-----BEGIN PRIVATE KEY-----\n");
    for (n, symbol) in body.chars().enumerate() {
        if n > 0 && n % 64 == 0 {
            pem.push('\n');
        }
        pem.push(symbol);
    }
    pem.push_str("\n-----END PRIVATE KEY-----\n");
    pem
}
