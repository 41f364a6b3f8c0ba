//! Where something lies on the hub's disk.

use std::path::PathBuf;

/// Bytes in a file.
#[derive(Clone, Debug)]
pub(super) struct DiskPlace {
    pub(super) path: PathBuf,
    pub(super) offset: usize,
    pub(super) length: usize,
}
