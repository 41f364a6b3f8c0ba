//! The command line as clap reads it: raw arguments, nothing resolved.

mod agency;
mod attachment;
mod draft;
mod exchange;
mod group;
mod handling;
mod notice;
mod operation;
mod reply;
mod review;
mod shared;
mod version;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use agency::{AgencyCommand, CheckArgs, ImportCommand};
pub(crate) use attachment::AttachmentCommand;
pub(crate) use draft::{DraftCommand, SourceArgs};
pub(crate) use exchange::{
    BenchArgs, DemoArgs, EntryArgs, HubCommand, InviteArgs, LogCommand, NodeCommand, OnOff, PassphraseArgs,
};
pub(crate) use group::{
    AnswerArgs, GroupAddArgs, GroupChangeArgs, GroupCommand, GroupTermsArgs, HubGroupCommand,
};
pub(crate) use handling::{AskArgs, ExportArgs, ExportFor, For, ForwardArgs, GrantArgs, RevokeArgs};
pub(crate) use notice::{InboxCommand, ListArgs, NoticeCommand, SearchArgs};
pub(crate) use operation::{LibraryCommand, OperationCommand, TallyArgs};
pub(crate) use reply::{DueArgs, ReplyArgs};
pub(crate) use review::ReviewCommand;
pub(crate) use shared::{AddressingArgs, ReasonArgs};
pub(crate) use version::VersionCommand;

/// A secure intelligence-sharing message broker between the agencies of member countries.
#[derive(Debug, Parser)]
#[command(name = "amana", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct GlobalArgs {
    /// How to print: for people, or one JSON document, or one JSON object a line.
    #[arg(long, global = true, value_enum)]
    pub(crate) output: Option<OutputFormat>,
    /// A configuration file to read instead of the user's own.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Who to act as: the context file (or its folder) that `amana agency add` or `amana hub init` wrote.
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) context: Option<PathBuf>,
    /// The language of what people are shown: else as configured, else the locale's (LC_ALL, LC_MESSAGES,
    /// LANG) if it is one of these, else en.
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Lang>,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
    /// Give up after this many seconds.
    #[arg(long, global = true, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
    /// Never ask anything; fail instead.
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Answer yes to every question.
    #[arg(long, global = true)]
    pub(crate) yes: bool,
    /// Tell more on stderr; twice for even more.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// Output formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OutputFormat {
    /// For people.
    #[default]
    Table,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Ndjson,
}

/// The languages of labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Lang {
    /// العربية
    Ar,
    /// English
    #[default]
    En,
    /// français
    Fr,
    /// español
    Es,
}

impl Lang {
    /// The language of a locale such as `fr_CA.UTF-8`; English for any that is not one of the four.
    pub(crate) fn of_locale(locale: &str) -> Self {
        match locale.split(['_', '.', '@', '-']).next() {
            Some("ar") => Self::Ar,
            Some("fr") => Self::Fr,
            Some("es") => Self::Es,
            _ => Self::En,
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show it all: a hub, four exercise countries, one case, told step by step
    Demo(DemoArgs),
    /// Set up, run and steer a hub
    #[command(subcommand)]
    Hub(HubCommand),
    /// Set up and run a country's node
    #[command(subcommand)]
    Node(NodeCommand),
    /// Agencies that may use a node
    #[command(subcommand)]
    Agency(AgencyCommand),
    /// Write, send and follow notices
    #[command(subcommand)]
    Notice(NoticeCommand),
    /// Files that belong to notices
    #[command(subcommand)]
    Attachment(AttachmentCommand),
    /// Notices that came in
    #[command(subcommand)]
    Inbox(InboxCommand),
    /// The review desk: what waits for it, and its decisions
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Groups and operations: who takes part, and whether this country does
    #[command(subcommand)]
    Group(GroupCommand),
    /// What is due: answers and permissions that we owe or wait for, notices to look at again, erasures
    Due(DueArgs),
    /// Operations: figures by country, and closing reports
    #[command(subcommand)]
    Operation(OperationCommand),
    /// The library: training, events, resources, legislation
    #[command(subcommand)]
    Library(LibraryCommand),
    /// Search what this node holds
    Search(SearchArgs),
    /// Turn public data sets into notices
    #[command(subcommand)]
    Import(ImportCommand),
    /// The audit log: fetch, prove, verify
    #[command(subcommand)]
    Log(LogCommand),
    /// What is configured and whether it works, each failure with its remedy
    Check(CheckArgs),
    /// Measure publishes, deliveries and sizes; prints JSON
    Bench(BenchArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    Man,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn every_command_has_arguments_that_clap_can_tell_apart() {
        super::Cli::command().debug_assert();
    }
}
