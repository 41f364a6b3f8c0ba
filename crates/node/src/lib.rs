//! The national unit: agency API, outbox, inbox, vault, search.
