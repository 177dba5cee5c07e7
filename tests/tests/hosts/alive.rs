//! A library that panics at every question leaves each host alive, and the session as it sounds without a license.

use std::fs;
use std::path::PathBuf;

use gatefold_tests::{program, root_dir, tool};

use crate::ardour;
use crate::command_line::lv2apply_words;
use crate::compiled::compile;
use crate::heard::Heard::AsItCame;
use crate::heard::{Sound, Sounds};
use crate::home::{Home, plugins};
use crate::python::python;
use crate::shelves::Shelves;
use crate::standings::Standing;

/// The LV2 in C, asking a library that panics; in this home alone.
fn broken_plugin(home: &mut Home) {
    let lv2 = home.file("lv2");
    let bundle = lv2.join("halo-plate-c.lv2");
    fs::create_dir_all(&bundle).unwrap();
    for file in ["manifest.ttl", "halo-plate-c.ttl"] {
        fs::copy(plugins().join("lv2/halo-plate-c.lv2").join(file), bundle.join(file)).unwrap();
    }
    let sources = ["plugins/halo-plate-c/halo-plate.c", "tests/tests/hosts/c/panics.c"];
    compile(&bundle.join("halo-plate-c.so"), &sources, &["-shared", "-fPIC", "-Dgf_check=panics"]);
    home.lv2 = lv2;
    home.falls = 1;
}

#[test]
fn a_panic_leaves_ardour_alive() {
    if !ardour::is_here("a_panic_leaves_ardour_alive") {
        return;
    }
    let mut home = Home::new(Standing::named("licensed"), &Shelves::all());
    broken_plugin(&mut home);
    let said = ardour::session(&home, "LV2 https://sleeve.example/plug-ins/halo-plate-c");
    // When it was made, and when it was activated; in both sessions.
    assert!(said.matches("on purpose").count() >= 4, "{said}");
    for when in ["new", "saved"] {
        ardour::heard(&home, when, 1).check(when, Sounds::Echo, AsItCame);
    }
}

/// What `cargo xtask build-test-programs` built with such a library.
fn broken() -> PathBuf {
    let dir = root_dir().join("target/test-plugins-broken");
    assert!(dir.join("clap/halo-plate.clap").is_file(), "run `cargo xtask build-test-programs`");
    dir
}

/// The sample in Rust, in each of its formats.
#[test]
fn a_panic_leaves_the_hosts_of_each_format_alive() {
    let home = || {
        let mut home = Home::new(Standing::named("licensed"), &Shelves::all());
        home.lv2 = broken().join("lv2");
        home
    };
    let check = |home: &Home, what: &str, said: &str, heard: &[&str]| {
        assert!(said.contains("on purpose"), "{what}: {said}");
        for name in heard {
            Sound::read(&home.file(name)).check(what, Sounds::Reverb, AsItCame);
        }
    };
    let clap = home();
    let mut command = clap.host(program("gatefold-clap-host"));
    command.arg(broken().join("clap/halo-plate.clap")).args(["bursts.wav", "heard.wav", "state"]);
    check(&clap, "CLAP", &clap.run("CLAP", &mut command), &["heard.wav"]);
    if tool("a_panic: LV2", "lv2apply").is_some() {
        let lv2 = home();
        let mut command = lv2.host("lv2apply");
        lv2apply_words(&mut command, "halo-plate");
        check(&lv2, "LV2", &lv2.run("lv2apply", &mut command), &["heard.wav"]);
    }
    if let Some(python) = python("a_panic: VST3") {
        let vst3 = home();
        let mut command = vst3.host(python);
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(root_dir().join("tests/tests/hosts/scripts/with_pedalboard.py"))
            .arg(broken().join("vst3/Halo Plate.vst3"))
            .args(["bursts.raw", "new.raw", "saved.raw"]);
        check(&vst3, "VST3", &vst3.run("pedalboard", &mut command), &["new.raw", "saved.raw"]);
    }
}
