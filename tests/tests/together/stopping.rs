//! Ctrl-C, and being told to end, while a request is out.

use gatefold_tests::Fault;
use serde_json::json;

use crate::scene::Scene;

/// The answer comes within the two seconds: ledger and journal know it, and nothing more is sent.
#[test]
fn the_request_that_is_out_is_concluded() {
    for signal in ["INT", "TERM"] {
        let scene = Scene::new();
        let (running, hold) = scene.start_held(&["license", "activate", &scene.key, "--yes", "--json"], 1);
        running.signal(signal);
        // Until the signal is taken in, nobody may be told.
        std::thread::sleep(std::time::Duration::from_millis(300));
        hold.let_go();
        let ran = running.ran();
        assert_eq!(ran.code(), Some(1), "{signal}: {ran:?}");
        assert_eq!(ran.json()["error"]["code"], "license.seat_without_file", "{signal}: {ran:?}");
        assert!(ran.stderr.contains("Stopping: nothing more is sent"), "{signal}: {ran:?}");
        assert_eq!(scene.tap.seen().len(), 2, "{signal}: the file was asked for all the same");
        let entries = scene.cli.json(["ledger", "list"]);
        let outcomes: Vec<_> = entries["entries"].as_array().unwrap().iter().map(|e| &e["outcome"]).collect();
        assert_eq!(outcomes, ["answered", "answered"], "{signal}");
        let (seats, listed) = (scene.seats(), scene.listed());
        assert_eq!((seats, listed["unfinished"].as_array().unwrap().len()), (1, 1), "{signal}: {listed}");
        scene.nothing_is_silent();
        // The same command finishes it.
        scene.cli.json(["license", "activate", &scene.key, "--yes"]);
        assert_eq!((scene.seats(), &scene.listed()["unfinished"]), (1, &json!([])), "{signal}");
    }
}

/// What was the last request is simply done.
#[test]
fn what_is_done_is_said_to_be_done() {
    let scene = Scene::activated();
    let deactivate = ["license", "deactivate", &scene.license_id, "--yes", "--json"];
    let (running, hold) = scene.start_held(&deactivate, 0);
    running.signal("INT");
    std::thread::sleep(std::time::Duration::from_millis(300));
    hold.let_go();
    let ran = running.ran();
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    assert_eq!((&ran.json()["status"], scene.seats()), (&json!("deactivated"), 0));
}

/// Nobody answers: the first signal waits no longer than it says, the second not at all.
#[test]
fn nobody_is_kept_waiting() {
    for signals in [1, 2] {
        let scene = Scene::new();
        scene.tap.faults([Fault::None, Fault::Silence]);
        let running = scene.cli.start(["license", "activate", &scene.key, "--yes", "--json"]);
        while scene.tap.seen().len() < 2 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        for _ in 0..signals {
            running.signal("INT");
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        let ran = running.ran();
        assert_eq!((ran.code(), &ran.json()["error"]["code"]), (Some(1), &json!("cli.stopped")), "{ran:?}");
        assert_eq!(scene.tap.seen().len(), 2, "nothing more is sent");
        let entries = scene.cli.json(["ledger", "list"]);
        assert_eq!(entries["entries"][1]["outcome"], "unknown");
        scene.cli.json(["license", "activate", &scene.key, "--yes"]);
        assert_eq!(scene.seats(), 1);
    }
}

/// While another Gatefold is at work on the license nothing is begun: the signal ends it at once, and says so.
#[test]
fn who_waits_for_another_has_sent_nothing() {
    let scene = Scene::activated();
    let deactivate = ["license", "deactivate", &scene.license_id, "--yes", "--json"];
    let (first, hold) = scene.start_held(&deactivate, 0);
    let sent = scene.tap.seen().len();
    let second = scene.cli.start(deactivate);
    std::thread::sleep(std::time::Duration::from_secs(1));
    second.signal("INT");
    let ran = second.ran();
    assert_eq!((ran.code(), &ran.json()["error"]["code"]), (Some(1), &json!("cli.stopped")), "{ran:?}");
    assert!(ran.stderr.contains("Stopped, and nothing was sent."), "{ran:?}");
    assert!(!ran.stderr.contains("two seconds"), "{ran:?}");
    assert_eq!(scene.tap.seen().len(), sent);
    hold.let_go();
    assert_eq!(first.ran().code(), Some(0));
}
