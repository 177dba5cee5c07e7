//! Ratios against floors taken in the same run: these machines are noisy, a bare time says nothing.

use crate::build;
use crate::run::{Failed, cargo, run};

/// Runs the benchmarks in release mode; a sandbox gives them a license file and the answers that they repeat.
pub(crate) fn bench(words: &[String]) -> Result<(), Failed> {
    build::for_tests()?;
    run(cargo()
        .args(["bench", "--locked", "--quiet", "--package", "gatefold-tests", "--bench", "ratios", "--"])
        .args(words)
        .env("GATEFOLD_TEST_BIN", build::test_bin()))
}
