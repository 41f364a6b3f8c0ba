//! Arguments of the commands about operations and the library.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ReasonArgs;

/// `amana operation …`.
#[derive(Debug, Subcommand)]
pub(crate) enum OperationCommand {
    /// List operations
    List,
    /// Show one: who takes part, its figures, its notices and its closing report
    Show {
        /// The operation's name.
        name: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Report this country's figures since the start; they take the place of what it reported before. The node
    /// adds how many replies and hits it gave to the operation's notices
    Tally(Box<TallyArgs>),
    /// Show each country's figures with their totals, and who has not reported
    Tallies {
        /// The operation's name.
        name: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Make the closing report of an operation; with --publish, send it to everybody who took part
    Report {
        /// The operation's name.
        name: String,
        /// Send it: only the lead can, and only after the end.
        #[arg(long)]
        publish: bool,
        /// Makes a retry safe: the same id sends it once.
        #[arg(long, value_name = "ID")]
        request_id: Option<String>,
        #[command(flatten)]
        reason: ReasonArgs,
    },
}

/// `amana operation tally`: what is left out was not counted, which is not the same as 0.
#[derive(Debug, Args)]
pub(crate) struct TallyArgs {
    /// The operation's name.
    pub(crate) name: String,
    /// Persons checked.
    #[arg(long, value_name = "N")]
    pub(crate) persons_checked: Option<u64>,
    /// Vehicles and vessels checked.
    #[arg(long, value_name = "N")]
    pub(crate) vehicles_checked: Option<u64>,
    /// Possible victims of trafficking identified.
    #[arg(long, value_name = "N")]
    pub(crate) possible_victims: Option<u64>,
    /// Children among the possible victims.
    #[arg(long, value_name = "N")]
    pub(crate) children: Option<u64>,
    /// Victims referred to protection and assistance.
    #[arg(long, value_name = "N")]
    pub(crate) victims_referred: Option<u64>,
    /// Smuggled migrants detected.
    #[arg(long, value_name = "N")]
    pub(crate) migrants: Option<u64>,
    /// Suspects identified.
    #[arg(long, value_name = "N")]
    pub(crate) suspects: Option<u64>,
    /// Arrests.
    #[arg(long, value_name = "N")]
    pub(crate) arrests: Option<u64>,
    /// Cases opened.
    #[arg(long, value_name = "N")]
    pub(crate) cases: Option<u64>,
    /// Documents seized.
    #[arg(long, value_name = "N")]
    pub(crate) documents: Option<u64>,
    /// Vehicles and vessels seized.
    #[arg(long, value_name = "N")]
    pub(crate) vehicles_seized: Option<u64>,
    /// Assets seized.
    #[arg(long, value_name = "N")]
    pub(crate) assets: Option<u64>,
    /// Makes a retry safe: the same id with the same figures reports them once.
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<String>,
}

/// `amana library …`.
#[derive(Debug, Subcommand)]
pub(crate) enum LibraryCommand {
    /// List bulletins newest first; needs no hub
    List {
        /// Words that must all occur, in any script.
        words: Vec<String>,
        /// TRAINING, EVENT, RESOURCE, LEGISLATION or CLOSING_REPORT.
        #[arg(long, value_name = "CATEGORY")]
        category: Option<String>,
        /// Only about this country (ISO 3166-1 alpha-2).
        #[arg(long, value_name = "CODE")]
        country: Option<String>,
        /// How many to show at most.
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u32,
    },
    /// Show one bulletin whole, or write one of its files to disk; needs no hub
    Get {
        /// The bulletin.
        id: String,
        /// Which of its files: its name, or its number in the bulletin.
        #[arg(long, value_name = "NAME", requires = "file")]
        attachment: Option<String>,
        /// Where to; nothing is overwritten. What breaks off goes on from `FILE.part`.
        #[arg(long, value_name = "FILE", requires = "attachment")]
        file: Option<PathBuf>,
    },
}
