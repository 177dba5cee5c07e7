//! Ctrl-C while usage is sent, or asked to be erased: what happened to it, and how it goes on.

use gatefold_tests::{Fault, Ran};
use serde_json::json;

use crate::scene::{Scene, pausing, until};

/// Stopped once so many requests have arrived.
fn stopped(scene: &Scene, words: &[&str], arrived: usize) -> Ran {
    let running = scene.cli.start(words);
    until("it is out", || scene.arrived() == arrived);
    running.signal("INT");
    running.ran()
}

fn says(ran: &Ran, message: &str, hint: &str) {
    let error = &ran.json()["error"];
    assert_eq!((ran.code(), &error["code"]), (Some(1), &json!("cli.stopped")), "{ran:?}");
    assert!(error["message"].as_str().unwrap().contains(message), "{error}");
    assert!(error["hint"].as_str().unwrap().contains(hint), "{error}");
}

#[test]
fn an_upload_that_was_out_is_not_sent_again() {
    let scene = Scene::with_sessions(2);
    scene.tap.faults([Fault::Silence]);
    let ran = stopped(&scene, &["usage", "send", "--yes", "--json"], 1);
    says(&ran, "so it is not sent again", "What comes next is counted anew");
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
    assert_eq!(scene.status()["uploads"][0]["state"], "unknown");
    scene.note(1);
    scene.send();
    assert_eq!((scene.arrived(), scene.left()), (2, 2));
}

#[test]
fn an_upload_that_was_not_out_waits() {
    let scene = Scene::with_sessions(2);
    let shown = scene.cli.json(["usage", "preview"]);
    let slow = pausing(&scene.cli, "client.batch-frozen", 1_500);
    let running = slow.start(["usage", "send", "--yes", "--json"]);
    std::thread::sleep(std::time::Duration::from_millis(700));
    running.signal("INT");
    says(&running.ran(), "nothing was sent. What was counted waits as before", "gatefold usage send");
    assert_eq!((scene.arrived(), scene.left()), (0, 0));
    assert_eq!(scene.send()["batch_id"], shown["batch_id"]);
}

#[test]
fn an_erasure_that_was_out_can_be_asked_for_again() {
    let scene = Scene::with_sessions(2);
    scene.send();
    scene.tap.faults([Fault::Silence]);
    let ran = stopped(&scene, &["usage", "withdraw", "--erase", "--yes", "--json"], 2);
    says(&ran, "Nothing more is shared", "to ask twice does no harm");
    assert_eq!(scene.state(), "withdrawn");
    let erased = scene.cli.json(["usage", "withdraw", "--erase", "--yes"]);
    assert_eq!(erased["erasure"]["status"], "erased", "{erased}");
    assert_eq!(scene.collected(), Vec::<String>::new());
}
