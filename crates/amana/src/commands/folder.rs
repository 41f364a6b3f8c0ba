//! The folders that `--dir` names: a wrong one is said to be wrong before anything else is tried in it.

use std::io::ErrorKind;
use std::path::Path;

use crate::exit::{Exit, Failure};

/// A hub's folder.
pub(crate) fn hub(dir: &Path) -> Result<amana_hub::Layout, Failure> {
    let layout = amana_hub::Layout::new(dir);
    known(dir, &layout.config(), "hub").map(|()| layout)
}

/// A node's folder.
pub(crate) fn node(dir: &Path) -> Result<amana_node::Layout, Failure> {
    let layout = amana_node::Layout::new(dir);
    known(dir, &layout.config(), "node").map(|()| layout)
}

/// Whether the file that making a folder writes last is there. One that is there and cannot be looked at is
/// left to whoever reads it, and says why.
fn known(dir: &Path, config: &Path, kind: &str) -> Result<(), Failure> {
    match std::fs::metadata(config) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(Failure::new(Exit::Usage, format_args!("{} is not a {kind}'s folder", dir.display()))
                .hint(format!("correct --dir, or make one: amana {kind} init --dir {}", dir.display())))
        }
        _ => Ok(()),
    }
}
