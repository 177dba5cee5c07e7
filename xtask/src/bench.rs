//! Ratios against floors taken in the same run: these machines are noisy, a bare time says nothing.

use crate::build;
use crate::run::{Failed, cargo, root, run};

/// Runs the benchmarks in release mode; a sandbox gives them a license file and the answers that they repeat.
pub(crate) fn bench(words: &[String]) -> Result<(), Failed> {
    build::for_tests()?;
    if words.iter().all(|word| word.starts_with('-')) || words.iter().any(|word| word == "window") {
        windows()?;
    }
    run(cargo()
        .args(["bench", "--locked", "--quiet", "--package", "gatefold-tests", "--bench", "ratios", "--"])
        .args(words)
        .env("GATEFOLD_TEST_BIN", build::test_bin()))
}

/// Ours as people get it, and an empty one with the same fonts.
fn windows() -> Result<(), Failed> {
    let ours = root().join("ui/node_modules/@fontsource-variable");
    for face in ["bricolage-grotesque", "inter", "jetbrains-mono"] {
        let file = format!("{face}-latin-wght-normal.woff2");
        let to = root().join("src-tauri/examples/empty/page").join(&file);
        std::fs::copy(ours.join(face).join("files").join(&file), &to)
            .map_err(|error| format!("{}: {error}", to.display()))?;
    }
    let release = |words: &[&str]| {
        run(cargo().args(["build", "--locked", "--release", "--package", "gatefold-app"]).args(words))
    };
    release(&[])?;
    release(&["--example", "empty", "--features", "empty-window"])
}
