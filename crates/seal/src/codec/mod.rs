//! The small strict binary codec under everything that is signed or hashed.
//!
//! One value has one encoding: fields in a fixed order, integers big-endian, byte strings behind a
//! `u32` length, values of fixed size bare, options behind one byte 0 or 1, sets strictly ascending.
//! Reading refuses what writing would not have written: trailing bytes, over-long lengths, sets out
//! of order, other option bytes.

mod reader;
mod writer;

pub use reader::Reader;
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
    /// A set is not strictly ascending.
    #[error("a set is not in strictly ascending order")]
    Order,
    /// A field holds a value that it cannot have.
    #[error("the {0} has a value that it cannot have")]
    Value(&'static str),
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
