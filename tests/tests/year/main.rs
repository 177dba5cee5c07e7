//! Time as people live it: a year of a studio with holidays, dead batteries and clocks that are set wrong, the real command
//! and a real server whose clock goes along. Nobody loses a license unasked, and whatever does not count says why, and how
//! it counts again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod by_itself;
mod copies;
mod lives;
mod restored;
mod seasons;
mod studio;
