//! The record goes on saying what its entries were about, whatever goes: the license, an entry's bytes, the vendor. And the
//! seats of the account's list follow what is done from here.

use gatefold_tests::{Cli, Sandbox};
use serde_json::Value;

/// Of the table: the lines of entries, and those among them that name the product and its vendor.
fn lines(cli: &Cli, words: &[&str], named: &[&str]) -> (usize, usize) {
    let text = cli.run(["ledger", "list"].iter().chain(words)).text();
    let is_entry = |line: &&str| line.trim_start().starts_with(|first: char| first.is_ascii_digit());
    let entries: Vec<&str> = text.lines().filter(is_entry).collect();
    let all_in = |line: &&&str| named.iter().all(|name| line.contains(name));
    (entries.len(), entries.iter().filter(all_in).count())
}

#[test]
fn the_record_names_the_product_whatever_goes() {
    let (sandbox, home) = (Sandbox::start(), tempfile::tempdir().unwrap());
    let by_file = Cli::new(home.path()).vendor(&sandbox.vendor_file());
    let activated = by_file.json(["license", "activate", &sandbox.key("free"), "--yes"]);
    let seat = activated["machine_id"].as_str().unwrap();
    let cli = Cli::new(home.path());
    let names = ["Halo Plate", "Sleeve Audio"];
    let check = |when: &str| {
        let (all, named) = lines(&cli, &[], &names);
        assert!(all >= 3 && named == all, "{when}: {named} of {all}");
        all
    };
    let finds_all = |all: usize| assert_eq!(lines(&cli, &["--search", "halo sleeve"], &names), (all, all));
    check("while it is here");
    assert_eq!(cli.run(["license", "deactivate", seat, "--yes"]).code(), Some(0));
    finds_all(check("given back"));
    let ids: Vec<String> = cli.json(["ledger", "list"])["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["id"].to_string())
        .collect();
    for id in &ids {
        assert_eq!(cli.run(["ledger", "erase", id, "--yes"]).code(), Some(0), "{id}");
        let shown = cli.run(["ledger", "show", id]).text();
        assert!(shown.lines().next().unwrap().contains("Halo Plate"), "{shown}");
    }
    check("its bytes erased");
    assert_eq!(cli.run(["vendor", "remove", "sleeve", "--yes"]).code(), Some(0));
    check("the vendor removed");
}

#[test]
fn the_seats_of_the_accounts_list_follow_what_is_done_from_here() {
    let (sandbox, home) = (Sandbox::start(), tempfile::tempdir().unwrap());
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "four words");
    let words = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
    assert_eq!(cli.run_with_input(words, b"demo-password\n").code(), Some(0));
    let license = sandbox.license("free")["license_id"].as_str().unwrap();
    let check = |expect: usize, when: &str| {
        let list = cli.json(["account", "licenses"]);
        let mut entries = list["entries"].as_array().unwrap().iter();
        let own = entries.find(|entry| entry["license_id"] == license).unwrap();
        assert_eq!(own["seats"]["taken"], Value::from(expect), "{when}");
        assert_eq!(sandbox.seats_taken(license), expect, "{when}, at the server");
    };
    check(0, "as it was read");
    let activated = cli.json(["license", "activate", &sandbox.key("free"), "--yes"]);
    check(1, "activated");
    let seat = activated["machine_id"].as_str().unwrap();
    assert_eq!(cli.run(["license", "deactivate", seat, "--yes"]).code(), Some(0));
    check(0, "given back");
}

/// Nothing of it was ever activated here: its name is the account's list's, which a sign-out takes away.
#[test]
fn what_an_accounts_list_named_keeps_its_name_in_the_record_after_a_sign_out() {
    let (sandbox, home) = (Sandbox::start(), tempfile::tempdir().unwrap());
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "four words");
    let words = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
    assert_eq!(cli.run_with_input(words, b"demo-password\n").code(), Some(0));
    let license = sandbox.license("free")["license_id"].as_str().unwrap();
    let seats = cli.run(["license", "seats", license, "--yes"]);
    assert_eq!(seats.code(), Some(0), "{seats:?}");
    let named = || lines(&cli, &["--search", license], &["Halo Plate"]);
    let before = named();
    assert!(before.0 > 0 && before.0 == before.1, "{before:?}");
    let out = cli.run(["account", "sign-out", "--yes"]);
    assert_eq!(out.code(), Some(0), "{out:?}");
    assert_eq!(named(), before);
    // Of what the record does not speak of, nothing is kept.
    let store = rusqlite::Connection::open(home.path().join("store/store.db")).unwrap();
    let kept: Vec<String> = store
        .prepare("SELECT id FROM about")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(kept, [license]);
}
