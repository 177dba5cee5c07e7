//! Sharing usage with real processes: from a plug-in's session to the vendor's collector, and every way in which taking it back
//! goes wrong elsewhere.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod administrator;
mod choosing;
mod clock;
mod damage;
mod exported;
mod journey;
mod locked;
mod many;
mod once;
mod otlp;
mod plugin;
mod recorded;
mod scene;
mod stopped;
mod taken_back;
mod weekly;
#[path = "../support/window.rs"]
mod window;
