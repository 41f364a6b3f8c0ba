//! Arguments of agency management, import and check.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::AddressingArgs;

/// `amana agency …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AgencyCommand {
    /// Admit an agency: issue its client certificate and context file
    Add {
        /// Its name: lower-case letters, digits and '-'.
        name: String,
        /// The node's folder.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// INVESTIGATOR, BORDER, CHILD_PROTECTION, ANALYST, PARTNER, SUPERVISOR or AUDITOR.
        #[arg(long)]
        role: String,
        /// Where the agency reaches the node, if not at the node's listening address.
        #[arg(long, value_name = "HOST:PORT")]
        address: Option<String>,
        /// The folder to write its certificate, key and context to.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Why it reads where a command does not say it: the `purpose` of its context.
        #[arg(long)]
        purpose: Option<String>,
    },
    /// List agencies
    List {
        /// The node's folder.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
    },
    /// Revoke an agency: its certificate is refused from now on
    Revoke {
        /// Its name.
        name: String,
        /// The node's folder.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
    },
}

/// `amana import …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Rows of the CTDC victim-perpetrator synthetic data set (you supply the file)
    Ctdc {
        /// The CSV file.
        file: PathBuf,
        #[command(flatten)]
        to: AddressingArgs,
        /// Import at most this many rows.
        #[arg(long, value_name = "N")]
        limit: Option<u64>,
        /// Start after this many rows.
        #[arg(long, value_name = "N", default_value_t = 0)]
        skip: u64,
        /// Read and check all, send nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// `amana check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// A hub's or a node's folder to look into.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}
