//! Arguments of the officer's commands: notice, inbox, search.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::{AddressingArgs, ReasonArgs};
use super::{AskArgs, DraftCommand, ExportArgs, ForwardArgs, GrantArgs, ReplyArgs, RevokeArgs, SourceArgs};

/// Paging.
#[derive(Clone, Debug, Args)]
pub(crate) struct ListArgs {
    /// How many to show at most.
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub(crate) limit: u32,
    /// Only notices of this operation.
    #[arg(long, value_name = "NAME")]
    pub(crate) operation: Option<String>,
    #[command(flatten)]
    pub(crate) reason: ReasonArgs,
}

/// `amana notice …`.
#[derive(Debug, Subcommand)]
pub(crate) enum NoticeCommand {
    /// Keep a notice that is still being written
    #[command(subcommand)]
    Draft(DraftCommand),
    /// Say everything that is wrong with a notice file, and who would receive it; send nothing
    Check {
        #[command(flatten)]
        source: SourceArgs,
        #[command(flatten)]
        to: AddressingArgs,
    },
    /// Check, seal, sign and send
    Publish {
        #[command(flatten)]
        source: SourceArgs,
        #[command(flatten)]
        to: AddressingArgs,
        /// Makes a retry safe: the same id with the same notice sends it once.
        #[arg(long, value_name = "ID")]
        request_id: Option<String>,
        /// Wait until the hub has it in its log.
        #[arg(long)]
        wait: bool,
    },
    /// Take a notice back with all its versions: hidden here at once, erased by every recipient, which signs that it did
    Withdraw {
        /// The notice.
        id: String,
        /// Why: NO_LONGER_NEEDED, ERROR, COURT_ORDER, PERSON_FOUND or OTHER.
        #[arg(long, value_name = "GROUND")]
        ground: String,
        /// Why, in words that name nobody; OTHER needs some.
        #[arg(long, default_value = "")]
        text: String,
        /// Makes a retry safe: the same id with the same withdrawal is one.
        #[arg(long, value_name = "ID")]
        request_id: Option<String>,
    },
    #[command(flatten)]
    Version(super::VersionCommand),
    /// List notices that this node sent
    List(ListArgs),
    /// Show one notice
    Show {
        /// The notice.
        id: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Where a sent notice stands: what each recipient signed, and who owes an erasure receipt
    Receipts {
        /// The notice.
        id: String,
    },
    /// The whole life of a notice, step by step, with what proves it offline
    Trail {
        /// The notice: sent or received.
        id: String,
        /// Write the trail to this file, for `amana log verify-trail`; it holds no word of the case.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Ask the owner of a received notice to permit what its handling code forbids
    Ask(AskArgs),
    /// Permit a recipient of a notice of ours what its handling code forbids
    Grant(GrantArgs),
    /// Take a grant back: nothing is done under it any more, and what was passed on under it is withdrawn
    RevokeGrant(RevokeArgs),
    /// Pass a received notice on; it is suspended and withdrawn with its origin
    Forward(ForwardArgs),
    /// Write a notice to a file, with its handling first and its proof, for an investigation or a court
    Export(ExportArgs),
    /// Say something to a recipient of a notice of ours
    Reply(Box<ReplyArgs>),
    /// What was said back to a notice
    Replies {
        /// The notice.
        id: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Print notices, and what is said back to notices, as they come in
    Watch {
        /// Stop after this many.
        #[arg(long, value_name = "N")]
        count: Option<u64>,
        /// Only what comes after this place.
        #[arg(long, value_name = "CURSOR", default_value = "")]
        after: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
}

/// `amana inbox …`.
#[derive(Debug, Subcommand)]
pub(crate) enum InboxCommand {
    /// List received notices, newest first
    List(Box<ListArgs>),
    /// Show one
    Show {
        /// The notice.
        id: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Answer one, report a hit, refuse with a ground; its owner gets it
    Reply(Box<ReplyArgs>),
    /// Acknowledge one: its sender gets a signed read receipt
    Ack {
        /// The notice.
        id: String,
        #[command(flatten)]
        reason: ReasonArgs,
    },
}

/// `amana search`.
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words that must all occur, in any script.
    pub(crate) words: Vec<String>,
    /// A person's name, in the original script or in Latin letters.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Born: 1984, 1984-02 or 1984-02-29.
    #[arg(long, value_name = "DATE")]
    pub(crate) born: Option<String>,
    /// A document number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) document: Option<String>,
    /// A phone number, E.164.
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// A form of exploitation, such as FORCED_LABOUR.
    #[arg(long)]
    pub(crate) exploitation: Option<String>,
    /// The sending member.
    #[arg(long, value_name = "CODE")]
    pub(crate) sender: Option<String>,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}
