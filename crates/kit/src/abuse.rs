//! A list of hashes of abuse media, an administrator's or an officer's own: what is on it never leaves the house.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The list cannot be used. Who keeps it must act.
#[derive(Debug, thiserror::Error)]
pub enum AbuseListError {
    /// It does not read.
    #[error("{} ({cause}); check the path of abuse_hashes", path.display())]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A line is no hash that can be checked here.
    #[error(
        "{}, line {line}: write one SHA-256 or SHA-1 hash a line, 64 or 40 hexadecimal digits; others are not checked here",
        path.display()
    )]
    Line {
        /// Where.
        path: PathBuf,
        /// Which, from 1.
        line: usize,
    },
}

/// Hashes of abuse media.
#[derive(Clone, Debug, Default)]
pub struct AbuseList(HashSet<Vec<u8>>);

impl AbuseList {
    /// Reads a list: one hash a line; empty lines and those that begin with `#` say nothing.
    ///
    /// # Errors
    /// [`AbuseListError`].
    pub fn load(path: &Path) -> Result<Self, AbuseListError> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| AbuseListError::File { path: path.to_owned(), cause })?;
        let lines = text.lines().zip(1..).map(|(line, number)| (line.trim(), number));
        let said = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let hash = |(line, number): (&str, usize)| {
            bytes(line)
                .filter(|bytes| matches!(bytes.len(), 20 | 32))
                .ok_or_else(|| AbuseListError::Line { path: path.to_owned(), line: number })
        };
        said.map(hash).collect::<Result<_, _>>().map(Self)
    }

    /// Whether that hash is on it.
    #[must_use]
    pub fn knows(&self, hash: &[u8]) -> bool {
        self.0.contains(hash)
    }
}

/// Hexadecimal digits as bytes.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?));
    bytes.collect::<Option<Vec<u8>>>().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hash_a_line_and_a_wrong_line_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("# known\n\n{}\n{}\n", "AB".repeat(32), "0c".repeat(20)))
            .unwrap();
        let list = AbuseList::load(file.path()).unwrap();
        assert!(list.knows(&[0xab; 32]) && list.knows(&[0x0c; 20]) && !list.knows(&[0; 20]));
        std::fs::write(file.path(), format!("{}\n{}\n", "ab".repeat(32), "ab".repeat(16))).unwrap();
        assert!(matches!(AbuseList::load(file.path()), Err(AbuseListError::Line { line: 2, .. })));
        assert!(matches!(AbuseList::load(Path::new("/no/such/list")), Err(AbuseListError::File { .. })));
    }
}
