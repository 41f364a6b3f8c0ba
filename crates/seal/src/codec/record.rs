//! The one way to declare what is written: field by field, once.

/// Declares a struct or an enum together with its encoding.
///
/// Fields are written and read in the order in which they stand. A field of variable length says how long it
/// may be, `[..= MOST]`; a longer one is refused when it is written, so that there is no record that does not
/// read back. Each variant of an enum has the number that is written for it, in one byte.
///
/// ```
/// use amana_seal::codec::{CodecError, Encoded};
/// use amana_types::Seq;
///
/// amana_seal::record! {
///     /// Something that was seen.
///     #[derive(Debug, PartialEq)]
///     pub struct Sighting {
///         /// Where.
///         pub place: Seq,
///         /// What.
///         pub words: String [..= 8],
///     }
/// }
///
/// amana_seal::record! {
///     /// What there is to say.
///     #[derive(Debug, PartialEq)]
///     pub enum Message {
///         Seen(Sighting) = 1,
///         Silence = 2,
///         Lost { since: Seq, why: Option<String> [..= 8] } = 3,
///     }
/// }
///
/// let seen = Message::Seen(Sighting { place: Seq(7), words: "a lorry".to_owned() });
/// let bytes = seen.encode()?;
/// assert_eq!(bytes, b"\x01\0\0\0\0\0\0\0\x07\0\0\0\x07a lorry");
/// assert_eq!(Message::decode(&bytes)?, seen);
///
/// let long = Sighting { place: Seq(7), words: "two lorries".to_owned() };
/// let refused = CodecError::Field { field: "Sighting.words", length: 11, most: 8 };
/// assert_eq!(long.encode(), Err(refused));
/// # Ok::<(), CodecError>(())
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty $([..= $most:expr])?),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type,)+ }

        $crate::encoded!($name { $($field $([..= $most])?),+ });
    };
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident
                $(($type:ty))?
                $({ $($(#[$field_meta:meta])* $field:ident: $field_type:ty $([..= $most:expr])?),+ $(,)? })?
                = $number:literal
            ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis enum $name {
            $($(#[$variant_meta])* $variant $(($type))? $({ $($(#[$field_meta])* $field: $field_type,)+ })?,)+
        }

        impl $crate::codec::Numbered for $name {
            #[allow(unused_doc_comments, reason = "what `cfg` leaves out is in no list")]
            const KINDS: &'static [(u8, &'static str)] =
                &[$($(#[$variant_meta])* ($number, stringify!($variant))),+];

            #[allow(unused_doc_comments, reason = "an arm has its variant's attributes, `cfg` too")]
            fn number(&self) -> u8 {
                match self { $($(#[$variant_meta])* Self::$variant { .. } => $number,)+ }
            }
        }

        impl $crate::codec::Encoded for $name {
            #[allow(unused_doc_comments, reason = "an arm has its variant's attributes, `cfg` too")]
            fn write(&self, w: &mut $crate::codec::Writer) -> Result<(), $crate::codec::CodecError> {
                w.u8($crate::codec::Numbered::number(self));
                match self {
                    $(
                        $(#[$variant_meta])*
                        Self::$variant
                            $(($crate::record!(@one value: $type)))?
                            $({ $($field),+ })?
                        => {
                            $(<$type as $crate::codec::Encoded>::write(value, w)?;)?
                            $($($crate::encoded!(@write w, $name, $field $(, $most)?)?;)+)?
                        }
                    )+
                }
                Ok(())
            }

            #[allow(unused_doc_comments, reason = "an arm has its variant's attributes, `cfg` too")]
            fn read(r: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::CodecError> {
                Ok(match r.u8()? {
                    $(
                        $(#[$variant_meta])*
                        $number => Self::$variant
                            $((<$type as $crate::codec::Encoded>::read(r)?))?
                            $({ $($field: $crate::encoded!(@read r, $name, $field $(, $most)?)?),+ })?,
                    )+
                    _ => return Err($crate::codec::CodecError::Value(stringify!($name))),
                })
            }
        }
    };
    (@one $value:ident: $type:ty) => { $value };
}

/// Gives a struct that is declared elsewhere its encoding, as [`record!`](crate::record) does: all its fields,
/// in the order in which they stand here; or newtypes, which are encoded as what is in them. `if check` names
/// what refuses a value that was read: nothing unchecked leaves the reader.
#[macro_export]
macro_rules! encoded {
    ($name:ident { $($field:ident $([..= $most:expr])?),+ $(,)? } $(if $check:expr)?) => {
        impl $crate::codec::Encoded for $name {
            fn write(&self, w: &mut $crate::codec::Writer) -> Result<(), $crate::codec::CodecError> {
                let Self { $($field),+ } = self;
                $($crate::encoded!(@write w, $name, $field $(, $most)?)?;)+
                Ok(())
            }

            fn read(r: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::CodecError> {
                $crate::encoded!(@checked Self {
                    $($field: $crate::encoded!(@read r, $name, $field $(, $most)?)?),+
                } $(, $check)?)
            }
        }
    };
    (@checked $value:expr) => { Ok($value) };
    (@checked $value:expr, $check:expr) => {{
        let value = $value;
        ($check)(&value).map(|()| value)
    }};
    ($($name:ident($inner:ty)),+ $(,)?) => {$(
        impl $crate::codec::Encoded for $name {
            fn write(&self, w: &mut $crate::codec::Writer) -> Result<(), $crate::codec::CodecError> {
                $crate::codec::Encoded::write(&self.0, w)
            }

            fn read(r: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::CodecError> {
                <$inner as $crate::codec::Encoded>::read(r).map(Self)
            }
        }
    )+};
    (@write $w:ident, $name:ident, $field:ident) => { $crate::codec::Encoded::write($field, $w) };
    (@write $w:ident, $name:ident, $field:ident, $most:expr) => {
        $crate::codec::Bounded::write_within($field, $w, $most)
            .map_err(|error| error.in_field(concat!(stringify!($name), ".", stringify!($field))))
    };
    (@read $r:ident, $name:ident, $field:ident) => { $crate::codec::Encoded::read($r) };
    (@read $r:ident, $name:ident, $field:ident, $most:expr) => {
        $crate::codec::Bounded::read_within($r, $most)
            .map_err(|error| error.in_field(concat!(stringify!($name), ".", stringify!($field))))
    };
}

/// Gives something that is signed its encoding, as [`encoded!`](crate::encoded) does, and the two names by which
/// it is asked for. What is longer than its limit is written, and refused by whoever reads it.
macro_rules! signed {
    ($name:ident { $($fields:tt)+ } $(if $check:expr)?) => {
        $crate::encoded!($name { $($fields)+ } $(if $check)?);

        impl $name {
            /// The one encoding.
            #[must_use]
            pub fn encode(&self) -> Vec<u8> {
                $crate::codec::Encoded::to_bytes(self)
            }

            /// Reads it, believing nothing.
            ///
            /// # Errors
            /// [`CodecError`](crate::codec::CodecError) for bytes that [`Self::encode`] would not have written.
            pub fn decode(bytes: &[u8]) -> Result<Self, $crate::codec::CodecError> {
                $crate::codec::Encoded::decode(bytes)
            }
        }
    };
}
pub(crate) use signed;
