//! Records as bytes: the length of the fields, the fields, then the byte strings whose lengths they hold.

use amana_log::PartTooLong;
use amana_seal::codec::{CodecError, Encoded, Numbered, Reader, Writer};
use bytes::Bytes;

use super::Record;

/// A journal record that cannot be read although its checksum holds: it was written by another version,
/// or by a fault of ours. The process must stop; nothing is lost by that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The fields do not decode.
    #[error("the record does not decode: {0}; it was written by another version of the hub")]
    Codec(#[from] CodecError),
    /// The first byte names no kind of record.
    #[error("{0} is no kind of record; it was written by a newer version of the hub")]
    Kind(u8),
    /// A part of it is too long for a leaf.
    #[error(transparent)]
    Leaf(#[from] PartTooLong),
}

impl Record {
    /// The record as bytes, in the parts in which they are written; sealed ones are shared, not copied. What
    /// the hub could not read again gets no bytes, and so is never acknowledged.
    ///
    /// # Errors
    /// [`RecordError`] when a part is longer than its reader allows.
    pub(crate) fn encode(&self) -> Result<Vec<Bytes>, RecordError> {
        let mut w = Writer::with_capacity(512);
        self.write(&mut w)?;
        let (fields, tail) = w.into_parts();
        let mut length = Writer::default();
        length.count_within(fields.len(), u32::MAX as usize)?;
        Ok([length.finish(), fields].map(Bytes::from).into_iter().chain(tail).collect())
    }

    /// Reads a record; the parts of it share the memory of `bytes`.
    ///
    /// # Errors
    /// [`RecordError`] for bytes that no `encode` wrote.
    pub(crate) fn decode(bytes: &Bytes) -> Result<Self, RecordError> {
        let mut whole = Reader::new(bytes);
        let fields = whole.bytes(bytes.len())?;
        let kind = *fields.first().ok_or(CodecError::Short)?;
        if !Self::KINDS.iter().any(|(known, _)| *known == kind) {
            return Err(RecordError::Kind(kind));
        }
        let mut r = Reader::with_tail(fields, bytes.slice_ref(whole.rest()));
        let record = Self::read(&mut r)?;
        r.finish()?;
        Ok(record)
    }
}
