//! What can go wrong with a journal, and who must act.

use std::io;
use std::path::{Path, PathBuf};

use amana_types::Seq;

/// What exactly is wrong at a damaged place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The segment's header is not one, or its checksum is wrong.
    #[error("its header is damaged")]
    Header,
    /// The segment belongs to another journal.
    #[error("it belongs to another journal")]
    Foreign,
    /// A record's checksum, length, number or group is wrong.
    #[error("the record is damaged")]
    Record,
    /// The journal ends before records that were acknowledged.
    #[error("acknowledged records are missing from here")]
    Missing,
    /// The segment does not begin where the one before it ends.
    #[error("the segments do not join")]
    Gap,
}

/// Why the journal could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has the directory open. Stop it first.
    #[error("{} is in use by another process{}; stop it first", dir.display(), pid_text(*pid))]
    Locked {
        /// The journal's directory.
        dir: PathBuf,
        /// The other process, if its id could be read.
        pid: Option<u32>,
    },
    /// The configuration cannot work. Change it.
    #[error("a journal segment must have between {min_bytes} and {max_bytes} bytes, not {got_bytes}")]
    SegmentSize {
        /// What was configured.
        got_bytes: u64,
        /// The smallest possible.
        min_bytes: u64,
        /// The largest possible.
        max_bytes: u64,
    },
    /// Acknowledged data is damaged on disk. Restore the file from a copy; nothing was changed.
    #[error(
        "{} is damaged at byte {offset}, record {seq}: {damage}; \
         restore this file from a backup or another copy, nothing was changed", segment.display()
    )]
    Corrupt {
        /// The segment file.
        segment: PathBuf,
        /// The first damaged byte known.
        offset: u64,
        /// The record that should be there.
        seq: Seq,
        /// What is wrong.
        damage: Damage,
    },
    /// No room for the next segment. Nothing was written and the journal stays usable: free space and
    /// try again.
    #[error("the disk of {} is full: the next segment needs {needed_bytes} bytes; free some space", dir.display())]
    DiskFull {
        /// The journal's directory.
        dir: PathBuf,
        /// Bytes of one segment.
        needed_bytes: u64,
    },
    /// The group does not fit into one segment. Send fewer or smaller records together.
    #[error("a group of {records} records with {group_bytes} bytes exceeds what fits: {max_bytes} bytes")]
    TooLarge {
        /// Records in the group.
        records: usize,
        /// Bytes they would take on disk.
        group_bytes: u64,
        /// Bytes that one group may take.
        max_bytes: u64,
    },
    /// A record can only be replaced by one of its own length.
    #[error("record {seq} has {held_bytes} bytes and cannot be replaced by {got_bytes}")]
    OtherLength {
        /// The record.
        seq: Seq,
        /// Bytes it has.
        held_bytes: usize,
        /// Bytes it should have got.
        got_bytes: usize,
    },
    /// The file that tells how to finish a replacement is damaged. Restore it from a copy.
    #[error("{} is damaged; restore this file from a backup or another copy, nothing was changed", path.display())]
    Redo {
        /// The file.
        path: PathBuf,
    },
    /// An earlier write or sync failed, so what is durable is unknown. The process must end and open
    /// the journal anew.
    #[error("an earlier write to the journal failed; end this process and start it again")]
    Poisoned,
    /// There is no such record: not yet appended, or in a segment that was given up.
    #[error("the journal holds records {first} to before {next}, not {asked}")]
    OutOfRange {
        /// What was asked for.
        asked: Seq,
        /// The first record held.
        first: Seq,
        /// The number the next record will get.
        next: Seq,
    },
    /// The system refused a file operation.
    #[error("cannot {action} {}: {cause}", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
        /// Whether it leaves the state of acknowledged data in doubt.
        fatal: bool,
    },
}

impl JournalError {
    /// Whether the process must end: appending further could break what was promised.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        match self {
            Self::Poisoned | Self::Corrupt { .. } | Self::Redo { .. } => true,
            Self::Io { fatal, .. } => *fatal,
            Self::Locked { .. }
            | Self::SegmentSize { .. }
            | Self::DiskFull { .. }
            | Self::TooLarge { .. }
            | Self::OtherLength { .. }
            | Self::OutOfRange { .. } => false,
        }
    }
}

fn pid_text(pid: Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (process {pid})"))
}

/// Turns a system error into ours, naming the file.
pub(crate) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> JournalError {
    move |cause| JournalError::Io { action, path: path.to_owned(), cause, fatal: false }
}

/// The same for an error that leaves in doubt what is durable.
pub(crate) fn fatal(action: &'static str, path: &Path, cause: io::Error) -> JournalError {
    JournalError::Io { action, path: path.to_owned(), cause, fatal: true }
}

/// Whether the system says that there is no room left.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}
