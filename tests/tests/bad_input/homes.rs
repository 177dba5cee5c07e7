//! Homes that are not for this program: of a newer version, or no folder at all. They are refused and left as they are.

use gatefold_tests::files_under;
use rusqlite::Connection;

use crate::studio::{Studio, make_pipe};

#[test]
fn a_newer_home_is_refused_and_left_alone() {
    let studio = Studio::with(&["free"]);
    let sent = studio.sandbox.recorded().len();
    let key = studio.sandbox.key("free");
    let vendor = studio.sandbox.vendor_file();
    let verbs: &[&[&str]] = &[
        &["machine", "show"],
        &["vendor", "list"],
        &["vendor", "add", vendor.to_str().unwrap(), "--yes"],
        &["account", "show"],
        &["license", "activate", &key, "--yes"],
        &["license", "list"],
        &["license", "refresh", "--yes"],
        &["ledger", "list"],
        &["ledger", "check"],
        &["ledger", "export", "all.json", "--yes"],
        &["ledger", "erase", "1", "--yes"],
    ];
    for (file, code) in
        [("ledger/ledger.db", "ledger.newer_version"), ("store/store.db", "store.newer_version")]
    {
        let home = studio.copy();
        let path = home.path().join(file);
        let db = Connection::open(&path).unwrap();
        let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        db.execute_batch("PRAGMA user_version = 77").unwrap();
        drop(db);
        let databases = || {
            let mut files = files_under(home.path());
            files.retain(|path, _| path.extension().is_some_and(|extension| extension == "db"));
            files
        };
        let before = databases();
        for verb in verbs {
            let (exit, error) = studio.cli_at(home.path()).failure(verb.iter().copied());
            assert_eq!((exit, error["code"].as_str()), (1, Some(code)), "{verb:?}: {error}");
            assert_eq!(error["hint"], "Start the newer Gatefold, or update this one.");
        }
        assert!(databases() == before, "{file}: something was written");
        assert_eq!(studio.sandbox.recorded().len(), sent, "{file}: something was sent");
        assert!(!studio.work.path().join("all.json").exists());
        // With the version it had, everything is there.
        Connection::open(&path).unwrap().pragma_update(None, "user_version", version).unwrap();
        let cli = studio.cli_at(home.path());
        assert_eq!(cli.json(["license", "list"])["entries"].as_array().unwrap().len(), 1);
        assert_eq!(cli.json(["ledger", "check"])["intact"], true);
    }
}

#[test]
fn what_is_no_folder_is_no_home() {
    let studio = Studio::empty();
    let at = |name: &str| studio.work.path().join(name);
    std::fs::write(at("file"), b"mine").unwrap();
    make_pipe(&at("pipe"));
    for name in ["file", "pipe", "file/below"] {
        let home = at(name);
        let (exit, error) = studio.cli_at(&home).failure(["ledger", "list"]);
        assert_eq!(exit, 1, "{name}: {error}");
        assert!(!error["hint"].as_str().unwrap().is_empty(), "{name}: {error}");
    }
    assert_eq!(std::fs::read(at("file")).unwrap(), b"mine");
}

/// A spoilt secrets file is said to be so; with it moved away, licenses and ledger go on.
#[test]
fn a_spoilt_secrets_file_costs_only_secrets() {
    let studio = Studio::with(&["free"]);
    for name in ["secrets.age", "secrets.key.age"] {
        for spoilt in [&b""[..], b"not age", &[0xff; 5000]] {
            let home = studio.copy();
            let file = home.path().join("store").join(name);
            std::fs::write(&file, spoilt).unwrap();
            let cli = studio.cli_at(home.path());
            let (exit, error) = cli.failure(["license", "refresh", "--yes"]);
            assert_eq!((exit, error["code"].as_str()), (1, Some("store.secrets_damaged")), "{name}: {error}");
            assert_eq!(std::fs::read(&file).unwrap(), spoilt, "{name} was touched");
            assert_eq!(cli.json(["license", "list"])["entries"].as_array().unwrap().len(), 1, "{name}");
            for name in ["secrets.age", "secrets.key.age"] {
                std::fs::remove_file(home.path().join("store").join(name)).unwrap();
            }
            assert_eq!(cli.run(["license", "refresh", "--yes"]).code(), Some(0), "{name}: the way out");
        }
    }
}

/// Whatever feeds standard input without an end of line is cut off, not gathered; nothing is sent.
#[test]
fn a_first_line_without_an_end_is_no_key() {
    let studio = Studio::with(&["free"]);
    let (cli, sent) = (studio.cli(), studio.sandbox.recorded().len());
    for flood in [vec![b'A'; 200_000], vec![0; 200_000]] {
        let ran = cli.run_with_input(["license", "activate", "-", "--yes", "--json"], &flood);
        assert_eq!(ran.code(), Some(2), "{ran:?}");
        assert_eq!(ran.json()["error"]["code"], "cli.usage");
    }
    assert_eq!(studio.sandbox.recorded().len(), sent);
}
