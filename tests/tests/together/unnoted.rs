//! The store is locked by another program when all is done: what was done is said, and the next start notes it.

use rusqlite::Connection;
use serde_json::json;

use crate::scene::Scene;

/// Runs a command; between the server's answer to its request of this number and the client's reading of it, the store
/// is locked by another program until the command has ended.
fn with_store_locked(
    scene: &Scene,
    words: &[&str],
    number: usize,
) -> (Option<i32>, serde_json::Value, String) {
    with_locked(scene, &["store/store.db"], words, number)
}

fn with_locked(
    scene: &Scene,
    databases: &[&str],
    words: &[&str],
    number: usize,
) -> (Option<i32>, serde_json::Value, String) {
    let words = [words, &["--json"]].concat();
    let (running, hold) = scene.start_held(&words, number);
    let locked = databases.iter().map(|name| Connection::open(scene.cli.home().join(name)).unwrap());
    let locked: Vec<Connection> = locked.collect();
    locked.iter().for_each(|database| database.execute_batch("BEGIN IMMEDIATE").unwrap());
    hold.let_go();
    let ran = running.ran();
    locked.iter().for_each(|database| database.execute_batch("ROLLBACK").unwrap());
    (ran.code(), ran.json()["error"].clone(), ran.stderr)
}

#[test]
fn an_installed_license() {
    let scene = Scene::new();
    let activate = ["license", "activate", &scene.key, "--yes"];
    let (exit, error, stderr) = with_store_locked(&scene, &activate, 2);
    assert_eq!((exit, &error["code"]), (Some(1), &json!("license.installed_unnoted")), "{stderr}");
    assert!(stderr.contains("is installed") && stderr.contains("next start notes it"), "{stderr}");
    let listed = scene.listed();
    assert_eq!((&listed["entries"][0]["standing"], &listed["unfinished"]), (&json!("active"), &json!([])));
    // It is remembered: the key is asked about, and the file fetched by the seat that is known.
    let sent = scene.tap.seen().len();
    scene.cli.json(activate);
    assert_eq!((scene.tap.seen().len() - sent, scene.seats()), (2, 1));
    scene.cli.json(["license", "deactivate", &scene.license_id, "--yes"]);
    scene.nothing_is_silent();
}

/// A refresh finds it out before it installs anything: the earlier file stays as it was.
#[test]
fn a_renewed_license() {
    let scene = Scene::activated();
    let (exit, error, stderr) = with_store_locked(&scene, &["license", "refresh", "--yes"], 1);
    assert_eq!((exit, &error["code"]), (Some(1), &json!("store.locked")), "{stderr}");
    let listed = scene.listed();
    assert_eq!((&listed["entries"][0]["standing"], &listed["unfinished"]), (&json!("active"), &json!([])));
    scene.cli.json(["license", "refresh", "--yes"]);
}

#[test]
fn a_seat_given_back() {
    let scene = Scene::activated();
    let deactivate = ["license", "deactivate", &scene.license_id, "--yes"];
    let (exit, error, stderr) = with_store_locked(&scene, &deactivate, 0);
    assert_eq!((exit, &error["code"]), (Some(1), &json!("license.released_unnoted")), "{stderr}");
    assert_eq!((scene.seats(), &scene.listed()["entries"]), (0, &json!([])));
    // Nothing of it is remembered: a new seat is asked for at once.
    scene.cli.json(["license", "activate", &scene.key, "--yes"]);
    assert_eq!(scene.seats(), 1);
    scene.nothing_is_silent();
}

/// Neither the ledger nor the store takes anything: what is said is that nobody here knows, and not that nothing was begun.
#[test]
fn an_answer_that_nothing_takes() {
    let both = ["store/store.db", "ledger/ledger.db"];
    let scene = Scene::activated();
    let deactivate = ["license", "deactivate", &scene.license_id, "--yes"];
    for words in [&["license", "refresh", "--yes"][..], &deactivate[..]] {
        let (exit, error, stderr) = with_locked(&scene, &both, words, 0);
        assert_eq!((exit, &error["code"]), (Some(1), &json!("network.not_noted")), "{stderr}");
        assert_eq!(scene.listed()["entries"][0]["standing"], "active", "nothing was removed here");
    }
    // Asked again, what is done is done.
    scene.cli.json(deactivate);
    assert_eq!((scene.seats(), &scene.listed()["entries"]), (0, &json!([])));
    scene.nothing_is_silent();
}
