//! Secrets are on no file under the home, in no export and in no output (invariant I9): planted passwords, tokens, keys,
//! one-time codes and passphrases are searched for in every encoding that a leak could take, at rest, while a program
//! runs and after it was cut off. What was erased is gone in the same sense.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on stops"
)]

mod argv;
mod cores;
mod erased;
mod journey;
mod keyring;
mod search;
