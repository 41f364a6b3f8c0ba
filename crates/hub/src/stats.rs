//! Counters for operators: traffic, never content.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What happened since the process started.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    accepted: AtomicU64,
    refused: AtomicU64,
}

impl Stats {
    /// Counts accepted envelopes.
    pub(crate) fn accepted(&self, envelopes: u64) {
        self.accepted.fetch_add(envelopes, Relaxed);
    }

    /// Counts one refused envelope.
    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    /// Envelopes accepted.
    pub(crate) fn accepted_total(&self) -> u64 {
        self.accepted.load(Relaxed)
    }

    /// Envelopes refused.
    pub(crate) fn refused_total(&self) -> u64 {
        self.refused.load(Relaxed)
    }
}

/// Bytes of memory that this process holds, from `/proc/self/statm`; 0 where there is no such file.
pub(crate) fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok().and_then(|statm| {
        let resident: u64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
        Some(resident)
    });
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
    pages.unwrap_or(0).saturating_mul(page)
}

/// Bytes that can still be written to the disk under `dir`; 0 when it does not say.
pub(crate) fn free_disk_bytes(dir: &Path) -> u64 {
    rustix::fs::statvfs(dir).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes of the files in a directory.
pub(crate) fn directory_bytes(dir: &Path) -> u64 {
    let files = std::fs::read_dir(dir).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).filter(|file| file.is_file()).map(|file| file.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_memory_and_disk() {
        assert!(resident_bytes() > 1024 * 1024);
        assert!(free_disk_bytes(Path::new("/")) > 0);
    }

    #[test]
    fn a_directory_that_is_not_there_has_no_room() {
        assert_eq!(free_disk_bytes(Path::new("/no/such/directory")), 0);
    }
}
