//! A crash leaves no copy of the memory, in which keys and passwords stood.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus};

use gatefold_tests::{Cli, Sandbox, files_under, skipped};

/// As a developer's desktop may be set.
const UNLIMITED: [&str; 4] = ["sh", "-c", r#"ulimit -c unlimited; exec "$0" "$@""#, "env"];

#[test]
fn a_crash_leaves_no_core_file() {
    let (home, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let crash = |program: &[&str]| -> ExitStatus {
        Command::new(UNLIMITED[0])
            .args(&UNLIMITED[1..])
            .args(program)
            .current_dir(dir.path())
            .status()
            .unwrap()
    };
    if !crash(&["sh", "-c", "kill -ABRT $$"]).core_dumped() {
        return skipped("a_crash_leaves_no_core_file", "programs leave no core files here");
    }
    let left: Vec<_> = files_under(dir.path()).into_keys().collect();
    let sandbox = Sandbox::start();
    let ran = Cli::new(home.path())
        .vendor(&sandbox.vendor_file())
        .env("FAILPOINTS", "client.after-append=panic")
        .in_dir(dir.path())
        .under(UNLIMITED)
        .run(["license", "activate", &sandbox.key("free"), "--yes"]);
    assert_eq!(ran.status.signal(), Some(6), "{ran:?}");
    assert!(!ran.status.core_dumped(), "the system kept the memory of a crash");
    assert_eq!(files_under(dir.path()).into_keys().collect::<Vec<_>>(), left);
}

/// Nor may another program of the same user look into the memory, where the system can forbid it.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_is_closed_to_others() {
    use std::process::Stdio;
    // It waits for a key on standard input. Whoever may not be looked into belongs to root.
    let home = tempfile::tempdir().unwrap();
    std::os::unix::fs::chown(home.path(), Some(65534), Some(65534)).ok();
    let copy = home.path().join("gatefold");
    std::fs::copy(gatefold_tests::program("gatefold"), &copy).unwrap();
    std::fs::set_permissions(home.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let setpriv = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let mut command = Command::new("setpriv");
    command.args(setpriv).arg(&copy).args(["license", "activate", "-", "--yes"]);
    command.env("GATEFOLD_HOME", home.path().join("home"));
    let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    else {
        return skipped("the_memory_is_closed_to_others", "setpriv is not installed");
    };
    let owner = || {
        use std::os::unix::fs::MetadataExt as _;
        let proc = format!("/proc/{}", child.id());
        let runs = std::fs::read_link(format!("{proc}/exe")).is_ok_and(|exe| exe == copy);
        runs.then(|| std::fs::metadata(format!("{proc}/environ")).unwrap().uid())
    };
    let mut seen = None;
    for _ in 0..500 {
        std::thread::sleep(std::time::Duration::from_millis(10));
        seen = owner().or(seen);
        if seen == Some(0) {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    match seen {
        None => skipped("the_memory_is_closed_to_others", "only root can become another user"),
        seen => assert_eq!(seen, Some(0), "its memory is open to programs of the same user"),
    }
}
