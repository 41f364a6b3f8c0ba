//! Files that belong to a notice, and what stands in the place of files that must never travel.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::redact::opaque;
use amana_types::Digest;
use amana_types::codes;

codes! {
    /// What an attachment is.
    pub enum AttachmentKind in "attachment_kind" {
        /// A photograph.
        Photo = "PHOTO",
        /// A fingerprint or palm print.
        Fingerprint = "FINGERPRINT",
        /// A document: a scan, a text, a table.
        Document = "DOCUMENT",
        /// Moving pictures.
        Video = "VIDEO",
        /// Sound.
        Audio = "AUDIO",
        /// Another file.
        Other = "OTHER",
        /// Images of the abuse of a child. They are never attached: see [`AbuseMedia`](crate::content::AbuseMedia).
        ChildAbuseMaterial = "CHILD_ABUSE_MATERIAL",
    }
}

codes! {
    /// How a hash of abuse media was made.
    pub enum HashAlgorithm in "hash_algorithm" {
        /// SHA-256.
        Sha256 = "SHA_256",
        /// SHA-1.
        Sha1 = "SHA_1",
        /// MD5.
        Md5 = "MD5",
        /// PhotoDNA, which finds pictures that look alike.
        PhotoDna = "PHOTO_DNA",
    }
}

codes! {
    /// How far an attachment has come to where somebody asks for it.
    pub enum AttachmentState in "attachment_state" {
        /// Nothing of it is here.
        Absent = "ABSENT",
        /// A part of it is here.
        Partial = "PARTIAL",
        /// It is here, and is what its sender sealed.
        Complete = "COMPLETE",
        /// It cannot be had: it is gone from the hub, or is not what its sender said.
        Failed = "FAILED",
    }
}

impl HashAlgorithm {
    /// How many hexadecimal digits such a hash has; `None` where it is not written so.
    #[must_use]
    pub const fn hex_digits(self) -> Option<usize> {
        match self {
            Self::Sha256 => Some(64),
            Self::Sha1 => Some(40),
            Self::Md5 => Some(32),
            Self::PhotoDna => None,
        }
    }
}

/// The key that opens one attachment. It is wiped when dropped and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct AttachmentKey(Zeroizing<[u8; 32]>);

impl AttachmentKey {
    /// The key of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key's bytes; `None` when they are not 32.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::new)
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What an attachment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachedContent {
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256.
    pub digest: Digest,
}

/// Where the sealed attachment is, and what opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedContent {
    /// SHA-256 of what is sealed: its address.
    pub digest: Digest,
    /// The key.
    pub key: AttachmentKey,
}

/// A media type (RFC 6838 §4.2): type and subtype, in small letters, without parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType(String);

/// A text that is no media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a media type: write it like image/jpeg or application/pdf (RFC 6838)")]
pub struct MediaTypeError;

impl MediaType {
    /// Bytes of which nothing more is known (RFC 2046 §4.5.1).
    #[must_use]
    pub fn unknown() -> Self {
        Self("application/octet-stream".to_owned())
    }

    /// The media type as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MediaType {
    type Err = MediaTypeError;

    fn from_str(text: &str) -> Result<Self, MediaTypeError> {
        let text = text.to_ascii_lowercase();
        let name = |name: &str| {
            (1..=127).contains(&name.len())
                && name.starts_with(|c: char| c.is_ascii_alphanumeric())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
        };
        match text.split_once('/') {
            Some((kind, subtype)) if name(kind) && name(subtype) => Ok(Self(text)),
            _ => Err(MediaTypeError),
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The name of a file without any folder, as every system can write it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileName(String);

/// A text that is no such name. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a file name: 1 to 120 characters without '/', '\\', ':' or controls, and not beginning with a point"
)]
pub struct FileNameError;

impl FileName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for FileName {
    type Err = FileNameError;

    fn from_str(text: &str) -> Result<Self, FileNameError> {
        let fits = (1..=120).contains(&text.chars().count())
            && !text.starts_with('.')
            && text.trim() == text
            && !text.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|'])
            && amana_types::hygiene::first_refused(text, false).is_none();
        if fits { Ok(Self(text.to_owned())) } else { Err(FileNameError) }
    }
}

// What is attached leads to persons, and its key to what it holds: their Debug shows none of it.
opaque!(AttachmentKey SealedContent FileName);
