//! Answers that never end in time.

use gatefold_tests::Fault;

use crate::scene::{Case, Scene, fails, noted};

/// The limit is shortened; in a release build it is half a minute.
const LIMIT_SECS: &str = "1";

fn cases() -> Vec<Case> {
    let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    let case = |fault, status| Case { fault, code: "network.timed_out", exit: 1, outcome: "unknown", status };
    vec![
        case(Fault::Silence, None),
        case(Fault::Drip(b"HTTP/1.1 200 OK\r\nx-slow: ".to_vec()), None),
        case(Fault::Drip(head), Some(200)),
    ]
}

#[test]
fn at_the_check_of_a_key() {
    let scene = Scene::start();
    let cli = scene.cli.clone().env("GATEFOLD_TEST_TIMEOUT_SECS", LIMIT_SECS);
    for (count, case) in cases().into_iter().enumerate() {
        let name = case.name();
        scene.tap.faults([case.fault.clone()]);
        fails(&cli, &["license", "activate", &scene.key, "--yes"], &case, &name);
        assert_eq!(scene.tap.seen().len(), count + 1, "{name}: nothing is sent again by itself");
        noted(&cli, &case, &name);
    }
    scene.activate();
    assert_eq!(scene.standing(), "active");
}

#[test]
fn at_a_refresh() {
    let mut scene = Scene::activated();
    let patient = scene.cli.clone();
    scene.cli = scene.cli.env("GATEFOLD_TEST_TIMEOUT_SECS", LIMIT_SECS);
    for case in cases() {
        scene.refresh_fails(case, 0);
    }
    scene.cli = patient;
    scene.recovers();
}
