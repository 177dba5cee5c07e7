//! What was erased from the ledger is in none of its files, in no form: not in a free page, not in the WAL, not in the
//! search's index.

use gatefold_tests::{Cli, Sandbox};

use crate::search::Search;

const NAME: &str = "Zeppelin-Kontrabass";

#[test]
fn an_erased_device_name_is_in_no_file_of_the_ledger() {
    let sandbox = Sandbox::start();
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
    let ledger = home.path().join("ledger");
    let search = Search::of([("device name", NAME), ("its first word", "Zeppelin")]);
    let activate = ["license", "activate", &sandbox.key("free"), "--device-name", NAME, "--yes"];
    assert_eq!(cli.run(activate).code(), Some(0));
    // Found by a word, so it stands in the index too.
    let found = cli.json(["ledger", "list", "--search", "zeppelin"]);
    let id = found["entries"][0]["id"].to_string();
    assert!(!search.found_under(&ledger).is_empty(), "it is there before");

    assert_eq!(cli.run(["ledger", "erase", &id, "--yes"]).code(), Some(0));
    search.must_find_nothing("after erasing", &[&ledger]);
    let found = cli.json(["ledger", "list", "--search", "zeppelin"]);
    assert_eq!(found["entries"].as_array().unwrap().len(), 0);
    let check = cli.json(["ledger", "check"]);
    assert_eq!((&check["intact"], &check["erased"]), (&true.into(), &1.into()));
    // Writing on brings nothing back.
    assert_eq!(cli.run(["license", "refresh", "--yes"]).code(), Some(0));
    search.must_find_nothing("after going on", &[&ledger]);
}

/// Cut off right after the erasure was written, the next start finishes it.
#[test]
fn an_erasure_that_was_cut_off_is_finished() {
    let sandbox = Sandbox::start();
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
    let activate = ["license", "activate", &sandbox.key("free"), "--device-name", NAME, "--yes"];
    assert_eq!(cli.run(activate).code(), Some(0));
    let cut_off =
        cli.clone().env("FAILPOINTS", "ledger.after-erase=panic").run(["ledger", "erase", "2", "--yes"]);
    assert_eq!(cut_off.code(), None, "{cut_off:?}");
    assert_eq!(cli.run(["ledger", "list"]).code(), Some(0));
    let search = Search::of([("device name", NAME)]);
    search.must_find_nothing("after the next start", &[&home.path().join("ledger")]);
    assert_eq!(cli.json(["ledger", "check"])["intact"], true);
}
