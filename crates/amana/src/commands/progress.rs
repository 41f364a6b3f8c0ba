//! Files on their way to or from the node: in pieces, with a bar.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

/// The bytes of one piece.
pub(super) const PIECE: usize = 256 * 1024;

/// A bar on a terminal's stderr; elsewhere nothing.
pub(super) fn bar(path: &Path, bytes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}");
    let bar = ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.with_message(path.file_name().unwrap_or_default().to_string_lossy().into_owned())
}
