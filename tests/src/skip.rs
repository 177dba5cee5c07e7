//! What a machine lacks is said aloud.

use std::io::Write;
use std::path::PathBuf;

/// Says that a test could not run here, and why.
pub fn skipped(test: &str, why: &str) {
    // Not `eprintln`: the test runner would keep that to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {test}: {why}");
}

/// The path of an installed tool; `None`, said aloud, where it is missing.
pub fn tool(test: &str, name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|dir| dir.join(name)).find(|path| path.is_file());
    if found.is_none() {
        skipped(test, &format!("{name} is not installed"));
    }
    found
}
