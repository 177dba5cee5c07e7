//! One command for everything that must hold.

use crate::build;
use crate::run::{Failed, cargo, run};
use crate::setup;
use crate::ui;

/// Installs what is missing, builds, lints, tests; the first failure ends it, the last line sums up.
pub(crate) fn test(words: &[String]) -> Result<(), Failed> {
    setup::setup(setup::EVERYTHING, words)?;
    let filter: Vec<&String> = words.iter().filter(|word| !word.starts_with("--")).collect();
    build::test_programs()?;
    build::test_window()?;
    if filter.is_empty() {
        run(cargo().args(["fmt", "--all", "--check"]))?;
        run(cargo().args([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]))?;
        ui::check()?;
    }
    run(cargo()
        .args(["test", "--locked", "--workspace", "--no-fail-fast", "--quiet"])
        .args(&filter)
        .env("GATEFOLD_TEST_BIN", build::test_bin()))?;
    // The shelf's crash points exist in a build of their own: a plug-in never has them.
    if filter.is_empty() {
        run(cargo().args([
            "test",
            "--locked",
            "--quiet",
            "--package",
            "gatefold-shelf",
            "--features",
            "failpoints",
        ]))?;
        eprintln!("cargo xtask test: everything passed");
    }
    Ok(())
}

/// Writes the page's types anew: the test that compares them writes them when asked to.
pub(crate) fn write_types() -> Result<(), Failed> {
    ui::build()?;
    run(cargo()
        .args(["test", "--locked", "--quiet", "--package", "gatefold-app", "--lib", "typescript"])
        .env("GATEFOLD_WRITE_FRESH", "1"))
}

/// Writes PRIVACY.md anew: the test that compares it writes it when asked to.
pub(crate) fn write_privacy() -> Result<(), Failed> {
    run(cargo()
        .args(["test", "--locked", "--quiet", "--package", "gatefold-tests", "--test", "fresh"])
        .env("GATEFOLD_WRITE_FRESH", "1"))
}
