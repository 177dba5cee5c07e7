//! The same bytes everywhere (invariant I4): what a raw socket received, what the ledger keeps, what was shown before.
//! They differ in secrets, which the kept copy names in their place, and in slots, which only the server can fill.
//!
//! The files in `tests/wire` hold every kind of request with its items named; a change there is a privacy review.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod all;
mod broken;
mod golden;
mod journeys;
mod large;
mod page;
mod places;
mod plan;
mod scene;
mod table;
mod usage;
