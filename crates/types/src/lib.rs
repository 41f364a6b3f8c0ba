//! The vocabulary of Amana: notices, jurisdictions, handling, ids, times and limits.
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
mod check;
mod code;
mod digest;
mod directory;
pub mod draft;
pub mod group;
pub mod handling;
pub mod htcds;
mod id;
pub mod labels;
pub mod life;
pub mod limits;
pub mod notice;
pub mod partner;
mod reason;
pub mod reply;
pub mod review;
pub mod rules;
mod sections;
mod time;
pub mod trail;
mod withhold;

pub use access::{Action, Role};
pub use addressing::Addressing;
pub use alarm::AlarmKind;
pub use chance::Random;
pub use check::{CheckedNotice, Problem, Rule, check, check_reply};
pub use code::{CodeError, ExchangeName, GroupName, MemberCode, Region};
pub use digest::{Digest, DigestError};
pub use directory::{
    Directory, DirectoryHead, HpkeEpoch, HpkePublicKey, KeyId, Member, MemberKind, MemberStatus, Parent,
    SigningKey, VerifyingKey,
};
pub use draft::Draft;
pub use group::{Group, GroupTerms};
pub use id::{IdError, NoticeId, Seq};
pub use notice::Notice;
pub use reason::{Actor, Reason, Retry, StatusCode};
pub use sections::{
    CaseSection, CaseSectionDraft, MergeRefused, Merged, ProtectedPersonsDraft, ProtectedPersonsSection,
    SectionKind, main_section, merge, sections_of, split,
};
pub use time::{Clock, Duration, TimeError, Timestamp};
