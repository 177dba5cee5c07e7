//! The sample plug-ins in real hosts, none of them ours, at every standing of their license: what a musician hears, what the
//! plug-in says, and what the hosts do to the system meanwhile.
//!
//! Each host runs without a screen and without a sound card, in a home of its own, and is ended after two minutes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]
#![cfg(target_os = "linux")]

mod alive;
mod ardour;
mod callback;
mod clap;
mod command_line;
mod compiled;
mod heard;
mod home;
mod installed;
mod lv2;
mod matrix;
mod python;
mod scanners;
mod shelves;
mod silent;
mod standings;
mod traced;
mod usage;
