//! The national unit's node.
mod search;
