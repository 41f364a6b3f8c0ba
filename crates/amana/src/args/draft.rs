//! Arguments about notices that are still being written.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// A notice: from a file, or from a draft that the node keeps.
#[derive(Clone, Debug, Args)]
pub(crate) struct SourceArgs {
    /// TOML or JSON; `-` for stdin.
    #[arg(required_unless_present = "draft")]
    pub(crate) file: Option<PathBuf>,
    /// A draft that the node keeps, in place of a file; files that it attaches are looked for in this folder.
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    pub(crate) draft: Option<String>,
}

/// `amana notice draft …`.
#[derive(Debug, Subcommand)]
pub(crate) enum DraftCommand {
    /// Keep a notice file at the node as it is, mistakes and all; nothing of it leaves the node
    Save {
        /// TOML or JSON; `-` for stdin.
        file: PathBuf,
        /// The draft that it continues; without this it is a new one.
        #[arg(long, value_name = "ID", requires = "revision")]
        draft: Option<String>,
        /// That draft's revision when you read it: what another officer saved since is not overwritten.
        #[arg(long, value_name = "N", requires = "draft")]
        revision: Option<u64>,
        /// What to call it; the file's name if not given.
        #[arg(long)]
        name: Option<String>,
    },
    /// The drafts of this agency, those saved last first
    List,
    /// Print a draft, or write it to a file to go on with
    Show {
        /// The draft.
        id: String,
        /// Write it to this file, which must not be there yet.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Destroy a draft and its key
    Discard {
        /// The draft.
        id: String,
        /// Its revision when you read it.
        #[arg(long, value_name = "N")]
        revision: u64,
    },
}
