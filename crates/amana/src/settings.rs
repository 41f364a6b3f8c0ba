//! What is in force for one command: flags over environment over files over defaults.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use amana_kit::config::Layers;
use amana_kit::passphrase::PassphraseSource;
use amana_seal::keyfile::Passphrase;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::args::{GlobalArgs, Lang, OutputFormat, PassphraseArgs};
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// The user's configuration file; every key may also come as `AMANA__KEY`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    output: OutputFormat,
    lang: Option<Lang>,
    context: Option<PathBuf>,
    timeout: Option<u64>,
    /// A list of hashes of abuse media: what is on it is refused before anything is sent.
    abuse_hashes: Option<PathBuf>,
    /// What `hub run` reads (`AMANA__HUB__KEY`), not for this.
    #[serde(rename = "hub")]
    _hub: Option<toml::Table>,
    /// What `node run` reads (`AMANA__NODE__KEY`), not for this.
    #[serde(rename = "node")]
    _node: Option<toml::Table>,
}

/// The variables of a section, such as `AMANA__HUB__LISTEN`, as that section's own keys.
pub(crate) fn section(name: &str) -> impl Iterator<Item = (OsString, OsString)> {
    let prefix = format!("AMANA__{name}__");
    std::env::vars_os().filter_map(move |(key, value)| {
        let own = key.to_str()?.strip_prefix(&prefix)?;
        Some((format!("AMANA__{own}").into(), value))
    })
}

/// Resolved settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) out: Output,
    pub(crate) context: Option<PathBuf>,
    /// How long a call may take.
    pub(crate) timeout: Duration,
    /// The same, if somebody said so: what otherwise goes on for ever then ends.
    pub(crate) given_timeout: Option<Duration>,
    pub(crate) verbose: u8,
    /// A list of hashes of abuse media at this machine.
    pub(crate) abuse_hashes: Option<PathBuf>,
    passphrase: PassphraseArgs,
}

/// The language of the user's surroundings, if it is one of the four, else English.
fn locale() -> Lang {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    said.into_iter().find(|value| !value.is_empty()).map_or(Lang::En, |value| Lang::of_locale(&value))
}

/// How long a call may take when nothing else is said.
const TIMEOUT: Duration = Duration::from_secs(60);

impl Settings {
    pub(crate) fn resolve(global: &GlobalArgs) -> Result<Self, Failure> {
        let file: File =
            Layers::usual(global.config.as_deref()).load().map_err(|e| Failure::new(Exit::Usage, e))?;
        let given_timeout = global.timeout.or(file.timeout).map(Duration::from_secs);
        Ok(Self {
            out: Output {
                format: global.output.unwrap_or(file.output),
                lang: global.lang.or(file.lang).unwrap_or_else(locale),
            },
            context: global.context.clone().or(file.context),
            timeout: given_timeout.unwrap_or(TIMEOUT),
            given_timeout,
            verbose: global.verbose,
            abuse_hashes: file.abuse_hashes.filter(|path| !path.as_os_str().is_empty()),
            passphrase: global.passphrase.clone(),
        })
    }

    /// The same settings, acting as somebody else.
    pub(crate) fn acting_as(&self, context: PathBuf) -> Self {
        Self { context: Some(context), ..self.clone() }
    }

    /// The passphrase of the private keys, from where the arguments say or from systemd's credential.
    pub(crate) fn passphrase(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        let from = &self.passphrase;
        PassphraseSource::choose(from.passphrase_file.as_deref(), from.passphrase_fd, credentials.as_deref())
            .and_then(|source| source.read())
            .map_err(|error| Failure::new(Exit::NoIdentity, error))
    }

    /// The passphrase as the key files take it.
    pub(crate) fn key_passphrase(&self) -> Result<Passphrase, Failure> {
        Passphrase::new(self.passphrase()?).map_err(|error| Failure::new(Exit::NoIdentity, error))
    }
}
