//! Every way in which taking consent back went wrong in the products that were read for it, each as a test with real processes.

use std::time::{Duration, Instant};

use gatefold_tests::{Fault, Hold};
use rusqlite::Connection;
use serde_json::json;

use crate::plugin::Plugin;
use crate::scene::{Scene, pausing, until};

fn ledger(scene: &Scene) -> Connection {
    Connection::open(scene.home.path().join("ledger/ledger.db")).unwrap()
}

fn store(scene: &Scene) -> Connection {
    Connection::open(scene.home.path().join("store/store.db")).unwrap()
}

#[test]
fn flushed_with_the_opt_out() {
    let scene = Scene::with_sessions(5);
    assert_eq!(scene.pending(), 5);
    scene.note(2);
    let stopped = scene.cli.json(["usage", "withdraw"]);
    assert_eq!((&stopped["was_shared"], &stopped["sent_before"]), (&json!(true), &json!([])), "{stopped}");
    assert_eq!(scene.arrived(), 0, "nothing is sent on the way out");
    scene.sends_nothing();
    assert_eq!(scene.usage.spooled(), []);
}

/// The consent was looked at, the entry is written, and the user takes it back before the first byte.
#[test]
fn check_then_send() {
    let scene = Scene::with_sessions(1);
    let sender = pausing(&scene.cli, "egress.before-send", 400).start(["usage", "send", "--yes", "--json"]);
    until("an entry", || scene.has_entry());
    let started = Instant::now();
    scene.cli.json(["usage", "withdraw"]);
    assert!(started.elapsed() < Duration::from_secs(10));
    let arrived = scene.arrived();
    let ran = sender.ran();
    assert_eq!((arrived, scene.arrived()), (0, 0), "{ran:?}");
    assert_eq!(ran.json()["error"]["code"], "network.withdrawn", "{ran:?}");
    assert_eq!(scene.left(), 0, "nobody was tried");
}

/// Another program asked for the consent a while ago, and still thinks yes.
#[test]
fn cached_consent_in_another_process() {
    let scene = Scene::with_sessions(1);
    scene.cli.json(["usage", "preview"]);
    let sender =
        pausing(&scene.cli, "client.batch-frozen", 1_500).start(["usage", "send", "--yes", "--json"]);
    std::thread::sleep(Duration::from_millis(700));
    scene.cli.json(["usage", "withdraw"]);
    let ran = sender.ran();
    assert_eq!(ran.json()["error"]["code"], "ledger.consent_missing", "{ran:?}");
    assert_eq!((scene.arrived(), scene.left()), (0, 0));
    // A plug-in that was loaded all the while asks anew, too: see `session_across_the_withdrawal`.
}

/// It was taken back and given again while another program waited: what that counted before is not sent under the new yes.
#[test]
fn cached_consent_across_a_new_yes() {
    let scene = Scene::with_sessions(1);
    scene.cli.json(["usage", "preview"]);
    let sender =
        pausing(&scene.cli, "client.batch-frozen", 2_500).start(["usage", "send", "--yes", "--json"]);
    std::thread::sleep(Duration::from_millis(700));
    scene.cli.json(["usage", "withdraw"]);
    scene.cli.json(["usage", "grant", "--yes"]);
    let ran = sender.ran();
    assert_eq!(ran.json()["error"]["code"], "ledger.consent_missing", "{ran:?}");
    assert_eq!((scene.arrived(), scene.left()), (0, 0));
}

/// The request is out and the answer is not here: who sends breaks off within the second, and the record says what had gone.
#[test]
fn batch_in_flight() {
    let scene = Scene::with_sessions(1);
    let hold = Hold::default();
    scene.tap.faults([Fault::Hold(hold.clone())]);
    let sender = scene.cli.start(["usage", "send", "--yes", "--json"]);
    hold.until_asked();
    let started = Instant::now();
    let stopped = scene.cli.json(["usage", "withdraw"]);
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(stopped["sent_before"].as_array().unwrap().len(), 1, "{stopped}");
    let ran = sender.ran();
    assert_eq!(ran.json()["error"]["code"], "network.withdrawn", "{ran:?}");
    hold.let_go();
    let entry = &scene.cli.json(["ledger", "list", "--optional"])["entries"][0];
    assert_eq!(entry["outcome"], "unknown", "it may have arrived");
    scene.sends_nothing();
    // What may have arrived can be erased.
    let erased = scene.cli.json(["usage", "withdraw", "--erase", "--yes"]);
    assert_eq!(erased["erasure"]["batch_ids"].as_array().map(Vec::len), Some(1), "{erased}");
    assert_eq!(scene.collected(), Vec::<String>::new());
}

/// Who sends stands still, as a process that was stopped: nothing new starts, and the record waits until it is true.
#[test]
fn a_sender_that_stands_still_is_not_called_stopped() {
    let scene = Scene::with_sessions(1);
    let hold = Hold::default();
    scene.tap.faults([Fault::Hold(hold.clone())]);
    let sender = scene.cli.start(["usage", "send", "--yes", "--json"]);
    hold.until_asked();
    sender.signal("STOP");
    assert_eq!(scene.fails(&["usage", "withdraw"]), "ledger.sender_remains");
    let status = scene.status();
    assert_eq!((&status["state"], &status["items"]), (&json!("withdrawing"), &json!([])), "{status}");
    assert!(!scene.usage.consent().exists());
    assert_eq!(scene.fails(&["usage", "grant", "--yes"]), "ledger.sender_remains");
    sender.signal("CONT");
    let ran = sender.ran();
    assert_eq!(ran.json()["error"]["code"], "network.withdrawn", "{ran:?}");
    hold.let_go();
    scene.cli.json(["usage", "withdraw"]);
    assert_eq!(scene.state(), "withdrawn");
}

/// What a plug-in noted is written after it was switched off, and waits for the next yes.
#[test]
fn buffered_after_off() {
    let scene = Scene::with_sessions(1);
    let late = scene.usage.spooled().remove(0);
    scene.cli.json(["usage", "withdraw"]);
    std::fs::create_dir_all(scene.usage.spool()).unwrap();
    scene.usage.note_record(&late);
    scene.sends_nothing();
    scene.usage.note_record(&late);
    scene.cli.json(["usage", "grant", "--yes"]);
    scene.usage.note_record(&late);
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send", "it starts from zero");
    assert_eq!(scene.status()["weeks"], json!([]));
    assert_eq!(scene.arrived(), 0);
}

#[test]
fn identifier_made_after_off() {
    let scene = Scene::with_sessions(1);
    let before = scene.cli.json(["usage", "preview"])["batch_id"].clone();
    scene.cli.json(["usage", "withdraw"]);
    scene.cli.run(["usage", "preview"]);
    scene.cli.run(["usage", "send", "--yes"]);
    scene.status();
    let count = |table: &str| -> i64 {
        store(&scene).query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("usage_batch"), count("usage_count"), count("usage_taken")), (0, 0, 0));
    scene.cli.json(["usage", "grant", "--yes"]);
    assert_eq!(count("usage_batch"), 0, "and none before there is something to count");
    scene.note(1);
    assert_ne!(scene.cli.json(["usage", "preview"])["batch_id"], before);
}

/// Whatever stands where a consent should, and is none that is known, is no yes.
#[test]
fn unknown_read_as_yes() {
    for damage in [
        "UPDATE consent SET act = 'perhaps'",
        "UPDATE consent SET item = 'everything'",
        "UPDATE consent SET ends_ms = NULL",
        "UPDATE consent SET at_ms = 9000000000000, ends_ms = 9000000000001",
        "UPDATE consent SET root = ''",
        "DELETE FROM consent",
    ] {
        let scene = Scene::with_sessions(1);
        assert_eq!(scene.pending(), 1);
        ledger(&scene).execute_batch(damage).unwrap();
        scene.sends_nothing();
        assert_eq!(scene.left(), 0, "{damage}");
    }
}

/// Nobody was asked, or nobody could answer: that is no no either, and is asked again.
#[test]
fn unknown_read_as_no() {
    let scene = Scene::new();
    assert_eq!(scene.cli.run(["usage", "grant"]).code(), Some(2));
    let status = scene.status();
    assert_eq!((&status["state"], &status["records"]), (&json!("not_asked"), &json!([])));
    // A no that was said is one.
    if gatefold_tests::tool("usage::unknown_read_as_no", "script").is_some() {
        let ran = scene.cli.run_on_terminal(["usage", "grant"], b"n\n");
        assert_ne!(ran.code(), Some(0), "{ran:?}");
        assert_eq!(scene.state(), "off");
        assert_eq!(scene.status()["records"][0]["event"], "refused");
        assert!(!scene.usage.consent().exists());
    }
    scene.cli.json(["usage", "grant", "--yes"]);
    assert_eq!(scene.state(), "on");
}

#[test]
fn session_across_the_grant() {
    let scene = Scene::new();
    let mut plugin = Plugin::start(scene.home.path());
    plugin.does("start");
    scene.cli.json(["usage", "grant", "--yes"]);
    plugin.does("close");
    assert_eq!(scene.usage.spooled(), []);
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
}

#[test]
fn session_across_the_withdrawal() {
    let scene = Scene::sharing();
    let mut plugin = Plugin::start(scene.home.path());
    plugin.does("start");
    scene.cli.json(["usage", "withdraw"]);
    // Even a new yes in between is another one.
    scene.cli.json(["usage", "grant", "--yes"]);
    plugin.does("close");
    assert_eq!(scene.usage.spooled(), []);
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
}

/// It dies between the steps of taking back: the next start brings it to its end, and nothing leaves in between.
#[test]
fn taking_back_outlives_its_process() {
    for point in [
        "ledger.after-withdrawing",
        "client.after-withdrawing",
        "client.consent-removed",
        "ledger.before-withdrawn",
        "ledger.after-withdrawn",
    ] {
        let scene = Scene::with_sessions(2);
        assert_eq!(scene.pending(), 2);
        let dying = scene.cli.clone().env("FAILPOINTS", format!("{point}=panic"));
        assert_ne!(dying.run(["usage", "withdraw"]).code(), Some(0), "{point}");
        scene.sends_nothing();
        assert_eq!(scene.state(), "withdrawn", "{point}");
        assert!(!scene.usage.consent().exists(), "{point}");
        let records = scene.status()["records"].clone();
        assert_eq!(records.as_array().unwrap().len(), 2, "{point}: {records}");
    }
}

/// It dies between row and file: plug-ins learn of it at the next look.
#[test]
fn agreeing_outlives_its_process() {
    let scene = Scene::new();
    let at = "client.after-grant";
    let dying = scene.cli.clone().env("FAILPOINTS", format!("{at}=panic"));
    assert_ne!(dying.run(["usage", "grant", "--yes"]).code(), Some(0));
    assert!(!scene.usage.consent().exists());
    assert_eq!(scene.state(), "on");
    Plugin::session(scene.home.path());
    assert_eq!(scene.pending(), 1);
}
