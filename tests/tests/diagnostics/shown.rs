//! What is shown is what is written; what the user leaves out is not; nothing is written over, and nothing is sent.

use std::os::unix::fs::PermissionsExt as _;

use gatefold_tests::Sandbox;
use gatefold_tests::{Cli, SandboxOptions, Tap, files_under};
use serde_json::Value;

use crate::scene::{Scene, codes, findings, unpacked};

/// Members that say when, which differ from call to call.
fn timeless(name: &str, bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    if name == "report.html" || name == "manifest.json" || name == "log.jsonl" {
        return String::new();
    }
    let mut value: Value = serde_json::from_str(&text).unwrap();
    fn clear(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| {
                    !matches!(name.as_str(), "at" | "started_at" | "disk_free_mib" | "total" | "intact")
                });
                members.values_mut().for_each(clear);
            }
            Value::Array(items) => items.iter_mut().for_each(clear),
            _ => {}
        }
    }
    clear(&mut value);
    value.to_string()
}

#[test]
fn each_file_is_byte_for_byte_what_was_shown() {
    let scene = Scene::new();
    scene.activate("free");
    let preview = scene.cli.json(["diagnostics", "preview"]);
    let listed: Vec<&str> =
        preview["entries"].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    // Looked at first: the file itself is an entry of the ledger afterwards.
    let look = |name: &&str| scene.cli.run(["diagnostics", "preview", "--file", name]).stdout;
    let shown: Vec<Vec<u8>> = listed.iter().map(look).collect();
    let bundle = scene.export(&[]);
    let files = unpacked(&bundle);
    assert_eq!(listed, files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
    for ((name, bytes), shown) in files.iter().zip(&shown) {
        assert_eq!(timeless(name, shown), timeless(name, bytes), "{name}");
        let told = scene.cli.json(["diagnostics", "preview", "--file", name]);
        let text = told["text"].as_str().unwrap();
        assert_eq!(text.len() as u64, told["bytes"].as_u64().unwrap());
        for span in told["replaced"].as_array().unwrap() {
            let from = span["offset"].as_u64().unwrap() as usize;
            let part = &text[from..from + span["len"].as_u64().unwrap() as usize];
            let name = span["pseudonym"].as_str().unwrap();
            assert!(part == name || part == format!("[{name}]"), "{part} is no {name}");
        }
    }
    assert_eq!(bundle.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
}

#[test]
fn a_terminal_sees_what_was_replaced_marked() {
    let scene = Scene::new();
    scene.activate("free");
    let words = ["diagnostics", "preview", "--file", "licenses.json"];
    let ran = scene
        .cli
        .clone()
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "")
        .env("TERM", "xterm")
        .run_on_terminal(words, b"");
    let text = ran.text();
    assert!(text.contains("\u{1b}[4m\u{1b}[31mid-1\u{1b}[0m"), "{text:?}");
}

#[test]
fn what_is_left_out_is_not_in_it_and_the_note_is() {
    let scene = Scene::new();
    scene.activate("free");
    let bundle =
        scene.export(&["--without", "log", "--without", "ledger", "--note", "It stops at step two."]);
    let names: Vec<String> = unpacked(&bundle).into_iter().map(|(name, _)| name).collect();
    assert!(!names.iter().any(|name| name == "log.jsonl" || name == "ledger-index.json"), "{names:?}");
    let note = scene.cli.json(["diagnostics", "read", bundle.to_str().unwrap(), "--file", "note.txt"]);
    assert_eq!(note["text"], "It stops at step two.");
    let found = scene.cli.json(["diagnostics", "read", bundle.to_str().unwrap(), "--search", "step two"]);
    assert_eq!(found["entries"][0]["file"], "note.txt");
}

#[test]
fn nothing_is_written_over_or_without_a_yes() {
    let scene = Scene::new();
    let file = scene.out("mine.gatefold-diagnostics");
    let file = file.to_str().unwrap();
    let (exit, error) = scene.cli.failure(["diagnostics", "export", file]);
    assert_eq!((exit, error["code"].as_str()), (2, Some("cli.needs_yes")));
    std::fs::write(file, "mine").unwrap();
    let (_, error) = scene.cli.failure(["diagnostics", "export", file, "--yes"]);
    assert_eq!(error["code"], "client.file_unwritable");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
    let elsewhere = scene.out("none/b.gatefold-diagnostics");
    let (_, error) = scene.cli.failure(["diagnostics", "export", elsewhere.to_str().unwrap(), "--yes"]);
    assert_eq!(error["code"], "client.file_unwritable");
    // Nothing half written lies beside it.
    assert_eq!(std::fs::read_dir(scene.dir.path()).unwrap().count(), 2);
}

#[test]
fn a_bundle_that_is_too_large_says_what_is() {
    let scene = Scene::new();
    // Nothing packs what is drawn by lot.
    let (mut noise, mut log) = (1_u64, String::new());
    for _ in 0..20_000 {
        let mut word = String::new();
        while word.len() < 100 {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Words that nothing private looks like.
            word.push(char::from(b'a' + ((noise >> 40) % 26) as u8));
            if word.len() % 7 == 6 {
                word.push(' ');
            }
        }
        log.push_str(&format!("{{\"name\":\"a.b\",\"fields\":{{\"text\":\"{word}\"}}}}\n"));
    }
    std::fs::write(scene.home().join("logs/gatefold-1.log"), &log).unwrap();
    let file = scene.out("b.gatefold-diagnostics");
    let file = file.to_str().unwrap();
    let (exit, error) = scene.cli.failure(["diagnostics", "export", file, "--yes", "--max-mb", "1"]);
    assert_eq!((exit, error["code"].as_str()), (1, Some("diagnostics.too_large")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("most is log.jsonl"), "{error}");
    assert!(!std::path::Path::new(file).exists());
    scene.cli.json(["diagnostics", "export", file, "--yes", "--max-mb", "20"]);
}

#[test]
fn making_and_reading_send_nothing_and_reading_writes_nothing() {
    let tap = Tap::plain();
    let sandbox = Sandbox::with(&SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() });
    tap.forward_to(&sandbox.address());
    let scene = Scene::by(sandbox);
    scene.activate("free");
    let sent = tap.seen().len();
    scene.cli.json(["diagnostics", "parts"]);
    scene.cli.json(["diagnostics", "preview", "--reachability"]);
    let bundle = scene.export(&["--reachability"]);
    assert_eq!(tap.seen().len(), sent);
    let contacts =
        scene.cli.json(["diagnostics", "read", bundle.to_str().unwrap(), "--file", "reachability.json"]);
    assert!(contacts["text"].as_str().unwrap().contains("\"reached\": true"), "{contacts}");
    // One entry for the file, and none for a request.
    let lines = scene.cli.json(["ledger", "list", "--limit", "1"]);
    assert_eq!(lines["entries"][0]["carrier"], "file");
    let before = files_under(scene.dir.path());
    for look in [&[][..], &["--timeline"], &["--summary"], &["--search", "active"], &["--file", "app.json"]] {
        let words = [&["diagnostics", "read", bundle.to_str().unwrap()], look].concat();
        let ran = Cli::new(std::path::Path::new("/nonexistent/home")).run(&words);
        assert_eq!(ran.code(), Some(0), "{ran:?}");
    }
    assert_eq!(files_under(scene.dir.path()), before);
}

#[test]
fn the_map_stays_with_the_user_and_tells_no_key() {
    let scene = Scene::new();
    scene.activate("free");
    let map = scene.out("map.txt");
    let bundle = scene.export(&["--map", map.to_str().unwrap()]);
    let text = std::fs::read_to_string(&map).unwrap();
    assert_eq!(map.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
    assert!(text.contains(&format!("\t{}\n", scene.home().display())), "{text}");
    assert!(!text.contains(&scene.sandbox.key("free")), "{text}");
    assert!(text.contains("key-") && text.contains("that ends in FREE"), "{text}");
    for (name, bytes) in unpacked(&bundle) {
        let said = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!said.contains(&*scene.home().to_string_lossy()), "{name}");
    }
}

#[test]
fn two_bundles_are_compared() {
    let scene = Scene::new();
    let before = scene.export(&[]);
    scene.activate("free");
    let after = scene.export(&[]);
    let changed = scene.cli.json([
        "diagnostics",
        "read",
        after.to_str().unwrap(),
        "--compare",
        before.to_str().unwrap(),
    ]);
    let all = changed["entries"].as_array().unwrap();
    let standing =
        all.iter().find(|one| one["place"] == "entries.0.standing" && one["file"] == "licenses.json");
    assert_eq!(
        standing.map(|one| (one["before"].clone(), one["after"].clone())),
        Some((Value::Null, "active".into()))
    );
    assert!(codes(&findings(&scene.cli, &after)).is_empty(), "{changed}");
}

#[test]
fn a_vendor_that_promises_notice_gives_it_before_each_bundle() {
    let sandbox =
        Sandbox::with(&SandboxOptions { plays: Some("inmusic".to_owned()), ..SandboxOptions::default() });
    let scene = Scene::by(sandbox);
    let sentence = "promises notice: diagnostics are collected in support only after a specific notice";
    let preview = scene.cli.run(["diagnostics", "preview"]);
    assert!(preview.stderr.contains(sentence), "{preview:?}");
    assert!(!preview.stderr.contains("shown before"), "{preview:?}");
    scene.export(&[]);
    let again = scene.cli.run(["diagnostics", "preview"]);
    assert!(again.stderr.contains("It was shown before, the last time at 20"), "{again:?}");
    let db = rusqlite::Connection::open(scene.home().join("store/store.db")).unwrap();
    let kept: String = db.query_row("SELECT words FROM bundle_notice", [], |row| row.get(0)).unwrap();
    assert!(kept.contains(sentence), "{kept}");
}
