//! One command for everything that must hold.

use crate::build;
use crate::run::{Failed, cargo, run};
use crate::setup;
use crate::ui;

/// Installs what is missing, builds, lints, tests; the first failure ends it, the last line sums up.
pub(crate) fn test(words: &[String]) -> Result<(), Failed> {
    setup::setup(setup::EVERYTHING, words)?;
    let filter: Vec<&String> = words.iter().filter(|word| !word.starts_with("--")).collect();
    build::for_tests()?;
    if filter.is_empty() {
        run(cargo().args(["fmt", "--all", "--check"]))?;
        run(cargo().args(["clippy", "--locked", "--quiet"]).args(build::AS_TESTED).args([
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))?;
        ui::check()?;
    }
    run(cargo()
        .args(["test", "--locked", "--no-fail-fast", "--quiet"])
        .args(build::AS_TESTED)
        .args(&filter)
        .env("GATEFOLD_TEST_BIN", build::test_bin()))?;
    if filter.is_empty() {
        eprintln!("cargo xtask test: everything passed");
    }
    Ok(())
}

/// Writes the page's types anew: the test that compares them writes them when asked to.
pub(crate) fn write_types() -> Result<(), Failed> {
    ui::build()?;
    run(cargo()
        .args(["test", "--locked", "--quiet"])
        .args(build::AS_TESTED)
        .args(["--lib", "typescript"])
        .env("GATEFOLD_WRITE_FRESH", "1"))
}

/// Writes PRIVACY.md anew: the test that compares it writes it when asked to.
pub(crate) fn write_privacy() -> Result<(), Failed> {
    run(cargo()
        .args(["test", "--locked", "--quiet"])
        .args(build::AS_TESTED)
        .args(["--test", "fresh"])
        .env("GATEFOLD_WRITE_FRESH", "1"))
}
