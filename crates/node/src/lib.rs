//! The national unit's node: what one member runs.
//!
//! Its agencies talk gRPC to it; it signs and seals their notices so that only the members addressed
//! can open them, keeps them until every recipient's receipt arrived, verifies and opens what the hub
//! delivers, and holds everything sealed at rest. It refuses to know the hub's insides and the console,
//! and trusts the hub with nothing but delivery.
//!
//! Entry points: [`init`] makes a node, [`enrol`] enters an exchange, [`agency_add`] lets an agency in,
//! [`run`] runs the node. Inside, everything that happens is a record of one journal (`subjects/record.rs`),
//! folded by one pure state (`subjects/state.rs`); the rest reads from there.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use amana_kit::{clock::SystemClock, random::SystemRandom, shutdown::Shutdown};
//! use amana_node::{Layout, NodeConfig, RunOptions, run};
//!
//! let layout = Layout::new("/var/lib/amana/xf");
//! let config = NodeConfig::load(&layout, |layers| layers)?;
//! let options = RunOptions {
//!     layout,
//!     config,
//!     passphrase: b"from a credential".to_vec().into(),
//!     clock: Arc::new(SystemClock),
//!     random: Arc::new(SystemRandom),
//! };
//! let node = run(options, Shutdown::on_signals()?).await?;
//! println!("agencies connect to {}", node.agency_addr);
//! node.wait().await?;
//! # Ok(())
//! # }
//! ```

mod access;
mod api;
mod attachments;
mod drafts;
mod ending;
#[cfg(test)]
mod fixture_tests;
mod fold;
mod groups;
mod handling;
mod inbox;
mod index;
mod ledger;
mod library;
#[cfg(test)]
#[path = "misrouting_tests.rs"]
mod misrouting;
mod notice;
#[cfg(test)]
#[path = "office_tests.rs"]
mod office;
mod outbox;
mod parts;
mod replies;
mod review;
mod run;
mod search;
mod setup;
mod subjects;
#[cfg(test)]
#[path = "testing_tests.rs"]
mod testing;
mod trail;
mod versions;
mod work;

pub use access::{
    AgencyBundle, AgencyError, AgencyFile, AgencyStatus, agency_add, agency_list, agency_revoke,
};
pub use groups::membership::{AnswerError, Answered, answer_invitation};
pub use ledger::writer::LedgerFault;
pub use run::{RunError, RunOptions, Running, run};
pub use setup::config::{ExchangeTrust, NodeConfig, TrustError};
pub use setup::keys::{KeyProblem, KeysError};
pub use setup::layout::{CertificateName, KeyName, Layout};
pub use setup::{EnrolError, EnrolledNode, InitError, InitOptions, enrol, init};
