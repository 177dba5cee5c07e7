//! Started with standard input, output or error closed, as by `gatefold … >&-`: what is opened first must not get their
//! numbers, or the talk would be written into a database. The work is whole all the same.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

use gatefold_tests::{Cli, Ran, Sandbox, program};
use rusqlite::Connection;

const CLOSINGS: &[&str] = &["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"];

#[test]
fn whatever_is_closed_nothing_is_written_where_it_does_not_belong() {
    let sandbox = Sandbox::start();
    let (vendor, key) = (sandbox.vendor_file(), sandbox.key("free"));
    for closing in CLOSINGS {
        let home = tempfile::tempdir().unwrap();
        let cli = Cli::new(home.path());
        let run = |words: &[&str]| -> Ran {
            let line = format!(r#"exec "$0" "$@" {closing}"#);
            let output = Command::new("sh")
                .args(["-c", &line])
                .arg(program("gatefold"))
                .args(words)
                .env("GATEFOLD_HOME", home.path())
                .env("GATEFOLD_PASSPHRASE", "correct horse")
                .output()
                .unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            Ran { status: output.status, stdout: output.stdout, stderr }
        };
        let export = home.path().join("export.json");
        let export = export.to_str().unwrap();
        for (words, exit) in [
            (&["vendor", "add", vendor.to_str().unwrap(), "--yes"][..], 0),
            (&["license", "activate", &key, "--yes"], 0),
            (&["license", "refresh", "--yes", "--json"], 0),
            (&["license", "list"], 0),
            (&["ledger", "list", "--json"], 0),
            (&["ledger", "show", "2"], 0),
            (&["ledger", "show", "2", "--raw"], 0),
            (&["ledger", "show", "77"], 1),
            (&["ledger", "export", export, "--yes"], 0),
            (&["ledger", "erase", "1", "--yes"], 0),
            (&["machine", "show"], 0),
            (&["man"], 0),
            (&["--help"], 0),
            (&["nonsense"], 2),
        ] {
            let ran = run(words);
            assert_eq!((ran.code(), ran.status.signal()), (Some(exit), None), "{closing} {words:?}: {ran:?}");
            assert!(!ran.stderr.contains("panicked"), "{closing} {words:?}: {ran:?}");
        }
        let cli = cli.env("GATEFOLD_PASSPHRASE", "correct horse");
        let check = cli.json(["ledger", "check"]);
        assert_eq!((&check["intact"], &check["entries"]), (&true.into(), &6.into()), "{closing}");
        assert_eq!(cli.json(["license", "list"])["entries"][0]["standing"], "active", "{closing}");
        serde_json::from_slice::<serde_json::Value>(&std::fs::read(export).unwrap()).unwrap();
        for file in ["ledger/ledger.db", "store/store.db"] {
            let db = Connection::open(home.path().join(file)).unwrap();
            let found: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(found, "ok", "{closing} {file}");
        }
        // Each with its own seat: the next one needs it.
        let seat = cli.json(["license", "list"])["entries"][0]["machine_id"].as_str().unwrap().to_owned();
        cli.json(["license", "deactivate", &seat, "--yes"]);
    }
}

/// `/dev/full` takes nothing: the command fails, but only after its work is whole.
#[test]
fn what_cannot_be_told_is_done_all_the_same() {
    let sandbox = Sandbox::start();
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
    for json in [false, true] {
        let mut words =
            vec!["license".to_owned(), "activate".to_owned(), sandbox.key("free"), "--yes".to_owned()];
        words.extend(json.then(|| "--json".to_owned()));
        let ran = cli.clone().under(["sh", "-c", r#"exec "$0" "$@" > /dev/full"#]).run(&words);
        assert_eq!(ran.code(), Some(1), "{ran:?}");
        assert!(ran.stderr.contains("The result could not be written to standard output"), "{ran:?}");
        assert_eq!(cli.json(["license", "list"])["entries"][0]["standing"], "active");
    }
}
