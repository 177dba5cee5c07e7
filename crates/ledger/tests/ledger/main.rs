//! The ledger's promises, tried through its public face, and with its file edited behind its back.

mod append;
mod consents;
mod disk;
mod erasure;
mod export;
mod measure;
mod processes;
mod retention;
mod sample;
mod search;
mod tamper;
