//! Arguments of the commands that run the exchange: demo, hub, node, log, bench.

use std::path::PathBuf;

use amana_hub::HubConfig;
use amana_node::NodeConfig;
use clap::{Args, Subcommand};

use super::HubGroupCommand;

/// Where a passphrase comes from; never the command line itself.
#[derive(Clone, Debug, Args)]
pub(crate) struct PassphraseArgs {
    /// Read the passphrase of the private keys (15 characters or more) from this file, which must be yours
    /// alone (mode 600).
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Read the passphrase from this open file descriptor.
    #[arg(long, global = true, value_name = "N", conflicts_with = "passphrase_file")]
    pub(crate) passphrase_fd: Option<u32>,
}

/// `amana demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Keep it running after the story, and print how to talk to it.
    #[arg(long)]
    pub(crate) serve: bool,
    /// Use this folder and keep it, instead of a temporary one.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// `amana hub …`.
#[derive(Debug, Subcommand)]
pub(crate) enum HubCommand {
    /// Make a new exchange: its keys, its certificate authority, an operator
    Init {
        /// The folder to make.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// The exchange's name, a DNS name such as exchange.example.
        #[arg(long, value_name = "NAME")]
        exchange: String,
        /// Where nodes connect.
        #[arg(long, value_name = "ADDR", default_value_t = HubConfig::default().listen)]
        listen: std::net::SocketAddr,
        /// Where new members enrol.
        #[arg(long, value_name = "ADDR", default_value_t = HubConfig::default().enrol_listen)]
        enrol_listen: std::net::SocketAddr,
        /// The host name or address that members reach the hub by, if not that of --listen.
        #[arg(long, value_name = "HOST")]
        advertise: Option<String>,
    },
    /// Run the hub until it is stopped
    Run {
        /// The hub's folder.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
    },
    /// Write a one-time invitation for a member to enrol with
    Invite(InviteArgs),
    /// List members, their cursors and backlogs
    Members,
    /// Suspend a member: it can neither send nor receive from now on
    Suspend(EntryArgs),
    /// End a suspension
    Reinstate(EntryArgs),
    /// Put a member under review: the review desk passes whatever it sends, or not; or take it off
    Review {
        /// The member's code.
        code: String,
        /// Under review from now on, or no more.
        #[arg(value_enum)]
        state: OnOff,
    },
    /// Make, change, end and look at groups and operations
    #[command(subcommand)]
    Group(HubGroupCommand),
    /// The hub's state in figures
    Status,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum OnOff {
    /// From now on.
    On,
    /// No more.
    Off,
}

/// `amana hub invite`.
#[derive(Debug, Args)]
pub(crate) struct InviteArgs {
    /// The member's code: ISO 3166-1 alpha-2, or a registered organisation code.
    pub(crate) code: String,
    /// The hub's folder, if not the operator's folder of --context.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// The member's name.
    #[arg(long)]
    pub(crate) name: String,
    /// COUNTRY, SUB_BUREAU, ORGANISATION, PARTNER or REVIEW_DESK.
    #[arg(long, default_value = "COUNTRY")]
    pub(crate) kind: String,
    /// The country that a SUB_BUREAU belongs to: it shares its regions, and is suspended and left out with it.
    #[arg(long, value_name = "CODE")]
    pub(crate) parent: Option<String>,
    /// A region it belongs to (AFRICA, AMERICAS, ASIA, EUROPE, MENA); may be given again.
    #[arg(long = "region", value_name = "REGION")]
    pub(crate) regions: Vec<String>,
    /// It is registered for child protection: it gets the identities of victims and children.
    #[arg(long)]
    pub(crate) child_protection: bool,
    /// For a member that enrols again: one past the epoch of its last HPKE key.
    #[arg(long, default_value_t = 0, value_name = "EPOCH")]
    pub(crate) first_epoch: u32,
    /// How long the invitation works, in hours.
    #[arg(long, default_value_t = 72, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) valid: u32,
    /// Where to write it, readable by you alone; `-` for stdout.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: PathBuf,
}

/// `amana hub suspend` and `reinstate`.
#[derive(Debug, Args)]
pub(crate) struct EntryArgs {
    /// The member's code.
    pub(crate) code: String,
}

/// `amana node …`.
#[derive(Debug, Subcommand)]
pub(crate) enum NodeCommand {
    /// Make a node: its keys and its agency certificate authority
    Init {
        /// The folder to make.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// The member's code.
        #[arg(long, value_name = "CODE")]
        code: String,
        /// Where agencies connect.
        #[arg(long, value_name = "ADDR", default_value_t = NodeConfig::default().listen)]
        listen: std::net::SocketAddr,
    },
    /// Enrol at the exchange with an invitation
    Enroll {
        /// The node's folder.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// The invitation that `amana hub invite` wrote.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
    },
    /// Run the node until it is stopped
    Run {
        /// The node's folder.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
    },
    /// The node's state: hub connection, queues, log head
    Status,
}

/// `amana log …`.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Print the newest signed checkpoint
    Checkpoint,
    /// Print the portable proof that a notice is in the audit log
    Prove {
        /// The notice.
        id: String,
    },
    /// Verify the whole log from leaves to signed root, over the network
    Verify {
        /// Also have every record on the hub's disk read and hashed again.
        #[arg(long)]
        deep: bool,
    },
    /// Verify a proof offline
    VerifyReceipt {
        /// The proof that `amana log prove` printed.
        file: PathBuf,
        /// The log's public key (vkey): in a node's exchange.toml, or from the exchange.
        #[arg(long, value_name = "VKEY")]
        log_key: String,
    },
    /// Verify the trail of a notice offline: every step, its proofs and its signatures
    VerifyTrail {
        /// The file that `amana notice trail --file` wrote.
        file: PathBuf,
        /// The exchange's public facts (name, root keys, log key): a node's exchange.toml, or the exchange's.
        #[arg(long, value_name = "FILE")]
        trust: PathBuf,
    },
}

/// `amana bench`.
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// Notices a measurement at most.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) notices: u32,
    /// Streams that publish at once.
    #[arg(long, default_value_t = 8)]
    pub(crate) connections: u16,
    /// Seconds a measurement at most.
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u32,
}
