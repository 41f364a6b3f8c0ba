//! Reading values, refusing every encoding but the one.

use std::collections::BTreeSet;

use amana_types::{Digest, KeyId, MemberCode, NoticeId, Seq, Timestamp};
use bytes::Bytes;

use super::CodecError;

/// Reads values one after the other from borrowed bytes.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    fields: &'a [u8],
    tail: Bytes,
}

impl<'a> Reader<'a> {
    /// A reader at the first of these bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { fields: bytes, tail: Bytes::new() }
    }

    /// A reader at the first of these fields, with what [`Writer::into_parts`](super::Writer::into_parts) gave
    /// beside them. What is read of that shares its memory.
    #[must_use]
    pub const fn with_tail(fields: &'a [u8], tail: Bytes) -> Self {
        Self { fields, tail }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`CodecError::Trailing`] when bytes are left.
    pub fn finish(self) -> Result<(), CodecError> {
        let left = self.fields.len() + self.tail.len();
        if left == 0 { Ok(()) } else { Err(CodecError::Trailing(left)) }
    }

    /// The next bytes of the tail, at most `most`; their length stands among the fields.
    ///
    /// # Errors
    /// [`CodecError::TooLong`], [`CodecError::Short`].
    pub fn tail(&mut self, most: usize) -> Result<Bytes, CodecError> {
        let length = self.count(most)?;
        if length > self.tail.len() { Err(CodecError::Short) } else { Ok(self.tail.split_to(length)) }
    }

    /// The bytes not read yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.fields
    }

    /// `length` bytes.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let (head, rest) = self.fields.split_at_checked(length).ok_or(CodecError::Short)?;
        self.fields = rest;
        Ok(head)
    }

    /// An array of `N` bytes.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (head, rest) = self.fields.split_first_chunk().ok_or(CodecError::Short)?;
        self.fields = rest;
        Ok(*head)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn u8(&mut self) -> Result<u8, CodecError> {
        self.array().map(u8::from_be_bytes)
    }

    /// Two bytes, big-endian.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn u16(&mut self) -> Result<u16, CodecError> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes, big-endian.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn u32(&mut self) -> Result<u32, CodecError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes, big-endian.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn u64(&mut self) -> Result<u64, CodecError> {
        self.array().map(u64::from_be_bytes)
    }

    /// One byte, 0 or 1.
    ///
    /// # Errors
    /// [`CodecError::Value`] for any other byte.
    pub fn flag(&mut self) -> Result<bool, CodecError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(CodecError::Value("flag")),
        }
    }

    /// How many items follow, at most `most`.
    ///
    /// # Errors
    /// [`CodecError::TooLong`].
    pub fn count(&mut self, most: usize) -> Result<usize, CodecError> {
        let length = self.u32()?;
        match usize::try_from(length) {
            Ok(count) if count <= most => Ok(count),
            _ => Err(CodecError::TooLong { length, most }),
        }
    }

    /// A byte string of at most `most` bytes.
    ///
    /// # Errors
    /// [`CodecError::TooLong`], [`CodecError::Short`].
    pub fn bytes(&mut self, most: usize) -> Result<&'a [u8], CodecError> {
        let length = self.count(most)?;
        self.take(length)
    }

    /// A text of at most `most` bytes.
    ///
    /// # Errors
    /// [`CodecError::Value`] when it is not UTF-8, and those of [`Self::bytes`].
    pub fn text(&mut self, most: usize) -> Result<&'a str, CodecError> {
        std::str::from_utf8(self.bytes(most)?).map_err(|_| CodecError::Value("text"))
    }

    /// A text that must parse as `T`.
    ///
    /// # Errors
    /// [`CodecError::Value`] with `what` when it does not parse, and those of [`Self::text`].
    pub fn parsed<T: std::str::FromStr>(&mut self, most: usize, what: &'static str) -> Result<T, CodecError> {
        self.text(most)?.parse().map_err(|_| CodecError::Value(what))
    }

    /// A value that may be absent.
    ///
    /// # Errors
    /// [`CodecError::Value`] for a flag that is neither 0 nor 1, and those of `read`.
    pub fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, CodecError>,
    ) -> Result<Option<T>, CodecError> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }

    /// At most `most` items.
    ///
    /// # Errors
    /// Those of [`Self::count`] and of `read`.
    pub fn list<T>(
        &mut self,
        most: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, CodecError>,
    ) -> Result<Vec<T>, CodecError> {
        // Memory follows what is really there, not what the count claims.
        let count = self.count(most)?;
        (0..count).map(|_| read(self)).collect()
    }

    /// A set of at most `most` items, strictly ascending.
    ///
    /// # Errors
    /// [`CodecError::Order`], and those of [`Self::count`] and of `read`.
    pub fn set<T: Ord>(
        &mut self,
        most: usize,
        read: impl FnMut(&mut Self) -> Result<T, CodecError>,
    ) -> Result<BTreeSet<T>, CodecError> {
        let items = self.list(most, read)?;
        if items.is_sorted_by(|a, b| a < b) {
            Ok(items.into_iter().collect())
        } else {
            Err(CodecError::Order)
        }
    }

    /// A digest.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn digest(&mut self) -> Result<Digest, CodecError> {
        self.array().map(Digest)
    }

    /// A member code.
    ///
    /// # Errors
    /// [`CodecError::Value`] when it is none.
    pub fn member(&mut self) -> Result<MemberCode, CodecError> {
        self.parsed(8, "member code")
    }

    /// A notice id.
    ///
    /// # Errors
    /// [`CodecError::Value`] when it is none.
    pub fn notice(&mut self) -> Result<NoticeId, CodecError> {
        NoticeId::from_bytes(self.take(16)?).map_err(|_| CodecError::Value("notice id"))
    }

    /// A key id.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn key_id(&mut self) -> Result<KeyId, CodecError> {
        self.array().map(KeyId)
    }

    /// A moment.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn time(&mut self) -> Result<Timestamp, CodecError> {
        self.u64().map(Timestamp::from_unix_millis)
    }

    /// A place in the log.
    ///
    /// # Errors
    /// [`CodecError::Short`].
    pub fn seq(&mut self) -> Result<Seq, CodecError> {
        self.u64().map(Seq)
    }
}
