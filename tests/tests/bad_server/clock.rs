//! Clocks that are a day off, on either side: nothing is refused for it, and what waits recovers by itself.

use gatefold_tests::Cli;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::scene::{Scene, standing};

fn day_off(days: i64) -> String {
    (Timestamp::now() + SignedDuration::from_hours(24 * days)).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn at(cli: &Cli, days: i64) -> Cli {
    cli.clone().env("GATEFOLD_TEST_NOW", day_off(days))
}

/// A license that ends, activated while the server's clock is `server` days off and the client's `client` days.
fn subscription(server: i64, client: i64, expect: &str) -> Scene {
    let scene = Scene::with_clock((server != 0).then(|| day_off(server)));
    let licenses = scene.sandbox.ready["licenses"].as_array().unwrap();
    let license = licenses.iter().find(|license| license["kind"] == "subscription").unwrap();
    let cli = at(&scene.cli, client);
    let activated = cli.json(["license", "activate", license["key"].as_str().unwrap(), "--yes"]);
    assert_eq!(activated["standing"], expect, "server {server}, client {client}");
    assert_eq!(standing(&cli), expect);
    scene
}

#[test]
fn a_client_that_is_behind_installs_and_recovers() {
    for (server, client) in [(1, 0), (0, -1)] {
        let scene = subscription(server, client, "clock_behind");
        let right = at(&scene.cli, server.max(0));
        assert_eq!(standing(&right), "active", "with the clock set right it counts");
        let refreshed = right.json(["license", "refresh", "--yes"]);
        assert_eq!(refreshed["entries"][0]["standing"], "active");
    }
}

#[test]
fn a_client_that_is_ahead_notices_nothing() {
    for (server, client) in [(-1, 0), (0, 1)] {
        let scene = subscription(server, client, "active");
        let refreshed = at(&scene.cli, client).json(["license", "refresh", "--yes"]);
        assert_eq!(refreshed["entries"][0]["result"], "renewed");
    }
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
