//! Key files, and the keys of a running hub.

use std::path::Path;

use amana_kit::certs::{Authority, TlsKey, certificates_from_pem};
use amana_kit::fsio::{create_private_file, read_private_file};
use amana_kit::identity::Realm;
use amana_kit::tls::Credentials;
use amana_log::KeyName;
use amana_seal::keyfile::{KeyFileError, KeyKind, Passphrase, open_pem, seal_pem};
use amana_types::{ExchangeName, Random};
use ring::signature::Ed25519KeyPair;
use zeroize::Zeroizing;

use super::SetupError;
use super::facts::{ExchangeFacts, MOST_BYTES, log_name};
use crate::config::Layout;

/// What the running hub holds: it can vouch for names and sign the log, and open nothing.
pub(crate) struct HubKeys {
    /// Issues members' certificates.
    pub(crate) authority: Authority,
    /// The hub's own certificate.
    pub(crate) credentials: Credentials,
    /// The audit log's name.
    pub(crate) log_name: KeyName,
    /// Signs the audit log's checkpoints.
    pub(crate) log_pair: Ed25519KeyPair,
}

impl HubKeys {
    /// Opens the hub's keys.
    ///
    /// # Errors
    /// [`SetupError`].
    pub(crate) fn load(
        layout: &Layout,
        facts: &ExchangeFacts,
        passphrase: &Passphrase,
    ) -> Result<Self, SetupError> {
        let realm = Realm::Exchange(facts.exchange.clone());
        let ca = TlsKey::from_pkcs8(open(&layout.key("ca.key"), KeyKind::P256, passphrase)?)?;
        let tls = TlsKey::from_pkcs8(open(&layout.key("tls.key"), KeyKind::P256, passphrase)?)?;
        let path = layout.key("tls.pem");
        let chain = certificates_from_pem(&text(&path)?)?;
        let credentials = Credentials::new(chain, &tls)
            .map_err(|error| SetupError::Content { path, problem: error.to_string() })?;
        let path = layout.key("log.key");
        let seed = open(&path, KeyKind::Ed25519, passphrase)?;
        Ok(Self {
            authority: Authority::load(realm, &text(&layout.key("ca.pem"))?, ca)?,
            credentials,
            log_name: log_name(&facts.exchange)?,
            log_pair: Ed25519KeyPair::from_seed_unchecked(&seed)
                .map_err(|error| SetupError::Content { path, problem: error.to_string() })?,
        })
    }
}

/// Opens all that a hub needs of its folder to start, and answers which exchange it is the hub of.
///
/// # Errors
/// [`SetupError`].
pub fn check(layout: &Layout, passphrase: &Passphrase) -> Result<ExchangeName, SetupError> {
    let facts = ExchangeFacts::load(&layout.exchange())?;
    HubKeys::load(layout, &facts, passphrase)?;
    Ok(facts.exchange)
}

/// Writes a new encrypted key file.
pub(super) fn seal(
    path: &Path,
    kind: KeyKind,
    secret: &[u8],
    passphrase: &Passphrase,
    random: &dyn Random,
) -> Result<(), SetupError> {
    let pem = seal_pem(kind, secret, passphrase, random).map_err(key_file(path))?;
    Ok(create_private_file(path, pem.as_bytes())?)
}

/// Reads an encrypted key file.
pub(super) fn open(
    path: &Path,
    kind: KeyKind,
    passphrase: &Passphrase,
) -> Result<Zeroizing<Vec<u8>>, SetupError> {
    open_pem(&text(path)?, kind, passphrase).map_err(key_file(path))
}

/// Reads a private text file.
pub(super) fn text(path: &Path) -> Result<String, SetupError> {
    let bytes = read_private_file(path, MOST_BYTES)?;
    let text = std::str::from_utf8(&bytes).map(str::to_owned);
    text.map_err(|_| SetupError::Content { path: path.to_owned(), problem: "not text".to_owned() })
}

fn key_file(path: &Path) -> impl FnOnce(KeyFileError) -> SetupError {
    let path = path.to_owned();
    |source| SetupError::KeyFile { path, source }
}
