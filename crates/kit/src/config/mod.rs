//! Configuration in layers, each over the one before: the type's defaults, the system's file, the
//! user's, the one named by `--config`, environment variables `AMANA__SECTION__KEY`, flags.
//!
//! The configuration type has `#[serde(default, deny_unknown_fields)]` on every table, so that each
//! layer is checked by itself and a mistake is told with its file, line and key.
//!
//! ```
//! #[derive(Default, serde::Deserialize)]
//! #[serde(default, deny_unknown_fields)]
//! struct Config { listen: String, connections: u32 }
//!
//! let config: Config = amana_kit::config::Layers::new()
//!     .environment([("AMANA__CONNECTIONS".into(), "12".into())])
//!     .flag("--listen", "listen", "[::]:7443")
//!     .load()?;
//! assert_eq!((config.listen.as_str(), config.connections), ("[::]:7443", 12));
//! # Ok::<(), amana_kit::config::ConfigError>(())
//! ```

mod error;
mod locate;

pub use error::ConfigError;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// The system's configuration file.
pub const SYSTEM_FILE: &str = "/etc/amana/config.toml";

/// Largest configuration file, in bytes.
const MOST_BYTES: u64 = 1024 * 1024;

/// The layers of one configuration, lowest first.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    files: Vec<(PathBuf, Presence)>,
    settings: Vec<Setting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Optional,
    Required,
}

/// One value from outside any file.
#[derive(Clone, Debug)]
struct Setting {
    /// The variable or flag, as the user wrote it.
    origin: String,
    /// The dotted key it sets.
    key: String,
    text: String,
}

impl Layers {
    /// Only the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The usual files and this process's environment: [`SYSTEM_FILE`], then
    /// `$XDG_CONFIG_HOME/amana/config.toml` (XDG Base Directory Specification), then `named`, the value
    /// of `--config`, which must be there.
    #[must_use]
    pub fn usual(named: Option<&Path>) -> Self {
        let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
        let xdg = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let mut layers = Self::new().file(SYSTEM_FILE);
        if let Some(directory) = xdg.or(home) {
            layers = layers.file(directory.join("amana").join("config.toml"));
        }
        if let Some(named) = named {
            layers = layers.required_file(named);
        }
        layers.environment(std::env::vars_os())
    }

    /// A file that may be absent.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.push((path.into(), Presence::Optional));
        self
    }

    /// A file that must be there.
    #[must_use]
    pub fn required_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.push((path.into(), Presence::Required));
        self
    }

    /// Every variable named `AMANA__...`; `__` stands for the dot of a key.
    #[must_use]
    pub fn environment(mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut found: Vec<_> = variables
            .into_iter()
            .filter_map(|(name, value)| {
                let name = name.into_string().ok()?;
                let key = name.strip_prefix("AMANA__")?.to_ascii_lowercase().replace("__", ".");
                Some(Setting { origin: name, key, text: value.to_string_lossy().into_owned() })
            })
            .collect();
        found.sort_by(|a, b| a.origin.cmp(&b.origin)); // a process's environment has no order of its own
        self.settings.append(&mut found);
        self
    }

    /// A flag that sets a key.
    #[must_use]
    pub fn flag(mut self, flag: &str, key: &str, value: impl Into<String>) -> Self {
        self.settings.push(Setting { origin: flag.to_owned(), key: key.to_owned(), text: value.into() });
        self
    }

    /// Reads every layer, checks it, and lays it over those before.
    ///
    /// # Errors
    /// [`ConfigError`] with the file, line and key, or the variable or flag, at fault.
    pub fn load<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let mut whole = Table::new();
        for (path, presence) in &self.files {
            if let Some(layer) = read::<T>(path, *presence)? {
                merge(&mut whole, layer);
            }
        }
        for setting in &self.settings {
            merge(&mut whole, setting.layer::<T>()?);
        }
        whole.try_into().map_err(|error| ConfigError::Together { problem: error.message().to_owned() })
    }
}

fn read<T: DeserializeOwned>(path: &Path, presence: Presence) -> Result<Option<Table>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let file = match std::fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && presence == Presence::Optional => {
            return Ok(None);
        }
        opened => opened.map_err(unreadable)?,
    };
    let bytes = crate::fsio::read_at_most(file, MOST_BYTES)
        .map_err(unreadable)?
        .ok_or_else(|| ConfigError::TooLarge { path: path.to_owned() })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| ConfigError::NotText { path: path.to_owned() })?;
    let invalid = |error: toml::de::Error| ConfigError::in_file(path, text, &error);
    let table = toml::from_str::<Table>(text).map_err(invalid)?;
    // Checked by itself, where the parser still knows the lines.
    toml::from_str::<T>(text).map_err(invalid)?;
    Ok(Some(table))
}

impl Setting {
    /// The setting as a table of its own: as a TOML value where that is what the key takes, else as text,
    /// so that nobody has to put quotes inside quotes.
    fn layer<T: DeserializeOwned>(&self) -> Result<Table, ConfigError> {
        let nested = |value: Value| {
            let table = self
                .key
                .rsplit('.')
                .fold(value, |inner, name| Value::Table(Table::from_iter([(name.to_owned(), inner)])));
            T::deserialize(table.clone()).map(|_| table)
        };
        let as_text = nested(Value::String(self.text.clone()));
        let typed =
            toml::from_str::<Table>(&format!("v = {}", self.text)).ok().and_then(|mut t| t.remove("v"));
        let table = match (as_text, typed.map(nested)) {
            (Ok(table), _) | (Err(_), Some(Ok(table))) => table,
            (Err(problem), None) | (Err(_), Some(Err(problem))) => {
                return Err(ConfigError::Setting {
                    origin: self.origin.clone(),
                    key: self.key.clone(),
                    problem: problem.message().to_owned(),
                });
            }
        };
        Ok(match table {
            Value::Table(table) => table,
            _ => Table::new(),
        })
    }
}

/// Lays `over` on `under`: tables are merged key by key, anything else is replaced.
fn merge(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => merge(below, above),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
