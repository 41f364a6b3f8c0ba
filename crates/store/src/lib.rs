//! The journal, the ledger over it, and the only door to sled.
