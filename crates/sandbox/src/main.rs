//! A licensing server for trying out and testing, loopback only. Never production.
fn main() {}
