//! The window's page: fetched, built, checked. The program of the window embeds what is built here.

use std::path::PathBuf;
use std::process::Command;

use crate::run::{Failed, root, run};

fn ui() -> PathBuf {
    root().join("ui")
}

fn npm(words: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.args(words).current_dir(ui());
    npm
}

/// Fetches what the lock names, unless it is there already, and builds the page.
pub(crate) fn build() -> Result<(), Failed> {
    if !is_fetched() {
        run(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    }
    run(&mut npm(&["run", "--silent", "build"]))
}

/// Types and component tests.
pub(crate) fn check() -> Result<(), Failed> {
    run(&mut npm(&["run", "--silent", "check"]))?;
    run(&mut npm(&["run", "--silent", "test"]))
}

/// npm writes its own copy of the lock last: one that is not older tells that all of it is there.
fn is_fetched() -> bool {
    let changed = |name: &str| ui().join(name).metadata().and_then(|file| file.modified()).ok();
    match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Some(fetched), Some(locked)) => fetched >= locked,
        _ => false,
    }
}
