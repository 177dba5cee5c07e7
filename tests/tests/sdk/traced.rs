//! What a plug-in does at the system, traced: no socket, no file written, each file opened with suspicion, and two looks
//! where nothing changed.

use std::process::Command;

use gatefold_tests::{files_under, tool};

use crate::compiled::probe;
use crate::studio::{Loaded, Studio};

fn traced(studio: &Studio, ask: impl FnOnce(&mut Loaded)) -> Option<Vec<String>> {
    let strace = tool("traced", "strace")?;
    let log = studio.path().join("trace");
    let mut command = Command::new(strace);
    command.args(["-f", "-o"]).arg(&log).arg(probe());
    let compiled = studio.compiled(studio.sandbox.license("free"));
    let mut loaded = Loaded::start(command, &compiled, &studio.data());
    ask(&mut loaded);
    loaded.end();
    let text = std::fs::read_to_string(&log).unwrap();
    let calls = text.lines().filter_map(|line| line.split_once(' ')).map(|(_, call)| call.trim().to_owned());
    Some(calls.collect())
}

#[test]
fn no_socket_and_no_file_written() {
    let studio = Studio::with("free");
    let ask = |loaded: &mut Loaded| {
        assert_eq!(loaded.check(), "active, licensed, 2");
        assert!(loaded.ask("features").starts_with(char::is_numeric));
        assert!(loaded.ask("document").starts_with('{'));
        // It is used, by a user who never agreed that this be noted.
        for word in ["start", "stop", "start", "close"] {
            assert!(["it is done", "closed"].contains(&&*loaded.ask(word)), "{word}");
        }
    };
    let before = files_under(studio.path());
    let Some(calls) = traced(&studio, ask) else { return };
    let mut after = files_under(studio.path());
    after.remove(&studio.path().join("trace"));
    assert!(after == before, "a file was written");
    let is = |call: &str, names: &[&str]| names.iter().any(|name| call.starts_with(&format!("{name}(")));
    let strange = [
        "socket",
        "connect",
        "bind",
        "sendto",
        "sendmsg",
        "clone",
        "clone3",
        "fork",
        "vfork",
        "rt_sigaction",
    ];
    let changing = [
        "unlink",
        "unlinkat",
        "rename",
        "renameat",
        "mkdir",
        "mkdirat",
        "creat",
        "utimensat",
        "flock",
        "fsync",
    ];
    for call in &calls {
        assert!(!is(call, &strange) && !is(call, &changing), "{call}");
        let opens = is(call, &["open", "openat"]);
        assert!(
            !opens || !["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| call.contains(flag)),
            "{call}"
        );
    }
    let shelf: Vec<&String> = calls
        .iter()
        .filter(|call| is(call, &["openat"]) && !call.contains("\"/") && !call.contains("\".\""))
        .collect();
    assert!(shelf.len() >= 4, "{calls:#?}");
    for call in shelf {
        // What is opened as a folder is no pipe that would be waited for.
        let never_waits = if call.contains("O_DIRECTORY") { "O_DIRECTORY" } else { "O_NONBLOCK" };
        for flag in ["O_NOFOLLOW", never_waits, "O_CLOEXEC"] {
            assert!(call.contains(flag), "{flag}: {call}");
        }
    }
}

#[test]
fn where_nothing_changed_two_looks_are_enough() {
    let studio = Studio::with("free");
    // A time that is too young to tell two changes apart is not trusted.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    let ask = |loaded: &mut Loaded| {
        assert_eq!(loaded.check(), "active, licensed, 2");
        assert_eq!(loaded.ask("now"), "active");
        assert_eq!(loaded.check(), "active, licensed, 2");
    };
    let Some(calls) = traced(&studio, ask) else { return };
    // Between two answers there is what one check does.
    let answers: Vec<usize> =
        calls.iter().enumerate().filter(|(_, call)| call.starts_with("write(1,")).map(|(at, _)| at).collect();
    let [.., now, last] = answers[..] else { panic!("{calls:#?}") };
    let between: Vec<&String> =
        calls[now + 1..last].iter().filter(|call| !call.starts_with("read(0,")).collect();
    assert_eq!(between.len(), 2, "{between:#?}");
    for call in between {
        let looks = ["lstat(", "newfstatat("].iter().any(|name| call.starts_with(name));
        assert!(looks && call.contains("/licenses"), "{call}");
    }
}
