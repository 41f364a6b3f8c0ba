//! The journal, the ledger over it, and the only door to sled.

mod codec;
mod disk;
pub mod journal;

pub use disk::{Disk, RealDisk};
