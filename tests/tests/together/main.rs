//! Several of one home at once: two commands about one license, a store that somebody else locks, a command that is
//! stopped while its request is out; and all of it at random.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod at_random;
mod one_license;
mod scene;
mod stale;
mod stopping;
mod stuck;
mod unnoted;
