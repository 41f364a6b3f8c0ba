//! Writing values in their one encoding.

use amana_types::{Digest, KeyId, MemberCode, NoticeId, Seq, Timestamp};

use super::CodecError;

/// Writes values one after the other.
#[derive(Clone, Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// A writer with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// A writer that begins with a label and the byte that ends it, for inputs of hashes and ciphers.
    #[must_use]
    pub fn labelled(label: &str) -> Self {
        let mut bytes = Vec::with_capacity(label.len() + 128);
        bytes.extend_from_slice(label.as_bytes());
        bytes.push(0);
        Self(bytes)
    }

    /// The bytes written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.fixed(&[value])
    }

    /// Two bytes, big-endian.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.fixed(&value.to_be_bytes())
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.fixed(&value.to_be_bytes())
    }

    /// Eight bytes, big-endian.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.fixed(&value.to_be_bytes())
    }

    /// One byte: 1 for true.
    pub fn flag(&mut self, value: bool) -> &mut Self {
        self.u8(u8::from(value))
    }

    /// Bytes whose number the reader knows, bare.
    pub fn fixed(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// A byte string behind its length.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.count(bytes.len()).fixed(bytes)
    }

    /// A text in UTF-8 behind its length in bytes.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// How many items follow. No list of ours reaches 2^32; one that did would not be read back.
    pub fn count(&mut self, count: usize) -> &mut Self {
        self.u32(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// How many items follow, if they are not more than a reader takes.
    ///
    /// # Errors
    /// [`CodecError::TooLong`].
    pub fn count_within(&mut self, count: usize, most: usize) -> Result<&mut Self, CodecError> {
        match u32::try_from(count) {
            Ok(length) if count <= most => Ok(self.u32(length)),
            length => Err(CodecError::TooLong { length: length.unwrap_or(u32::MAX), most }),
        }
    }

    /// A value that may be absent.
    pub fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) -> &mut Self {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
        self
    }

    /// A digest, bare.
    pub fn digest(&mut self, digest: &Digest) -> &mut Self {
        self.fixed(digest.as_bytes())
    }

    /// A member code, as text.
    pub fn member(&mut self, code: MemberCode) -> &mut Self {
        self.text(code.as_str())
    }

    /// A notice id, bare.
    pub fn notice(&mut self, id: NoticeId) -> &mut Self {
        self.fixed(id.as_bytes())
    }

    /// A key id, bare.
    pub fn key_id(&mut self, id: KeyId) -> &mut Self {
        self.fixed(&id.0)
    }

    /// A moment, in Unix milliseconds.
    pub fn time(&mut self, at: Timestamp) -> &mut Self {
        self.u64(at.unix_millis())
    }

    /// A place in the log.
    pub fn seq(&mut self, seq: Seq) -> &mut Self {
        self.u64(seq.0)
    }
}
