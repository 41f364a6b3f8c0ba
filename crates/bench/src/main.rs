//! Load and comparison runs.
fn main() {}
