//! What can go wrong with a hub's files.

use std::path::PathBuf;

use amana_kit::certs::CertificateError;
use amana_kit::fsio::FileError;
use amana_seal::keyfile::KeyFileError;
use amana_seal::keys::KeyRefused;

/// Why a hub cannot be made, or its files cannot be used. The operator must act.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is something already.
    #[error("{} is not empty; name a new directory", .0.display())]
    NotEmpty(PathBuf),
    /// Nobody can connect to that address from elsewhere.
    #[error("members cannot reach {0}; say under which host name or address they reach the hub")]
    Advertise(std::net::IpAddr),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file is not what it should be.
    #[error("{}: {problem}; restore it from a backup", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A key file does not open.
    #[error("{}: {source}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: KeyFileError,
    },
    /// A key must not be used.
    #[error(transparent)]
    Key(#[from] KeyRefused),
    /// A certificate cannot be made or read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A value has no place in the log's name or key.
    #[error("the exchange's name cannot stand in the log's: {0}")]
    LogName(String),
    /// A group that the directory would refuse.
    #[error(transparent)]
    Terms(#[from] amana_types::group::TermsRefused),
    /// A group that no entry of the directory holds.
    #[error("{0}; invite fewer members, or shorten title and description")]
    GroupSize(#[from] amana_seal::directory::EntryRefused),
    /// A sub-bureau of nobody, or something else below a country.
    #[error(transparent)]
    Parent(#[from] amana_seal::directory::ParentRefused),
    /// A member's name that the directory would refuse.
    #[error("the {0} must have 1 to 200 bytes and no control characters")]
    Name(&'static str),
}
