//! Identifiers: notices and places in the ordered journal.

use std::fmt;
use std::str::FromStr;

use crate::{Random, Timestamp};

/// A place in an ordered journal, counted from 0. It is also the audit log's leaf index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl Seq {
    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The identity of a notice and of every envelope: a UUID version 7 (RFC 9562 §5.7), 16 bytes.
///
/// Its first 48 bits are the time of making in Unix milliseconds, so ids sort by time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeId([u8; 16]);

/// Bytes or text that are not a notice id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not 16 bytes, or not the hyphenated form.
    #[error("not a notice id: expected 16 bytes, written like 01890a5d-ac96-774b-bcce-b302099a8057")]
    Shape,
    /// A UUID, but not version 7 of variant 10 (RFC 9562 §4.1, §4.2).
    #[error("not a notice id: a UUID of version 7 is needed")]
    Version,
}

impl NoticeId {
    /// Makes a new id for a given time.
    #[must_use]
    pub fn new(at: Timestamp, random: &impl Random) -> Self {
        Self(
            *uuid::Builder::from_unix_timestamp_millis(at.unix_millis(), &random.array())
                .as_uuid()
                .as_bytes(),
        )
    }

    /// Reads an id from its 16 bytes.
    ///
    /// # Errors
    /// [`IdError`] when the bytes are not a UUID of version 7.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        let bytes: [u8; 16] = bytes.try_into().map_err(|_| IdError::Shape)?;
        let id = uuid::Uuid::from_bytes(bytes);
        if id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122 {
            Ok(Self(bytes))
        } else {
            Err(IdError::Version)
        }
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The time of making that the id carries.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        let [a, b, c, d, e, f, ..] = self.0;
        Timestamp::from_unix_millis(u64::from_be_bytes([0, 0, a, b, c, d, e, f]))
    }
}

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        uuid::Uuid::from_bytes(self.0).as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoticeId({self})")
    }
}

impl FromStr for NoticeId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let id = uuid::Uuid::try_parse(text).map_err(|_| IdError::Shape)?;
        if text.len() != 36 {
            return Err(IdError::Shape);
        }
        Self::from_bytes(id.as_bytes())
    }
}
