//! Building the programs.

use std::path::PathBuf;

use crate::run::{Failed, cargo, root, run};
use crate::ui;
use crate::{hosts, plugins, sdk};

/// Where the programs with crash points lie, apart from what a plain build makes.
pub(crate) fn test_bin() -> PathBuf {
    root().join("target/test-bin")
}

/// Everything with crash points and a settable clock, which release builds lack. One set of features for all that is
/// built for tests: with another for each program, cargo would compile what they share once for each.
pub(crate) const AS_TESTED: [&str; 3] = [
    "--workspace",
    "--features",
    "gatefold-cli/test-hooks,gatefold-app/test-hooks,gatefold-shelf/failpoints",
];

/// The programs that tests run, and the tests. The window embeds its page, so that is built first.
pub(crate) fn for_tests() -> Result<(), Failed> {
    ui::build()?;
    run(cargo().args(["build", "--locked"]).args(AS_TESTED).arg("--all-targets"))?;
    keep(&["gatefold", "gatefold-sandbox", "gatefold-app", "gatefold-clap-host"])?;
    sdk::for_tests()?;
    plugins::for_tests()?;
    hosts::for_tests();
    Ok(())
}

/// Both programs as people get them, or what is built beside them. Always the two together: what they share is compiled
/// once.
pub(crate) fn as_shipped(words: &[&str]) -> Result<(), Failed> {
    ui::build()?;
    let both = ["--package", "gatefold-app", "--package", "gatefold-cli"];
    run(cargo().args(["build", "--locked", "--release"]).args(both).args(words))
}

fn keep(names: &[&str]) -> Result<(), Failed> {
    let dir = test_bin();
    std::fs::create_dir_all(&dir).map_err(|error| error.to_string())?;
    for name in names {
        let (from, to) = (root().join("target/debug").join(name), dir.join(name));
        // A running copy is replaced, not written over.
        let fresh = dir.join(format!("{name}.new"));
        std::fs::copy(&from, &fresh)
            .and_then(|_| std::fs::rename(&fresh, &to))
            .map_err(|error| format!("{}: {error}", from.display()))?;
    }
    Ok(())
}
