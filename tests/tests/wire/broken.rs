//! Connections that break: the entry stands, with all its bytes, and says that nothing more is known. A retry is the
//! user's, and an entry of its own.

use gatefold_tests::Fault;
use serde_json::Value;

use crate::scene::{Scene, text};

/// What a fault at the check of a key leaves behind.
fn check(fault: Fault, status: Value, wire_is: impl Fn(&str, &str) -> bool) {
    let mut scene = Scene::start("sleeve");
    let key = scene.license_key("free");
    let name = format!("{fault:?}");
    scene.tap.faults([fault]);
    let (exit, error) = scene.cli.failure(["license", "activate", &key, "--yes"]);
    assert_eq!((exit, &error["code"]), (1, &Value::from("network.cut_off")), "{name}");
    assert!(!error["hint"].as_str().unwrap().is_empty());

    let seen = scene.tap.seen();
    assert_eq!(seen.len(), 1, "{name}: nothing is sent again by itself");
    let entry = scene.cli.json(["ledger", "show", "1"]);
    assert_eq!(entry["outcome"], "unknown", "{name}");
    assert_eq!((&entry["status"], &entry["code"]), (&status, &Value::from("network.cut_off")), "{name}");
    let stored = scene.cli.run(["ledger", "show", "1", "--raw"]).stdout;
    let (whole, wire) = (text(&scene.with_secrets(&stored)), text(&seen[0].request));
    assert!(wire_is(&whole, &wire), "{name}: {whole}\n---\n{wire}");
    assert_eq!(entry["request_bytes"], whole.len(), "{name}");

    // The user tries again: an entry of its own, and the first stays as it was.
    let ran = scene.cli.run(["license", "activate", &key, "--yes"]);
    assert_eq!(ran.code(), Some(0), "{name}: {ran:?}");
    assert_eq!(scene.cli.json(["ledger", "show", "1"]), entry, "{name}");
    let sent = scene.sent_since(&scene.cli, 1);
    assert_eq!(sent.iter().map(|sent| sent.entry["id"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 3, 4]);
    assert_ne!(sent[0].stored, stored, "a new try has a new nonce");
}

#[test]
fn cut_in_the_request() {
    check(Fault::CutRequest(100), Value::Null, |whole, wire| wire.len() == 100 && whole.starts_with(wire));
}

#[test]
fn cut_before_the_answer() {
    check(Fault::LoseAnswer, Value::Null, |whole, wire| whole == wire);
}

#[test]
fn cut_in_the_head_of_the_answer() {
    check(Fault::CutAnswer(60), Value::Null, |whole, wire| whole == wire);
}

#[test]
fn cut_in_the_body_of_the_answer() {
    // The status line came, and is kept for the record.
    check(Fault::CutAnswer(1_500), Value::from(200), |whole, wire| whole == wire);
}

#[test]
fn a_lost_answer_in_the_middle_costs_no_second_seat() {
    let mut scene = Scene::start("sleeve");
    let key = scene.license_key("free");
    scene.tap.faults([Fault::None, Fault::LoseAnswer]);
    let ran = scene.cli.run(["license", "activate", &key, "--yes", "--json"]);
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    let sent = scene.sent_since(&scene.cli, 0);
    let of = |name: &str| sent.iter().map(|sent| sent.entry[name].clone()).collect::<Vec<_>>();
    assert_eq!(of("outcome"), ["answered", "unknown", "answered", "answered"]);
    assert_eq!(of("method"), ["POST", "POST", "GET", "POST"], "it looked what became of the lost one");
    assert_eq!(ran.json()["ledger"].as_array().unwrap(), &of("id"));
    assert!(sent.iter().all(|sent| sent.wire.len() as u64 == sent.entry["request_bytes"].as_u64().unwrap()));
}
