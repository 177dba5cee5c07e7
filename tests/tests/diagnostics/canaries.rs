//! Secrets of every kind in every source of a real home, in every shape: the finished bundle holds none of them.

use std::fmt::Write as _;

use gatefold_disclosure::Vendor;
use gatefold_store::{SecretName, Secrets, VendorKey};
use gatefold_tests::{files_under, tool};

use crate::scene::{LOGIN, MACHINE_ID, PASSPHRASE, Scene, unpacked};
use crate::shapes::{Readings, shapes};

/// What the computer in these tests is called.
const HOST: &str = "brunhildes-mischpult";
const PROXY: &str = "proxy.kalkowski-tonstudio.example";

/// A home in which everything was done, and everything that must not be told of it.
fn home_full_of_secrets() -> (Scene, Vec<(&'static str, String)>) {
    let mut scene = Scene::new();
    if tool("canaries", "unshare").is_some() {
        let script = format!("hostname {HOST} && exec \"$@\"");
        scene.cli = scene.cli.under(["unshare", "--uts", "sh", "-c", &script, "sh"]);
    }
    let sign_in = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
    let ran = scene.cli.run_with_input(sign_in, b"demo-password\n");
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    let activated = scene.activate("free");
    scene.cli.json(["license", "seats", &scene.sandbox.key("free"), "--yes"]);
    let machine = scene.cli.json(["machine", "show", "--vendor", "sleeve"]);
    let file = std::fs::read_to_string(scene.sandbox.vendor_file()).unwrap();
    let vendor = Vendor::parse(&file).unwrap();
    let key = VendorKey::new(vendor.id(), &vendor.root_key().parse().unwrap());
    let secrets = Secrets::in_home(&scene.home().join("store"), Some(PASSPHRASE.into())).unwrap();
    let token = secrets.get(SecretName::Token(&key)).unwrap().unwrap().expose().clone();
    scene.edit_store(&format!("INSERT OR REPLACE INTO setting VALUES ('proxy', '\"http://{PROXY}:3128\"')"));
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let all = vec![
        ("license key", scene.sandbox.key("free")),
        ("key of the account's list", scene.sandbox.key("full")),
        ("token", token),
        ("passphrase", PASSPHRASE.to_owned()),
        ("e-mail", "demo@example.com".to_owned()),
        ("device name", "Brunhildes Bücherwurm".to_owned()),
        ("machine id", MACHINE_ID.to_owned()),
        ("identifier", text(&machine["identifier"])),
        ("license id", text(&activated["license_id"])),
        ("seat", text(&activated["machine_id"])),
        ("login", LOGIN.to_owned()),
        ("home", scene.home().display().to_string()),
        ("host", text(&machine["device_name"])),
        ("proxy", PROXY.to_owned()),
        // Nobody tells of these: their shape does.
        ("somebody's e-mail", "kunde.4711@tonstudio.example".to_owned()),
        ("address", "203.0.113.97".to_owned()),
        ("network card", "02:42:ac:1f:9b:7e".to_owned()),
    ];
    (scene, all)
}

/// Shapes that a value is found in: what only its own shape tells is plain text.
fn planted(what: &str, value: &str) -> Vec<String> {
    let is_known = !matches!(what, "somebody's e-mail" | "address" | "network card");
    // Nor is a phrase of words written in groups of four.
    let no_groups = matches!(what, "home" | "login" | "address" | "passphrase");
    shapes(value)
        .into_iter()
        .filter(|(name, _)| {
            is_known || matches!(*name, "plain" | "in a path" | "with a port" | "in a sentence")
        })
        .filter(|(name, _)| !(no_groups && name.starts_with("in groups")))
        // A network card has no ports.
        .filter(|(name, _)| !(what == "network card" && *name == "with a port"))
        .map(|(name, shape)| format!("{name}: {shape} end"))
        .collect()
}

fn plant(scene: &Scene, texts: &[String]) {
    let home = scene.home();
    let (mut log, mut raw) = (String::new(), String::new());
    for text in texts {
        let line = serde_json::json!({
            "at": "2026-12-01T09:00:00.000Z", "level": "INFO", "name": "test.planted",
            "fields": { "text": text, "version": "3.46.1", "sha256": "a".repeat(64) },
        });
        writeln!(log, "{line}").unwrap();
        writeln!(raw, "{text}").unwrap();
    }
    let logs = home.join("logs");
    std::fs::write(logs.join("gatefold-1.log"), log).unwrap();
    // And a log that somebody else wrote into: its lines are none, and are left out.
    std::fs::write(logs.join("gatefold-2.log"), &raw).unwrap();
    let crashes = home.join("crashes");
    std::fs::create_dir_all(&crashes).unwrap();
    for (nth, text) in texts.iter().enumerate() {
        let crash = serde_json::json!({
            "v": 1, "at": "2026-12-01T09:00:00.000Z", "program": "cli", "version": "0.1.0",
            "location": "client/src/app.rs:1:1", "message": text, "backtrace": [text],
        });
        std::fs::write(crashes.join(format!("20261201T090000.000Z-{nth:016x}.json")), crash.to_string())
            .unwrap();
    }
    let spool =
        files_under(&home.join("shelf")).into_keys().find(|path| path.ends_with("vendor.toml")).unwrap();
    let spool = home.join("shelf").join(spool).with_file_name("spool");
    std::fs::create_dir_all(&spool).unwrap();
    std::fs::write(spool.join("0000000000000001.json"), raw).unwrap();
    // Choices whose values cannot be read any more, and a file that was called like somebody.
    let theme = texts[0].replace('\'', "''");
    scene.edit_store(&format!("INSERT OR REPLACE INTO setting VALUES ('theme', '{theme}')"));
    let export = scene.out(&format!("{LOGIN}-ledger.json"));
    scene.cli.json(["ledger", "export", export.to_str().unwrap(), "--yes"]);
}

#[test]
fn the_finished_bundle_holds_no_secret_of_a_real_home() {
    let (scene, secrets) = home_full_of_secrets();
    let texts: Vec<String> = secrets.iter().flat_map(|(what, value)| planted(what, value)).collect();
    assert!(texts.len() > 300, "{}", texts.len());
    plant(&scene, &texts);
    let note = texts.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    let bundle = scene.export(&["--note", &note, "--reachability", "--max-mb", "50"]);
    let files = unpacked(&bundle);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for name in
        ["manifest.json", "report.html", "note.txt", "log.jsonl", "crashes/001.json", "reachability.json"]
    {
        assert!(names.contains(&name), "{names:?}");
    }
    let mut left = String::new();
    for (name, bytes) in &files {
        // Line by line: what is looked for stands in one.
        for line in bytes.split(|byte| *byte == b'\n') {
            let readings = Readings::of(line);
            for (what, value) in secrets.iter().filter(|(_, value)| readings.hold(value)) {
                writeln!(left, "{name}: {what} {value}: {}", String::from_utf8_lossy(line)).unwrap();
            }
        }
    }
    assert!(left.is_empty(), "{left}");
    // What only looks secret is still there.
    let log = files.iter().find(|(name, _)| name == "log.jsonl").unwrap();
    let log = String::from_utf8(log.1.clone()).unwrap();
    let kept = |needle: &str| log.matches(needle).count();
    assert_eq!(kept(&"a".repeat(64)), texts.len());
    assert_eq!(kept("3.46.1"), texts.len());
    assert!(kept("2026-12-01T09:00:00.000Z") == texts.len());
    // What could not be told from a log was left out, and counted.
    let manifest: serde_json::Value = serde_json::from_slice(&files[0].1).unwrap();
    let left_out = &manifest["left_out"][0];
    assert_eq!(
        (left_out["file"].as_str(), left_out["reason"].as_str()),
        (Some("log.jsonl"), Some("not_typed"))
    );
}
