//! Why ids could not be read or written.

use std::io;
use std::path::{Path, PathBuf};

/// Why ids could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IdsError {
    /// A run does not have the contents it was written with.
    #[error("the id run {} is damaged; restart with it removed, it is rebuilt from the journal", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {action} {}: {cause}", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The reason.
        cause: io::Error,
    },
}

pub(super) fn failed(action: &'static str, path: &Path, cause: io::Error) -> IdsError {
    IdsError::Io { action, path: path.to_owned(), cause }
}
