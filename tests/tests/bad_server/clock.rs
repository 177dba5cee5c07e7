//! Clocks that are a day off, on either side: it is said, nothing is refused for it, and what waits recovers by itself.

use gatefold_tests::{Cli, Fault, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::scene::{Scene, standing};

const BEHIND: &str = "This computer's clock is 1 day behind the server's.\n";
const AHEAD: &str = "This computer's clock is 1 day ahead of the server's.\n";

fn day_off(days: i64) -> String {
    (Timestamp::now() + SignedDuration::from_hours(24 * days)).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn at(cli: &Cli, days: i64) -> Cli {
    cli.clone().env("GATEFOLD_TEST_NOW", day_off(days))
}

/// A call that succeeds and says this of the clock; nothing of it if the clocks agree.
fn said(cli: &Cli, words: &[&str], sentence: &str) -> Value {
    let ran = cli.run(words.iter().chain(&["--yes", "--json"]));
    assert_eq!((ran.code(), ran.stderr.as_str()), (Some(0), sentence), "{words:?}: {ran:?}");
    ran.json()
}

/// A license that ends, activated while the server's clock is `server` days off and the client's `client` days.
fn subscription(server: i64, client: i64, expect: &str, sentence: &str) -> Scene {
    let scene = Scene::with_clock((server != 0).then(|| day_off(server)));
    let licenses = scene.sandbox.ready["licenses"].as_array().unwrap();
    let license = licenses.iter().find(|license| license["kind"] == "subscription").unwrap();
    let cli = at(&scene.cli, client);
    let activated = said(&cli, &["license", "activate", license["key"].as_str().unwrap()], sentence);
    assert_eq!(activated["standing"], expect, "server {server}, client {client}");
    assert_eq!(standing(&cli), expect);
    scene
}

#[test]
fn a_client_that_is_behind_installs_and_recovers() {
    for (server, client) in [(1, 0), (0, -1)] {
        let scene = subscription(server, client, "clock_behind", BEHIND);
        said(&at(&scene.cli, client), &["license", "refresh"], BEHIND);
        let right = at(&scene.cli, server.max(0));
        assert_eq!(standing(&right), "active", "with the clock set right it counts");
        let refreshed = said(&right, &["license", "refresh"], "");
        assert_eq!(refreshed["entries"][0]["standing"], "active");
    }
}

#[test]
fn a_client_that_is_ahead_is_told_and_nothing_else_happens() {
    for (server, client) in [(-1, 0), (0, 1)] {
        let scene = subscription(server, client, "active", AHEAD);
        let refreshed = said(&at(&scene.cli, client), &["license", "refresh"], AHEAD);
        assert_eq!(refreshed["entries"][0]["result"], "renewed");
    }
}

/// So far ahead that the license has ended by it: the seat is not taken for nothing, and with the clock set right all is
/// well.
#[test]
fn a_client_that_is_years_ahead_installs_and_recovers() {
    let scene = Scene::start();
    let licenses = scene.sandbox.ready["licenses"].as_array().unwrap();
    let license = licenses.iter().find(|license| license["kind"] == "subscription").unwrap();
    let (key, id) = (license["key"].as_str().unwrap(), license["license_id"].as_str().unwrap());
    let ahead = at(&scene.cli, 3650);
    let ran = ahead.run(["license", "activate", key, "--yes"]);
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    assert!(ran.text().contains("so the clock is ahead. Set it"), "{ran:?}");
    assert!(ran.stderr.contains("10 years ahead of the server's"), "{ran:?}");
    let refreshed = ahead.json(["license", "refresh", "--yes"]);
    assert_eq!(
        (&refreshed["entries"][0]["standing"], standing(&ahead)),
        (&json!("expired"), "expired".to_owned())
    );
    assert_eq!((standing(&scene.cli), scene.sandbox.seats_taken(id)), ("active".to_owned(), 1));
}

#[test]
fn a_license_without_an_end_does_not_ask_for_the_time() {
    for days in [-1, 0, 1] {
        let scene = Scene::with_clock(Some(day_off(1)));
        let cli = at(&scene.cli, days);
        let activated = cli.json(["license", "activate", &scene.key, "--yes"]);
        assert_eq!(activated["standing"], "active", "{days}");
        assert_eq!(cli.json(["license", "list"])["entries"][0]["standing"], json!("active"));
    }
}

/// Without the vendor's signature a date is anybody's.
#[test]
fn a_date_that_nobody_signed_is_not_believed() {
    let scene = Scene::activated();
    let elsewhen = at(&scene.cli, 1);
    let (stranger, unsigned) = (scene.signer().stranger(), b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n");
    let by_stranger =
        Fault::reply(move |request| stranger.answer(&Request::parse(request), 200, &json!({"data": null})));
    let by_nobody = Fault::Answer([&unsigned[..], b"date: Mon, 02 Nov 2026 03:04:05 GMT\r\n\r\n{}"].concat());
    for fault in [by_stranger, by_nobody] {
        scene.tap.faults([fault]);
        let ran = elsewhen.run(["license", "refresh", "--yes"]);
        assert_eq!(ran.code(), Some(1));
        assert!(!ran.stderr.contains("clock"), "{}", ran.stderr);
    }
}

/// The clock is said where the call fails, too: it may be why.
#[test]
fn a_refusal_says_the_clock_as_well() {
    let scene = Scene::with_clock(Some(day_off(1)));
    let key = scene.sandbox.key("suspended");
    let ran = scene.cli.run(["license", "activate", &key, "--yes"]);
    assert_eq!(ran.code(), Some(3), "{ran:?}");
    assert!(ran.stderr.starts_with(BEHIND) && ran.stderr.contains("keygen.suspended"), "{}", ran.stderr);
}
