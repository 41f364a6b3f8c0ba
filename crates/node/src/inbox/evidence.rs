//! Evidence against a hub that contradicted itself, kept as a file that anyone can verify.

use std::path::PathBuf;

use amana_kit::fsio::{FileError, create_private_directory, replace_private_file};
use amana_log::Evidence;
use amana_types::Timestamp;

use crate::setup::layout::Layout;

/// Writes the evidence; answers where.
pub(crate) fn keep_evidence(
    layout: &Layout,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<PathBuf, FileError> {
    create_private_directory(&layout.evidence())?;
    let path = layout.evidence().join(format!("log-{}.evidence", now.unix_millis()));
    replace_private_file(&path, evidence.to_string().as_bytes())?;
    Ok(path)
}
