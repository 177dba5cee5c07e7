//! The sandbox beside what it stands for: a foreign client works against it, and what its page says it serves it answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on stops"
)]

mod foreign;
mod served;
