//! Arguments of the commands about versions of notices, and about their suspension.

use std::path::PathBuf;

use clap::Subcommand;

use super::{AddressingArgs, ReasonArgs};

/// `amana notice amend …` and the like.
#[derive(Debug, Subcommand)]
pub(crate) enum VersionCommand {
    /// Put a newer version in the place of a notice; members that it leaves out erase what they have
    Amend {
        /// The notice: the version whose place the new one takes.
        id: String,
        /// TOML or JSON; `-` for stdin. It is for whom the version before was for, whatever the file says,
        /// unless --to and the like name others.
        file: PathBuf,
        #[command(flatten)]
        to: AddressingArgs,
        /// Makes a retry safe: the same id with the same notice amends once.
        #[arg(long, value_name = "ID")]
        request_id: Option<String>,
        /// Wait until the hub has it in its log.
        #[arg(long)]
        wait: bool,
    },
    /// Take a notice out of sight of its recipients for a while
    Suspend {
        /// The notice, by any of its versions.
        id: String,
        /// Makes a retry safe.
        #[arg(long, value_name = "ID")]
        request_id: Option<String>,
    },
    /// Bring a suspended notice back into sight
    Resume {
        /// The notice, by any of its versions.
        id: String,
        /// Makes a retry safe.
        #[arg(long, value_name = "ID")]
        request_id: Option<String>,
    },
    /// List the versions of a notice, oldest first; two in the place of one are a FORK
    Versions {
        /// The notice, by any of its versions.
        id: String,
    },
    /// Show what changed between two versions, field by field
    Diff {
        /// The version.
        id: String,
        /// The version to compare it with, if not the one whose place it takes.
        other: Option<String>,
        #[command(flatten)]
        reason: ReasonArgs,
    },
}
