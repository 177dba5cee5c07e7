//! What the user chose about the ledger, and what the disk then shows. The window will set it; until then the store does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::Path;

use gatefold_store::{Setting, Store};
use gatefold_tests::{Cli, Sandbox};
use jiff::{SignedDuration, Timestamp};

fn choose(home: &Path, setting: &Setting) {
    Store::open(&home.join("store")).unwrap().set(setting).unwrap();
}

/// Programs that back up look for the signature at the tag's start (<https://bford.info/cachedir/>).
#[test]
fn a_ledger_that_shall_not_be_backed_up_is_tagged_at_the_next_start() {
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path());
    let tag = home.path().join("ledger/CACHEDIR.TAG");
    let tagged = || {
        cli.json(["ledger", "list"]);
        std::fs::read_to_string(&tag)
            .is_ok_and(|text| text.starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"))
    };
    assert!(!tagged(), "in backups, unless the user says otherwise");
    choose(home.path(), &Setting::LedgerInBackups(false));
    assert!(tagged());
    assert!(tagged(), "and it stays");
    std::fs::write(&tag, "").unwrap();
    assert!(tagged(), "half a tag keeps nothing out");
    choose(home.path(), &Setting::LedgerInBackups(true));
    assert!(!tagged() && !tag.exists());
}

/// A home in which a license was activated (entries 1 to 3, which an installed license keeps) and refreshed (4 and 5).
struct Studio {
    _sandbox: Sandbox,
    home: tempfile::TempDir,
    made: Timestamp,
}

impl Studio {
    fn new() -> Self {
        let (sandbox, home) = (Sandbox::start(), tempfile::tempdir().unwrap());
        let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
        cli.json(["license", "activate", &sandbox.key("free"), "--yes"]);
        cli.json(["license", "refresh", "--yes"]);
        Self { _sandbox: sandbox, home, made: Timestamp::now() }
    }

    fn at(&self, now: Timestamp) -> Cli {
        Cli::new(self.home.path()).env("GATEFOLD_TEST_NOW", now.to_string())
    }

    fn in_days(&self, days: i64) -> Cli {
        self.at(self.made + SignedDuration::from_hours(24 * days))
    }

    fn keeps(&self, cli: &Cli, entry: &str, expect: bool, when: &str) {
        let ran = cli.run(["ledger", "show", entry, "--raw"]);
        assert_eq!(ran.code() == Some(0), expect, "{when}: {ran:?}");
        assert_eq!(ran.stdout.is_empty(), !expect, "{when}");
        assert_eq!(cli.json(["ledger", "check"])["entries"], 5, "{when}: every line is there");
    }
}

/// 400 days are past the 13 months, and a battery that is empty makes any year of this one.
#[test]
fn a_clock_that_leaps_ahead_erases_nothing() {
    let studio = Studio::new();
    let leap = |when: &str| studio.at(when.parse().unwrap());
    studio.keeps(&leap("2035-01-01T08:00:00Z"), "4", true, "a wrong year");
    studio.keeps(&leap("2035-01-02T08:00:00Z"), "4", true, "the next day, still wrong");
    studio.keeps(&studio.in_days(0), "4", true, "set right");
    studio.keeps(&leap("2036-06-01T08:00:00Z"), "4", true, "another wrong year");
    studio.keeps(&leap("2035-06-01T08:00:00Z"), "4", true, "a third one");
    studio.keeps(&studio.in_days(2), "4", true, "set right again");
    // Gatefold's notes were moved away, as its own words advise when they are damaged.
    std::fs::remove_dir_all(studio.home.path().join("store")).unwrap();
    studio.keeps(&leap("2035-01-01T08:00:00Z"), "4", true, "a wrong year that nothing can be compared with");
}

#[test]
fn what_is_old_is_erased_for_who_comes_every_month() {
    let studio = Studio::new();
    for days in (30..=390).step_by(30) {
        studio.keeps(&studio.in_days(days), "4", true, "younger than 13 months");
    }
    let later = studio.in_days(420);
    studio.keeps(&later, "4", false, "older than 13 months");
    studio.keeps(&later, "1", true, "an installed license keeps its activation");
}

/// A home in which somebody looked at the seats of two licenses, on a day of this computer's clock, and activated nothing.
struct Desk {
    _sandbox: Sandbox,
    home: tempfile::TempDir,
}

impl Desk {
    fn looks(first: &str) -> Self {
        let desk = Self { _sandbox: Sandbox::start(), home: tempfile::tempdir().unwrap() };
        for state in ["free", "full"] {
            let cli = desk.at(first).vendor(&desk._sandbox.vendor_file());
            cli.json(["license", "seats", &desk._sandbox.key(state), "--yes"]);
        }
        desk
    }

    fn at(&self, now: &str) -> Cli {
        Cli::new(self.home.path()).env("GATEFOLD_TEST_NOW", now)
    }

    /// Gatefold is opened for a moment, and sends nothing.
    fn comes(&self, days: &[&str]) {
        for day in days {
            self.at(day).json(["license", "list"]);
        }
    }

    fn comes_in_days(&self, first: &str, days: impl Iterator<Item = i64>) {
        let first: Timestamp = first.parse().unwrap();
        days.for_each(|days| self.comes(&[&(first + SignedDuration::from_hours(24 * days)).to_string()]));
    }

    /// How many lines there are, and of how many of them the bytes.
    fn holds(&self, now: &str) -> (usize, usize) {
        let entries = self.at(now).json(["ledger", "list"])["entries"].as_array().unwrap().clone();
        let whole = |entry: &&serde_json::Value| {
            let id = entry["id"].to_string();
            self.at(now).run(["ledger", "show", &id, "--raw"]).code() == Some(0)
        };
        (entries.len(), entries.iter().filter(whole).count())
    }
}

/// However often it happens in a row: what a wrong clock erases never comes back.
#[test]
fn a_clock_that_leaps_again_erases_nothing() {
    let check = |wrong: &[&str]| {
        let desk = Desk::looks("2026-12-01T10:00:00Z");
        desk.comes(wrong);
        assert_eq!(desk.holds("2026-12-01T11:00:00Z"), (4, 4), "{wrong:?}");
        desk.comes_in_days("2026-12-02T10:00:00Z", 0..3);
        assert_eq!(desk.holds("2026-12-05T10:00:00Z"), (4, 4), "{wrong:?}, and set right");
    };
    check(&["2035-06-01T10:00:00Z", "2035-06-08T10:30:00Z"]);
    check(&["2035-06-01T10:00:00Z", "2036-06-01T10:00:00Z"]);
    check(&["2035-06-01T10:00:00Z", "2035-07-01T10:00:00Z", "2035-07-30T10:00:00Z"]);
    check(&["2035-06-01T10:00:00Z", "2099-01-01T10:00:00Z", "2038-01-19T03:14:08Z", "2099-01-09T10:00:00Z"]);
    // Where the battery is empty each day begins years ago, until the network has set the clock.
    check(&["2010-01-01T00:00:10Z", "2026-12-01T10:00:00Z"].repeat(20));
}

/// What a clock that is years behind wrote is as young as it is.
#[test]
fn what_was_sent_by_an_empty_battery_is_not_old_once_the_clock_is_right() {
    let desk = Desk::looks("2010-01-01T00:00:10Z");
    desk.comes(&[
        "2026-12-01T10:00:00Z",
        "2026-12-02T10:00:00Z",
        "2026-12-05T10:00:00Z",
        "2026-12-09T10:00:00Z",
    ]);
    assert_eq!(desk.holds("2026-12-09T11:00:00Z"), (4, 4), "a week");
    desk.comes_in_days("2026-12-09T10:00:00Z", (30..=330).step_by(30));
    assert_eq!(desk.holds("2027-11-10T10:00:00Z"), (4, 4), "eleven months");
    desk.comes_in_days("2027-11-10T10:00:00Z", (30..=90).step_by(30));
    assert_eq!(desk.holds("2028-02-09T10:00:00Z"), (4, 0), "fourteen months");
}

/// What a license was about is remembered as long as its lines, whatever date they bear.
#[test]
fn what_was_sent_by_an_empty_battery_keeps_its_name() {
    let desk = Desk::looks("2010-01-01T00:00:10Z");
    let cli = desk.at("2010-01-01T00:00:20Z").vendor(&desk._sandbox.vendor_file());
    let seat = cli.json(["license", "activate", &desk._sandbox.key("free"), "--yes"]);
    cli.json(["license", "deactivate", seat["machine_id"].as_str().unwrap(), "--yes"]);
    // As where no file of the vendor's told the time.
    let store = rusqlite::Connection::open(desk.home.path().join("store/store.db")).unwrap();
    assert!(store.execute("UPDATE about SET noted_at = '2010-01-01T00:00:20Z'", []).unwrap() > 0);
    drop(store);
    let named = |now: &str| {
        let cli = desk.at(now).vendor(&desk._sandbox.vendor_file());
        let found = cli.json(["ledger", "list", "--search", "halo sleeve"]);
        found["entries"].as_array().unwrap().len()
    };
    let before = named("2010-01-01T00:00:30Z");
    assert!(before > 0);
    desk.comes(&["2026-12-01T10:00:00Z", "2026-12-09T10:00:00Z", "2026-12-17T10:00:00Z"]);
    assert_eq!(named("2026-12-18T10:00:00Z"), before);
}

/// After a pause of years nothing tells right from wrong; what is old goes all the same, once the clock went on for long enough.
#[test]
fn what_is_old_is_erased_after_a_pause_of_years() {
    let desk = Desk::looks("2026-12-01T10:00:00Z");
    desk.comes(&["2029-12-01T10:00:00Z"]);
    desk.comes_in_days("2029-12-01T10:00:00Z", (30..=360).step_by(30));
    assert_eq!(desk.holds("2030-11-26T11:00:00Z"), (4, 4));
    desk.comes_in_days("2030-11-26T10:00:00Z", (30..=1080).step_by(30).filter(|days| *days <= 690));
    assert_eq!(desk.holds("2032-10-17T10:00:00Z"), (4, 0), "the bytes");
    desk.comes(&["2032-11-16T10:00:00Z"]);
    assert_eq!(desk.holds("2032-11-16T10:00:00Z"), (0, 0), "and the lines");
}

/// Who comes every half year is believed a month of it.
#[test]
fn what_is_old_is_erased_for_who_comes_rarely() {
    let studio = Studio::new();
    for visit in 1..=12 {
        studio.keeps(&studio.in_days(180 * visit), "4", true, "not for sure older than 13 months");
    }
    studio.in_days(180 * 13).json(["license", "list"]);
    studio.keeps(&studio.in_days(180 * 14), "4", false, "older than 13 months for sure");
    studio.keeps(&studio.in_days(180 * 14), "1", true, "an installed license keeps its activation");
}
