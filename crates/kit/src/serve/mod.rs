//! The accept loop: from a TCP port to connections whose holder is known.
//!
//! Who can be fooled and how: a stranger can make this listener spend one handshake of CPU and hold a
//! socket for [`ListenLimits::handshake`]; a peer with a certificate can hold as many connections as
//! [`ListenLimits::per_identity`] says. Neither can end the loop or take another peer's place.

mod accept;
mod connection;
mod connections;
mod limits;
mod listener;
mod peer;
mod run;

pub use connection::Connection;
pub use connections::Connections;
pub use limits::{ListenLimits, server_limits};
pub use listener::{Incoming, ListenError, Listener};
pub use peer::Peer;
pub use run::{Drained, ServeError, serve};
