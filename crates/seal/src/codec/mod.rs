//! The small strict binary codec under everything that is signed or hashed.
//!
//! One value has one encoding: fields in a fixed order, integers big-endian, byte strings behind a
//! `u32` length, values of fixed size bare, options behind one byte 0 or 1, sets strictly ascending.
//! Reading refuses what writing would not have written: trailing bytes, over-long lengths, sets out
//! of order, other option bytes. What is declared by [`record!`](crate::record) is refused when it is
//! written, too: what would not be read back is not written.

mod encoded;
mod reader;
mod record;
mod writer;

pub(crate) use encoded::plain;
pub use encoded::{Bounded, Encoded, Numbered};
pub use reader::Reader;
pub(crate) use record::signed;
pub use writer::Writer;

/// Bytes that are not the one encoding of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes end before the value does.
    #[error("the bytes end in the middle of a value")]
    Short,
    /// Bytes follow the value.
    #[error("{0} bytes follow the end of the value")]
    Trailing(usize),
    /// A length or a count is above its limit.
    #[error("a length of {length} is above the limit of {most}")]
    TooLong {
        /// What was claimed.
        length: u32,
        /// What is allowed.
        most: usize,
    },
    /// The same of a field that has a name.
    #[error("{field} has a length of {length}; its limit is {most}")]
    Field {
        /// The record and the field.
        field: &'static str,
        /// What it has.
        length: u32,
        /// What is allowed.
        most: usize,
    },
    /// A set is not strictly ascending.
    #[error("a set is not in strictly ascending order")]
    Order,
    /// A field holds a value that it cannot have.
    #[error("the {0} has a value that it cannot have")]
    Value(&'static str),
}

impl CodecError {
    /// The same, with the name of the field whose length it is about.
    #[must_use]
    pub const fn in_field(self, field: &'static str) -> Self {
        match self {
            Self::TooLong { length, most } => Self::Field { field, length, most },
            other => other,
        }
    }
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
