//! Every yes or no: who receives a notice, who may open which section, who may read at a node.
//!
//! All of it is pure: the directory, the moment and the request come in, a value that only this crate
//! can make ([`Audience`], [`Permit`]) or a refusal that names its rule comes out. This crate refuses to
//! know any I/O, cryptography and protobuf.
//!
//! ```
//! use amana_policy::{RouteRefused, route};
//! use amana_types::{Addressing, Directory, Timestamp};
//! # let exchange = "exchange.example".parse()?;
//! let directory = Directory::new(exchange, Vec::new());
//! let nobody = Addressing::default();
//! let refused = route(&nobody, "XA".parse()?, false, &directory, Timestamp::from_unix_millis(0));
//! assert_eq!(refused, Err(RouteRefused::UnknownSender("XA".parse()?)));
//! # Ok::<(), amana_types::CodeError>(())
//! ```

mod access;
mod fit;
pub mod kinds;
pub mod operation;
mod route;

pub use access::{AccessRequest, Caller, Denied, DeniedRule, LibraryCard, Permit, Reading, authorise};
pub use fit::{Told, Unfit, fit};
pub use kinds::{EnvelopeSort, grants, may_be_sent, may_send, may_send_notice};
pub use route::{Audience, Decision, RouteRefused, Rule, explain, route};
