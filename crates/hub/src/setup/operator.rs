//! An operator's folder, and what is signed with the root key in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use amana_kit::certs::{Authority, TlsKey, certificate_from_pem, certificates_from_pem};
use amana_kit::identity::ServerIdentity;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_seal::directory::{
    Entry, Grant, GroupChange, Invitation, OneTimeSecret, ReviewChange, StatusChange, check_parent,
};
use amana_seal::keyfile::{KeyKind, Passphrase};
use amana_seal::keys::SigningKeyPair;
use amana_types::{
    Digest, Duration, ExchangeName, GroupTerms, HpkeEpoch, MemberCode, MemberKind, Random, Region, Timestamp,
    VerifyingKey,
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::SetupError;
use super::facts::{self, ExchangeFacts};
use super::keys::{open, text};

/// An operator's folder: `operator.toml` and the files beside it. Holds no secret itself.
#[derive(Clone, Debug)]
pub struct Operator {
    dir: PathBuf,
    exchange: ExchangeName,
    root_keys: Vec<VerifyingKey>,
    authority: Digest,
    raw: Raw,
}

/// `operator.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    exchange: String,
    hub: String,
    enrolment: String,
    log_key: String,
    root_keys: Vec<String>,
    ca_sha256: String,
}

/// Who is invited, as the exchange sees it.
#[derive(Clone, Debug)]
pub struct Invitee {
    /// The member's code.
    pub code: MemberCode,
    /// Its name, 1 to 200 bytes.
    pub name: String,
    /// What it is.
    pub kind: MemberKind,
    /// The country it belongs to, if it is a sub-bureau.
    pub parent: Option<MemberCode>,
    /// The regions it belongs to; a sub-bureau to those of its country.
    pub regions: BTreeSet<Region>,
    /// Whether it is registered for child protection.
    pub child_protection: bool,
    /// 0 for a new member; for one that enrols again, one past its last HPKE key's.
    pub first_epoch: HpkeEpoch,
    /// How long the invitation counts.
    pub valid: Duration,
}

impl Operator {
    pub(super) fn new(
        dir: &Path,
        facts: &ExchangeFacts,
        authority: &Authority,
        [hub, enrolment]: [String; 2],
    ) -> Self {
        let raw = Raw {
            exchange: facts.exchange.to_string(),
            hub,
            enrolment,
            log_key: facts.log_key.to_string(),
            root_keys: facts.root_keys.iter().map(|key| Digest(key.0).to_string()).collect(),
            ca_sha256: authority.fingerprint().to_string(),
        };
        Self {
            dir: dir.to_owned(),
            exchange: facts.exchange.clone(),
            root_keys: facts.root_keys.clone(),
            authority: authority.fingerprint(),
            raw,
        }
    }

    pub(super) fn create(&self) -> Result<(), SetupError> {
        facts::write(&self.dir.join("operator.toml"), &self.raw)
    }

    /// Reads an operator's folder.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn load(dir: &Path) -> Result<Self, SetupError> {
        let path = dir.join("operator.toml");
        let raw: Raw = facts::read(&path)?;
        let wrong = |problem: String| SetupError::Content { path: path.clone(), problem };
        Ok(Self {
            dir: dir.to_owned(),
            exchange: raw.exchange.parse().map_err(|error| wrong(format!("exchange: {error}")))?,
            root_keys: facts::root_keys(&raw.root_keys).map_err(wrong)?,
            authority: raw.ca_sha256.parse().map_err(|error| wrong(format!("ca_sha256: {error}")))?,
            raw,
        })
    }

    /// The exchange's name.
    #[must_use]
    pub fn exchange(&self) -> &ExchangeName {
        &self.exchange
    }

    /// The exchange's root keys.
    #[must_use]
    pub fn root_keys(&self) -> &[VerifyingKey] {
        &self.root_keys
    }

    /// The hub's address, such as `https://hub.example:7443`.
    #[must_use]
    pub fn hub_url(&self) -> &str {
        &self.raw.hub
    }

    /// The audit log's key in C2SP vkey form.
    #[must_use]
    pub fn log_key(&self) -> &str {
        &self.raw.log_key
    }

    /// How the operator connects to the hub.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn tls(&self, passphrase: &Passphrase) -> Result<ClientTls, SetupError> {
        let key = TlsKey::from_pkcs8(open(&self.key_file(), KeyKind::P256, passphrase)?)?;
        let wrong = |path: PathBuf| {
            move |error: amana_kit::tls::TlsSetupError| SetupError::Content {
                path,
                problem: error.to_string(),
            }
        };
        let chain = certificates_from_pem(&text(&self.certificate_file())?)?;
        let credentials = Credentials::new(chain, &key).map_err(wrong(self.certificate_file()))?;
        let authority = certificate_from_pem(&text(&self.authority_file())?)?;
        let hub = ServerIdentity::Hub(self.exchange.clone());
        ClientTls::new(hub, ServerTrust::Authority(authority), Some(&credentials), KeyExchange::HybridOnly)
            .map_err(wrong(self.authority_file()))
    }

    /// A one-time invitation, as the text of its file. It holds a secret.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn invite(
        &self,
        invitee: &Invitee,
        passphrase: &Passphrase,
        random: &dyn Random,
        now: Timestamp,
    ) -> Result<Zeroizing<String>, SetupError> {
        check_name("member's name", &invitee.name)?;
        check_parent(invitee.kind, invitee.parent, &invitee.regions)?;
        let secret = OneTimeSecret::draw(random);
        let grant = Grant {
            exchange: self.exchange.clone(),
            code: invitee.code,
            name: invitee.name.clone(),
            kind: invitee.kind,
            parent: invitee.parent,
            regions: invitee.regions.clone(),
            child_protection: invitee.child_protection,
            groups: BTreeSet::new(),
            first_epoch: invitee.first_epoch,
            expires: now.after(invitee.valid),
            secret_hash: secret.hash(),
        };
        let invitation = Invitation {
            grant: grant.sign(&self.root(passphrase)?),
            secret,
            hub_url: self.raw.hub.clone(),
            enrolment_url: self.raw.enrolment.clone(),
            ca_fingerprint: self.authority,
            log_key: self.raw.log_key.clone(),
            root_keys: self.root_keys.clone(),
        };
        Ok(invitation.to_text())
    }

    /// A signed suspension, or its end, for `DirectoryService.SubmitEntry`. `number` counts the entries
    /// that root keys signed before: the directory's `root_entries`.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn sign_status(
        &self,
        code: MemberCode,
        suspended: bool,
        number: u64,
        passphrase: &Passphrase,
    ) -> Result<Bytes, SetupError> {
        let change = StatusChange { exchange: self.exchange.clone(), number, code, suspended };
        Ok(Entry::Status(change.sign(&self.root(passphrase)?)).encode().into())
    }

    /// A signed word that a member is under review from now on, or no more. `number` as for
    /// [`Self::sign_status`].
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn sign_review(
        &self,
        code: MemberCode,
        under_review: bool,
        number: u64,
        passphrase: &Passphrase,
    ) -> Result<Bytes, SetupError> {
        let change = ReviewChange { exchange: self.exchange.clone(), number, code, under_review };
        Ok(Entry::Review(change.sign(&self.root(passphrase)?)).encode().into())
    }

    /// A signed group for `DirectoryService.SubmitEntry`. `number` as for [`Self::sign_status`].
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn sign_group(
        &self,
        terms: GroupTerms,
        number: u64,
        passphrase: &Passphrase,
    ) -> Result<Bytes, SetupError> {
        terms.check()?;
        let change = GroupChange { exchange: self.exchange.clone(), number, terms };
        change.check_size()?;
        Ok(Entry::Group(change.sign(&self.root(passphrase)?)).encode().into())
    }

    fn root(&self, passphrase: &Passphrase) -> Result<SigningKeyPair, SetupError> {
        Ok(SigningKeyPair::from_seed(&open(&self.root_key_file(), KeyKind::Ed25519, passphrase)?)?)
    }

    pub(super) fn root_key_file(&self) -> PathBuf {
        self.dir.join("root.key")
    }

    pub(super) fn key_file(&self) -> PathBuf {
        self.dir.join("admin.key")
    }

    pub(super) fn certificate_file(&self) -> PathBuf {
        self.dir.join("admin.pem")
    }

    pub(super) fn authority_file(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }
}

/// What the directory would refuse is refused before anyone is invited.
fn check_name(what: &'static str, name: &str) -> Result<(), SetupError> {
    let fits =
        (1..=200).contains(&name.len()) && !name.trim().is_empty() && !name.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(SetupError::Name(what)) }
}
