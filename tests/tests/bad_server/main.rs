//! Servers, and things in front of servers, that answer badly: whatever comes back, the user is told what it means and
//! what to do, nothing is believed that the vendor did not sign for this very request, and nothing is lost.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod account;
mod clock;
mod computers;
mod files;
mod given_back;
mod giving;
mod hostile;
mod registering;
mod replaced;
mod revoking;
mod scene;
mod seats;
mod signed;
mod slow;
mod trying;
