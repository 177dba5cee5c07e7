//! Several processes and threads at one ledger: one chain, no number twice, nothing lost when one is killed.

use std::process::{Command, Stdio};
use std::thread;

use gatefold_ledger::{Filter, Ledger, Outcome, OutcomeClass};

use crate::sample::{Home, activation, answered, at, salt};

const FOLDER: &str = "GATEFOLD_TEST_LEDGER";
const EACH: i64 = 40;

/// Not a test of its own: what another process does when a test below starts this binary again.
#[test]
#[ignore = "started by the tests below"]
fn child() {
    let Some(dir) = std::env::var_os(FOLDER) else { return };
    let mut ledger = Ledger::open(dir.as_ref(), at(0)).unwrap();
    for n in 0..EACH {
        let recorded = ledger.append(activation(&format!("desk-{n}")), at(n), salt(1)).unwrap();
        ledger.conclude(recorded.id(), &answered(), at(n), salt(2)).unwrap();
        if n % 16 == 0 {
            ledger.index_some(20).unwrap();
        }
    }
    // Its last request is still on its way when it is killed.
    let _running = ledger.append(activation("running"), at(EACH), salt(1)).unwrap();
    println!("waiting");
    thread::sleep(std::time::Duration::from_secs(60));
}

fn spawn(home: &Home) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["processes::child", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, home.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn wait_until_sending(child: &mut std::process::Child) {
    use std::io::BufRead as _;
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("waiting")), "the other process ended early");
}

#[test]
fn processes_share_one_chain_and_a_killed_one_leaves_unknown() {
    let mut home = Home::new();
    // Also the first opening is a race: the folder is empty when both start.
    std::fs::remove_dir_all(home.path()).unwrap();
    let mut children = [spawn(&home), spawn(&home)];
    children.iter_mut().for_each(wait_until_sending);
    home.ledger = home.again();
    assert_eq!(home.ledger.recover(at(99), || salt(3)).unwrap(), 0, "both may still be sending");
    for child in &mut children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(home.ledger.recover(at(99), || salt(3)).unwrap(), 2);
    let check = home.ledger.check(None).unwrap();
    assert_eq!((check.intact, check.entries), (true, 2 * (EACH as u64 + 1)));
    let unknown = Filter { outcome: Some(Some(OutcomeClass::Unknown)), ..Filter::default() };
    assert_eq!(home.ledger.page(&unknown, 9).unwrap().len(), 2);
    let desks = Filter { search: Some("desk".to_owned()), ..Filter::default() };
    assert_eq!(home.ledger.page(&desks, 1_000).unwrap().len(), 2 * EACH as usize);
}

#[test]
fn threads_with_connections_of_their_own_share_one_chain() {
    let home = Home::new();
    let path = home.path();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut ledger = Ledger::open(&path, at(0)).unwrap();
                for n in 0..EACH {
                    let recorded = ledger.append(activation("thread"), at(n), salt(1)).unwrap();
                    let outcome = Outcome::bare(OutcomeClass::NotSent);
                    ledger.conclude(recorded.id(), &outcome, at(n), salt(2)).unwrap();
                }
            });
        }
    });
    let check = home.ledger.check(None).unwrap();
    assert_eq!((check.intact, check.entries), (true, 4 * EACH as u64));
}

#[test]
fn many_openers_of_a_new_folder_make_one_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger");
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut ledger = Ledger::open(&path, at(0)).unwrap();
                ledger.append(activation("first"), at(1), salt(1)).unwrap();
            });
        }
    });
    let ledger = Ledger::open(&path, at(0)).unwrap();
    assert_eq!(ledger.check(None).unwrap().entries, 8);
}
