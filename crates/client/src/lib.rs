//! Typed calls to hub and node that verify all that they return.
