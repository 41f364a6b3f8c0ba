//! Renaming a folder that cannot be used, so that somebody can look at it later.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// This many are kept; older ones are deleted.
const KEPT: usize = 3;

/// Renames the folder to `<name>.bad-<n>` with the next free number.
pub(super) fn set_aside(dir: &Path) -> io::Result<PathBuf> {
    let parent = dir.parent().unwrap_or(Path::new("."));
    let prefix = format!("{}.bad-", dir.file_name().unwrap_or_default().to_string_lossy());
    let mut numbers = Vec::new();
    for entry in fs::read_dir(parent)? {
        let name = entry?.file_name();
        numbers.extend(name.to_string_lossy().strip_prefix(&prefix).and_then(|n| n.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    let next = numbers.last().map_or(1, |last| last.saturating_add(1));
    let surplus = (numbers.len() + 1).saturating_sub(KEPT);
    for old in numbers.iter().take(surplus) {
        fs::remove_dir_all(parent.join(format!("{prefix}{old}")))?;
    }
    let aside = parent.join(format!("{prefix}{next}"));
    fs::rename(dir, &aside)?;
    Ok(aside)
}
