//! A vendor that asks for more than was agreed to: what differs is shown, what was agreed to goes on, and nothing new is
//! sent before the user's own word, nor sooner than the vendor promised.

use std::path::PathBuf;

use gatefold_tests::{Cli, Ran, Sandbox, SandboxOptions, write_next};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A home with a license by a version of a vendor's file, and the next, which differs, beside it.
struct Studio {
    sandbox: Sandbox,
    home: tempfile::TempDir,
    newer: PathBuf,
    start: Timestamp,
}

impl Studio {
    fn new(vendor: &str, change: impl Fn(&str) -> String) -> Self {
        let options = SandboxOptions { plays: Some(vendor.to_owned()), ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        let home = tempfile::tempdir().unwrap();
        let newer = home.path().join("newer.toml");
        write_next(&sandbox.vendor_file(), &newer, change);
        // Times are kept to the millisecond.
        let start = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap();
        let studio = Self { sandbox, home, newer, start };
        studio.on(0).json(["vendor", "add", studio.sandbox.vendor_file().to_str().unwrap(), "--yes"]);
        studio.on(0).json(["license", "activate", &studio.sandbox.key("free"), "--yes"]);
        studio
    }

    /// The command line, so many days later.
    fn on(&self, day: i64) -> Cli {
        let now = self.start + SignedDuration::from_hours(24 * day);
        let cli = Cli::new(&self.home.path().join("home")).env("GATEFOLD_PASSPHRASE", "passphrase");
        cli.env("GATEFOLD_TEST_NOW", now.to_string())
    }

    fn add(&self, day: i64, yes: &[&str]) -> Ran {
        self.on(day).run([&["vendor", "add", self.newer.to_str().unwrap(), "--json"], yes].concat())
    }

    fn shown(&self, day: i64) -> Value {
        self.on(day).json(["vendor", "show"])
    }

    /// What a request that makes a machine told last, in the catalogue's order.
    fn told_of_computer(&self) -> Vec<String> {
        let requests = self.sandbox.recorded();
        let text = requests.iter().rev().map(|request| String::from_utf8_lossy(request).into_owned());
        let made =
            text.into_iter().find(|request| request.starts_with("POST ") && request.contains("/machines "));
        let made = made.unwrap();
        ["\"platform\":", "\"cpu\":", "\"fingerprint\":"]
            .into_iter()
            .filter(|member| made.contains(member))
            .map(str::to_owned)
            .collect()
    }
}

const NEW_ITEM: &str = r#"
[[item]]
id = "os"
words = "Operating system"
necessity = { is = "required", assurance = "stated", lines = [12] }
when = ["activate"]
since = 2
"#;

fn asks_for_the_system(text: &str) -> String {
    text.to_owned() + NEW_ITEM
}

#[test]
fn a_new_item_that_is_refused_leaves_everything_as_it_was() {
    let studio = Studio::new("izotope", asks_for_the_system);
    let refused = studio.add(0, &[]);
    assert_eq!(refused.code(), Some(2), "{refused:?}");
    assert!(refused.stderr.contains("+  Operating system"), "{refused:?}");
    let shown = studio.shown(1);
    let waiting = &shown["waiting"];
    assert_eq!((&waiting["agreed"], &waiting["changes"][0]["at"]), (&json!(false), &json!("item.os")));
    assert_eq!(waiting["version"], shown["version"].as_u64().unwrap() + 1);

    // The license is good, is refreshed and given back, and another is activated: all by what was agreed to.
    let listed = studio.on(400).json(["license", "list"]);
    assert_eq!(listed["entries"][0]["standing"], "active");
    assert_eq!(studio.on(1).json(["license", "refresh", "--yes"])["entries"][0]["result"], "renewed");
    studio.on(2).json(["license", "activate", &studio.sandbox.key("one_seat"), "--yes"]);
    assert_eq!(studio.told_of_computer(), ["\"fingerprint\":"]);
    let seat = listed["entries"][0]["machine_id"].as_str().unwrap();
    studio.on(3).json(["license", "deactivate", seat, "--yes"]);
    // However long that goes on, it is no agreement.
    let shown = studio.shown(900);
    assert_eq!(
        (&shown["waiting"]["agreed"], &shown["waiting"]["version"]),
        (&json!(false), &waiting["version"])
    );

    // Once the user agrees, it is sent. This policy promises no notice.
    let agreed = studio.add(4, &["--yes"]);
    assert_eq!(agreed.json()["counts_from"], Value::Null, "{agreed:?}");
    let shown = studio.shown(4);
    assert_eq!((&shown["version"], &shown["waiting"]), (&waiting["version"], &Value::Null));
    studio.on(4).json(["license", "activate", &studio.sandbox.key("free"), "--yes"]);
    assert_eq!(studio.told_of_computer(), ["\"platform\":", "\"fingerprint\":"]);
}

fn kept_anywhere(text: &str) -> String {
    text.replace("servers in Germany", "servers anywhere")
}

#[test]
fn notice_is_counted_from_the_day_on_which_it_was_shown() {
    let studio = Studio::new("sleeve", kept_anywhere);
    let version = |day: i64| studio.shown(day)["version"].as_u64().unwrap();
    let old = version(0);
    // Shown on day 0, and not agreed to; nothing is sent by it on one call's say either.
    assert_eq!(studio.add(0, &[]).code(), Some(2));
    let before = studio.sandbox.recorded().len();
    let by_file = |day: i64| {
        let file = ["--vendor", studio.newer.to_str().unwrap()];
        studio.on(day).run([&["license", "refresh", "--yes", "--json"], &file[..]].concat())
    };
    let early = by_file(29);
    assert_eq!(
        (early.code(), &early.json()["error"]["code"]),
        (Some(3), &json!("vendor.notice")),
        "{early:?}"
    );
    assert_eq!(studio.sandbox.recorded().len(), before, "something was sent");

    // Agreed to on day 10, it counts from day 30 on.
    let agreed = studio.add(10, &["--yes"]);
    let from: Timestamp = agreed.json()["counts_from"].as_str().unwrap().parse().unwrap();
    assert_eq!(from.duration_since(studio.start).as_hours() / 24, 30, "{agreed:?}");
    for day in [10, 29] {
        assert_eq!(version(day), old, "day {day}");
        assert_eq!(studio.shown(day)["waiting"]["agreed"], json!(true), "day {day}");
    }
    // A clock that is set back counts anew; one that comes back is right again. Neither is sooner.
    for day in [-20, -1, 29] {
        assert_eq!(version(day), old, "day {day}");
    }
    assert_eq!(version(31), old + 1);
    assert_eq!(studio.shown(31)["waiting"], Value::Null);
    assert_eq!(by_file(31).code(), Some(0));
}

/// Agreed to by a clock that is years behind, it counts no sooner: nobody saw it before the file in force was agreed to.
#[test]
fn a_clock_that_was_wrong_when_it_was_shown_shortens_nothing() {
    let studio = Studio::new("sleeve", kept_anywhere);
    let version = |day: i64| studio.shown(day)["version"].as_u64().unwrap();
    let old = version(0);
    assert_eq!(studio.add(-12_000, &["--yes"]).code(), Some(0));
    for day in [-12_000, 0, 29] {
        assert_eq!(version(day), old, "day {day}");
    }
    assert_eq!(version(31), old + 1);
}

/// What a vendor gives no notice of counts at once: another server, another product.
#[test]
fn what_is_no_change_of_the_policy_waits_for_nothing() {
    let studio =
        Studio::new("sleeve", |text| text.replace("name = \"Halo Plate\"", "name = \"Halo Plate II\""));
    let agreed = studio.add(0, &["--yes"]);
    assert_eq!(agreed.json()["counts_from"], Value::Null, "{agreed:?}");
    assert_eq!(studio.on(0).json(["license", "list"])["entries"][0]["product"], "Halo Plate II");
}
