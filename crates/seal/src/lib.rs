//! The envelope: seal, verify, open; keys; the directory's signed entries; the cipher at rest.

pub mod codec;
pub mod directory;
pub mod dsse;
pub mod envelope;
mod hash;
pub mod keyfile;
pub mod keys;
pub mod receipt;
pub mod rest;
mod signer;

pub use hash::labelled;
pub use signer::{SignerKey, SignerRefused};
