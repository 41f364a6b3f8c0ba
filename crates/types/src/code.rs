//! Codes: members, groups, regions, the exchange itself.

use std::fmt;
use std::str::FromStr;

use crate::codes;

/// A code that is not of its form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not a member code.
    #[error(
        "not a member code: {0:?}; expected an ISO 3166-1 alpha-2 code such as FR, or a registered \
             organisation code of 3 to 8 capital letters and digits"
    )]
    Member(String),
    /// Not a group name.
    #[error("not a group name: {0:?}; expected 1 to 32 of A-Z, 0-9, '-' and '_', a letter first")]
    Group(String),
    /// Not an exchange name.
    #[error("not an exchange name: {0:?}; expected a DNS name in lower case such as exchange.example")]
    Exchange(String),
}

/// A member of the exchange: ISO 3166-1 alpha-2 (`FR`; user-assigned `XA`..`XZ` for exercises) or a
/// registered organisation code of 3 to 8 capital letters and digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MemberCode([u8; Self::MOST_BYTES]);

// The order of the text, as one comparison of numbers: routing looks codes up for every notice.
impl Ord for MemberCode {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        u64::from_be_bytes(self.0).cmp(&u64::from_be_bytes(other.0))
    }
}

impl PartialOrd for MemberCode {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl MemberCode {
    /// The most bytes of its text.
    pub const MOST_BYTES: usize = 8;

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        self.0.get(..end).and_then(|code| std::str::from_utf8(code).ok()).unwrap_or_default()
    }
}

impl FromStr for MemberCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let refuse = || CodeError::Member(excerpt(text));
        let bytes = text.as_bytes();
        let letters_first = bytes.iter().take(2).all(u8::is_ascii_uppercase);
        let all = bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !(2..=Self::MOST_BYTES).contains(&bytes.len()) || !letters_first || !all {
            return Err(refuse());
        }
        let mut code = [0; Self::MOST_BYTES];
        code.get_mut(..bytes.len()).ok_or_else(refuse)?.copy_from_slice(bytes);
        Ok(Self(code))
    }
}

impl fmt::Display for MemberCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for MemberCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $variant:ident, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = CodeError;

            fn from_str(text: &str) -> Result<Self, CodeError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.to_owned())) } else { Err(CodeError::$variant(excerpt(text))) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A group of members: a specialist group or an operation, such as `HT-EXPERTS`.
    GroupName,
    Group,
    |text| (1..=GroupName::MOST_BYTES).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
);
name!(
    /// The exchange: a DNS name in lower case (RFC 1035 §2.3.1), such as `exchange.example`.
    /// It is the SPIFFE trust domain and part of the audit log's origin.
    ExchangeName,
    Exchange,
    |text| (1..=ExchangeName::MOST_BYTES).contains(&text.len())
        && text.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
);

impl GroupName {
    /// The most bytes of its text.
    pub const MOST_BYTES: usize = 32;
}

impl ExchangeName {
    /// The most bytes of its text: those of one DNS label (RFC 1035 §2.3.4).
    pub const MOST_BYTES: usize = 63;
}

codes! {
    /// A region that can be addressed as a whole.
    pub enum Region in "region" {
        /// Africa.
        Africa = "AFRICA",
        /// The Americas.
        Americas = "AMERICAS",
        /// Asia and the Pacific.
        Asia = "ASIA",
        /// Europe.
        Europe = "EUROPE",
        /// Middle East and North Africa.
        Mena = "MENA",
    }
}

/// The first 40 characters: enough to recognise a mistake, too little to flood a log.
fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}
