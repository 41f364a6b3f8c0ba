//! What a value's type knows of its encoding, so that a record is declared once: see [`record!`](crate::record).

use std::collections::BTreeSet;
use std::sync::Arc;

use amana_log::LeafSalt;
use amana_notice::Handling;
use amana_notice::reply::Awaited;
use amana_types::group::GroupKind;
use amana_types::review::ReviewGround;
use amana_types::trail::TrailEvent;
use amana_types::{
    Action, Digest, Duration, ExchangeName, GroupName, HpkeEpoch, HpkePublicKey, KeyId, MemberCode,
    MemberKind, NoticeId, Region, Seq, Timestamp, VerifyingKey,
};
use bytes::Bytes;

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

    /// The value's bytes, also of one that would not be read back: whoever reads refuses it.
    #[must_use]
    fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::unchecked();
        let written = self.write(&mut w);
        debug_assert!(written.is_ok(), "nothing is refused by a writer that checks no lengths");
        w.finish()
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

/// Gives types their encoding by two expressions: over a writer and the value, and over a reader.
macro_rules! plain {
    ($($type:ty: |$w:ident, $value:ident| $write:expr, |$r:ident| $read:expr;)+) => {$(
        impl $crate::codec::Encoded for $type {
            fn write(&self, $w: &mut $crate::codec::Writer) -> Result<(), $crate::codec::CodecError> {
                let $value = self;
                let _: &mut $crate::codec::Writer = $write;
                Ok(())
            }

            fn read($r: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::CodecError> {
                $read
            }
        }
    )+};
}
pub(crate) use plain;

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
    GroupKind: |w, value| w.text(value.code()), |r| r.parsed(CODE_BYTES, "kind of group");
    MemberKind: |w, value| w.text(value.code()), |r| r.parsed(CODE_BYTES, "kind of member");
    Region: |w, value| w.text(value.code()), |r| r.parsed(CODE_BYTES, "region");
    ReviewGround: |w, value| w.text(value.code()), |r| r.parsed(CODE_BYTES, "ground");
    TrailEvent: |w, value| w.text(value.code()), |r| r.parsed(CODE_BYTES, "event");
    ExchangeName: |w, value| w.text(value.as_str()), |r| r.parsed(ExchangeName::MOST_BYTES, "exchange");
    GroupName: |w, value| w.text(value.as_str()), |r| r.parsed(GroupName::MOST_BYTES, "group");
    LeafSalt: |w, value| w.fixed(value.as_bytes()), |r| r.array().map(LeafSalt::new);
}

crate::encoded!(HpkeEpoch(u32), VerifyingKey([u8; 32]), HpkePublicKey(Arc<[u8; 1216]>));

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

macro_rules! pointer {
    ($($pointer:ident),+) => {$(
        impl<T: Encoded> Encoded for $pointer<T> {
            fn write(&self, w: &mut Writer) -> Result<(), CodecError> {
                T::write(self, w)
            }

            fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
                T::read(r).map(Self::new)
            }
        }
    )+};
}

pointer!(Arc, Box);

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

/// Shared: the bytes lie in the tail, see [`Writer::tail`].
impl Bounded for Bytes {
    fn write_within(&self, w: &mut Writer, most: usize) -> Result<(), CodecError> {
        w.tail(self, most).map(drop)
    }

    fn read_within(r: &mut Reader<'_>, most: usize) -> Result<Self, CodecError> {
        r.tail(most)
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
