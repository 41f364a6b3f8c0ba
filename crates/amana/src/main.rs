//! Amana: a secure intelligence-sharing message broker.
//!
//! This binary turns arguments into plain configuration and calls a library's `run`; it knows no rules
//! and no formats.

mod args;
mod bench;
mod bidi;
mod commands;
mod context;
mod demo;
mod exit;
mod import;
mod output;
mod pages;
mod settings;
mod show;
mod words;

use std::process::ExitCode;

use amana_kit::telemetry::{self, LogFormat, LogOptions};
use amana_types::labels::by_code;
use clap::Parser;

use crate::args::{Cli, Command, OutputFormat};
use crate::exit::{Exit, Failure};
use crate::settings::Settings;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                output::note(&failure.to_string());
            }
            ExitCode::from(failure.exit as u8)
        }
    }
}

fn start(cli: Cli) -> Result<(), Failure> {
    let settings = Settings::resolve(&cli.global)?;
    let format = if settings.out.format == OutputFormat::Table { LogFormat::Text } else { LogFormat::Json };
    telemetry::init(&LogOptions::from_environment(format, settings.verbose))
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Failed, error))?;
    // Boxed: the commands' futures differ much in size, and one is run.
    let done = runtime.block_on(Box::pin(interruptible(cli.command, &settings)));
    // Whatever still runs is not waited for: after a failure of the storage it may never end.
    runtime.shutdown_background();
    done.map_err(|failure| explained(failure, settings.out.lang))
}

/// A failure with its reason in one line of the reader's language, before the precise detail in English.
fn explained(mut failure: Failure, lang: args::Lang) -> Failure {
    let reason = failure.reason.as_deref();
    let label = reason.and_then(|reason| by_code("reason", reason, show::language(lang)));
    if let (Some(label), true) = (label, lang != args::Lang::En) {
        failure.message = format!("{}\n       {}", output::within_line(label), failure.message);
    }
    failure
}

/// Runs a command until it is done or interrupted from the keyboard. What serves ends in good order by
/// itself when it is told to.
async fn interruptible(command: Command, settings: &Settings) -> Result<(), Failure> {
    let serves = matches!(
        command,
        Command::Hub(args::HubCommand::Run { .. }) | Command::Node(args::NodeCommand::Run { .. })
    ) || matches!(&command, Command::Demo(demo) if demo.serve);
    if serves {
        return Box::pin(run(command, settings)).await;
    }
    tokio::select! {
        done = run(command, settings) => done,
        _ = tokio::signal::ctrl_c() => Err(Failure::new(Exit::Interrupted, "interrupted")),
    }
}

async fn run(command: Command, settings: &Settings) -> Result<(), Failure> {
    match command {
        Command::Demo(args) => demo::run(args, settings).await,
        Command::Hub(command) => commands::hub::run(command, settings).await,
        Command::Node(command) => commands::node::run(command, settings).await,
        Command::Agency(command) => commands::agency::run(command, settings),
        Command::Notice(command) => Box::pin(commands::notice::run(command, settings)).await,
        Command::Attachment(command) => commands::attachment::run(command, settings).await,
        Command::Inbox(command) => commands::inbox::run(command, settings).await,
        Command::Review(command) => commands::review::run(command, settings).await,
        Command::Group(command) => commands::group::run(command, settings).await,
        Command::Due(args) => commands::reply::due(&args, settings).await,
        Command::Operation(command) => commands::operation::run(command, settings).await,
        Command::Library(command) => commands::library::run(command, settings).await,
        Command::Search(args) => commands::search::run(args, settings).await,
        Command::Import(command) => import::run(command, settings).await,
        Command::Log(command) => commands::log::run(command, settings).await,
        Command::Check(args) => commands::check::run(args, settings).await,
        Command::Bench(args) => bench::run(args, settings).await,
        Command::Completions { shell } => pages::completions(shell, settings),
        Command::Man => pages::man(settings),
    }
}
