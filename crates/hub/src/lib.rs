//! The hub: admit, journal, apply, deliver; it can open nothing.
