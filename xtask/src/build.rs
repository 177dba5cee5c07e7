//! Building the programs.

use std::path::PathBuf;

use crate::run::{Failed, cargo, root, run};
use crate::ui;

/// Where the programs with crash points lie, apart from what a plain build makes.
pub(crate) fn test_bin() -> PathBuf {
    root().join("target/test-bin")
}

/// The programs that tests run: with crash points and a settable clock, which release builds lack.
pub(crate) fn test_programs() -> Result<(), Failed> {
    run(cargo().args([
        "build",
        "--locked",
        "--package",
        "gatefold-cli",
        "--features",
        "gatefold-cli/test-hooks",
    ]))?;
    keep(&["gatefold"])?;
    run(cargo().args(["build", "--locked", "--package", "gatefold-sandbox"]))?;
    keep(&["gatefold-sandbox"])
}

/// The window as tests run it: its page is embedded, so it is built first.
pub(crate) fn test_window() -> Result<(), Failed> {
    ui::build()?;
    run(cargo().args([
        "build",
        "--locked",
        "--package",
        "gatefold-app",
        "--features",
        "gatefold-app/test-hooks",
    ]))?;
    keep(&["gatefold-app"])
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
