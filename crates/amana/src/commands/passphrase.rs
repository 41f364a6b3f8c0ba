//! The passphrase that opens private keys.

use std::path::PathBuf;

use amana_kit::passphrase::PassphraseSource;
use zeroize::Zeroizing;

use crate::args::PassphraseArgs;
use crate::exit::{Exit, Failure};

/// Reads it from where the arguments say, or from systemd's credential.
pub(crate) fn read(args: &PassphraseArgs) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    PassphraseSource::choose(args.passphrase_file.as_deref(), args.passphrase_fd, credentials.as_deref())
        .and_then(|source| source.read())
        .map_err(|error| Failure::new(Exit::NoIdentity, error))
}
