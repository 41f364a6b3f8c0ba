//! Where the passphrase of the keys at rest comes from: a file, an open file descriptor, or a systemd
//! credential. Never the command line, which every process can read, nor the environment, which
//! children inherit.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::fsio::{FileError, check_private, read_at_most};

/// The credential's name (systemd.exec(5), `LoadCredential=`).
pub const CREDENTIAL: &str = "amana-passphrase";

/// Longest passphrase accepted, in bytes.
const MOST_BYTES: u64 = 1024;

/// Fewest characters accepted. The key files can be guessed at by whoever has a copy of them, so it is what
/// NIST asks of a password that nothing else helps (SP 800-63B-4 §3.1.1.2).
const FEWEST_CHARACTERS: usize = 15;

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
    /// Others can read or change the file.
    #[error(transparent)]
    Exposed(FileError),
    /// Nothing in it.
    #[error("the passphrase from {from} is empty; write one into it")]
    Empty {
        /// The source, in words.
        from: String,
    },
    /// Too easily guessed.
    #[error(
        "the passphrase from {from} has fewer than {FEWEST_CHARACTERS} characters; take a longer one, such as \
         from: head -c 32 /dev/urandom | base64"
    )]
    TooShort {
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
    /// A file must be its owner's alone. What is no file (a pipe, as `<(…)` makes one) has no mode to go by,
    /// and who may read a credential is systemd's affair.
    ///
    /// # Errors
    /// [`PassphraseError`] when it cannot be read, is open to others, or is too short or too long.
    pub fn read(&self) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
        let from = || self.to_string();
        let unreadable = |source| PassphraseError::Unreadable { from: from(), source };
        let file = File::open(self.path()).map_err(unreadable)?;
        if let Self::File(path) = self
            && file.metadata().map_err(unreadable)?.is_file()
        {
            check_private(path, &file).map_err(PassphraseError::Exposed)?;
        }
        let mut passphrase = read_at_most(file, MOST_BYTES)
            .map_err(unreadable)?
            .ok_or_else(|| PassphraseError::TooLong { from: from() })?;
        if passphrase.last() == Some(&b'\n') {
            passphrase.pop();
            if passphrase.last() == Some(&b'\r') {
                passphrase.pop();
            }
        }
        match characters(&passphrase) {
            0 => Err(PassphraseError::Empty { from: from() }),
            1..FEWEST_CHARACTERS => Err(PassphraseError::TooShort { from: from() }),
            _ => Ok(passphrase),
        }
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::File(path) | Self::Credential(path) => path.clone(),
            // Opening it by name needs no unsafe code; it works for files and pipes, not for sockets.
            Self::Descriptor(number) => PathBuf::from(format!("/dev/fd/{number}")),
        }
    }
}

/// A passphrase need not be text; where it is, an Arabic letter counts as one like any other.
fn characters(passphrase: &[u8]) -> usize {
    std::str::from_utf8(passphrase).map_or(passphrase.len(), |text| text.chars().count())
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
