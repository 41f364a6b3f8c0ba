//! Making an exchange, and what operators sign: plain functions, nothing printed.
//!
//! ```text
//! hub.toml          what the operator decides
//! exchange.toml     what never changes: name, root keys, log key
//! keys/             ca.key ca.pem tls.key tls.pem log.key
//! ledger/           journal, tree, ids, views
//! operator/         operator.toml root.key admin.key admin.pem ca.pem
//! ```
//!
//! The running hub does not need `operator/`: it can be moved to another machine, and the root key
//! with it.

mod error;
mod facts;
mod init;
mod keys;
mod operator;

pub use error::SetupError;
pub use init::{InitOptions, init};
pub use keys::check;
pub use operator::{Invitee, Operator};

pub(crate) use facts::ExchangeFacts;
pub(crate) use keys::HubKeys;

#[cfg(test)]
#[path = "setup_tests.rs"]
mod tests;
