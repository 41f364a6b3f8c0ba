//! `exchange.toml`: what was decided when the exchange was made.

use std::path::Path;

use amana_kit::fsio::{create_private_file, read_private_file};
use amana_log::{KeyName, LogKey};
use amana_types::{Digest, ExchangeName, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::SetupError;

/// The most bytes such a file may have.
pub(super) const MOST_BYTES: u64 = 64 * 1024;

/// What never changes about an exchange.
#[derive(Clone, Debug)]
pub(crate) struct ExchangeFacts {
    /// Its name.
    pub(crate) exchange: ExchangeName,
    /// The keys that sign grants, suspensions and groups.
    pub(crate) root_keys: Vec<VerifyingKey>,
    /// The audit log's key.
    pub(crate) log_key: LogKey,
}

/// The same, as a file holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    exchange: String,
    root_keys: Vec<String>,
    log_key: String,
}

impl ExchangeFacts {
    /// Writes a new file.
    ///
    /// # Errors
    /// [`SetupError`].
    pub(crate) fn create(&self, path: &Path) -> Result<(), SetupError> {
        let raw = Raw {
            exchange: self.exchange.to_string(),
            root_keys: self.root_keys.iter().map(|key| Digest(key.0).to_string()).collect(),
            log_key: self.log_key.to_string(),
        };
        write(path, &raw)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`SetupError`].
    pub(crate) fn load(path: &Path) -> Result<Self, SetupError> {
        let raw: Raw = read(path)?;
        let wrong = |problem: String| SetupError::Content { path: path.to_owned(), problem };
        Ok(Self {
            exchange: raw.exchange.parse().map_err(|error| wrong(format!("exchange: {error}")))?,
            root_keys: root_keys(&raw.root_keys).map_err(wrong)?,
            log_key: raw.log_key.parse().map_err(|error| wrong(format!("log_key: {error}")))?,
        })
    }
}

/// Root keys from their hexadecimal form; at least one.
pub(super) fn root_keys(texts: &[String]) -> Result<Vec<VerifyingKey>, String> {
    let parse = |text: &String| text.parse::<Digest>().map(|key| VerifyingKey(key.0));
    let keys: Vec<_> =
        texts.iter().map(parse).collect::<Result<_, _>>().map_err(|_| "root_keys: not a key")?;
    if keys.is_empty() { Err("root_keys: there is none".to_owned()) } else { Ok(keys) }
}

/// The audit log's name.
///
/// # Errors
/// [`SetupError::LogName`].
pub(crate) fn log_name(exchange: &ExchangeName) -> Result<KeyName, SetupError> {
    KeyName::of_audit_log(exchange.as_str()).map_err(|error| SetupError::LogName(error.to_string()))
}

/// Writes a new private TOML file.
pub(super) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), SetupError> {
    let problem =
        |error: toml::ser::Error| SetupError::Content { path: path.to_owned(), problem: error.to_string() };
    let text = toml::to_string_pretty(value).map_err(problem)?;
    Ok(create_private_file(path, text.as_bytes())?)
}

/// Reads a private TOML file.
pub(super) fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, SetupError> {
    let wrong = |problem: String| SetupError::Content { path: path.to_owned(), problem };
    let bytes = read_private_file(path, MOST_BYTES)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("not text".to_owned()))?;
    toml::from_str(text).map_err(|error| wrong(error.message().to_owned()))
}
