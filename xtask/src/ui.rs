//! The window's page: fetched, built, checked. The program of the window embeds what is built here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::run::{Failed, root, run};

fn ui() -> PathBuf {
    root().join("ui")
}

fn npm(words: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.args(words).current_dir(ui());
    npm
}

/// Builds the page, unless nothing changed since it was built: the program that embeds it would be built anew, too.
pub(crate) fn build() -> Result<(), Failed> {
    fetch()?;
    if is_built() {
        return Ok(());
    }
    run(&mut npm(&["run", "--silent", "build"]))
}

/// Types and component tests.
pub(crate) fn check() -> Result<(), Failed> {
    fetch()?;
    run(&mut npm(&["run", "--silent", "check"]))?;
    run(&mut npm(&["run", "--silent", "test"]))
}

/// Fetches what the lock names, unless it is there already.
fn fetch() -> Result<(), Failed> {
    if is_fetched() { Ok(()) } else { run(&mut npm(&["ci", "--no-audit", "--no-fund"])) }
}

fn is_built() -> bool {
    let made = ["src", "index.html", "vite.config.ts", "svelte.config.js", "package-lock.json"];
    let changed = made.iter().filter_map(|name| newest(&ui().join(name))).max();
    let built = ui().join("dist/index.html").metadata().and_then(|file| file.modified()).ok();
    built > changed
}

/// When something in a folder, or the file, was last changed; a file that went changes its folder.
fn newest(path: &Path) -> Option<SystemTime> {
    let own = path.metadata().and_then(|file| file.modified()).ok();
    let inside =
        std::fs::read_dir(path).into_iter().flatten().flatten().filter_map(|entry| newest(&entry.path()));
    inside.chain(own).max()
}

/// npm writes its own copy of the lock last: one that is not older tells that all of it is there.
fn is_fetched() -> bool {
    let changed = |name: &str| ui().join(name).metadata().and_then(|file| file.modified()).ok();
    match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Some(fetched), Some(locked)) => fetched >= locked,
        _ => false,
    }
}
