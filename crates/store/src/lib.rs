//! The journal, the ledger over it, and the only door to sled.

mod codec;
mod disk;
mod ids;
pub mod journal;
pub mod ledger;
mod routes;
mod tiles;
pub mod views;

pub use disk::{Disk, RealDisk};
pub use ids::{IdsError, Recorded};
pub use routes::{BLOCK_RECORDS, MemberIndex, Routed};
pub use tiles::TilesError;
