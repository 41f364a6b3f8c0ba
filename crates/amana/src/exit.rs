//! How a command ends: exit codes, and a failure that says what to do.

use std::fmt;

/// The exit codes of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It failed.
    Failed = 1,
    /// Wrong usage, or an input file that is not valid.
    Usage = 2,
    /// Cancelled, or past its deadline.
    Cancelled = 3,
    /// No valid identity: certificate, key or passphrase.
    NoIdentity = 4,
    /// Refused by policy or jurisdiction.
    Refused = 5,
    /// There is no such thing, or none that the caller may see.
    NotFound = 6,
    /// Something did not verify: a signature, a proof, a log.
    Verification = 7,
    /// Not reachable now; trying again is safe.
    Unavailable = 8,
    /// Interrupted from the keyboard.
    Interrupted = 130,
}

/// Why a command did not do what it was asked to: for people, with a hint.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// The stable reason of whoever refused.
    pub(crate) reason: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string(), hint: None, reason: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the stable reason, so that it can be said in the reader's language.
    pub(crate) fn because(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    /// A failure of which nobody needs to be told.
    pub(crate) fn quiet(exit: Exit) -> Self {
        Self::new(exit, "")
    }

    /// An input file in which so many mistakes were shown.
    pub(crate) fn mistakes(path: &std::path::Path, count: usize) -> Self {
        let noun = if count == 1 { "mistake" } else { "mistakes" };
        Self::new(Exit::Usage, format_args!("{count} {noun} in {}; nothing was sent", path.display()))
    }

    /// A file that could not be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(Exit::Usage, format_args!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "amana: {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n       {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
