//! Attachments: files beside an envelope, sealed chunk by chunk, so that nobody has to hold one whole.
//!
//! A sealed attachment is a head of 48 bytes and chunks of 64 KiB, the STREAM construction (Hoang,
//! Reyhanitabar, Rogaway, Vizár, CRYPTO 2015) over AES-256-GCM: the nonce holds the chunk's number and
//! whether it is the last, so that one that is cut, lengthened or put together in another order does not
//! open. The key is drawn for one attachment and used for nothing else; with the head's salt the cipher key
//! is derived from it. So who overwrites the head has erased the attachment, also for those who hold the key.
//!
//! Who can be fooled, and how: the hub sees the padded length and the digest of what is sealed. A sender
//! can attach what is not what its description says; it cannot attach two things under one digest, since the
//! head commits to the key and the envelope's signed header to the digest.
//!
//! Rejected: sections of 256 MiB in the journals. Every other notice would wait for one. A notice waits at its
//! sender until the hub holds its attachments, and has no place in the sequences until then.

mod cipher;
mod shape;
mod stream;

pub use cipher::{AttachmentCipher, AttachmentSalt};
pub use shape::{CHUNK_BYTES, ChunkIndex, HEAD_BYTES, Shape, TAG_BYTES, sealed_bytes};
pub use stream::{Opener, Sealed, Sealer};

/// Why an attachment does not seal or open. None of it tells what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentRefused {
    /// The head is cut, or commits to another key.
    #[error("the attachment does not begin as it must: it is damaged, or its key is another one")]
    Head,
    /// A chunk was changed, cut, or is in another place than it was sealed for.
    #[error("chunk {} of the attachment does not open: it is damaged", .0.0)]
    Chunk(ChunkIndex),
    /// There is something where nothing but padding may be.
    #[error("the attachment is not padded as it must be")]
    Padding,
    /// More was given than there is room for, or less.
    #[error("the attachment has another length than was said")]
    Length,
    /// What it holds is not what was said of it.
    #[error("the attachment is not the one that its description names")]
    Content,
    /// The cipher refused its input; no input within the limits causes it.
    #[error("the cipher refused its input; report this")]
    Cipher,
}

#[cfg(test)]
#[path = "attachment_tests.rs"]
mod tests;
