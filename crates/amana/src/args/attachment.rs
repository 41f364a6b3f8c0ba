//! Arguments of `amana attachment …`.

use std::path::PathBuf;

use clap::Subcommand;

use super::ReasonArgs;

/// `amana attachment …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AttachmentCommand {
    /// List the files of a notice, and how much of each is here
    List {
        /// The notice.
        id: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Write one file of a notice to disk
    Get {
        /// The notice.
        id: String,
        /// Which: its number in the list.
        number: usize,
        /// Where to; nothing is overwritten. What breaks off goes on from `FILE.part`.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        reason: ReasonArgs,
    },
}
