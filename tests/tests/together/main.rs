//! Several of one home at once: two commands about one license, a store that somebody else locks, a command that is
//! stopped while its request is out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod one_license;
mod scene;
mod stale;
mod stopping;
mod stuck;
mod unnoted;
