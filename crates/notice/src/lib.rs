//! The notice, and all that is pure about it.
//!
//! [`content`] is generated from `proto/amana/content/v1` (a test regenerates it): what is sealed inside
//! envelopes, and what an author writes. A notice is checked as that message, once: [`check`] makes a
//! [`CheckedNotice`], and only that can be sealed. [`split`] and [`merge`] are its sections, [`file`] reads
//! and writes it as TOML and JSON and shows every mistake with its line, [`diff`] says what changed between
//! two, and [`json`] shows a message as JSON.
//!
//! It refuses to know gRPC, cryptography, storage, files, the clock and chance.
//!
//! ```
//! use amana_notice::{NoticeType, check, content};
//! use amana_types::Timestamp;
//!
//! let notice = content::Notice { r#type: NoticeType::Blue.into(), ..content::Notice::default() };
//! let problems = check(&notice, Timestamp::from_unix_millis(1_795_000_000_000)).unwrap_err();
//! assert_eq!(problems[0].field, "circulation");
//! ```

mod check;
pub mod convert;
mod describe;
pub mod diff;
pub mod file;
pub mod handling;
pub mod htcds;
pub mod json;
mod model;
pub mod partner;
mod redact;
pub mod reply;
pub mod rules;
mod section_kind;
mod sections;
mod show;
mod tree;
mod withhold;

pub use check::{CheckedNotice, Problem, Rule, check, check_reply};
pub use convert::{Stated, known, number, stated};
pub use model::*;
pub use section_kind::SectionKind;
pub use sections::{MergeRefused, Merged, described, main_section, merge, put_back, sections_of, split};

/// The content of the contract as a `google.protobuf.FileDescriptorSet`, imports included.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!("generated/amana.content.v1.bin");

/// The generated code of package `amana.content.v1`. `bytes` fields are [`bytes::Bytes`] and share the
/// received buffer.
#[allow(
    missing_docs,
    clippy::doc_markdown,
    reason = "generated; the contract's comments are its documentation"
)]
pub mod content {
    include!("generated/amana.content.v1.rs");
}
