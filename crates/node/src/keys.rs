//! The node's keys: made once, encrypted on disk, opened at start with the passphrase.

use amana_kit::certs::{Authority, CertificateError, TlsKey, certificates_from_pem};
use amana_kit::fsio::{FileError, create_private_file, read_private_file};
use amana_kit::identity::Realm;
use amana_kit::tls::{Credentials, TlsSetupError};
use amana_seal::keyfile::{KeyFileError, KeyKind, Passphrase, open_pem, seal_pem};
use amana_seal::keys::{HpkeKeyPair, KeyRefused, SigningKeyPair, draw_seed};
use amana_seal::rest::{RestError, VaultKey};
use amana_types::{ExchangeName, HpkeEpoch, MemberCode, Random};
use zeroize::Zeroizing;

use crate::config::{ExchangeTrust, NodeConfig, TrustError};
use crate::layout::{CertificateName, KeyName, Layout};

/// The largest key or certificate file, in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// A key or certificate of the node cannot be made or opened. The administrator must act.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A key file does not open.
    #[error("keys/{which}: {cause}")]
    KeyFile {
        /// The file's name.
        which: String,
        /// Why.
        #[source]
        cause: KeyFileError,
    },
    /// The passphrase cannot be used.
    #[error(transparent)]
    Passphrase(KeyFileError),
    /// A key is not one that may be used.
    #[error(transparent)]
    Refused(#[from] KeyRefused),
    /// The vault key is not one.
    #[error(transparent)]
    Vault(#[from] RestError),
    /// A certificate does not read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A certificate and its key do not belong together.
    #[error(transparent)]
    Tls(#[from] TlsSetupError),
    /// The node's configuration does not read.
    #[error(transparent)]
    Config(#[from] amana_kit::config::ConfigError),
    /// The node is not enrolled.
    #[error(transparent)]
    Trust(#[from] TrustError),
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
    let secret = match which.kind() {
        KeyKind::P256 => Zeroizing::new(TlsKey::generate()?.pkcs8().to_vec()),
        _ => Zeroizing::new(draw_seed(random).to_vec()),
    };
    let pem = seal_pem(which.kind(), &secret, passphrase, random).map_err(|cause| in_file(which, cause))?;
    Ok(create_private_file(&layout.key(which), pem.as_bytes())?)
}

/// Opens one key file.
pub(crate) fn open(
    layout: &Layout,
    which: KeyName,
    passphrase: &Passphrase,
) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    let text = read_private_file(&layout.key(which), MOST_BYTES)?;
    let text = std::str::from_utf8(&text).map_err(|_| in_file(which, KeyFileError::NotAKeyFile))?;
    open_pem(text, which.kind(), passphrase).map_err(|cause| in_file(which, cause))
}

fn in_file(which: KeyName, cause: KeyFileError) -> KeysError {
    KeysError::KeyFile { which: which.file().to_owned(), cause }
}

/// Opens a TLS key.
pub(crate) fn tls_key(layout: &Layout, which: KeyName, passphrase: &Passphrase) -> Result<TlsKey, KeysError> {
    Ok(TlsKey::from_pkcs8(open(layout, which, passphrase)?)?)
}

/// A certificate file, as text.
pub(crate) fn certificate(layout: &Layout, which: CertificateName) -> Result<String, KeysError> {
    let bytes = read_private_file(&layout.certificate(which), MOST_BYTES)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| CertificateError::Malformed.into())
}

/// A key with the certificates over it.
pub(crate) fn credentials(
    layout: &Layout,
    certificates: CertificateName,
    key: KeyName,
    passphrase: &Passphrase,
) -> Result<Credentials, KeysError> {
    let chain = certificates_from_pem(&certificate(layout, certificates)?)?;
    Ok(Credentials::new(chain, &tls_key(layout, key, passphrase)?)?)
}

/// The authority over the member's agencies, and the member.
pub(crate) fn agency_authority(layout: &Layout, secret: &[u8]) -> Result<(Authority, MemberCode), KeysError> {
    let member = NodeConfig::load(layout, |layers| layers)?.member_code()?;
    let trust = ExchangeTrust::load(layout)?;
    let exchange: ExchangeName = ExchangeTrust::parsed("exchange", &trust.exchange)?;
    let key = tls_key(layout, KeyName::AgencyAuthority, &passphrase(secret)?)?;
    let pem = certificate(layout, CertificateName::AgencyAuthority)?;
    Ok((Authority::load(Realm::Member(exchange, member), &pem, key)?, member))
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
        let hpke = HpkeKeyPair::from_seed(&open(layout, KeyName::Hpke, passphrase)?)?;
        Ok(Self {
            signing: SigningKeyPair::from_seed(&open(layout, KeyName::Signing, passphrase)?)?,
            hpke: vec![(epoch, hpke)],
            vault: VaultKey::new(&open(layout, KeyName::Vault, passphrase)?)?,
        })
    }
}
