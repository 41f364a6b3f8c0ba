//! What a node is told: its own configuration, and whom it trusts.

use std::net::SocketAddr;
use std::path::PathBuf;

use amana_kit::config::{ConfigError, Layers};
use amana_kit::fsio::{FileError, read_private_file, replace_private_file};
use amana_types::{MemberCode, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::setup::layout::Layout;

/// The largest `exchange.toml`, in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// `node.toml`: what the administrator may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NodeConfig {
    /// The member whose node this is.
    pub member: String,
    /// Where agencies connect.
    pub listen: SocketAddr,
    /// Further DNS names or IP addresses under which agencies reach the node.
    pub names: Vec<String>,
    /// How many deliveries may be under way, 1 to 1024.
    pub window: u32,
    /// How many envelopes may be under way to the hub.
    pub in_flight: usize,
    /// How much memory the views may cache, in MiB.
    pub cache_mib: u64,
    /// A file with hashes of abuse media, one SHA-256 or SHA-1 a line: what is on it is never taken. Empty: none.
    pub abuse_hashes: PathBuf,
}

impl Default for NodeConfig {
    fn default() -> Self {
        Self {
            member: String::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 7445)),
            names: Vec::new(),
            window: 256,
            in_flight: 256,
            cache_mib: 64,
            abuse_hashes: PathBuf::new(),
        }
    }
}

impl NodeConfig {
    /// Reads a node's configuration. `over` are layers that lie over the file, such as the environment.
    ///
    /// # Errors
    /// [`ConfigError`] with the file and line.
    pub fn load(layout: &Layout, over: impl FnOnce(Layers) -> Layers) -> Result<Self, ConfigError> {
        over(Layers::new().required_file(layout.config())).load()
    }

    /// The member's code.
    ///
    /// # Errors
    /// [`ConfigError::Together`] when the configuration names none.
    pub fn member_code(&self) -> Result<MemberCode, ConfigError> {
        self.member.parse().map_err(|error| ConfigError::Together { problem: format!("member: {error}") })
    }
}

/// `exchange.toml`: whom this node trusts. Written by enrolment; nobody else changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeTrust {
    /// The exchange's name.
    pub exchange: String,
    /// The hub's address.
    pub hub: String,
    /// The audit log's key, as a vkey (C2SP signed-note).
    pub log_key: String,
    /// The exchange's root keys, hexadecimal.
    pub root_keys: Vec<String>,
    /// The epoch of the HPKE key that this node enrolled with.
    pub hpke_epoch: u32,
    /// The log head that proved the enrolment: a signed note (C2SP tlog-checkpoint).
    pub first_head: String,
}

/// The exchange this node belongs to cannot be read. The administrator must act.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Not enrolled yet.
    #[error("{} is not enrolled yet; run: amana node enroll", .0.display())]
    NotEnrolled(PathBuf),
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file has a mistake.
    #[error("{} is damaged ({problem}); restore it from the backup or enrol again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

impl TrustError {
    fn damaged(layout: &Layout, problem: impl std::fmt::Display) -> Self {
        Self::Damaged { path: layout.exchange(), problem: problem.to_string() }
    }
}

impl ExchangeTrust {
    /// Reads what enrolment wrote.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn load(layout: &Layout) -> Result<Self, TrustError> {
        let text = read_text(layout)?;
        toml::from_str(&text).map_err(|error| TrustError::damaged(layout, error.message()))
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`TrustError::File`].
    pub fn save(&self, layout: &Layout) -> Result<(), TrustError> {
        let text = toml::to_string(self).map_err(|error| TrustError::damaged(layout, error))?;
        Ok(replace_private_file(&layout.exchange(), text.as_bytes())?)
    }

    /// The root keys.
    ///
    /// # Errors
    /// [`TrustError::Damaged`].
    pub fn root_keys(&self, layout: &Layout) -> Result<Vec<VerifyingKey>, TrustError> {
        let parse = |text: &String| text.parse::<amana_types::Digest>().map(|bytes| VerifyingKey(bytes.0));
        self.root_keys
            .iter()
            .map(parse)
            .collect::<Result<_, _>>()
            .map_err(|_| TrustError::damaged(layout, "root_keys: expected 64 hexadecimal digits each"))
    }

    /// The value of a field as what it must be.
    pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        layout: &Layout,
        field: &'static str,
        text: &str,
    ) -> Result<T, TrustError> {
        text.parse().map_err(|error| TrustError::damaged(layout, format_args!("{field}: {error}")))
    }
}

fn read_text(layout: &Layout) -> Result<String, TrustError> {
    let bytes = read_private_file(&layout.exchange(), MOST_BYTES).map_err(|error| match error {
        FileError::Missing(_) => TrustError::NotEnrolled(layout.root().to_owned()),
        other => TrustError::File(other),
    })?;
    String::from_utf8(bytes.to_vec()).map_err(|_| TrustError::damaged(layout, "not text"))
}
