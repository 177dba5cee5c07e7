//! The plug-in SDK as a vendor links it: C programs against the staged library, licenses by the real command from a real
//! server, this computer's own clock and machine id.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]
#![cfg(target_os = "linux")]

mod alive;
mod built;
mod compiled;
mod everybody;
mod fallen;
mod guide;
mod loaded;
mod passing;
mod shelves;
mod spool;
mod standings;
mod studio;
mod traced;
