//! Plug-ins that a host loads and unloads, two in one process.

use std::process::Command;

use crate::compiled::{compiled, plugin, said};
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
    let pages: i64 = text.split(' ').nth(2).unwrap().parse().unwrap();
    assert!(pages < 64, "{text}");
    assert!(text.ends_with(", 0 files\n"), "{text}");
}

#[test]
fn two_versions_in_one_host() {
    let studio = Studio::with("free");
    let license = studio.compiled(studio.sandbox.license("free"));
    let dir = tempfile::tempdir().unwrap();
    let host = compiled(dir.path(), "host.c", "host", &["-ldl"]);
    let [one, two] = ["one.so", "two.so"].map(|name| plugin(dir.path(), name));
    let command = &mut Command::new(host);
    command.args([&license.root, &license.product, "20"]).args([one, two]);
    let text = said(command.env("XDG_DATA_HOME", studio.data()));
    assert!(text.starts_with("grown by"), "{text}");
}
