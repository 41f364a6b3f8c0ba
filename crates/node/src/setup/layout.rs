//! Where everything lies in a node's directory.
//!
//! ```text
//! node.toml          what the administrator may change
//! exchange.toml      whom this node trusts, written by enrolment
//! keys/              private keys (encrypted PKCS#8) and the certificates over them
//! agencies/          one file for each agency that may connect
//! journal/           the ordered record of everything (sealed at rest)
//! keyslots           wrapped data keys, one for each notice
//! attachments/       sealed files of notices, and uploads that wait for a notice
//! views/             rebuilt from the journal at any time
//! evidence/          signed notes of a hub that contradicted itself
//! ```

use std::path::{Path, PathBuf};

/// A node's directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The layout below `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The directory itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The node's configuration.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.root.join("node.toml")
    }

    /// What the node trusts.
    #[must_use]
    pub fn exchange(&self) -> PathBuf {
        self.root.join("exchange.toml")
    }

    /// The keys' directory.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// One private key.
    #[must_use]
    pub fn key(&self, which: KeyName) -> PathBuf {
        self.keys().join(which.file())
    }

    /// One certificate (chain), PEM.
    #[must_use]
    pub fn certificate(&self, which: CertificateName) -> PathBuf {
        self.keys().join(which.file())
    }

    /// The agencies' directory.
    #[must_use]
    pub fn agencies(&self) -> PathBuf {
        self.root.join("agencies")
    }

    /// Where the ledger lies: journal and views.
    #[must_use]
    pub fn ledger(&self) -> PathBuf {
        self.root.clone()
    }

    /// The wrapped data keys.
    #[must_use]
    pub fn keyslots(&self) -> PathBuf {
        self.root.join("keyslots")
    }

    /// Sealed attachments.
    #[must_use]
    pub fn attachments(&self) -> PathBuf {
        self.root.join("attachments")
    }

    /// Evidence against a hub.
    #[must_use]
    pub fn evidence(&self) -> PathBuf {
        self.root.join("evidence")
    }
}

/// The private keys of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyName {
    /// Signs the member's directory entries.
    Identity,
    /// Signs envelopes and receipts.
    Signing,
    /// Opens slots of epoch 0.
    Hpke,
    /// The node's TLS key towards the hub.
    Tls,
    /// Wraps the data keys at rest.
    Vault,
    /// The agencies' certificate authority.
    AgencyAuthority,
    /// The node's TLS key towards its agencies.
    Server,
}

impl KeyName {
    /// Every key.
    pub const ALL: [Self; 7] = [
        Self::Identity,
        Self::Signing,
        Self::Hpke,
        Self::Tls,
        Self::Vault,
        Self::AgencyAuthority,
        Self::Server,
    ];

    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Identity => "identity.key",
            Self::Signing => "signing.key",
            Self::Hpke => "hpke-0.key",
            Self::Tls => "tls.key",
            Self::Vault => "vault.key",
            Self::AgencyAuthority => "agency-ca.key",
            Self::Server => "server.key",
        }
    }
}

/// The certificates of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateName {
    /// The exchange's authority.
    ExchangeAuthority,
    /// The node's client certificate, with the exchange's authority behind it.
    Tls,
    /// The agencies' authority.
    AgencyAuthority,
    /// The node's server certificate, with the agencies' authority behind it.
    Server,
}

impl CertificateName {
    const fn file(self) -> &'static str {
        match self {
            Self::ExchangeAuthority => "exchange-ca.pem",
            Self::Tls => "tls.pem",
            Self::AgencyAuthority => "agency-ca.pem",
            Self::Server => "server.pem",
        }
    }
}
