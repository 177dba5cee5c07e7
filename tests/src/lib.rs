//! What the tests across crates share: the built programs, a sandbox, a command line, a tap on the wire.
//!
//! Tests here use the real parts: built binaries, real sockets, real files. What cannot run on a machine is skipped
//! aloud, never silently.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on stops"
)]

mod cli;
mod files;
mod header;
mod http;
mod machine_file;
mod network;
mod nobody;
mod notices;
mod privacy;
mod programs;
pub mod sample;
mod sandbox;
mod signer;
mod skip;
#[cfg(unix)]
mod studio;
mod tap;
mod tls;
#[cfg(unix)]
mod usage;
mod vendors;

pub use cli::{Cli, Ran, Running};
pub use files::{Files, copy_folder, files_under, paths_under};
pub use header::header;
pub use http::{Request, body_of};
pub use machine_file::{MachineFile, with_envelope};
pub use network::{in_own_etc, in_own_network, peer, strange_sockets};
pub use nobody::Nobody;
pub use notices::{Work, crates, fonts, notices, page};
pub use privacy::privacy_md;
pub use programs::{program, root_dir};
pub use sandbox::{Sandbox, SandboxOptions};
pub use signer::Signer;
pub use skip::{skipped, tool};
#[cfg(unix)]
pub use studio::{ACCOUNT, Compiled, Studio};
pub use tap::{Exchange, Fault, Hold, Reply, Second, Tap};
pub use tls::{Authority, Certificate};
#[cfg(unix)]
pub use usage::{ALL_USAGE, Usage};
pub use vendors::{EXAMPLES, VENDORS, signed, vendor, vendor_text, write_next};
