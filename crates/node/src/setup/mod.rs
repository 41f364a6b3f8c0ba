//! Making a node and entering an exchange: what the administrator does once.

pub(crate) mod config;
mod enrol;
mod init;
pub(crate) mod keys;
pub(crate) mod layout;

pub use enrol::{EnrolError, EnrolledNode, enrol};
pub use init::{InitError, InitOptions, init};
