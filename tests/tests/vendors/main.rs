//! The vendor files of this repository against the policies that they cite.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod agree;
mod cited;
mod demo;
mod examples;
mod linked_data;
mod schema;
mod shown;
mod words;
