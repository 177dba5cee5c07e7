//! A license that changes while the host runs, arguments that are none, a panic, and many threads.

use std::process::Command;

use gatefold_tests::tool;

use crate::compiled::{compiled, compiled_of, probe, said, sanitized_probe, staged_as_release};
use crate::studio::{Loaded, Loads, Studio};

#[test]
fn installed_refreshed_and_removed_while_it_is_open() {
    let studio = Studio::new();
    let mut open = studio.loaded("free");
    assert_eq!(open.check(), "unlicensed, never, 0");
    studio.activate(&studio.sandbox.key("free"));
    assert_eq!(open.ask("now"), "unlicensed", "nothing is read but by a check");
    assert_eq!(open.check(), "active, licensed, 2");
    let first = open.ask("document");
    // The server's times are whole seconds in a file's name.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    studio.cli().json(["license", "refresh", "--yes"]);
    assert_eq!(open.check(), "active, licensed, 2");
    assert_ne!(open.ask("document"), first, "it goes by the old file");
    let seat =
        studio.cli().json(["license", "list"])["entries"][0]["machine_id"].as_str().unwrap().to_owned();
    studio.cli().json(["license", "deactivate", &seat, "--yes"]);
    assert_eq!(open.check(), "unlicensed, never, 0");
    std::fs::remove_dir_all(studio.folder()).unwrap();
    assert_eq!(open.check(), "unlicensed, never, 0");
    open.end();
}

#[test]
fn arguments_that_are_none_are_told() {
    for studio in [Studio::with("free"), Studio::new()] {
        arguments_are_told(&studio);
    }
}

fn arguments_are_told(studio: &Studio) {
    let license = studio.compiled(studio.sandbox.license("free"));
    let mut programs = vec![Command::new(probe()), Command::new(sanitized_probe())];
    if let Some(valgrind) = tool("misuse", "valgrind") {
        let mut under = Command::new(valgrind);
        under.args(["--quiet", "--error-exitcode=99", "--leak-check=full", "--show-leak-kinds=all"]);
        under.args(["--errors-for-leak-kinds=all"]).arg(probe());
        programs.push(under);
    }
    for program in programs {
        let mut loaded = Loaded::start(program, &license, &studio.data());
        assert_eq!(loaded.ask("misuse"), "told");
        loaded.end();
    }
}

#[test]
fn a_panic_leaves_the_host_alive() {
    let studio = Studio::with("free");
    let dir = tempfile::tempdir().unwrap();
    // One that is built as a release is, too: aborting would take the host along.
    let released = compiled_of(&staged_as_release(), dir.path(), "probe.c", "released", &["-DGF_TEST_PANIC"]);
    let license = studio.compiled(studio.sandbox.license("free"));
    for program in [probe(), released] {
        let mut open = Loaded::start(Command::new(&program), &license, &studio.data());
        assert_eq!(open.ask("panic"), "a fault of the library");
        assert_eq!(open.check(), "active, licensed, 2");
        open.end();
    }
}

#[test]
fn sixteen_threads_agree() {
    let studio = Studio::with("free");
    let compiled = studio.compiled(studio.sandbox.license("free"));
    for program in [probe(), sanitized_probe()] {
        let mut loaded = Loaded::start(Command::new(program), &compiled, &studio.data());
        assert_eq!(loaded.ask("threads"), "agreed");
        assert_eq!(loaded.check(), "active, licensed, 2");
        loaded.end();
    }
}

#[test]
fn the_face_for_cpp_closes_what_it_opened() {
    let studio = Studio::with("free");
    let license = studio.compiled(studio.sandbox.license("free"));
    let dir = tempfile::tempdir().unwrap();
    let program = compiled(dir.path(), "raii.cpp", "raii", &["-fsanitize=address,undefined"]);
    let text = said(Command::new(program).args(&license.words()[..4]).env("XDG_DATA_HOME", studio.data()));
    assert_eq!(text, format!("active gatefold://open/sleeve/{} 1\nCORE\nEXPANSION\n", license.product));
}
