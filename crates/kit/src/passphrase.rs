//! Where the passphrase of the keys at rest comes from: a file, an open file descriptor, or a systemd
//! credential. Never the command line, which every process can read, nor the environment, which
//! children inherit.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::fsio::read_at_most;

/// The credential's name (systemd.exec(5), `LoadCredential=`).
pub const CREDENTIAL: &str = "amana-passphrase";

/// Longest passphrase accepted, in bytes.
const MOST_BYTES: u64 = 1024;

/// Where to read a passphrase from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassphraseSource {
    /// `--passphrase-file PATH`.
    File(PathBuf),
    /// `--passphrase-fd N`, a descriptor that the caller opened.
    Descriptor(u32),
    /// `$CREDENTIALS_DIRECTORY/amana-passphrase`, set by systemd.
    Credential(PathBuf),
}

/// No passphrase. The user must act.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// No source was named.
    #[error(
        "no passphrase: give --passphrase-file PATH or --passphrase-fd N, or run under systemd with \
         LoadCredential={CREDENTIAL}:PATH"
    )]
    NoSource,
    /// Two sources were named.
    #[error("both --passphrase-file and --passphrase-fd were given; leave one out")]
    TwoSources,
    /// The source cannot be read.
    #[error("cannot read the passphrase from {from} ({source}); check that it is there and readable")]
    Unreadable {
        /// The source, in words.
        from: String,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// Nothing in it.
    #[error("the passphrase from {from} is empty; write one into it")]
    Empty {
        /// The source, in words.
        from: String,
    },
    /// More than a passphrase.
    #[error("the passphrase from {from} is longer than {MOST_BYTES} bytes; check that it is the right file")]
    TooLong {
        /// The source, in words.
        from: String,
    },
}

impl PassphraseSource {
    /// The source to use: the file or descriptor asked for, else the systemd credential below
    /// `credentials_directory` (the value of `$CREDENTIALS_DIRECTORY`) if it is there.
    ///
    /// # Errors
    /// [`PassphraseError::NoSource`] or [`PassphraseError::TwoSources`].
    pub fn choose(
        file: Option<&Path>,
        descriptor: Option<u32>,
        credentials_directory: Option<&Path>,
    ) -> Result<Self, PassphraseError> {
        match (file, descriptor) {
            (Some(_), Some(_)) => Err(PassphraseError::TwoSources),
            (Some(file), None) => Ok(Self::File(file.to_owned())),
            (None, Some(descriptor)) => Ok(Self::Descriptor(descriptor)),
            (None, None) => credentials_directory
                .map(|directory| directory.join(CREDENTIAL))
                .filter(|path| path.exists())
                .map(Self::Credential)
                .ok_or(PassphraseError::NoSource),
        }
    }

    /// Reads the passphrase, without the newline that ends it. A descriptor is read once.
    ///
    /// # Errors
    /// [`PassphraseError`] when it cannot be read, is empty or is too long.
    pub fn read(&self) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
        let from = || self.to_string();
        let read = File::open(self.path()).and_then(|file| read_at_most(file, MOST_BYTES));
        let mut passphrase = read
            .map_err(|source| PassphraseError::Unreadable { from: from(), source })?
            .ok_or_else(|| PassphraseError::TooLong { from: from() })?;
        if passphrase.last() == Some(&b'\n') {
            passphrase.pop();
            if passphrase.last() == Some(&b'\r') {
                passphrase.pop();
            }
        }
        if passphrase.is_empty() { Err(PassphraseError::Empty { from: from() }) } else { Ok(passphrase) }
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::File(path) | Self::Credential(path) => path.clone(),
            // Opening it by name needs no unsafe code; it works for files and pipes, not for sockets.
            Self::Descriptor(number) => PathBuf::from(format!("/dev/fd/{number}")),
        }
    }
}

impl std::fmt::Display for PassphraseSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Descriptor(number) => write!(f, "file descriptor {number}"),
            Self::Credential(path) => write!(f, "the systemd credential {}", path.display()),
        }
    }
}

#[cfg(test)]
#[path = "passphrase_tests.rs"]
mod tests;
