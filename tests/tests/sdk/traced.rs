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
    check_opens(&calls);
}

/// Each file and folder that the library opens, from its first look at the shelf on; what comes before is how a program is loaded.
fn check_opens(calls: &[String]) {
    let first = calls.iter().position(|call| call.contains("/gatefold/vendors/")).unwrap();
    let opens: Vec<&String> = calls[first..]
        .iter()
        .filter(|call| ["open(", "openat("].iter().any(|of| call.starts_with(of)))
        .collect();
    assert!(opens.len() >= 8, "{opens:#?}");
    // Of the system's, by a path of its own: it may be a link there.
    let machine_id = opens.iter().filter(|call| call.contains("/machine-id\""));
    assert!(machine_id.count() >= 1, "{opens:#?}");
    for call in opens {
        // What is opened as a folder is no pipe that would be waited for.
        let never_waits = if call.contains("O_DIRECTORY") { "O_DIRECTORY" } else { "O_NONBLOCK" };
        let may_be_a_link = call.contains("/machine-id\"");
        for flag in ["O_NOFOLLOW", never_waits, "O_CLOEXEC"] {
            assert!(call.contains(flag) || (flag == "O_NOFOLLOW" && may_be_a_link), "{flag}: {call}");
        }
    }
}

/// What is in doubt is looked at once more a second, not at every check.
#[test]
fn what_cannot_be_read_is_not_read_at_every_check() {
    let studio = Studio::with("free");
    let vendor = studio.folder().join("vendor.toml");
    std::fs::rename(&vendor, studio.folder().join("away")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    let ask = |loaded: &mut Loaded| {
        for _ in 0..200 {
            assert_eq!(loaded.check(), "unlicensed, never, 1");
        }
    };
    let began = std::time::Instant::now();
    let Some(calls) = traced(&studio, ask) else { return };
    let most = 2 + usize::try_from(began.elapsed().as_secs()).unwrap();
    let readings = calls.iter().filter(|call| call.starts_with("openat(") && call.contains(".lic\"")).count();
    assert!((1..=most).contains(&readings), "{readings} readings");
}

/// A pipe or a device in the machine id's place: an answer at once, and no license by it.
#[test]
fn a_machine_id_that_never_ends_is_none() {
    let can = Command::new("unshare").args(["-m", "true"]).status();
    if !can.is_ok_and(|status| status.success()) {
        gatefold_tests::skipped("a_machine_id_that_never_ends", "no mount namespace can be made here");
        return;
    }
    let studio = Studio::with("free");
    let compiled = studio.compiled(studio.sandbox.license("free"));
    let pipe = studio.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for in_its_place in [&*pipe, std::path::Path::new("/dev/zero")] {
        let mut command = Command::new("timeout");
        command.args(["10", "unshare", "-m", "sh", "-c", MACHINE_ID, "sh"]).arg(in_its_place).arg(probe());
        let mut loaded = Loaded::start(command, &compiled, &studio.data());
        assert_eq!(loaded.check(), "wrong_machine, never, 14", "{}", in_its_place.display());
        loaded.end();
    }
}

/// Puts a file over each place of the machine id, and starts a program that may have a tenth of a GiB.
const MACHINE_ID: &str = "for at in /etc/machine-id /var/lib/dbus/machine-id; do \
    if [ -e $at ]; then mount --bind \"$1\" $at || exit 77; fi; done; shift; ulimit -v 104857; exec \"$@\"";

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
