//! The envelope: seal, verify, open; keys; the directory's signed entries; the cipher at rest.

pub mod codec;
pub mod directory;
pub mod dsse;
pub mod envelope;
mod hash;
pub mod keys;
pub mod receipt;
mod signer;

pub use hash::labelled;
pub use signer::{SignerKey, SignerRefused};
