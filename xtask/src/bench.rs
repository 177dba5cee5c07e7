//! Ratios against floors taken in the same run: these machines are noisy, a bare time says nothing.

use crate::run::{Failed, cargo, run};

/// Runs the benchmarks in release mode.
pub(crate) fn bench(words: &[String]) -> Result<(), Failed> {
    run(cargo()
        .args(["bench", "--locked", "--quiet", "--package", "gatefold-tests", "--bench", "ratios", "--"])
        .args(words))
}
