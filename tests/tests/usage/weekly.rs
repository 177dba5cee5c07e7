//! Sending by itself, by the client that the window has, opened anew for each look in a process of its own: only where it was chosen,
//! only weeks that are over, once in seven days at most, and through kills and refusals no more than once.

use std::process::Child;

use gatefold_tests::{Cli, Fault, Hold};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::scene::{PRODUCT, Scene};
use crate::window;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

impl Scene {
    /// Everything is shared, and two sessions of this week are noted.
    fn added() -> Self {
        let scene = Self::new();
        let file = scene.sandbox.vendor_file();
        scene.cli.json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
        scene.cli.json(["usage", "grant", "--yes"]);
        scene.note(2);
        scene
    }

    /// The same, and it was chosen that it is sent by itself.
    fn weekly() -> Self {
        let scene = Self::added();
        let chosen = scene.cli.json(["usage", "weekly", "on", "--yes"]);
        assert_eq!(chosen["status"], "weekly", "{chosen}");
        scene
    }

    fn at(&self, time: Timestamp) -> Cli {
        self.cli.clone().env("GATEFOLD_TEST_NOW", time.to_string())
    }

    fn window(&self, time: Timestamp) -> Child {
        window::on(self.home.path(), time).spawn().unwrap()
    }

    /// How many requests leave when the window is opened at this time.
    fn sends_at(&self, time: Timestamp) -> usize {
        let before = self.arrived();
        assert!(self.window(time).wait().unwrap().success());
        self.arrived() - before
    }

    /// Notes a session on the day of this time.
    fn uses_at(&self, time: Timestamp) {
        self.usage.note_on(time.to_zoned(TimeZone::UTC).date(), PRODUCT, "2.1.0", "Ardour");
    }

    fn entries(&self) -> Vec<Value> {
        self.cli.json(["ledger", "list", "--optional"])["entries"].as_array().unwrap().clone()
    }
}

/// So many seconds after so many Mondays from now, at midnight (UTC).
fn monday(nth: i64, secs: i64) -> Timestamp {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let monday = today - i64::from(today.weekday().to_monday_zero_offset()).days() + (7 * nth).days();
    monday.to_zoned(TimeZone::UTC).unwrap().timestamp() + SignedDuration::from_secs(secs)
}

#[test]
fn weeks_that_are_over_leave_by_themselves_as_they_were_shown() {
    let scene = Scene::weekly();
    assert_eq!(scene.sends_at(Timestamp::now()), 0, "the week goes on");
    let status = scene.status();
    let next: Timestamp = status["weekly_next"].as_str().unwrap().parse().unwrap();
    assert_eq!(next, monday(1, 0), "{status}");
    assert_eq!(scene.sends_at(monday(1, -1)), 0);

    // In the next week the plug-in is used again: that is not over.
    let tuesday = monday(1, DAY);
    scene.uses_at(tuesday);
    let shown = scene.at(tuesday).json(["usage", "preview"]);
    let counts = shown["counts"].as_array().unwrap();
    assert_eq!((counts.len(), &counts[0]["sessions"]), (1, &json!(2)), "{shown}");
    assert_eq!(scene.sends_at(tuesday), 1);
    let wire = scene.tap.seen().pop().unwrap().request;
    assert_eq!(String::from_utf8(wire).unwrap(), shown["request"].as_str().unwrap(), "preview and wire");
    let entries = scene.entries();
    assert_eq!((entries.len(), &entries[0]["by_itself"]), (1, &json!(true)), "{entries:?}");
    let raw = scene.cli.run(["ledger", "show", &entries[0]["id"].to_string(), "--raw"]).stdout;
    assert_eq!(String::from_utf8(raw).unwrap(), shown["request"].as_str().unwrap(), "preview and ledger");

    // What came in since waits for its own week to end, and for seven days.
    let rest = scene.at(tuesday).json(["usage", "preview"]);
    assert_eq!(rest["counts"][0]["sessions"], 1, "{rest}");
    assert_ne!(rest["batch_id"], shown["batch_id"]);
    for time in [tuesday, tuesday + SignedDuration::from_secs(HOUR), monday(2, 0), monday(2, DAY - 1)] {
        assert_eq!(scene.sends_at(time), 0, "{time}");
    }
    assert_eq!(scene.sends_at(monday(2, DAY)), 1);
    assert_eq!(scene.sends_at(monday(5, DAY)), 0, "there is nothing more");
    let collected = scene.collected();
    assert_eq!(collected, [&shown["batch_id"], &rest["batch_id"]].map(|id| id.as_str().unwrap()));
}

#[test]
fn nothing_leaves_by_itself_unless_it_was_chosen() {
    let scene = Scene::added();
    assert_eq!(scene.sends_at(monday(1, DAY)), 0, "off at first");
    assert_eq!(scene.cli.run(["usage", "weekly", "on"]).code(), Some(2), "nobody can say yes");
    assert_eq!(scene.sends_at(monday(1, DAY)), 0);
    scene.cli.json(["usage", "weekly", "on", "--yes"]);
    let off = scene.cli.json(["usage", "weekly", "off"]);
    assert_eq!(off["status"], "by_hand", "{off}");
    assert_eq!(scene.sends_at(monday(1, DAY)), 0);
    // The command sends nothing by itself.
    scene.cli.json(["usage", "weekly", "on", "--yes"]);
    let later = scene.at(monday(1, DAY));
    later.json(["usage", "status"]);
    later.json(["usage", "preview"]);
    later.json(["license", "list"]);
    assert_eq!(scene.arrived(), 0);
    let status = scene.status();
    let said: Vec<(&str, &str)> = status["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kept| (kept["event"].as_str().unwrap(), kept["record"]["sending"].as_str().unwrap()))
        .collect();
    let changed = |how| ("changed", how);
    assert_eq!(said, [("granted", "by_hand"), changed("weekly"), changed("by_hand"), changed("weekly")]);
    // Whoever agrees to more reads how it goes.
    let read = scene.cli.run(["usage", "grant", "--yes"]).stderr;
    assert!(read.contains("It is sent by itself, as you chose"), "{read}");
    let shown = &status["records"][1]["record"]["privacy_notice"]["shown"];
    assert!(shown["text"].as_str().unwrap().contains("once in seven days at most"), "{shown}");
}

#[test]
fn the_choice_is_gone_with_the_consent() {
    let scene = Scene::weekly();
    scene.cli.json(["usage", "withdraw"]);
    assert_eq!(scene.fails(&["usage", "weekly", "on", "--yes"]), "usage.not_shared");
    assert_eq!(scene.sends_at(monday(1, DAY)), 0);
    scene.cli.json(["usage", "grant", "--yes"]);
    scene.note(1);
    assert_eq!(scene.status()["weekly_since"], json!(null), "another yes is another choice");
    assert_eq!(scene.sends_at(monday(1, DAY)), 0);
    // Locked off nothing leaves, and it goes on once the lock is lifted.
    scene.cli.json(["usage", "weekly", "on", "--yes"]);
    scene.cli.clone().env("DO_NOT_TRACK", "1").json(["usage", "status"]);
    assert_eq!(scene.sends_at(monday(1, DAY)), 0);
    scene.cli.json(["usage", "grant", "--lift-lock", "--yes"]);
    assert_eq!(scene.sends_at(monday(1, DAY)), 1);
}

#[test]
fn while_nobody_is_reached_it_waits_and_leaves_as_it_was() {
    let scene = Scene::weekly();
    let shown = scene.at(monday(1, DAY)).json(["usage", "preview"]);
    scene.tap.close();
    scene.sends_at(monday(1, DAY));
    scene.tap.open();
    assert_eq!(scene.sends_at(monday(1, DAY + HOUR - 1)), 0, "not over and over");
    assert_eq!(scene.sends_at(monday(1, DAY + HOUR)), 1);
    let wire = scene.tap.seen().pop().unwrap().request;
    assert_eq!(String::from_utf8(wire).unwrap(), shown["request"].as_str().unwrap());
    let outcomes: Vec<Value> = scene.entries().iter().map(|entry| entry["outcome"].clone()).collect();
    assert_eq!(outcomes, ["not_sent", "answered"]);
}

/// Killed with the request on its way: what may have arrived is not sent again, and the next week goes as it should.
#[test]
fn killed_while_it_sends_it_sends_that_week_no_more() {
    let scene = Scene::weekly();
    let hold = Hold::default();
    scene.tap.faults([Fault::Hold(hold.clone())]);
    let mut window = scene.window(monday(1, DAY));
    hold.until_asked();
    window.kill().unwrap();
    window.wait().unwrap();
    hold.let_go();
    for time in [monday(1, DAY), monday(1, 2 * DAY), monday(2, DAY - 1), monday(2, DAY)] {
        assert_eq!(scene.sends_at(time), 0, "{time}");
    }
    assert_eq!(scene.at(monday(2, DAY)).json(["usage", "status"])["uploads"][0]["state"], "unknown");
    scene.uses_at(monday(2, DAY));
    assert_eq!(scene.sends_at(monday(3, 0)), 1);
}
