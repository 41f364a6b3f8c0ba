//! The hub: admit, journal, apply, deliver. It can open nothing.
//!
//! Members' nodes publish sealed envelopes to it over mutual TLS; it verifies that each is signed by
//! its sender and sealed for exactly those whom its addressing names, puts it into one order, keeps it
//! until it is delivered, and keeps the audit log that every member can check.
//!
//! It refuses to know what is in an envelope: no call that opens one is named here, no key that could
//! is held. It can author no directory entry: those are signed by members and by root keys that need
//! not be on its machine.
//!
//! The life of an envelope: `service::publish` receives it, `admit` verifies and admits it beside
//! others, the one `sequencer` thread gives it its place, `ledger` makes it durable and folds it into
//! `machine`, `service::deliver` delivers it.
//!
//! [`init`] makes an exchange, [`Operator`] invites members and signs what root keys sign, [`run`]
//! serves until told to stop.
//!
//! ```no_run
//! use std::sync::Arc;
//! use amana_hub::{HubConfig, HubOptions, run};
//! use amana_kit::{clock::SystemClock, random::SystemRandom, shutdown::Shutdown};
//!
//! # async fn example(passphrase: amana_seal::keyfile::Passphrase) -> Result<(), amana_hub::HubError> {
//! let hub = run(HubOptions {
//!     dir: "/var/lib/amana/hub".into(),
//!     config: HubConfig::default(),
//!     passphrase,
//!     clock: Arc::new(SystemClock),
//!     random: Arc::new(SystemRandom),
//!     shutdown: Shutdown::new(),
//! })
//! .await?;
//! println!("members connect to {}", hub.members);
//! hub.ended().await
//! # }
//! ```

mod admit;
mod alarms;
mod blobs;
mod budgets;
mod config;
mod ledger;
mod machine;
mod published;
mod recent;
mod record;
mod refusal;
mod run;
mod sequencer;
mod service;
mod sessions;
mod setup;
mod stats;
mod verification;

pub use config::{HubConfig, HubLimits, Layout};
pub use ledger::LedgerError;
pub use machine::MachineFault;
pub use record::RecordError;
pub use refusal::Refusal;
pub use run::{HubError, HubOptions, Running, fsck, run};
pub use sequencer::SequencerError;
pub use setup::{InitOptions, Invitee, Operator, SetupError, check, init};
