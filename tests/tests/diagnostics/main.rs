//! Diagnostic bundles with the real programs: what is in one, what is not, and what one says of a computer that something went wrong on.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod canaries;
mod crashes;
mod failures;
mod hostile;
mod names;
mod scene;
mod sealed;
/// The same shapes, and the same search for them, as the crate's own tests have.
#[allow(dead_code, reason = "a part of it is used here")]
#[path = "../../../crates/diagnostics/tests/diagnostics/shapes.rs"]
mod shapes;
mod shown;
