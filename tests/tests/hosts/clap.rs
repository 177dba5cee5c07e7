//! A CLAP host: `tests/clap-host`, by clack.

use std::process::Command;

use gatefold_tests::program;

use crate::heard::{Sound, Sounds};
use crate::home::{Home, plugins};
use crate::matrix::{Rendered, every_standing};

pub(crate) fn clap_words(command: &mut Command, heard: &str) {
    command.arg(plugins().join("clap/halo-plate.clap")).args(["bursts.wav", heard, "state"]);
}

pub(crate) fn rendered(home: &Home) -> Vec<Rendered> {
    // The first saves its state, the second loads it.
    let [new, saved] = ["new.wav", "saved.wav"].map(|heard| {
        let mut command = home.host(program("gatefold-clap-host"));
        clap_words(&mut command, heard);
        let said = home.run("CLAP", &mut command);
        // Its line in the host's log, when it is made, where it does not play.
        let [words, _] = home.standing.says();
        let notice = if words == "Licensed" { String::new() } else { format!("Halo Plate: {words}\n") };
        assert_eq!(said, notice, "CLAP, {}", home.standing.name);
        Sound::read(&home.file(heard))
    });
    vec![Rendered { plugin: "CLAP", plays: Sounds::Reverb, new, saved: Some(saved), says: Vec::new() }]
}

#[test]
fn clap() {
    every_standing("clack", rendered);
}
