//! Bundles that mean harm, given to the real program: refused with a code, or shown for what they are. No byte of theirs commands
//! the terminal, and nothing is written.

use std::io::{Cursor, Write as _};
use std::path::Path;

use gatefold_tests::{Cli, files_under};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What a terminal would act on, turn around, or not show.
const EVIL: &str =
    "\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[31mred\u{202e}gnp.exe\u{200b}\r\u{9b}5n\u{8}<script>x</script>";

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn manifest(files: &[(&str, &[u8])], tool: &str) -> Vec<u8> {
    let listed: Vec<_> = files
        .iter()
        .map(|(name, bytes)| serde_json::json!({ "name": name, "bytes": bytes.len(), "sha256": hex::encode(Sha256::digest(bytes)) }))
        .collect();
    let manifest =
        serde_json::json!({ "v": 1, "tool": tool, "made_at": "2026-12-01T09:00:00.000Z", "files": listed });
    serde_json::to_vec(&manifest).unwrap()
}

fn bundle_by(files: &[(&str, &[u8])], tool: &str) -> Vec<u8> {
    let manifest = manifest(files, tool);
    let mut all = vec![("manifest.json", &manifest[..])];
    all.extend(files);
    archive(&all)
}

/// A bundle of these files, with a manifest that is right.
fn bundle(files: &[(&str, &[u8])]) -> Vec<u8> {
    bundle_by(files, "gatefold 0.1.0")
}

fn link() -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    archive.start_file("manifest.json", options).unwrap();
    archive.write_all(&manifest(&[], "gatefold")).unwrap();
    archive.add_symlink("app.json", "/etc/passwd", options).unwrap();
    archive.finish().unwrap().into_inner()
}

/// Each by its name, and the code that refuses it; those without one are shown.
fn bundles() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    let (harmful, excessive) = (Some("diagnostics.harmful"), Some("diagnostics.excessive"));
    let none = Some("diagnostics.not_a_bundle");
    let zeros = vec![b' '; 40 << 20];
    let plain = bundle(&[("app.json", b"{}")]);
    let many: Vec<String> = (0..250).map(|number| format!("crashes/{number}.json")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"{}"[..])).collect();
    let line = serde_json::json!({ "at": EVIL, "level": "WARN", "name": EVIL, "fields": { "code": EVIL } });
    let log = format!("{EVIL}\n{line}\n");
    let license = serde_json::json!({ "v": 1, "entries": [{ "product": EVIL, "standing": "expired", "reason": EVIL }] });
    let crash = serde_json::json!({ "v": 1, "program": EVIL, "location": EVIL, "message": EVIL });
    let machine = serde_json::json!({ "v": 1, "os": EVIL, "cpu": EVIL, "clock": { "at": EVIL, "ahead_secs": i64::MIN } });
    let inner = archive(&[("../x", &[0; 100_000])]);
    vec![
        ("path above", bundle(&[("../../.bashrc", b"x")]), harmful),
        ("absolute path", bundle(&[("/etc/cron.d/x", b"x")]), harmful),
        ("path of Windows", bundle(&[("..\\..\\x.json", b"x")]), harmful),
        ("drive", bundle(&[("C:\\x.json", b"x")]), harmful),
        ("name of escapes", bundle(&[(EVIL, b"x")]), harmful),
        ("link", link(), harmful),
        ("one name twice", bundle(&[("app.json", b"{}"), ("APP.json", b"{}")]), harmful),
        ("bomb", bundle(&[("note.txt", &zeros)]), excessive),
        ("bomb for a log", bundle(&[("log.jsonl", &zeros)]), excessive),
        ("bomb for a manifest", archive(&[("manifest.json", &zeros)]), excessive),
        ("too many files", bundle(&many), excessive),
        ("no archive", b"\x7fELF nothing of ours".to_vec(), none),
        ("nothing", Vec::new(), none),
        ("something before it", [b"#!/bin/sh\nrm -rf ~\n", &plain[..]].concat(), none),
        ("something behind it", [&plain[..], b"tail"].concat(), none),
        ("cut", plain[..plain.len() / 2].to_vec(), none),
        ("no manifest", archive(&[("app.json", b"{}")]), none),
        ("deep manifest", archive(&[("manifest.json", "[".repeat(100_000).as_bytes())]), none),
        ("newer", archive(&[("manifest.json", b"{\"v\":2}")]), Some("diagnostics.newer")),
        ("sealed", b"age-encryption.org/v1\n-> x".to_vec(), Some("diagnostics.sealed")),
        ("escapes in a log", bundle(&[("log.jsonl", log.as_bytes())]), None),
        ("escapes in a license", bundle(&[("licenses.json", license.to_string().as_bytes())]), None),
        ("escapes in a crash", bundle(&[("crashes/1.json", crash.to_string().as_bytes())]), None),
        ("escapes in a machine", bundle(&[("machine.json", machine.to_string().as_bytes())]), None),
        ("escapes in a note", bundle(&[("note.txt", EVIL.as_bytes())]), None),
        ("escapes in the tool", bundle_by(&[("app.json", b"{}")], EVIL), None),
        ("an archive in it", bundle(&[("note.txt", &inner), ("inner.zip", &inner)]), None),
        ("deep file", bundle(&[("app.json", "[".repeat(200_000).as_bytes())]), None),
        (
            "another file than listed",
            archive(&[("manifest.json", &manifest(&[("app.json", b"1")], "g")), ("app.json", b"22")]),
            None,
        ),
    ]
}

/// Whatever was printed: words, line ends and tabs.
fn assert_tame(what: &str, text: &str) {
    let acts = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}')
    };
    assert!(!text.contains(acts), "{what}: {text:?}");
}

#[test]
fn thirty_bundles_that_mean_harm() {
    let dir = tempfile::tempdir().unwrap();
    let cli = Cli::new(Path::new("/nonexistent/home"));
    let all = bundles();
    assert!(all.len() >= 20);
    for (what, bytes, code) in all {
        let file = dir.path().join("x.gatefold-diagnostics");
        std::fs::write(&file, bytes).unwrap();
        let before = files_under(dir.path());
        let file = file.to_str().unwrap();
        let looks: [&[&str]; 5] =
            [&[], &["--timeline"], &["--summary"], &["--search", "e"], &["--file", "note.txt"]];
        for look in looks {
            let words = [&["diagnostics", "read", file], look].concat();
            let (plain, json) = (cli.run(&words), cli.run([&words[..], &["--json"]].concat()));
            for ran in [&plain, &json] {
                assert_tame(what, &ran.text());
                assert_tame(what, &ran.stderr);
                assert!(ran.code().is_some(), "{what}: {ran:?}");
            }
            match code {
                Some(code) => assert_eq!(json.json()["error"]["code"], code, "{what} {look:?}: {json:?}"),
                None if look.first() == Some(&"--file") => {}
                None => assert_eq!(json.code(), Some(0), "{what} {look:?}: {json:?}"),
            }
        }
        assert_eq!(files_under(dir.path()), before, "{what}");
    }
}
