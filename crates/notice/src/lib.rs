//! The notice, and all that is pure about it.
//!
//! [`content`] is generated from `proto/amana/content/v1` (a test regenerates it): what is sealed inside
//! envelopes, and what an author writes. Around it: [`convert`] turns messages into drafts and typed notices
//! into messages, [`file`] reads and writes notices as TOML and JSON and shows every mistake with its line,
//! [`diff`] says what changed between two notices, and [`json`] shows a message as JSON.
//!
//! It refuses to know gRPC, cryptography, storage, files, the clock and chance.
//!
//! ```
//! use amana_types::{Draft, draft::Stated, notice::NoticeType};
//! use crate::content;
//!
//! let message = content::Notice { r#type: content::NoticeType::Blue.into(), ..content::Notice::default() };
//! let draft = Draft::from(message);
//! assert_eq!(draft.notice_type, Stated::Known(NoticeType::Blue));
//! ```

mod check;
pub mod convert;
mod describe;
pub mod diff;
pub mod draft;
pub mod file;
pub mod handling;
pub mod htcds;
pub mod json;
mod model;
pub mod partner;
mod redact;
pub mod reply;
pub mod rules;
mod sections;
mod show;
mod tree;
mod withhold;

pub use check::{CheckedNotice, Problem, Rule, check, check_reply};
pub use draft::Draft;
pub use model::*;
pub use sections::{
    CaseSection, CaseSectionDraft, MergeRefused, Merged, ProtectedPersonsDraft, ProtectedPersonsSection,
    SectionKind, main_section, merge, sections_of, split,
};

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
