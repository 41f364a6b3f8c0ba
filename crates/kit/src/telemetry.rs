//! What the process says about itself: one line per event on standard error.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

/// How events are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line, for collectors.
    Json,
}

/// What is written, and how.
#[derive(Clone, Debug, Default)]
pub struct LogOptions {
    /// The format.
    pub format: LogFormat,
    /// How often `-v` was given: warnings, then information, debugging, everything.
    pub verbosity: u8,
    /// A filter such as `info,amana_hub=debug`, which wins over `verbosity`: the value of `AMANA_LOG`.
    pub filter: Option<String>,
    /// Whether colour is wanted at all; it is used only on a terminal.
    pub colour: bool,
}

/// Logging cannot be set up. The user must act.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter does not parse.
    #[error("AMANA_LOG={filter:?} is no log filter ({reason}); write it like: info,amana_hub=debug")]
    Filter {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Set up before.
    #[error("logging was already set up in this process")]
    AlreadySet,
}

impl LogOptions {
    /// From the command line and the environment variables `AMANA_LOG` and `NO_COLOR`
    /// (no-color.org: any value but the empty one).
    #[must_use]
    pub fn from_environment(format: LogFormat, verbosity: u8) -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self { format, verbosity, filter: set("AMANA_LOG"), colour: set("NO_COLOR").is_none() }
    }

    fn filter(&self) -> Result<Targets, TelemetryError> {
        let text = self.filter.as_deref().unwrap_or(match self.verbosity {
            0 => "warn",
            1 => "info",
            2 => "debug",
            _ => "trace",
        });
        text.parse().map_err(|error: tracing_subscriber::filter::ParseError| TelemetryError::Filter {
            filter: text.to_owned(),
            reason: error.to_string(),
        })
    }
}

/// Writes this process's events to standard error from now on.
///
/// # Errors
/// [`TelemetryError`] when the filter does not parse, or when called twice.
pub fn init(options: &LogOptions) -> Result<(), TelemetryError> {
    let colour = options.colour && stderr().is_terminal();
    subscriber(options, colour, stderr)?.try_init().map_err(|_| TelemetryError::AlreadySet)
}

fn subscriber<W>(
    options: &LogOptions,
    colour: bool,
    writer: W,
) -> Result<Box<dyn tracing::Subscriber + Send + Sync>, TelemetryError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_ansi(colour).with_writer(writer);
    let layer = match options.format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    Ok(Box::new(Registry::default().with(layer.with_filter(options.filter()?))))
}

#[cfg(test)]
#[path = "telemetry_tests.rs"]
mod tests;
