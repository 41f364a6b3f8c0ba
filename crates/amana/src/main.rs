//! Amana: a secure intelligence-sharing message broker.
fn main() {}
