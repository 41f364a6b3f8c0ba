//! The only door to stdout: tables for people, JSON for programs.
//!
//! Data goes to stdout, everything else to stderr. A closed pipe ends the command quietly.

use std::io::{self, Write};

use amana_types::labels::Word;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

use crate::args::{Lang, OutputFormat};
use crate::exit::{Exit, Failure};
use crate::words::word;

pub(crate) use crate::bidi::{isolate, within_line};

/// How wide a table may be when stdout is not a terminal.
const COLUMNS: u16 = 80;

/// Where a command's data goes, and in which form and language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) format: OutputFormat,
    pub(crate) lang: Lang,
}

impl Output {
    /// Prints text as it is, with a newline at its end.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        write!(out, "{text}{end}").and_then(|()| out.flush()).map_err(closed)
    }

    /// Prints one thing: as JSON, or for people in the words of `human`.
    pub(crate) fn one(&self, value: &Value, human: impl FnOnce() -> String) -> Result<(), Failure> {
        match self.format {
            OutputFormat::Table => self.text(&human()),
            OutputFormat::Json => self.text(&format!("{value:#}")),
            OutputFormat::Ndjson => self.text(&value.to_string()),
        }
    }

    /// Prints a list: as a JSON array (`[]` when empty), one object a line, or a table.
    pub(crate) fn list(
        &self,
        values: &[Value],
        heads: &[&str],
        row: impl Fn(&Value) -> Vec<String>,
    ) -> Result<(), Failure> {
        self.many(values, |values| table(heads, values.iter().map(row)))
    }

    /// Prints a list as [`Output::list`] does, for people in the words of `human`.
    pub(crate) fn many(
        &self,
        values: &[Value],
        human: impl FnOnce(&[Value]) -> String,
    ) -> Result<(), Failure> {
        match self.format {
            OutputFormat::Json => self.text(&format!("{:#}", Value::from(values.to_vec()))),
            OutputFormat::Ndjson => values.iter().try_for_each(|value| self.text(&value.to_string())),
            OutputFormat::Table if values.is_empty() => {
                note(&word(Word::Nothing, self.lang));
                Ok(())
            }
            OutputFormat::Table => self.text(&human(values)),
        }
    }
}

/// A table without frames that fits the terminal, or 80 columns.
pub(crate) fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(heads);
    table.set_width(columns());
    for row in rows {
        table.add_row(row);
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// The width of the terminal on stdout; 80 columns where there is none.
fn columns() -> u16 {
    terminal_size::terminal_size_of(io::stdout()).map_or(COLUMNS, |(width, _)| width.0)
}

/// A JSON field as text for a table; empty when absent.
pub(crate) fn field(value: &Value, name: &str) -> String {
    match value.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().map(plain).collect::<Vec<_>>().join(" "),
        Some(other) => other.to_string(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Tells the person at the terminal something that is not data.
pub(crate) fn note(text: &str) {
    // Nothing is left to tell it to when stderr is gone.
    let _ = writeln!(anstream::stderr(), "{text}");
}

fn closed(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::quiet(Exit::Failed),
        _ => Failure::new(Exit::Failed, format_args!("cannot write to stdout: {error}")),
    }
}
