//! What `--json` says of diagnostic bundles. What is in one differs from computer to computer, so there is no word for word to
//! compare: the members are.

use gatefold_tests::{Cli, Ran, Sandbox};
use serde_json::Value;

use crate::shape;

fn whole(cli: &Cli, words: &[&str], exit: i32) -> Value {
    let verb = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    let ran: Ran = cli.run([words, &["--json"]].concat());
    assert_eq!(ran.code(), Some(exit), "{ran:?}");
    // Each way to look at a bundle is a result of its own.
    let looks = ["--timeline", "--file", "--search", "--compare", "--summary"];
    let look = looks.into_iter().find(|look| words.contains(look));
    let verb = look.map_or(verb.clone(), |look| format!("{verb} {look}"));
    assert_eq!(shape::fault(&verb, exit, &ran), None, "{verb}: {}", ran.text());
    ran.json()
}

#[test]
fn bundles_say_what_the_contract_names() {
    let (sandbox, dir) = (Sandbox::start(), tempfile::tempdir().unwrap());
    let cli = Cli::new(&dir.path().join("home")).vendor(&sandbox.vendor_file());
    let key = sandbox.key("free");
    cli.json(["license", "activate", &key, "--yes"]);
    let file = dir.path().join("a.gatefold-diagnostics");
    let file = file.to_str().unwrap();
    whole(&cli, &["diagnostics", "parts"], 0);
    let shown = whole(&cli, &["diagnostics", "preview", "--names"], 0);
    assert!(shown["names"].is_array());
    whole(&cli, &["diagnostics", "preview", "--file", "app.json"], 0);
    let (map, note) = (dir.path().join("map"), "here is what I say");
    let map = map.to_str().unwrap();
    let made = whole(&cli, &["diagnostics", "export", file, "--yes", "--map", map, "--note", note], 0);
    assert_eq!(made["ledger"].as_array().unwrap().len(), 2);
    whole(&cli, &["diagnostics", "read", file], 0);
    for look in [
        &["--timeline"][..],
        &["--file", "app.json"],
        &["--search", "say"],
        &["--summary"],
        &["--compare", file],
    ] {
        whole(&cli, &[&["diagnostics", "read", file], look].concat(), 0);
    }
    whole(&cli, &["diagnostics", "clear", "--yes"], 0);
}

#[test]
fn what_cannot_be_done_ends_with_its_code() {
    let dir = tempfile::tempdir().unwrap();
    let cli = Cli::new(&dir.path().join("home"));
    let at = |name: &str| dir.path().join(name).display().to_string();
    std::fs::write(at("text"), "no bundle").unwrap();
    for (words, exit, code) in [
        (vec!["diagnostics", "export", &at("b")], 2, "cli.needs_yes"),
        (vec!["diagnostics", "export", &at("none/b"), "--yes"], 1, "client.file_unwritable"),
        (vec!["diagnostics", "export", "-", "--yes"], 2, "cli.usage"),
        (vec!["diagnostics", "export", &at("b"), "--yes", "--map", &at("b")], 2, "cli.usage"),
        (vec!["diagnostics", "export", &at("b"), "--yes", "--without", "everything"], 2, "cli.usage"),
        (vec!["diagnostics", "export", &at("b"), "--yes", "--encrypt-to", "nobody"], 2, "vendor.unknown"),
        (vec!["diagnostics", "preview", "--file", "secrets.json"], 2, "diagnostics.no_such_part"),
        (vec!["diagnostics", "read", &at("none")], 1, "client.file_unreadable"),
        (vec!["diagnostics", "read", &at("text")], 1, "diagnostics.not_a_bundle"),
        (vec!["diagnostics", "read", &at("text"), "--timeline", "--summary"], 2, "cli.usage"),
    ] {
        let (was, error) = cli.failure(&words);
        assert_eq!((was, error["code"].as_str()), (exit, Some(code)), "{words:?}: {error}");
        assert!(!error["message"].as_str().unwrap().is_empty(), "{error}");
    }
}
