//! The program dies at each named point of the code, many times over, or the answers of the server are lost. The next
//! start finds everything whole, the same command then succeeds, no seat is lost or doubled, and no byte left that the
//! ledger does not name.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod dying;
mod giving;
mod lost;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod trying;
