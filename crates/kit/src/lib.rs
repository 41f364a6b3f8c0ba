//! Process plumbing that hub, node, client and CLI share: TLS with a post-quantum key exchange,
//! certificates and who they name, the accept loop, outgoing channels, configuration, telemetry,
//! shutdown, private files, passphrases, the real clock and the real chance.
//!
//! It refuses to know envelopes, storage and policy: it says *who* is on a connection, never what
//! they may do. Member keys are compared with the directory by its callers.
//!
//! The main types are [`tls::ServerTls`] and [`serve::Listener`] for a server, [`tls::ClientTls`] and
//! [`connect::connect`] for a client.
//!
//! ```
//! use amana_kit::{certs::{Authority, TlsKey, Validity}, clock::SystemClock};
//! use amana_kit::{identity::Realm, random::SystemRandom};
//! use amana_types::{Clock, Duration};
//!
//! let realm = Realm::Exchange("exchange.example".parse()?);
//! let validity = Validity::starting(SystemClock.now(), Duration::from_days(365));
//! let authority = Authority::create(realm, TlsKey::generate()?, validity, &SystemRandom)?;
//! println!("{}", authority.fingerprint());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod abuse;
pub mod certs;
pub mod clock;
pub mod config;
pub mod connect;
mod digest;
pub mod fsio;
pub mod identity;
pub mod limits;
pub mod passphrase;
pub mod random;
pub mod serve;
pub mod shutdown;
pub mod telemetry;
pub mod tls;
