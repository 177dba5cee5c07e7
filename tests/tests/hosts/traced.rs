//! What a host's whole process does at the system while a plug-in of ours is in it, traced: the shelf is read, nothing on it or of ours
//! is written, and no socket is opened.

use std::path::PathBuf;
use std::process::Command;

use gatefold_tests::{program, tool};

use crate::clap::clap_words;
use crate::command_line::{FFMPEG_QUESTION, ffmpeg_words, loads_lv2, lv2apply_words};
use crate::home::Home;
use crate::python::{python, script_words};
use crate::shelves::Shelves;
use crate::standings::STANDINGS;

/// Calls that change what lies on a disk, whatever they are told.
const CHANGING: [&str; 12] = [
    "creat(",
    "mkdir",
    "rename",
    "unlink",
    "rmdir(",
    "link",
    "symlink",
    "mknod",
    "chmod",
    "fchmodat",
    "truncate(",
    "utimensat(",
];

/// Traces a run of a host at each standing. `writes` are the files that it is to write, by their names.
fn trace(host: &str, started: impl Into<PathBuf>, writes: &[&str], words: fn(&mut Command, &Home)) {
    if tool(host, "strace").is_none() {
        return;
    }
    let shelves = Shelves::all();
    let started = started.into();
    for standing in &STANDINGS {
        let home = Home::new(standing, &shelves);
        // The filter in the kernel: a host that writes each sample by itself is not stopped at each.
        let wrapper =
            ["strace", "-f", "--seccomp-bpf", "-y", "-s", "4096", "-o", "trace", "-e", "trace=network,%file"];
        let mut command = home.host_under(&wrapper, &started);
        words(&mut command, &home);
        home.run(host, &mut command);
        let trace = std::fs::read_to_string(home.file("trace")).unwrap();
        check(&format!("{host}, {}", standing.name), &trace, &home, writes);
    }
}

fn check(what: &str, trace: &str, home: &Home, writes: &[&str]) {
    let calls = || trace.lines().filter_map(|line| line.split_once(' ')).map(|(_, call)| call.trim_start());
    // It did look.
    let shelf = home.file(".local/share/gatefold").display().to_string();
    let has_license = home.standing.name != "never licensed";
    let looked = if has_license { ".lic\"" } else { "gatefold/vendors" };
    assert!(
        calls().any(|call| call.starts_with("openat(") && call.contains(looked)),
        "{what}: nothing was read"
    );
    for call in calls() {
        let is = |names: &[&str]| names.iter().any(|name| call.starts_with(name));
        // A pair of ends within one process, which a host has for its own threads, leads nowhere.
        assert!(!is(&["socket(", "connect(", "bind(", "listen(", "accept"]), "{what}: {call}");
        let opens = is(&["open(", "openat("])
            && ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| call.contains(flag));
        if !opens && !is(&CHANGING) {
            continue;
        }
        let is_own =
            writes.iter().any(|name| ['"', '/'].iter().any(|by| call.contains(&format!("{by}{name}\""))));
        assert!(is_own && !call.contains(&shelf), "{what}: {call}");
    }
}

#[test]
fn lv2apply_traced() {
    if tool("lv2apply_traced", "lv2apply").is_some() {
        trace("lv2apply", "lv2apply", &["heard.wav"], |command, _| lv2apply_words(command, "halo-plate"));
    }
}

#[test]
fn ffmpeg_traced() {
    if loads_lv2("ffmpeg_traced", "ffmpeg", &FFMPEG_QUESTION) {
        trace("ffmpeg", "ffmpeg", &["heard.raw"], |command, _| ffmpeg_words(command, "halo-plate-c"));
    }
}

#[test]
fn clap_traced() {
    trace("clack", program("gatefold-clap-host"), &["heard.wav", "state"], |command, _| {
        clap_words(command, "heard.wav")
    });
}

#[test]
fn pedalboard_traced() {
    if let Some(python) = python("pedalboard_traced") {
        trace("pedalboard", python, &["new.raw", "saved.raw"], |command, home| {
            script_words(command, home, "with_pedalboard.py", &["new.raw", "saved.raw"]);
        });
    }
}
