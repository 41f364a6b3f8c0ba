//! A new node: a directory with keys that nobody has seen.

use std::net::SocketAddr;

use amana_kit::fsio::{FileError, create_private_directory, create_private_file};
use amana_types::{MemberCode, Random};

use crate::setup::config::NodeConfig;
use crate::setup::keys::{KeysError, make, passphrase};
use crate::setup::layout::{KeyName, Layout};

/// What a new node is told.
#[derive(Clone, Debug)]
pub struct InitOptions {
    /// The member whose node it is.
    pub member: MemberCode,
    /// Where agencies will connect.
    pub listen: SocketAddr,
    /// Further DNS names or IP addresses under which agencies reach the node.
    pub names: Vec<String>,
}

/// The node was not made. The administrator must act.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The directory has something in it.
    #[error("{0} is not empty; choose a new directory, so that nothing is overwritten")]
    NotEmpty(String),
    /// A key cannot be made.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The configuration cannot be written.
    #[error("the configuration cannot be written: {0}")]
    Config(#[from] toml::ser::Error),
}

/// Makes a node's directory: configuration, private keys (encrypted with the passphrase), and the
/// places where everything else will lie. The node is then ready to enrol.
///
/// # Errors
/// [`InitError`]; a directory that is not empty is left as it was.
pub fn init(
    layout: &Layout,
    options: &InitOptions,
    secret: &[u8],
    random: &dyn Random,
) -> Result<(), InitError> {
    let passphrase = passphrase(secret)?;
    create_private_directory(layout.root())?;
    let occupied = std::fs::read_dir(layout.root()).is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        return Err(InitError::NotEmpty(layout.root().display().to_string()));
    }
    for directory in [layout.keys(), layout.agencies(), layout.evidence()] {
        create_private_directory(&directory)?;
    }
    for which in KeyName::ALL {
        make(layout, which, &passphrase, random)?;
    }
    let config = NodeConfig {
        member: options.member.to_string(),
        listen: options.listen,
        names: options.names.clone(),
        ..NodeConfig::default()
    };
    // Last: a directory without it is plainly unfinished.
    Ok(create_private_file(&layout.config(), toml::to_string(&config)?.as_bytes())?)
}
