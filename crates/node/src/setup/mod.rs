//! Making a node and entering an exchange: what the administrator does once.

mod enrol;
mod init;

pub use enrol::{EnrolError, EnrolledNode, enrol};
pub use init::{InitError, InitOptions, init};
