//! SHA-256 under labels, so that no hash of one thing is ever the hash of another.

use amana_types::Digest;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};

/// SHA-256 (FIPS 180-4) of bytes that carry their meaning in themselves.
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    finish(with(&[bytes]))
}

/// SHA-256 over the label, a zero byte, and each part behind its length as `u32`, big-endian.
///
/// Parts are at most 4 GiB long, which every limit keeps far away.
#[must_use]
pub fn labelled(label: &str, parts: &[&[u8]]) -> Digest {
    let mut context = with(&[label.as_bytes(), &[0]]);
    for part in parts {
        context.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        context.update(part);
    }
    finish(context)
}

/// SHA-256 (FIPS 180-4) of content that comes in pieces, such as a file.
pub struct ContentHash(Context);

impl Default for ContentHash {
    fn default() -> Self {
        Self(with(&[]))
    }
}

impl ContentHash {
    /// Adds what follows.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest of all of it.
    #[must_use]
    pub fn finish(self) -> Digest {
        finish(self.0)
    }
}

/// The hashes by which lists of abuse media know a file, of content that comes in pieces.
pub struct FileHash {
    sha256: ContentHash,
    sha1: Context,
}

/// What a file hashes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHashes {
    /// SHA-256.
    pub sha256: Digest,
    /// SHA-1 (FIPS 180-4): lists have it. Nothing else is known by it.
    pub sha1: [u8; 20],
}

impl Default for FileHash {
    fn default() -> Self {
        Self { sha256: ContentHash::default(), sha1: Context::new(&SHA1_FOR_LEGACY_USE_ONLY) }
    }
}

impl FileHash {
    /// Adds what follows.
    pub fn update(&mut self, piece: &[u8]) {
        self.sha256.update(piece);
        self.sha1.update(piece);
    }

    /// The hashes of all of it.
    #[must_use]
    pub fn finish(self) -> FileHashes {
        let mut sha1 = [0; 20];
        sha1.copy_from_slice(self.sha1.finish().as_ref());
        FileHashes { sha256: self.sha256.finish(), sha1 }
    }
}

fn with(parts: &[&[u8]]) -> Context {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    context
}

fn finish(context: Context) -> Digest {
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    Digest(out)
}
