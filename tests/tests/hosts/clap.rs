//! A CLAP host: `tests/clap-host`, by clack.

use std::process::Command;

use gatefold_tests::program;

use crate::heard::{Sound, Sounds};
use crate::home::{Home, plugins};
use crate::matrix::{Rendered, every_end_of_a_session, every_standing};
use crate::standings::Standing;

pub(crate) fn clap_words(command: &mut Command, heard: &str) {
    command.arg(plugins().join("clap/halo-plate.clap")).args(["bursts.wav", heard, "state"]);
}

pub(crate) fn rendered(home: &Home) -> Vec<Rendered> {
    let play = |heard: &str, standing: &Standing| {
        let mut command = home.host(program("gatefold-clap-host"));
        clap_words(&mut command, heard);
        let said = home.run("CLAP", &mut command);
        // Its line in the host's log, when it is made, where it does not play.
        let [words, _] = standing.says();
        let notice = if words == "Licensed" { String::new() } else { format!("Halo Plate: {words}\n") };
        assert_eq!(said, notice, "CLAP, {}", standing.name);
        Sound::read(&home.file(heard))
    };
    // The first saves its state, the second loads it.
    let new = play("new.wav", home.standing);
    let saved = play("saved.wav", home.saved());
    vec![Rendered { plugin: "CLAP", plays: Sounds::Reverb, new, saved: Some(saved), says: Vec::new() }]
}

#[test]
fn clap() {
    every_standing("clack", rendered);
}

#[test]
fn clap_plays_on_what_was_played() {
    every_end_of_a_session("clack", rendered);
}
