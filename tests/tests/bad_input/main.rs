//! Bad input, through the program as a user meets it: license files, vendor files, ledgers, homes. Each ends with a
//! clear error, its code and a way out; nothing is lost, nothing is half written, nothing hangs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on stops"
)]

mod homes;
mod ledgers;
mod license_files;
mod shelf;
mod studio;
mod vendor_files;
mod vendors;
