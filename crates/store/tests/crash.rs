//! The process dies at each named point, many times over; the next start finds everything whole.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use gatefold_store::{IntentKind, NewIntent, SecretName, Secrets, Store, VendorKey};
use uuid::Uuid;

const TIMES: usize = 20;

fn intent(id: u128) -> NewIntent {
    NewIntent {
        id: Uuid::from_u128(id),
        kind: IntentKind::Activate,
        vendor: VendorKey { id: "sleeve".into(), root: [7; 32] },
        license_id: "license-1".into(),
        machine_id: Some(Uuid::from_u128(99)),
        identifier: None,
        product: "product-1".into(),
        user_id: None,
    }
}

fn secrets(home: &Path) -> Secrets {
    Secrets::in_home(home, Some("correct horse".into())).unwrap()
}

/// Starts one of the ignored tests below as a process of its own.
fn start(home: &Path, point: &str, test: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("GATEFOLD_TEST_HOME", home)
        .env("GATEFOLD_TEST_POINT", point)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn crash(home: &Path, point: &str, test: &str) {
    let status = start(home, point, test).wait().unwrap();
    assert_eq!(status.signal(), Some(6), "{point}: {status}");
}

/// In the child: where to work, with the named point set to abort.
fn dying_at_point() -> std::path::PathBuf {
    fail::cfg_callback(std::env::var("GATEFOLD_TEST_POINT").unwrap(), || std::process::abort()).unwrap();
    std::env::var_os("GATEFOLD_TEST_HOME").unwrap().into()
}

#[test]
#[ignore = "run by the tests below, as a process of its own"]
fn a_process_with_an_intent() {
    let store = Store::open(&dying_at_point()).unwrap();
    let mut open = store.begin(intent(1), jiff::Timestamp::UNIX_EPOCH).unwrap();
    store.confirm(&mut open).unwrap();
    store.finish(open).unwrap();
}

#[test]
#[ignore = "run by the tests below, as a process of its own"]
fn a_process_with_a_secret() {
    secrets(&dying_at_point()).put(SecretName::LedgerAnchor, "new".into()).unwrap();
}

#[test]
#[ignore = "run by the tests below, as a process of its own"]
fn a_process_that_is_busy() {
    let store = Store::open(&dying_at_point()).unwrap();
    let _open = store.begin(intent(2), jiff::Timestamp::UNIX_EPOCH).unwrap();
    println!("begun");
    loop {
        std::thread::park();
    }
}

#[test]
fn an_intent_survives_its_process_and_is_adopted_once() {
    let check = |point: &str, expect: Option<bool>| {
        for _ in 0..TIMES {
            let home = tempfile::tempdir().unwrap();
            crash(home.path(), point, "a_process_with_an_intent");
            let store = Store::open(home.path()).unwrap();
            let adopted = store.adopt().unwrap();
            let confirmed: Vec<_> = adopted.iter().map(|open| open.intent().confirmed).collect();
            assert_eq!(confirmed, expect.into_iter().collect::<Vec<_>>(), "{point}");
            assert_eq!(store.adopt().unwrap().len(), 0, "{point}");
            for open in adopted {
                assert_eq!(open.intent().what, intent(1));
                store.finish(open).unwrap();
            }
            assert_eq!(store.open_intents().unwrap(), []);
            let locks = std::fs::read_dir(home.path().join("intents")).unwrap();
            let left: Vec<_> = locks.map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(left, [".entering"], "{point}");
        }
    };
    check("store.after-begin", Some(false));
    check("store.after-confirm", Some(true));
    check("store.after-finish", None);
}

#[test]
fn what_a_living_process_works_on_is_not_adopted_until_it_is_killed() {
    let home = tempfile::tempdir().unwrap();
    let mut busy = start(home.path(), "no-such-point", "a_process_that_is_busy");
    let lines = BufReader::new(busy.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.ends_with("begun")));

    let store = Store::open(home.path()).unwrap();
    assert_eq!(store.open_intents().unwrap().len(), 1);
    assert_eq!(store.adopt().unwrap().len(), 0);
    busy.kill().unwrap();
    busy.wait().unwrap();
    assert_eq!(store.adopt().unwrap().len(), 1);
}

#[test]
fn a_secret_is_the_old_one_or_the_new_one() {
    let check = |point: &str, expect: &str| {
        for _ in 0..TIMES {
            let home = tempfile::tempdir().unwrap();
            secrets(home.path()).put(SecretName::LedgerAnchor, "old".into()).unwrap();
            crash(home.path(), point, "a_process_with_a_secret");
            let found = secrets(home.path()).get(SecretName::LedgerAnchor).unwrap().unwrap();
            assert_eq!(found.expose(), expect, "{point}");
            secrets(home.path()).put(SecretName::LedgerAnchor, "newer".into()).unwrap();
            let unfinished = std::fs::read_dir(home.path())
                .unwrap()
                .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".new-"));
            assert_eq!(unfinished.count(), 0, "{point}: the next write swept up");
        }
    };
    check("store.before-secrets-rename", "old");
    check("store.after-secrets-rename", "new");
}

#[test]
fn a_first_secret_is_there_or_not() {
    for _ in 0..TIMES {
        let home = tempfile::tempdir().unwrap();
        crash(home.path(), "store.after-secrets-rename", "a_process_with_a_secret");
        // The process died when the key was made and nothing was sealed to it yet.
        assert!(secrets(home.path()).get(SecretName::LedgerAnchor).unwrap().is_none());
        secrets(home.path()).put(SecretName::LedgerAnchor, "x".into()).unwrap();
        assert!(secrets(home.path()).get(SecretName::LedgerAnchor).unwrap().is_some());
    }
}
