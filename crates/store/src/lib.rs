//! Storage: the journal, the ledger over it, and the only door to sled.
//!
//! * [`journal::Journal`] keeps numbered records in segment files; an append is durable when it
//!   returns.
//! * [`ledger::Ledger`] is the main type: a journal with everything derived from it (audit tree,
//!   routing index, index of ids, and the rows of its owner's [`ledger::Fold`]). The same code derives
//!   it live and after a restart. [`ledger::Reader`] serves other threads.
//! * [`views::Views`] are rows in sled that can always be rebuilt.
//! * [`keyslots::KeySlots`] hold wrapped keys that can be erased.
//!
//! All calls block; callers bring threads. This crate refuses to know what a record says: it holds no
//! protobuf, no policy, no cryptography but the hashes of the tree, and no network.
//!
//! ```
//! use amana_store::journal::{Journal, JournalConfig};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = tempfile::tempdir()?;
//! let config = JournalConfig { segment_bytes: 64 << 10, ..JournalConfig::new(dir.path()) };
//! let mut journal = Journal::open(config)?;
//! let first = journal.append(&[[b"one, ".as_slice(), b"in parts"], [b"two", b""]])?;
//! assert_eq!(journal.reader().read(first)?, "one, in parts");
//! assert_eq!(journal.next(), first.next().next());
//! # Ok(())
//! # }
//! ```

mod codec;
mod disk;
mod failure;
mod ids;
pub mod journal;
pub mod keyslots;
pub mod ledger;
mod routes;
mod tiles;
pub mod views;

pub use disk::{Disk, RealDisk, free_bytes};
pub use failure::{Failure, StorageFailed};
pub use ids::{IdsError, Recorded};
pub use routes::{BLOCK_RECORDS, MemberIndex, Routed};
pub use tiles::TilesError;
