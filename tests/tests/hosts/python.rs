//! Hosts that are Python packages, both by VST3: pedalboard and dawdreamer.

use std::path::PathBuf;
use std::process::Command;

use gatefold_tests::{root_dir, skipped};

use crate::heard::{Heard, Sound, Sounds};
use crate::home::{Home, vst3};
use crate::matrix::{Rendered, every_end_of_a_session, every_standing};
use crate::shelves::Shelves;
use crate::standings::Standing;

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

/// A VST3 has no clock of its own: what its license control says from now on is what is heard.
#[test]
fn a_license_comes_while_pedalboard_runs() {
    if python("a_license_comes_while_pedalboard_runs").is_none() {
        return;
    }
    let shelves = Shelves::all();
    let mut home = Home::new(Standing::named("never licensed"), &shelves);
    home.is_changed_meanwhile();
    let licensed = shelves.data(Standing::named("licensed")).join("gatefold");
    let mut command = home.host(root_dir().join("target/hosts/bin/python"));
    script_words(&mut command, &home, "while_pedalboard_runs.py", &["before.raw", "after.raw"]);
    let comes =
        format!("rm -rf .local/share/gatefold && cp -r '{}' .local/share/gatefold", licensed.display());
    let says = home.run("pedalboard", command.env("MEANWHILE", comes));
    assert_eq!(says.trim(), "Licensed");
    for (file, heard) in [("before.raw", Heard::AsItCame), ("after.raw", Heard::Effect)] {
        Sound::read(&home.file(file)).check(file, Sounds::Reverb, heard);
    }
}

#[test]
fn dawdreamer() {
    if python("dawdreamer").is_some() {
        every_standing("dawdreamer", |home| rendered(home, "with_dawdreamer.py", &["new.raw"]));
    }
}
