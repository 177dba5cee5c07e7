//! Halo Plate: a small plate reverb, and the sample of how a plug-in obeys its license. One library is a CLAP, a VST3 and
//! an LV2.
//!
//! Never licensed, it lets the sound through as it is, says so softly, and names the link that opens Gatefold on it. Lapsed, sessions that
//! were played go on playing; a new instance does not. Once an instance plays, it plays until it is gone.

pub mod access;
pub mod controls;
pub mod engine;
mod formats;
pub mod plate;
pub mod state;
