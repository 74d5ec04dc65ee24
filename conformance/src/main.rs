//! The `wsproof` binary.
fn main() {}
