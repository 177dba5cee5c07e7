//! Plug-ins that a host loads and unloads, two in one process.

use std::process::Command;

use crate::compiled::{compiled, plugin, plugin_of, said, staged_as_release};
use crate::studio::Studio;

#[test]
fn a_thousand_times_loaded_and_unloaded() {
    let studio = Studio::with("free");
    let license = studio.compiled(studio.sandbox.license("free"));
    let dir = tempfile::tempdir().unwrap();
    let host = compiled(dir.path(), "host.c", "host", &["-ldl"]);
    let one = plugin(dir.path(), "one.so");
    let text = said(
        Command::new(host)
            .args([&license.root, &license.product, "1000"])
            .arg(one)
            .env("XDG_DATA_HOME", studio.data()),
    );
    let last = text.lines().last().unwrap();
    let pages: i64 = last.split(' ').nth(2).unwrap().parse().unwrap();
    assert!(pages < 64, "{text}");
    assert!(last.ends_with(", 0 files"), "{text}");
}

#[test]
fn two_versions_in_one_host() {
    let studio = Studio::with("free");
    let license = studio.compiled(studio.sandbox.license("free"));
    let dir = tempfile::tempdir().unwrap();
    let host = compiled(dir.path(), "host.c", "host", &["-ldl"]);
    let one = plugin(dir.path(), "one.so");
    let two = plugin_of(&staged_as_release(), dir.path(), "two.so");
    let command = &mut Command::new(host);
    command.args([&license.root, &license.product, "20"]).args([one, two]);
    let text = said(command.env("XDG_DATA_HOME", studio.data()));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], ["version 0.1.0", "version 9.9.9"], "{text}");
    assert!(lines[2].starts_with("grown by"), "{text}");
}
