//! No ledger, no sending: whatever is in the way of ledger, store or shelf, the user is told, nothing is half-written,
//! and once the obstacle is gone everything works.
#![allow(clippy::unwrap_used)]

mod claims;
mod disks;
mod files;
mod scene;
mod stopping;
#[path = "../support/mod.rs"]
mod support;
