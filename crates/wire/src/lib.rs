//! The contract on the wire.
//!
//! [`exchange`], [`agency`] and [`operator`] are generated from `proto/amana` (a test regenerates them); what is
//! sealed is [`amana_notice::content`]. Around them: [`json`] shows any message as JSON, [`session`] begins
//! every stream, and [`status`] carries refusals over gRPC and back. Envelopes need no conversion: their parts are bytes that borrow from
//! the received buffer, and whoever verifies them checks their lengths.
//!
//! It refuses to know cryptography, storage and decisions: whether a notice may be sent is said by
//! `amana_notice`, who receives it by `policy`.

pub mod convert;
pub mod json;
mod redact;
pub mod session;
pub mod status;

pub use amana_notice::{diff, file};

/// The contract as a `google.protobuf.FileDescriptorSet`, imports included: for reflection and grpcurl.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!("generated/amana.v1.bin");

/// The generated packages, nested as the generator's paths between them need it. `bytes` fields are
/// [`bytes::Bytes`] and share the received buffer.
#[allow(
    missing_docs,
    clippy::doc_markdown,
    clippy::large_enum_variant,
    clippy::large_futures,
    reason = "generated; the contract's comments are its documentation"
)]
mod amana {
    pub(crate) mod exchange {
        pub mod v1 {
            include!("generated/amana.exchange.v1.rs");
        }
    }
    pub(crate) mod agency {
        pub mod v1 {
            include!("generated/amana.agency.v1.rs");
        }
    }
    pub(crate) mod operator {
        pub mod v1 {
            include!("generated/amana.operator.v1.rs");
        }
    }
}

pub use amana::agency::v1 as agency;
pub use amana::exchange::v1 as exchange;
pub use amana::operator::v1 as operator;

/// All packages under one name.
pub mod v1 {
    pub use amana_notice::content::*;

    pub use crate::agency::*;
    pub use crate::exchange::*;
    pub use crate::operator::*;
}
