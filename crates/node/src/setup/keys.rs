//! The node's keys: made once, encrypted on disk, opened at start with the passphrase.

use std::path::PathBuf;

use amana_kit::certs::{
    Authority, CertificateDer, CertificateError, TlsKey, certificate_from_pem, certificates_from_pem,
};
use amana_kit::fsio::{FileError, create_private_file, read_private_file};
use amana_kit::identity::Realm;
use amana_kit::tls::{Credentials, TlsSetupError};
use amana_seal::keyfile::{KeyFileError, KeyKind, Passphrase, open_pem, seal_pem};
use amana_seal::keys::{HpkeKeyPair, KeyRefused, SigningKeyPair, draw_seed};
use amana_seal::rest::{RestError, VaultKey};
use amana_types::{ExchangeName, HpkeEpoch, MemberCode, Random};
use zeroize::Zeroizing;

use crate::setup::config::{ExchangeTrust, NodeConfig, TrustError};
use crate::setup::layout::{CertificateName, KeyName, Layout};

/// The largest key or certificate file, in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// A key or certificate of the node cannot be made or opened. The administrator must act.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// What a file holds does not serve.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        problem: KeyProblem,
    },
    /// The passphrase cannot be used.
    #[error(transparent)]
    Passphrase(KeyFileError),
    /// The node's configuration does not read.
    #[error(transparent)]
    Config(#[from] amana_kit::config::ConfigError),
    /// The node is not enrolled.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// What is wrong with a key or certificate.
#[derive(Debug, thiserror::Error)]
pub enum KeyProblem {
    /// The key file does not open.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The key is not one that may be used.
    #[error(transparent)]
    Refused(#[from] KeyRefused),
    /// The vault key is not one.
    #[error(transparent)]
    Vault(#[from] RestError),
    /// The certificate does not read, or cannot be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The certificate does not serve, or not with its key.
    #[error(transparent)]
    Tls(#[from] TlsSetupError),
}

/// Names the file in which something is wrong.
pub(crate) fn within<P: Into<KeyProblem>>(path: PathBuf) -> impl FnOnce(P) -> KeysError {
    move |problem| KeysError::Content { path, problem: problem.into() }
}

impl KeyName {
    const fn kind(self) -> KeyKind {
        match self {
            Self::Identity | Self::Signing => KeyKind::Ed25519,
            Self::Hpke => KeyKind::XWing,
            Self::Tls | Self::AgencyAuthority | Self::Server => KeyKind::P256,
            Self::Vault => KeyKind::Vault,
        }
    }
}

/// The passphrase over a node's key files.
pub(crate) fn passphrase(bytes: &[u8]) -> Result<Passphrase, KeysError> {
    Passphrase::new(Zeroizing::new(bytes.to_vec())).map_err(KeysError::Passphrase)
}

/// Makes a key and its file. A file that is there already is left alone.
pub(crate) fn make(
    layout: &Layout,
    which: KeyName,
    passphrase: &Passphrase,
    random: &dyn Random,
) -> Result<(), KeysError> {
    let path = layout.key(which);
    let secret = match which.kind() {
        KeyKind::P256 => Zeroizing::new(TlsKey::generate().map_err(within(path.clone()))?.pkcs8().to_vec()),
        _ => Zeroizing::new(draw_seed(random).to_vec()),
    };
    let pem = seal_pem(which.kind(), &secret, passphrase, random).map_err(within(path.clone()))?;
    Ok(create_private_file(&path, pem.as_bytes())?)
}

/// Opens one key file.
fn open(layout: &Layout, which: KeyName, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    let path = layout.key(which);
    let bytes = read_private_file(&path, MOST_BYTES)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| KeyFileError::NotAKeyFile);
    text.and_then(|text| open_pem(text, which.kind(), passphrase)).map_err(within(path))
}

/// Opens a key that signs.
pub(crate) fn signing_pair(
    layout: &Layout,
    which: KeyName,
    passphrase: &Passphrase,
) -> Result<SigningKeyPair, KeysError> {
    SigningKeyPair::from_seed(&open(layout, which, passphrase)?).map_err(within(layout.key(which)))
}

/// Opens the key that opens slots.
pub(crate) fn hpke_pair(layout: &Layout, passphrase: &Passphrase) -> Result<HpkeKeyPair, KeysError> {
    let which = KeyName::Hpke;
    HpkeKeyPair::from_seed(&open(layout, which, passphrase)?).map_err(within(layout.key(which)))
}

/// Opens a TLS key.
pub(crate) fn tls_key(layout: &Layout, which: KeyName, passphrase: &Passphrase) -> Result<TlsKey, KeysError> {
    TlsKey::from_pkcs8(open(layout, which, passphrase)?).map_err(within(layout.key(which)))
}

/// A certificate file, as text.
fn certificate_text(layout: &Layout, which: CertificateName) -> Result<String, KeysError> {
    let path = layout.certificate(which);
    let bytes = read_private_file(&path, MOST_BYTES)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| CertificateError::Malformed).map_err(within(path))
}

/// The one certificate in a file.
pub(crate) fn certificate(
    layout: &Layout,
    which: CertificateName,
) -> Result<CertificateDer<'static>, KeysError> {
    certificate_from_pem(&certificate_text(layout, which)?).map_err(within(layout.certificate(which)))
}

/// A key with the certificates over it.
pub(crate) fn credentials(
    layout: &Layout,
    certificates: CertificateName,
    key: KeyName,
    passphrase: &Passphrase,
) -> Result<Credentials, KeysError> {
    let path = layout.certificate(certificates);
    let text = certificate_text(layout, certificates)?;
    let chain = certificates_from_pem(&text).map_err(within(path.clone()))?;
    Credentials::new(chain, &tls_key(layout, key, passphrase)?).map_err(within(path))
}

/// The authority over the member's agencies, from its certificate and its key.
pub(crate) fn authority(layout: &Layout, realm: Realm, key: TlsKey) -> Result<Authority, KeysError> {
    let which = CertificateName::AgencyAuthority;
    let pem = certificate_text(layout, which)?;
    Authority::load(realm, &pem, key).map_err(within(layout.certificate(which)))
}

/// The authority over the member's agencies, and the member.
pub(crate) fn agency_authority(layout: &Layout, secret: &[u8]) -> Result<(Authority, MemberCode), KeysError> {
    let member = NodeConfig::load(layout, |layers| layers)?.member_code()?;
    let trust = ExchangeTrust::load(layout)?;
    let exchange: ExchangeName = ExchangeTrust::parsed(layout, "exchange", &trust.exchange)?;
    let key = tls_key(layout, KeyName::AgencyAuthority, &passphrase(secret)?)?;
    Ok((authority(layout, Realm::Member(exchange, member), key)?, member))
}

/// What a running node works with.
pub(crate) struct NodeKeys {
    /// Signs envelopes and receipts.
    pub(crate) signing: SigningKeyPair,
    /// Open slots, by epoch.
    pub(crate) hpke: Vec<(HpkeEpoch, HpkeKeyPair)>,
    /// Seals everything at rest.
    pub(crate) vault: VaultKey,
}

impl NodeKeys {
    /// Opens the keys of a running node. Slow by intent: each file costs a passphrase hash.
    pub(crate) fn open(
        layout: &Layout,
        epoch: HpkeEpoch,
        passphrase: &Passphrase,
    ) -> Result<Self, KeysError> {
        let vault = VaultKey::new(&open(layout, KeyName::Vault, passphrase)?);
        Ok(Self {
            signing: signing_pair(layout, KeyName::Signing, passphrase)?,
            hpke: vec![(epoch, hpke_pair(layout, passphrase)?)],
            vault: vault.map_err(within(layout.key(KeyName::Vault)))?,
        })
    }
}
