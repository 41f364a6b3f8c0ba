//! What can go wrong with views.

use std::io;
use std::path::{Path, PathBuf};

use super::row::MAX_VALUE_BYTES;
use crate::journal::is_full;

/// Why rows could not be read or written. All are cured by ending the process: the rows are rebuilt.
#[derive(Debug, thiserror::Error)]
pub enum ViewsError {
    /// A value is too large for a row: a mistake of the calling code.
    #[error(
        "a row of {got_bytes} bytes is too large: at most {MAX_VALUE_BYTES}; keep large data in the journal"
    )]
    TooLarge {
        /// Its length.
        got_bytes: usize,
    },
    /// The folder is open already, by a reader that outlived its ledger. Drop all readers first.
    #[error("the views in {} are still open in a reader; drop all readers before opening again", dir.display())]
    InUse {
        /// The folder.
        dir: PathBuf,
    },
    /// The system or sled refused.
    #[error("cannot {action} the views in {}: {cause}; restart, they are rebuilt from the journal", dir.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The folder.
        dir: PathBuf,
        /// The reason given.
        cause: io::Error,
    },
    /// sled panicked.
    #[error("sled failed inside while trying to {action} the views in {}; restart, they are rebuilt", dir.display())]
    Panicked {
        /// What was attempted.
        action: &'static str,
        /// The folder.
        dir: PathBuf,
    },
}

impl ViewsError {
    /// Whether nothing is wrong but the room on the disk.
    pub(crate) fn is_disk_full(&self) -> bool {
        matches!(self, Self::Io { cause, .. } if is_full(cause))
    }
}

pub(super) fn failed(action: &'static str, dir: &Path, cause: io::Error) -> ViewsError {
    ViewsError::Io { action, dir: dir.to_owned(), cause }
}
