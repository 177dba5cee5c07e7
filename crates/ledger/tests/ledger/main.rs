//! The ledger's promises, tried through its public face, and with its file edited behind its back.

// Helpers of tests are tests, too; clippy sees only the functions that bear the attribute.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod append;
mod consents;
mod disk;
mod erasure;
mod export;
mod hostile;
mod measure;
mod processes;
mod races;
mod retention;
mod sample;
mod search;
mod sending;
mod sent;
mod tamper;
mod withdrawals;
