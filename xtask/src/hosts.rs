//! The hosts that are Python packages, in a Python of their own: `target/hosts`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::run::{Failed, root, run};

const WANTED: &str = "tests/tests/hosts/scripts/requirements.txt";

fn place() -> PathBuf {
    root().join("target/hosts")
}

/// Installs them where they are missing or other ones are wanted now. Each is pinned with its hash: what was looked at once is what
/// is installed.
pub(crate) fn install() -> Result<(), Failed> {
    let wanted = root().join(WANTED);
    // Written last: it stands for all that was installed.
    let installed = place().join("requirements.txt");
    let text = fs::read_to_string(&wanted).map_err(|error| format!("{}: {error}", wanted.display()))?;
    if fs::read_to_string(&installed).is_ok_and(|there| there == text) {
        return Ok(());
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(place()))?;
    run(Command::new(place().join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"])
        .args(["--require-hashes", "--requirement"])
        .arg(&wanted))?;
    fs::write(&installed, text).map_err(|error| format!("{}: {error}", installed.display()))
}

/// The same before tests, which go on without them: those that need them say so.
pub(crate) fn for_tests() {
    if !cfg!(target_os = "linux") {
        return;
    }
    if let Err(error) = install() {
        eprintln!("the hosts that are Python packages are missing, and their tests are skipped: {error}");
    }
}
