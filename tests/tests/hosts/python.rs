//! Hosts that are Python packages, both by VST3: pedalboard and dawdreamer.

use std::path::PathBuf;
use std::process::Command;

use gatefold_tests::{root_dir, skipped};

use crate::heard::{Sound, Sounds};
use crate::home::{Home, vst3};
use crate::matrix::{Rendered, every_end_of_a_session, every_standing};

/// The Python that `cargo xtask setup` put them into; none, said aloud, where it is missing.
pub(crate) fn python(test: &str) -> Option<PathBuf> {
    let python = root_dir().join("target/hosts/bin/python");
    if python.is_file() && root_dir().join("target/hosts/requirements.txt").is_file() {
        return Some(python);
    }
    skipped(test, "target/hosts is not there: run `cargo xtask setup`");
    None
}

/// The words of a script of `scripts/`, which writes these files.
pub(crate) fn script_words(command: &mut Command, home: &Home, name: &str, writes: &[&str]) {
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(root_dir().join("tests/tests/hosts/scripts").join(name))
        .arg(vst3())
        .arg(home.file("bursts.raw"))
        .args(writes.iter().map(|name| home.file(name)));
}

/// A new instance first, then one of a saved session, where the script writes two files. It says a line for each.
pub(crate) fn rendered(home: &Home, name: &str, writes: &[&str]) -> Vec<Rendered> {
    let mut command = home.host(root_dir().join("target/hosts/bin/python"));
    script_words(&mut command, home, name, writes);
    let says: Vec<String> = home.run(name, &mut command).lines().map(str::to_owned).collect();
    assert_eq!(says.len(), writes.len(), "{says:?}");
    let mut heard = writes.iter().map(|name| Sound::read(&home.file(name)));
    let (new, saved) = (heard.next().unwrap(), heard.next());
    vec![Rendered { plugin: "VST3", plays: Sounds::Reverb, new, saved, says }]
}

#[test]
fn pedalboard() {
    if python("pedalboard").is_some() {
        every_standing("pedalboard", |home| rendered(home, "with_pedalboard.py", &["new.raw", "saved.raw"]));
    }
}

#[test]
fn pedalboard_plays_on_what_was_played() {
    if python("pedalboard_plays_on").is_some() {
        every_end_of_a_session("pedalboard", |home| {
            rendered(home, "with_pedalboard.py", &["new.raw", "saved.raw"])
        });
    }
}

#[test]
fn dawdreamer() {
    if python("dawdreamer").is_some() {
        every_standing("dawdreamer", |home| rendered(home, "with_dawdreamer.py", &["new.raw"]));
    }
}
