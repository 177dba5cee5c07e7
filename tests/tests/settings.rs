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

/// Who comes rarely is believed at the second visit, a week or more after the first.
#[test]
fn what_is_old_is_erased_for_who_comes_rarely() {
    for pause in [7, 200] {
        let studio = Studio::new();
        studio.keeps(&studio.in_days(500), "4", true, "after a long time");
        studio.keeps(&studio.in_days(506), "4", true, "six days later");
        studio.keeps(&studio.in_days(500 + pause), "4", false, "the clock has gone on by itself");
        studio.keeps(&studio.in_days(500 + pause), "1", true, "an installed license keeps its activation");
    }
}
