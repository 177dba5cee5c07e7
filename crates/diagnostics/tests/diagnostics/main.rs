//! Diagnostic bundles, from what is collected to what support reads.

// Helpers of tests are tests, too; clippy sees only the functions that bear the attribute.
#![allow(clippy::unwrap_used)]

mod bundle;
mod canaries;
mod hostile;
mod machines;
mod properties;
mod reading;
mod report;
mod shapes;
mod sources;
mod tables;
