//! A clock that is wrong: what is taken back is taken back whatever it says, what ended stays ended, and nothing is lost that was noted.

use gatefold_tests::{ALL_USAGE, Cli};
use jiff::{SignedDuration, Timestamp};

use crate::scene::{PRODUCT, Scene};

/// By a clock that is so many days off.
fn off_by(scene: &Scene, days: i64) -> Cli {
    let now = Timestamp::now() + SignedDuration::from_hours(24 * days);
    scene.cli.clone().env("GATEFOLD_TEST_NOW", now.to_string())
}

#[test]
fn what_is_taken_back_by_a_wrong_clock_is_taken_back() {
    for days in [-400, -1, 0, 500] {
        let scene = Scene::with_sessions(2);
        off_by(&scene, days).json(["usage", "withdraw"]);
        assert_eq!(scene.state(), "withdrawn", "{days}");
        assert!(!scene.usage.consent().exists(), "{days}");
        scene.sends_nothing();
        let records = scene.status()["records"].as_array().unwrap().len();
        assert_eq!(records, 2, "{days}: a yes and its end");
    }
}

#[test]
fn what_ended_stays_ended() {
    let scene = Scene::with_sessions(2);
    assert_eq!(off_by(&scene, 400).json(["usage", "status"])["state"], "expired");
    assert_eq!(scene.state(), "expired");
    assert!(!scene.usage.consent().exists());
    scene.sends_nothing();
    // Another yes begins from zero.
    scene.cli.json(["usage", "grant", "--yes"]);
    assert_eq!((scene.state(), scene.pending()), ("on".to_owned(), 0));
}

#[test]
fn a_clock_before_the_yes_loses_nothing_and_sends_nothing() {
    let scene = Scene::with_sessions(5);
    let before = off_by(&scene, -2);
    assert_eq!(before.json(["usage", "status"])["state"], "on");
    assert_ne!(before.run(["usage", "send", "--yes"]).code(), Some(0));
    assert_eq!(scene.arrived(), 0);
    assert_eq!((scene.state(), scene.pending()), ("on".to_owned(), 5));
}

/// Somebody wrote a consent, let it be noted under numbers that were yet to come, and took the file away again.
#[test]
fn what_lies_there_before_a_yes_counts_for_nothing() {
    let scene = Scene::sharing();
    scene.cli.json(["usage", "withdraw"]);
    for first in 4..9 {
        scene.usage.put(&ALL_USAGE, first, [-1, 300], PRODUCT);
        scene.note(1);
    }
    std::fs::remove_file(scene.usage.consent()).unwrap();
    scene.cli.json(["usage", "grant", "--yes"]);
    assert_eq!(scene.pending(), 0);
}
