//! The audit log: RFC 9162 tree, proofs, checkpoints; pure.
