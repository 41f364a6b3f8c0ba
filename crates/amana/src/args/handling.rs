//! Arguments of what may be done with a notice beyond reading it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ReasonArgs;

/// What a permission is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum For {
    /// Use as evidence in court.
    Court,
    /// Passing on to other members.
    Forward,
}

/// `amana notice ask`.
#[derive(Debug, Args)]
pub(crate) struct AskArgs {
    /// The received notice.
    pub(crate) id: String,
    /// What for.
    #[arg(long = "for", value_enum)]
    pub(crate) wanted: For,
    /// To pass on to whom; may be given again.
    #[arg(long = "to", value_name = "CODE")]
    pub(crate) to: Vec<String>,
    /// Why, with the language, such as fr="le juge le demande"; may be given again.
    #[arg(long, value_name = "LANG=TEXT", required = true)]
    pub(crate) text: Vec<String>,
    /// Makes a retry safe.
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<String>,
    #[command(flatten)]
    pub(crate) reason: ReasonArgs,
}

/// `amana notice grant`.
#[derive(Debug, Args)]
pub(crate) struct GrantArgs {
    /// The notice, which is ours.
    pub(crate) id: String,
    /// To which recipient of it.
    #[arg(long = "to", value_name = "CODE")]
    pub(crate) to: String,
    /// What for.
    #[arg(long = "for", value_enum)]
    pub(crate) wanted: For,
    /// To whom it may be passed on; may be given again.
    #[arg(long = "members", value_name = "CODE", value_delimiter = ',')]
    pub(crate) members: Vec<String>,
    /// Until when (RFC 3339); as long as the notice if not said.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// In words, with the language; may be given again.
    #[arg(long, value_name = "LANG=TEXT")]
    pub(crate) text: Vec<String>,
    /// Makes a retry safe.
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<String>,
    #[command(flatten)]
    pub(crate) reason: ReasonArgs,
}

/// `amana notice revoke-grant`.
#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// The grant: what `notice grant` printed.
    pub(crate) grant: String,
    /// Why, with the language; may be given again.
    #[arg(long, value_name = "LANG=TEXT")]
    pub(crate) text: Vec<String>,
    /// Makes a retry safe.
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<String>,
    #[command(flatten)]
    pub(crate) reason: ReasonArgs,
}

/// `amana notice forward`.
#[derive(Debug, Args)]
pub(crate) struct ForwardArgs {
    /// The received notice.
    pub(crate) id: String,
    /// To whom; may be given again.
    #[arg(long = "to", value_name = "CODE", required = true)]
    pub(crate) to: Vec<String>,
    /// Handled more strictly than its origin.
    #[arg(long, value_name = "CODE")]
    pub(crate) handling: Option<String>,
    /// Conditions, with H3, beside those of the origin; may be given again.
    #[arg(long, value_name = "LANG=TEXT")]
    pub(crate) conditions: Vec<String>,
    /// Makes a retry safe.
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<String>,
    #[command(flatten)]
    pub(crate) reason: ReasonArgs,
}

/// What something is exported for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFor {
    /// To investigate.
    Investigation,
    /// As evidence in court.
    Court,
}

/// `amana notice export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The notice.
    pub(crate) id: String,
    /// What for.
    #[arg(long = "for", value_enum)]
    pub(crate) export_for: ExportFor,
    /// Where to write it, as JSON; a file that is there is not overwritten.
    #[arg(long, value_name = "OUT")]
    pub(crate) file: PathBuf,
    /// For a court: to the owner of the notice, with the language, such as fr="tribunal de Lyon"; may be given
    /// again.
    #[arg(long, value_name = "LANG=TEXT")]
    pub(crate) text: Vec<String>,
    #[command(flatten)]
    pub(crate) reason: ReasonArgs,
}
