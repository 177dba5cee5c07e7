//! Which entries `ledger list` gives: the newest 100, or as many as `--limit` says, always ascending. And how
//! `license list` tells licenses of one product apart.

use gatefold_ledger::{FileNote, Ledger};
use gatefold_tests::{Cli, Sandbox};

#[test]
fn the_newest_hundred_unless_told_otherwise() {
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path());
    assert_eq!(cli.run(["ledger", "list"]).code(), Some(0));
    let now = "2026-11-22T10:42:07.5Z".parse().unwrap();
    let mut ledger = Ledger::open(&home.path().join("ledger"), now).unwrap();
    for number in 0..123_u8 {
        let note =
            FileNote { vendor: None, name: format!("{number}.json"), size_bytes: 1, sha256: [number; 32] };
        ledger.append_file(note, now, [number; 32]).unwrap();
    }
    drop(ledger);
    let check = |words: &[&str], expect: std::ops::Range<i64>| {
        let list = cli.json(["ledger", "list"].iter().chain(words));
        let entries = list["entries"].as_array().unwrap();
        let ids: Vec<i64> = entries.iter().map(|entry| entry["id"].as_i64().unwrap()).collect();
        assert_eq!(ids, expect.collect::<Vec<_>>(), "{words:?}");
        assert!(entries.iter().all(|entry| entry["at"] == "2026-11-22T10:42:07.500Z"), "{list}");
    };
    check(&[], 24..124);
    check(&["--limit", "1"], 123..124);
    check(&["--limit", "200"], 1..124);
    check(&["--limit", "0"], 0..0);
    check(&["--before", "50", "--limit", "3"], 47..50);
    check(&["--before", "24"], 1..24);
    check(&["--before", "1"], 0..0);
    check(&["--search", "77"], 78..79);
}

#[test]
fn licenses_of_one_product_are_told_apart_by_their_keys() {
    let (sandbox, home) = (Sandbox::start(), tempfile::tempdir().unwrap());
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
    let (one, other) = (sandbox.key("free"), sandbox.key("other_account"));
    let list = || cli.run(["license", "list"]).text();
    assert_eq!(cli.run(["license", "activate", &one, "--yes"]).code(), Some(0));
    assert!(list().contains("Halo Plate  Sleeve Audio"), "{}", list());
    assert_eq!(cli.run(["license", "activate", &other, "--yes"]).code(), Some(0));
    for key in [one, other] {
        assert!(list().contains(&format!("Halo Plate ••••{}", &key[key.len() - 4..])), "{}", list());
    }
}
