//! Writing values in their one encoding.

use amana_types::{Digest, KeyId, MemberCode, NoticeId, Seq, Timestamp};
use bytes::Bytes;

use super::CodecError;

/// Writes values one after the other.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    fields: Vec<u8>,
    tail: Vec<Bytes>,
    /// Whether lengths above their limits are written too: whoever reads refuses them.
    unchecked: bool,
}

impl Writer {
    /// A writer with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { fields: Vec::with_capacity(capacity), ..Self::default() }
    }

    /// The same, which writes what is too long to be read back.
    #[must_use]
    pub(super) fn unchecked() -> Self {
        Self { unchecked: true, ..Self::default() }
    }

    /// A writer that begins with a label and the byte that ends it, for inputs of hashes and ciphers.
    #[must_use]
    pub fn labelled(label: &str) -> Self {
        let mut w = Self::with_capacity(label.len() + 128);
        w.fixed(label.as_bytes()).u8(0);
        w
    }

    /// The bytes written. What has a tail is taken with [`Self::into_parts`].
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.fields
    }

    /// The fields, and beside them the shared bytes whose lengths they hold, in order.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u8>, Vec<Bytes>) {
        (self.fields, self.tail)
    }

    /// Bytes that are shared and not copied: their length among the fields, they themselves in the tail.
    ///
    /// # Errors
    /// [`CodecError::TooLong`].
    pub fn tail(&mut self, bytes: &Bytes, most: usize) -> Result<&mut Self, CodecError> {
        self.count_within(bytes.len(), most)?.tail.push(bytes.clone());
        Ok(self)
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
        self.fields.extend_from_slice(bytes);
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
            Ok(length) if count <= most || self.unchecked => Ok(self.u32(length)),
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
