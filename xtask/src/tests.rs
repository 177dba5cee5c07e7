//! One command for everything that must hold.

use std::process::Command;

use crate::build;
use crate::run::{Failed, cargo, root, run, run_and_read};
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
    let mut failures = Failures::default();
    let passed = run_and_read(
        cargo()
            .args(["test", "--locked", "--no-fail-fast", "--quiet"])
            .args(build::AS_TESTED)
            .args(&filter)
            .env("GATEFOLD_TEST_BIN", build::test_bin())
            .env("RUST_TEST_THREADS", at_once().to_string()),
        |line| failures.read(line),
    );
    eprint!("{}", failures.told);
    passed?;
    if filter.is_empty() {
        eprintln!("cargo xtask test: everything passed");
    }
    Ok(())
}

/// What failed, of all that was printed: with a hundred tests behind it nobody finds it again, and a log may keep its
/// end only.
#[derive(Default)]
struct Failures {
    /// For each test that failed: its name, and the first lines of why.
    told: String,
    lines_to_tell: usize,
}

impl Failures {
    /// Reads a line of the test program: `---- NAME stdout ----` heads what a failed test printed, and the line with
    /// "panicked at" what stopped it.
    fn read(&mut self, line: &str) {
        let heads = line.starts_with("---- ") && line.ends_with(" ----");
        if heads || line.contains("panicked at") && self.has_a_head() {
            self.lines_to_tell = if heads { 1 } else { 12 };
        } else if ["failures:", "test result:", "stack backtrace:"].iter().any(|end| line.starts_with(end)) {
            self.lines_to_tell = 0;
        }
        if self.lines_to_tell > 0 {
            self.lines_to_tell -= 1;
            self.told.push_str(line);
            self.told.push('\n');
        }
    }

    fn has_a_head(&self) -> bool {
        !self.told.is_empty()
    }
}

/// One more than there are processors: a journey waits for its window and its server a third of the time.
fn at_once() -> usize {
    1 + std::thread::available_parallelism().map_or(1, usize::from)
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

/// Writes the vendor file's JSON Schema anew, likewise.
pub(crate) fn write_schema() -> Result<(), Failed> {
    run(cargo()
        .args(["test", "--locked", "--quiet"])
        .args(build::AS_TESTED)
        .args(["--lib", "the_schema_is"])
        .env("GATEFOLD_WRITE_FRESH", "1"))
}

/// Takes the pictures of the README anew, in the real window.
pub(crate) fn take_pictures() -> Result<(), Failed> {
    setup::setup(&[setup::PICTURES], &[])?;
    build::for_tests()?;
    run(cargo()
        .args(["test", "--locked", "--quiet"])
        .args(build::AS_TESTED)
        .args(["--test", "window", "--", "--ignored", "pictures_for_the_readme"])
        .env("GATEFOLD_TEST_BIN", build::test_bin()))?;
    for name in ["library-light", "library-dark", "activate-light", "what-was-sent-dark", "privacy-light"] {
        let from = root().join(format!("target/window/readme-{name}.png"));
        let to = root().join(format!("docs/pictures/{name}.png"));
        run(Command::new("pngquant")
            .args(["--force", "--strip", "--speed", "1", "--output"])
            .arg(to)
            .arg(from))?;
    }
    Ok(())
}

/// Writes PRIVACY.md anew: the test that compares it writes it when asked to.
pub(crate) fn write_privacy() -> Result<(), Failed> {
    run(cargo()
        .args(["test", "--locked", "--quiet"])
        .args(build::AS_TESTED)
        .args(["--test", "fresh", "privacy_md"])
        .env("GATEFOLD_WRITE_FRESH", "1"))
}

/// Writes the third-party notices anew, likewise: of the lock file, and of what the page was bundled from.
pub(crate) fn write_notices() -> Result<(), Failed> {
    ui::build()?;
    run(cargo()
        .args(["test", "--locked", "--quiet"])
        .args(build::AS_TESTED)
        .args(["--test", "fresh", "the_notices"])
        .env("GATEFOLD_WRITE_FRESH", "1"))
}

/// Writes the header of the plug-in SDK anew, likewise.
pub(crate) fn write_header() -> Result<(), Failed> {
    run(cargo()
        .args(["test", "--locked", "--quiet"])
        .args(build::AS_TESTED)
        .args(["--test", "fresh", "the_header"])
        .env("GATEFOLD_WRITE_FRESH", "1"))
}

#[cfg(test)]
mod failing {
    use super::Failures;

    #[test]
    fn what_failed_is_told_at_the_end() {
        let mut failures = Failures::default();
        let printed = "running 2 tests\n.F\nfailures:\n\n---- pages::opens stdout ----\n(a warning)\n\n\
                       thread 'pages::opens' panicked at tests/window/pages.rs:10:5:\nno such button\n\n\n\
                       failures:\n    pages::opens\n\ntest result: FAILED. 1 passed; 1 failed\nrunning 0 tests";
        printed.lines().for_each(|line| failures.read(line));
        let told: Vec<&str> = failures.told.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(
            told,
            [
                "---- pages::opens stdout ----",
                "thread 'pages::opens' panicked at tests/window/pages.rs:10:5:",
                "no such button"
            ]
        );
    }
}
