//! Arguments of the commands about groups and operations.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `amana hub group …`, as the operator.
#[derive(Debug, Subcommand)]
pub(crate) enum HubGroupCommand {
    /// Make a group or an operation, and invite members to it
    Add(GroupAddArgs),
    /// Change one: what is given replaces what was
    Change(GroupChangeArgs),
    /// End an operation now: from then on it is no address
    End {
        /// The operation's name.
        name: String,
    },
    /// List groups and operations with what was addressed to them
    List,
    /// Show one: its terms, and how each invited member stands
    Show {
        /// The group's name.
        name: String,
    },
}

/// `amana hub group add`.
#[derive(Debug, Args)]
pub(crate) struct GroupAddArgs {
    /// The group's name, such as HT-EXPERTS.
    pub(crate) name: String,
    /// SPECIALIST_GROUP, which stands, or OPERATION, which has a start, an end and a lead.
    #[arg(long, default_value = "SPECIALIST_GROUP", value_name = "KIND")]
    pub(crate) kind: String,
    /// A member to invite; may be given again. It takes part once its country accepts.
    #[arg(long = "invite", value_name = "CODE", required = true)]
    pub(crate) invited: Vec<String>,
    /// When it starts (RFC 3339); now if nothing is said.
    #[arg(long, value_name = "TIME")]
    pub(crate) starts: Option<String>,
    #[command(flatten)]
    pub(crate) terms: GroupTermsArgs,
}

/// `amana hub group change`.
#[derive(Debug, Args)]
pub(crate) struct GroupChangeArgs {
    /// The group's name.
    pub(crate) name: String,
    /// One more member to invite; may be given again.
    #[arg(long = "invite", value_name = "CODE")]
    pub(crate) invited: Vec<String>,
    /// A member that is not invited any more; may be given again.
    #[arg(long = "uninvite", value_name = "CODE")]
    pub(crate) uninvited: Vec<String>,
    /// When it starts (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) starts: Option<String>,
    #[command(flatten)]
    pub(crate) terms: GroupTermsArgs,
}

/// What a group is called, is for, and until when.
#[derive(Debug, Args)]
pub(crate) struct GroupTermsArgs {
    /// Its title with the language, such as "fr=Opération Aube"; once for each of ar, en, fr, es.
    #[arg(long = "title", value_name = "LANG=TEXT")]
    pub(crate) title: Vec<String>,
    /// What it is for, with the language; once for each.
    #[arg(long = "description", value_name = "LANG=TEXT")]
    pub(crate) description: Vec<String>,
    /// The member that leads it.
    #[arg(long, value_name = "CODE")]
    pub(crate) lead: Option<String>,
    /// When it ends (RFC 3339). A later end than before asks every member again.
    #[arg(long, value_name = "TIME")]
    pub(crate) ends: Option<String>,
}

/// `amana group …`.
#[derive(Debug, Subcommand)]
pub(crate) enum GroupCommand {
    /// List groups and operations, as an agency of the node
    List,
    /// Show one: its terms, and how each invited member stands
    Show {
        /// The group's name.
        name: String,
    },
    /// Accept an invitation for the country: from then on it takes part
    Accept(AnswerArgs),
    /// Decline an invitation
    Decline(AnswerArgs),
    /// Take part no more
    Leave(AnswerArgs),
}

/// `amana group accept`, `decline` and `leave`: signed with the identity key in the node's folder, which the
/// running node does not hold.
#[derive(Debug, Args)]
pub(crate) struct AnswerArgs {
    /// The group's name.
    pub(crate) name: String,
    /// The node's folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
