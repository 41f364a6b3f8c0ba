//! Drafts of attachments, and of what stands in the place of abuse media.

use zeroize::Zeroizing;

use super::{Stated, TextDraft, opaque};
use crate::model::{AttachmentKind, HashAlgorithm};

/// A file that belongs to the notice.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AttachmentDraft {
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What it is.
    pub kind: Stated<AttachmentKind>,
    /// The key of the person or thing that it is about.
    pub about: String,
    /// What it shows.
    pub description: Vec<TextDraft>,
    /// The length of its content.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub content_sha256: Vec<u8>,
    /// SHA-256 of what is sealed.
    pub sealed_sha256: Vec<u8>,
    /// The key that opens it.
    pub key: Zeroizing<Vec<u8>>,
}

/// What is known of abuse media.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AbuseMediaDraft {
    /// How the hash was made.
    pub algorithm: Stated<HashAlgorithm>,
    /// The hash.
    pub hash: String,
    /// The reference in the specialised database.
    pub database_reference: String,
    /// The series.
    pub series: String,
}

opaque!(AttachmentDraft AbuseMediaDraft);
