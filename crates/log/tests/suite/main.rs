//! The public behaviour of the log, against published vectors, the RFC's own words and tampering.
//!
//! `cfg(test)` on the modules lets clippy's rules for tests hold in their helpers too.

#[cfg(test)]
mod common;
#[cfg(test)]
mod heads;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod rfc9162;
#[cfg(test)]
mod tree;
