//! What the user chose about the ledger, and what the disk then shows. The window will set it; until then the store does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::Path;

use gatefold_store::{Setting, Store};
use gatefold_tests::Cli;

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
