//! A notice file as it lies on the officer's disk or comes through stdin.

use std::io::Read;
use std::path::Path;

use amana_types::Clock;
use amana_types::limits::RETENTION;
use amana_wire::file::{self, Format};
use amana_wire::v1;

use super::attachment::{Local, describe};
use crate::exit::Failure;
use crate::output::note;

/// Reads a notice file; all its mistakes at once, each with its line.
pub(crate) fn read_file(path: &Path) -> Result<(v1::Notice, v1::Addressing, Vec<Local>), Failure> {
    let (bytes, format) = read_bytes(path)?;
    understand(&bytes, format, path)
}

/// What a notice file says; `path` is where it says it.
pub(crate) fn understand(
    bytes: &[u8],
    format: Format,
    path: &Path,
) -> Result<(v1::Notice, v1::Addressing, Vec<Local>), Failure> {
    let now = amana_kit::clock::SystemClock.now();
    let file = file::read(bytes, format, now).map_err(|problems| {
        problems.iter().for_each(|problem| note(&format!("{}:{problem}", path.display())));
        Failure::mistakes(path, problems.len())
    })?;
    let mut notice = file.notice.notice().clone();
    if file.notice.expires() == now.after(RETENTION) {
        // As late as is allowed is what a file without an end means. The node counts it from when it
        // takes the notice: a file that is sent again is then the same notice, and clocks need not agree.
        notice.expires = None;
    }
    let attached = describe(&mut notice, &file.files, path)?;
    Ok((notice, v1::Addressing::from(&file.to), attached))
}

/// The bytes of a file or of stdin, no more than a notice file may have, and their format.
pub(crate) fn read_bytes(path: &Path) -> Result<(Vec<u8>, Format), Failure> {
    let mut bytes = Vec::new();
    let stdin = path == Path::new("-");
    let limit = file::FILE_BYTES as u64 + 1;
    if stdin {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|opened| opened.take(limit).read_to_end(&mut bytes))
    }
    .map_err(|error| Failure::file(path, &error))?;
    let format = Format::of_name(&path.to_string_lossy()).unwrap_or_else(|| guess(&bytes));
    Ok((bytes, format))
}

/// The format of a text without a name that tells: JSON begins with a brace, a notice in TOML never does.
pub(crate) fn guess(bytes: &[u8]) -> Format {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => Format::Json,
        _ => Format::Toml,
    }
}
