//! What every list of codes has in common, written once.

use std::fmt;

/// A closed list of codes, such as the notice types.
///
/// Codes are upper snake case and never change with the language. The order of [`Coded::all`] is the
/// order of the published contract.
pub trait Coded: Copy + Eq + fmt::Debug + 'static {
    /// The name of the list, such as `notice_type`: with it labels are found.
    const KIND: &'static str;

    /// Every code, in the order of the contract.
    fn all() -> &'static [Self];

    /// The code as text, such as `FORCED_LABOUR`.
    fn as_code(self) -> &'static str;
}

/// A text that is not a code of the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {kind}; expected one of {}", expected.join(", "))]
pub struct UnknownCode {
    /// The name of the list.
    pub kind: &'static str,
    /// The codes that there are.
    pub expected: Vec<&'static str>,
}

impl UnknownCode {
    /// The refusal for the list `C`.
    #[must_use]
    pub fn of<C: Coded>() -> Self {
        Self { kind: C::KIND, expected: C::all().iter().map(|code| code.as_code()).collect() }
    }
}

/// Defines a list of codes with `ALL`, `code`, `Display`, `FromStr` and [`Coded`].
#[macro_export]
macro_rules! codes {
    (
        $(#[$doc:meta])*
        pub enum $name:ident in $kind:literal { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every code, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as text. It does not change with the language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl $crate::Coded for $name {
            const KIND: &'static str = $kind;

            fn all() -> &'static [Self] {
                Self::ALL
            }

            fn as_code(self) -> &'static str {
                self.code()
            }
        }

        /// Its number in the contract, where 0 is absent.
        impl ::std::convert::From<$name> for i32 {
            fn from(code: $name) -> Self {
                code as Self + 1
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.code())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|code| code.code() == text)
                    .ok_or_else($crate::UnknownCode::of::<Self>)
            }
        }
    };
}
