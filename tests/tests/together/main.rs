//! Several of one home at once: two commands about one license, two computers, a store that somebody else locks, a
//! command that is stopped while its request is out; and all of it at random. No seat is ever silent.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod at_random;
mod lost_seats;
mod newer;
mod one_license;
mod scene;
mod seats;
mod stale;
mod stopping;
mod stuck;
mod two_seats;
mod unnoted;
