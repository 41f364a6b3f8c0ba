//! The vocabulary of Amana: jurisdictions, ids, times and limits.
//!
//! Every other crate speaks in these types. This crate refuses to know any serialisation format,
//! protobuf, tokio, files, and the system clock: time and randomness come in through [`Clock`] and
//! [`Random`].
//!
//! ```
//! use amana_types::{Addressing, MemberCode};
//! let mut to = Addressing::default();
//! to.countries.insert("XF".parse::<MemberCode>()?);
//! assert!(!to.is_empty());
//! # Ok::<(), amana_types::CodeError>(())
//! ```

mod access;
mod addressing;
mod alarm;
mod chance;
mod code;
mod coded;
mod country;
mod digest;
mod directory;
pub mod group;
pub mod hygiene;
mod id;
pub mod labels;
pub mod life;
pub mod limits;
mod reason;
pub mod review;
mod text;
mod time;
pub mod trail;

pub use access::{Action, Role};
pub use addressing::Addressing;
pub use alarm::AlarmKind;
pub use chance::Random;
pub use code::{CodeError, ExchangeName, GroupName, MemberCode, Region};
pub use coded::{Coded, UnknownCode};
pub use country::{CountryCode, CountryError};
pub use digest::{Digest, DigestError};
pub use directory::{
    Directory, DirectoryHead, HpkeEpoch, HpkePublicKey, KeyId, Member, MemberKind, MemberStatus, Parent,
    SigningKey, VerifyingKey,
};
pub use group::{Group, GroupTerms};
pub use id::{IdError, NoticeId, Seq};
pub use reason::{Actor, Reason, Retry, StatusCode};
pub use text::{Language, LanguageError, Text};
pub use time::{Clock, Duration, TimeError, Timestamp};
