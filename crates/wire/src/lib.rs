//! The contract on the wire, and the only way between it and the domain.
//!
//! [`v1`] is generated from `proto/amana/v1` (a test regenerates it). Around it:
//! [`convert`] turns messages into drafts and typed notices into messages, [`file`] reads and writes
//! notices as TOML and JSON and shows every mistake with its line, [`json`] shows any message as JSON,
//! and [`status`] carries refusals over gRPC and back. Envelopes need no conversion: their parts are
//! bytes that borrow from the received buffer, and whoever verifies them checks their lengths.
//!
//! It refuses to know cryptography, storage and decisions: whether a notice may be sent is said by
//! `amana_types`, who receives it by `policy`.
//!
//! ```
//! use amana_types::{Draft, draft::Stated, notice::NoticeType};
//! use amana_wire::v1;
//!
//! let message = v1::Notice { r#type: v1::NoticeType::Blue.into(), ..v1::Notice::default() };
//! let draft = Draft::from(message);
//! assert_eq!(draft.notice_type, Stated::Known(NoticeType::Blue));
//! ```

pub mod convert;
mod describe;
pub mod diff;
pub mod file;
pub mod json;
mod redact;
mod show;
pub mod status;
mod tree;

/// The contract as a `google.protobuf.FileDescriptorSet`, imports included: for reflection and grpcurl.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!("generated/amana.v1.bin");

/// The generated code of package `amana.v1`. `bytes` fields are [`bytes::Bytes`] and share the
/// received buffer.
#[allow(
    missing_docs,
    clippy::doc_markdown,
    clippy::large_enum_variant,
    clippy::large_futures,
    reason = "generated; the contract's comments are its documentation"
)]
pub mod v1 {
    include!("generated/amana.v1.rs");
}
