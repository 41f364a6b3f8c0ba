//! What a value's type knows of its encoding, so that a record is declared once: see [`record!`](crate::record).

use std::collections::BTreeSet;

use amana_notice::Handling;
use amana_notice::reply::Awaited;
use amana_types::{Action, Digest, Duration, KeyId, MemberCode, NoticeId, Seq, Timestamp};

use super::{CodecError, Reader, Writer};

/// The most bytes of a code that is written as text.
const CODE_BYTES: usize = 64;

/// A value with one encoding: what [`Encoded::write`] wrote, [`Encoded::read`] reads, and nothing else.
pub trait Encoded: Sized {
    /// Writes the value.
    ///
    /// # Errors
    /// [`CodecError::TooLong`] or [`CodecError::Field`] for a value that would not be read back.
    fn write(&self, w: &mut Writer) -> Result<(), CodecError>;

    /// Reads a value.
    ///
    /// # Errors
    /// [`CodecError`] for every encoding but the one.
    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError>;

    /// The value's bytes.
    ///
    /// # Errors
    /// Those of [`Self::write`].
    fn encode(&self) -> Result<Vec<u8>, CodecError> {
        let mut w = Writer::default();
        self.write(&mut w)?;
        Ok(w.finish())
    }

    /// The value of which these are all the bytes.
    ///
    /// # Errors
    /// Those of [`Self::read`], and [`CodecError::Trailing`].
    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut r = Reader::new(bytes);
        let value = Self::read(&mut r)?;
        r.finish().map(|()| value)
    }
}

/// A value whose length has a limit, the same for writing and for reading. The limit stands where the field
/// is declared.
pub trait Bounded: Sized {
    /// Writes at most `most` items or bytes.
    ///
    /// # Errors
    /// [`CodecError::TooLong`] when there are more, and those of the items.
    fn write_within(&self, w: &mut Writer, most: usize) -> Result<(), CodecError>;

    /// Reads at most `most` items or bytes.
    ///
    /// # Errors
    /// [`CodecError`] for every encoding but the one.
    fn read_within(r: &mut Reader<'_>, most: usize) -> Result<Self, CodecError>;
}

/// A closed list of kinds of values, each with the number that stands for it.
pub trait Numbered {
    /// Every number with the name of its kind, in the order of the declaration.
    const KINDS: &'static [(u8, &'static str)];

    /// The number of this value's kind.
    fn number(&self) -> u8;
}

macro_rules! plain {
    ($($type:ty: |$w:ident, $value:ident| $write:expr, |$r:ident| $read:expr;)+) => {$(
        impl Encoded for $type {
            fn write(&self, $w: &mut Writer) -> Result<(), CodecError> {
                let $value = self;
                let _: &mut Writer = $write;
                Ok(())
            }

            fn read($r: &mut Reader<'_>) -> Result<Self, CodecError> {
                $read
            }
        }
    )+};
}

plain! {
    bool: |w, value| w.flag(*value), |r| r.flag();
    u32: |w, value| w.u32(*value), |r| r.u32();
    u64: |w, value| w.u64(*value), |r| r.u64();
    Seq: |w, value| w.seq(*value), |r| r.seq();
    Timestamp: |w, value| w.time(*value), |r| r.time();
    Duration: |w, value| w.u64(value.as_millis()), |r| r.u64().map(Duration::from_millis);
    NoticeId: |w, value| w.notice(*value), |r| r.notice();
    MemberCode: |w, value| w.member(*value), |r| r.member();
    Digest: |w, value| w.digest(value), |r| r.digest();
    KeyId: |w, value| w.key_id(*value), |r| r.key_id();
    Awaited: |w, value| w.text(value.code()), |r| r.parsed(CODE_BYTES, "what is awaited");
    Handling: |w, value| w.text(value.code()), |r| r.parsed(CODE_BYTES, "handling");
    Action: |w, value| w.text(value.code()), |r| r.parsed(CODE_BYTES, "action");
}

impl<const N: usize> Encoded for [u8; N] {
    fn write(&self, w: &mut Writer) -> Result<(), CodecError> {
        w.fixed(self);
        Ok(())
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        r.array()
    }
}

impl<T: Encoded> Encoded for Option<T> {
    fn write(&self, w: &mut Writer) -> Result<(), CodecError> {
        w.flag(self.is_some());
        self.as_ref().map_or(Ok(()), |value| value.write(w))
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        r.option(T::read)
    }
}

impl<T: Encoded> Encoded for Box<T> {
    fn write(&self, w: &mut Writer) -> Result<(), CodecError> {
        T::write(self, w)
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        T::read(r).map(Self::new)
    }
}

impl<A: Encoded, B: Encoded> Encoded for (A, B) {
    fn write(&self, w: &mut Writer) -> Result<(), CodecError> {
        self.0.write(w)?;
        self.1.write(w)
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok((A::read(r)?, B::read(r)?))
    }
}

impl<A: Encoded, B: Encoded, C: Encoded> Encoded for (A, B, C) {
    fn write(&self, w: &mut Writer) -> Result<(), CodecError> {
        self.0.write(w)?;
        self.1.write(w)?;
        self.2.write(w)
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok((A::read(r)?, B::read(r)?, C::read(r)?))
    }
}

impl Bounded for Vec<u8> {
    fn write_within(&self, w: &mut Writer, most: usize) -> Result<(), CodecError> {
        w.count_within(self.len(), most)?.fixed(self);
        Ok(())
    }

    fn read_within(r: &mut Reader<'_>, most: usize) -> Result<Self, CodecError> {
        r.bytes(most).map(<[u8]>::to_vec)
    }
}

impl Bounded for String {
    fn write_within(&self, w: &mut Writer, most: usize) -> Result<(), CodecError> {
        w.count_within(self.len(), most)?.fixed(self.as_bytes());
        Ok(())
    }

    fn read_within(r: &mut Reader<'_>, most: usize) -> Result<Self, CodecError> {
        r.text(most).map(str::to_owned)
    }
}

impl<T: Encoded> Bounded for Vec<T> {
    fn write_within(&self, w: &mut Writer, most: usize) -> Result<(), CodecError> {
        w.count_within(self.len(), most)?;
        self.iter().try_for_each(|item| item.write(w))
    }

    fn read_within(r: &mut Reader<'_>, most: usize) -> Result<Self, CodecError> {
        r.list(most, T::read)
    }
}

impl<T: Encoded + Ord> Bounded for BTreeSet<T> {
    fn write_within(&self, w: &mut Writer, most: usize) -> Result<(), CodecError> {
        w.count_within(self.len(), most)?;
        self.iter().try_for_each(|item| item.write(w))
    }

    fn read_within(r: &mut Reader<'_>, most: usize) -> Result<Self, CodecError> {
        r.set(most, T::read)
    }
}

impl<T: Bounded> Bounded for Option<T> {
    fn write_within(&self, w: &mut Writer, most: usize) -> Result<(), CodecError> {
        w.flag(self.is_some());
        self.as_ref().map_or(Ok(()), |value| value.write_within(w, most))
    }

    fn read_within(r: &mut Reader<'_>, most: usize) -> Result<Self, CodecError> {
        r.option(|r| T::read_within(r, most))
    }
}
