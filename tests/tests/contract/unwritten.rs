//! A result that nobody got is no success, and says so. A log that cannot be kept stops nothing, and says so too.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use gatefold_tests::{Cli, program};

/// `/dev/full` takes nothing, as a full disk.
#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let home = tempfile::tempdir().unwrap();
    let check = |words: &[&str]| {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(program("gatefold"));
        command.env("GATEFOLD_HOME", home.path()).args(words).stdin(Stdio::null()).stdout(full);
        let ran = command.output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{words:?}: {said}");
        assert!(said.contains("The result could not be written to standard output"), "{words:?}: {said}");
    };
    for verb in [&["ledger", "list"], &["ledger", "check"], &["license", "list"], &["vendor", "list"]] {
        check(verb);
        check(&[verb, &["--json"][..]].concat());
    }
    check(&["man"]);
    check(&["completions", "bash"]);
    check(&["--help"]);
}

#[test]
fn a_log_that_cannot_be_kept_stops_nothing() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("logs"), "something else").unwrap();
    let cli = Cli::new(home.path());
    for words in [["license", "list"], ["ledger", "list"], ["ledger", "check"], ["machine", "show"]] {
        let ran = cli.run(words);
        assert_eq!(ran.code(), Some(0), "{words:?}: {ran:?}");
        assert!(ran.stderr.contains("This run is not logged"), "{words:?}: {ran:?}");
    }
}

/// The command line alone, as on a computer without a screen, and beside the window where none can be opened.
#[test]
fn a_window_that_cannot_be_opened_is_told() {
    let home = tempfile::tempdir().unwrap();
    let alone = home.path().join("gatefold");
    std::fs::copy(program("gatefold"), &alone).unwrap();
    let ran = Command::new(alone).env_clear().args(["window", "--json"]).output().unwrap();
    let object: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((ran.status.code(), &object["error"]["code"]), (Some(1), &"cli.no_window".into()), "{object}");
    assert!(object["error"]["message"].as_str().unwrap().contains("gatefold-app"), "{object}");

    let ran = Cli::new(&home.path().join("home")).run(["window"]);
    assert_eq!(ran.code(), Some(1), "{ran:?}");
    assert!(ran.stderr.contains("there is no screen to open a window on"), "{ran:?}");
}

#[test]
fn input_that_is_no_text_is_not_called_empty() {
    let home = tempfile::tempdir().unwrap();
    let ran = Cli::new(home.path()).run_with_input(["license", "activate", "-", "--yes"], b"\xff\xfe\n");
    assert_eq!(ran.code(), Some(2), "{ran:?}");
    assert!(ran.stderr.contains("Standard input is no text"), "{ran:?}");
}

/// What is no text opens nothing, and is not the same as no passphrase: the secrets would go elsewhere.
#[test]
fn a_passphrase_that_is_no_text_is_not_called_none() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).env("GATEFOLD_PASSPHRASE", std::ffi::OsStr::from_bytes(b"\xfcber"));
    for words in [["license", "list"], ["account", "show"], ["ledger", "check"]] {
        let (exit, error) = cli.failure(words);
        assert_eq!((exit, &error["code"]), (2, &"client.passphrase_malformed".into()), "{words:?}: {error}");
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "nothing was made");
}

/// Such as a shell leaves behind: `GATEFOLD_HOME= gatefold …`.
#[test]
fn an_empty_variable_says_nothing() {
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).env("GATEFOLD_HOME", "").env("GATEFOLD_VENDOR", "");
    assert_eq!(cli.json(["license", "list"])["entries"], serde_json::json!([]));
    assert!(home.path().join(".local/state/gatefold/ledger").is_dir(), "the user's own folder, by HOME");
}
