//! Files that nobody else may read, written so that a crash leaves the old or the new, never a half.
//!
//! These calls block; they are for start-up and rare writes.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use amana_types::Random as _;
use zeroize::Zeroizing;

use crate::random::SystemRandom;

/// Owner reads and writes.
const FILE_MODE: u32 = 0o600;
/// Owner lists, enters and changes.
const DIRECTORY_MODE: u32 = 0o700;

/// A file that cannot be read or written. The operator must act.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It must not be there yet, and is.
    #[error("{} is already there; move it away if it is no longer needed", .0.display())]
    Exists(PathBuf),
    /// It is not there.
    #[error("{} is not there; check the path", .0.display())]
    Missing(PathBuf),
    /// The operating system's rights forbid it.
    #[error("no right to {doing} {}; check its owner and mode", path.display())]
    Forbidden {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// Others can read or change what must be private.
    #[error("{} is open to others (mode {mode:03o}); run: chmod go= {}", path.display(), path.display())]
    Exposed {
        /// Where.
        path: PathBuf,
        /// The permission bits found.
        mode: u32,
    },
    /// It is larger than it can honestly be.
    #[error("{} is larger than {most} bytes; check that it is the right file", path.display())]
    TooLarge {
        /// Where.
        path: PathBuf,
        /// The limit in bytes.
        most: u64,
    },
    /// Anything else the operating system says, such as a full disk.
    #[error("cannot {doing} {} ({source}); check the disk", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

impl FileError {
    /// What went wrong with that path while `doing`, such as "read".
    pub fn new(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| match source.kind() {
            ErrorKind::AlreadyExists => Self::Exists(path),
            ErrorKind::NotFound => Self::Missing(path),
            ErrorKind::PermissionDenied => Self::Forbidden { doing, path },
            _ => Self::Io { doing, path, source },
        }
    }
}

/// Makes a directory and its parents, for the owner alone. One that is there already must not be open
/// to others.
///
/// # Errors
/// [`FileError::Exposed`] for an existing directory open to others, or what the system says.
pub fn create_private_directory(path: &Path) -> Result<(), FileError> {
    if path.is_dir() {
        return check_private(path, &File::open(path).map_err(FileError::new("open", path))?);
    }
    let made = DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path);
    made.map_err(FileError::new("create", path))?;
    sync_parent(path)
}

/// Writes a new file for the owner alone, durable on return; one that is there is left alone.
///
/// # Errors
/// [`FileError::Exists`], or what the system says.
pub fn create_private_file(path: &Path, content: &[u8]) -> Result<(), FileError> {
    // Linking the finished file into place refuses an existing name and never shows a half-written one.
    with_temporary(path, content, |temporary| {
        let linked = std::fs::hard_link(temporary, path);
        std::fs::remove_file(temporary).map_err(FileError::new("remove", temporary))?;
        linked.map_err(FileError::new("create", path))
    })
}

/// Writes a file for the owner alone in place of the one that may be there, durable on return: after a
/// crash there is the old content or the new.
///
/// # Errors
/// What the system says; the old file is then still there.
pub fn replace_private_file(path: &Path, content: &[u8]) -> Result<(), FileError> {
    with_temporary(path, content, |temporary| {
        std::fs::rename(temporary, path).map_err(FileError::new("replace", path))
    })
}

/// Reads a private file of at most `most` bytes.
///
/// # Errors
/// [`FileError::Exposed`] when others can read it, [`FileError::TooLarge`], or what the system says.
pub fn read_private_file(path: &Path, most: u64) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let file = File::open(path).map_err(FileError::new("read", path))?;
    check_private(path, &file)?;
    let content = read_at_most(&file, most).map_err(FileError::new("read", path))?;
    content.ok_or_else(|| FileError::TooLarge { path: path.to_owned(), most })
}

/// Reads all of `source` unless it is longer than `most` bytes; what was read is zeroed when dropped.
pub(crate) fn read_at_most(source: impl Read, most: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    // With room for all of it the vector never moves, so no unzeroed copy stays behind.
    let mut content =
        Zeroizing::new(Vec::with_capacity(usize::try_from(most).unwrap_or(0).saturating_add(1)));
    source.take(most.saturating_add(1)).read_to_end(&mut content)?;
    Ok((content.len() as u64 <= most).then_some(content))
}

pub(crate) fn check_private(path: &Path, file: &File) -> Result<(), FileError> {
    let mode = file.metadata().map_err(FileError::new("look at", path))?.mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(FileError::Exposed { path: path.to_owned(), mode }) }
}

fn with_temporary(
    path: &Path,
    content: &[u8],
    place: impl FnOnce(&Path) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    // A name of its own: other threads, and processes of the same number in other containers, may write too.
    name.push(format!(".{:016x}.new", u64::from_le_bytes(SystemRandom.array())));
    let temporary = path.with_file_name(name);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(&temporary)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .map_err(FileError::new("write", &temporary))
        .and_then(|()| place(&temporary));
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary); // the first error is the one to tell
    }
    written.and_then(|()| sync_parent(path))
}

/// A new name is durable only once its directory is (fsync(2)).
fn sync_parent(path: &Path) -> Result<(), FileError> {
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    File::open(parent).and_then(|directory| directory.sync_all()).map_err(FileError::new("sync", parent))
}

#[cfg(test)]
#[path = "fsio_tests.rs"]
mod tests;
