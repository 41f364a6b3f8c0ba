//! What is wrong with a configuration, and where.

use std::io;
use std::path::{Path, PathBuf};

use super::locate::{key_at, line_at};

/// The configuration cannot be used. The user must act.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read the configuration file {} ({source}); check that it is there and readable", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// A file is too large to be a configuration.
    #[error("the configuration file {} is larger than 1 MiB; check that it is the right file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A file is not text.
    #[error("the configuration file {} is not UTF-8 text; check that it is the right file", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// A file has a mistake.
    #[error("{}, line {line}{}: {problem}; correct it", path.display(), in_key(.key.as_deref()))]
    InFile {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The dotted key, where the text is good enough to tell.
        key: Option<String>,
        /// What is wrong.
        problem: String,
    },
    /// A variable or flag has a mistake.
    #[error("{origin} (key {key}): {problem}; correct it or leave it out")]
    Setting {
        /// The variable or flag.
        origin: String,
        /// The dotted key it sets.
        key: String,
        /// What is wrong.
        problem: String,
    },
    /// Every layer is right by itself and the whole is not.
    #[error("the configuration does not fit together: {problem}")]
    Together {
        /// What is wrong.
        problem: String,
    },
}

fn in_key(key: Option<&str>) -> String {
    key.map(|key| format!(", key {key}")).unwrap_or_default()
}

impl ConfigError {
    pub(super) fn in_file(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(0, |span| span.start);
        Self::InFile {
            path: path.to_owned(),
            line: line_at(text, at),
            key: key_at(text, at),
            problem: error.message().trim_end().replace('\n', ", "),
        }
    }
}
