//! Diagnostic bundles, from what is collected to what support reads.

mod bundle;
mod canaries;
mod hostile;
mod machines;
mod properties;
mod reading;
mod report;
mod shapes;
mod sources;
mod speed;
mod tables;
