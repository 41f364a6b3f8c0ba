//! Arguments of the review desk's commands.

use clap::Subcommand;

use super::ReasonArgs;

/// `amana review …`, as an officer of the review desk.
#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// List what waits for a decision, oldest first
    List {
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Show one that waits
    Show {
        /// The notice.
        id: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Let one through to its recipients; a RED one needs two officers
    Pass {
        /// The notice.
        id: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Let one through to nobody, for good; its sender is told why
    Refuse {
        /// The notice.
        id: String,
        /// Why: POLITICAL_CHARACTER, WARRANT_NOT_VALID, INSUFFICIENT_DATA, NOT_PROPORTIONATE, PROTECTED_PERSON
        /// or OTHER.
        #[arg(long, value_name = "GROUND")]
        ground: String,
        /// Why, in words for the sender alone; OTHER needs some.
        #[arg(long, default_value = "")]
        text: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
}
