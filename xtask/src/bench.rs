//! Ratios against floors taken in the same run: these machines are noisy, a bare time says nothing.

use crate::build;
use crate::run::{Failed, cargo, root, run};

const WINDOW: &str = "window";

/// Runs the benchmarks in release mode; a sandbox gives them a license file and the answers that they repeat.
pub(crate) fn bench(words: &[String]) -> Result<(), Failed> {
    build::for_tests()?;
    let names: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    if names.iter().any(|name| *name != WINDOW) || names.is_empty() {
        // How long a command takes from start to exit is asked of the one that people get.
        run(cargo().args(["build", "--locked", "--release", "--package", "gatefold-cli"]))?;
        run(cargo()
            .args(["bench", "--locked", "--quiet", "--package", "gatefold-tests", "--bench", "ratios", "--"])
            .args(words.iter().filter(|word| *word != WINDOW))
            .env("GATEFOLD_TEST_BIN", build::test_bin()))?;
    }
    if names.iter().any(|name| *name == WINDOW) || names.is_empty() {
        windows(words.iter().filter(|word| word.starts_with('-')))?;
    }
    Ok(())
}

/// Measures ours as people get it beside an empty one with the same fonts. What drives them needs no optimization.
fn windows<'a>(flags: impl Iterator<Item = &'a String>) -> Result<(), Failed> {
    let ours = root().join("ui/node_modules/@fontsource-variable");
    for face in ["bricolage-grotesque", "inter", "jetbrains-mono"] {
        let file = format!("{face}-latin-wght-normal.woff2");
        let to = root().join("src-tauri/examples/empty/page").join(&file);
        std::fs::copy(ours.join(face).join("files").join(&file), &to)
            .map_err(|error| format!("{}: {error}", to.display()))?;
    }
    build::as_shipped(&[])?;
    build::as_shipped(&["--example", "empty", "--features", "gatefold-app/empty-window"])?;
    run(cargo()
        .args(["bench", "--locked", "--quiet", "--profile", "dev"])
        .args(build::AS_TESTED)
        .args(["--bench", "ratios", "--"])
        .args(flags)
        .arg(WINDOW)
        .env("GATEFOLD_TEST_BIN", build::test_bin()))
}
