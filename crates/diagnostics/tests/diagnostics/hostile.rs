//! Bundles that mean harm. None does: it is refused with a reason, or what it says is shown for what it is.

use std::io::{Cursor, Write as _};

use gatefold_diagnostics::{Fault, Limits, Opened, REPORT, summary};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    archive_with(files, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
}

fn archive_with(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn manifest(files: &[(&str, &[u8])]) -> Vec<u8> {
    let listed: Vec<_> = files
        .iter()
        .map(|(name, bytes)| serde_json::json!({ "name": name, "bytes": bytes.len(), "sha256": hex::encode(Sha256::digest(bytes)) }))
        .collect();
    let manifest = serde_json::json!({ "v": 1, "tool": "gatefold 0.1.0", "made_at": "2026-12-01T09:00:00.000Z", "files": listed });
    serde_json::to_vec(&manifest).unwrap()
}

/// A bundle of these files, with a manifest that is right.
fn bundle(files: &[(&str, &[u8])]) -> Vec<u8> {
    let manifest = manifest(files);
    let mut all = vec![("manifest.json", &manifest[..])];
    all.extend(files);
    archive(&all)
}

/// `bytes` with each `from` as `to`.
fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut patches = 0;
    for at in 0..=bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + from.len()].copy_from_slice(to);
            patches += 1;
        }
    }
    assert!(patches > 0, "{} is not in it", String::from_utf8_lossy(from));
    bytes
}

#[track_caller]
fn refused(bytes: Vec<u8>, code: &str) {
    refused_by(bytes, Limits::default(), code);
}

#[track_caller]
fn refused_by(bytes: Vec<u8>, limits: Limits, code: &str) {
    let error = Opened::open(bytes, limits).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(!error.to_string().contains(|c: char| c.is_control()), "{error:?}");
}

fn opened(bytes: Vec<u8>) -> Opened {
    Opened::open(bytes, Limits::default()).unwrap()
}

#[test]
fn names_that_lead_elsewhere() {
    for name in [
        "../../home/x/.bashrc",
        "a/../../b.json",
        "/etc/passwd",
        "\\\\server\\share",
        "..\\x.json",
        "C:\\x.json",
        "C:x.json",
        "a//b.json",
        "a/b/c.json",
        "./x.json",
        ".hidden",
        "crashes/",
        "x\u{1b}[2J.json",
        "x\u{202e}nosj.exe",
        "con .json",
        &"x".repeat(101),
    ] {
        refused(bundle(&[(name, b"{}")]), "diagnostics.harmful");
    }
    refused(patched(bundle(&[("abcd.json", b"{}")]), b"abcd", b"\xff\xfe\x80\x81"), "diagnostics.harmful");
    refused(patched(bundle(&[("abcd.json", b"{}")]), b"abcd", b"ab\0d"), "diagnostics.harmful");
}

#[test]
fn two_files_of_one_name() {
    let twice = bundle(&[("aaaa.json", b"{}"), ("aaab.json", b"[]")]);
    refused(patched(twice, b"aaab.json", b"aaaa.json"), "diagnostics.harmful");
    refused(bundle(&[("app.json", b"{}"), ("APP.json", b"[]")]), "diagnostics.harmful");
}

#[test]
fn an_archive_in_the_archive_is_not_opened() {
    let inner = archive(&[("../x", &[0; 1_000_000])]);
    let outer = opened(bundle(&[("inner.zip", &inner), ("note.txt", &inner)]));
    assert!(outer.faults().is_empty());
    assert_eq!(
        outer.findings().iter().map(|finding| finding.words.as_str()).collect::<Vec<_>>(),
        ["note.txt is not what its name says"]
    );
    assert!(outer.text("inner.zip").unwrap().starts_with("PK␃␄"));
}

#[test]
fn bombs() {
    let zeros = vec![b' '; 40 << 20];
    refused(bundle(&[("note.txt", &zeros)]), "diagnostics.excessive");
    refused(bundle(&[("log.jsonl", &zeros)]), "diagnostics.excessive");
    refused(archive(&[("manifest.json", &zeros)]), "diagnostics.excessive");
    let many: Vec<String> = (0..250).map(|number| format!("crashes/{number}.json")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"{}"[..])).collect();
    refused(bundle(&many), "diagnostics.excessive");
    let small = Limits { total_bytes: 100, ..Limits::default() };
    refused_by(
        bundle(&[("app.json", &[b' '; 80]), ("sdk.json", &[b' '; 80])]),
        small,
        "diagnostics.excessive",
    );
    let small = Limits { archive_bytes: 100, ..Limits::default() };
    refused_by(bundle(&[]), small, "diagnostics.excessive");
}

/// Sizes in the archive are only said: less than there is must not be believed.
#[test]
fn a_file_that_lies_about_its_size() {
    let text = vec![b'a'; 77_777];
    let size = u32::try_from(text.len()).unwrap().to_le_bytes();
    let lying = patched(bundle(&[("note.txt", &text)]), &size, &[9, 0, 0, 0]);
    let limits = Limits { file_bytes: 5_000, ..Limits::default() };
    refused_by(lying, limits, "diagnostics.not_a_bundle");
}

#[test]
fn parts_that_are_the_same_bytes() {
    let mut bytes = bundle(&[("app.json", b"{\"v\":1}"), ("sdk.json", b"{\"v\":1}")]);
    // The directory's last entry is made to begin where the one before begins.
    let entries: Vec<usize> =
        (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
    let [.., before, last] = entries[..] else { panic!() };
    let offset: Vec<u8> = bytes[before + 42..before + 46].to_vec();
    bytes[last + 42..last + 46].copy_from_slice(&offset);
    refused(bytes, "diagnostics.harmful");
}

#[test]
fn what_is_no_plain_file() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    archive.start_file("manifest.json", options).unwrap();
    archive.write_all(&manifest(&[])).unwrap();
    archive.add_symlink("app.json", "/etc/passwd", options).unwrap();
    refused(archive.finish().unwrap().into_inner(), "diagnostics.harmful");
    let plain = bundle(&[("app.json", b"{}")]);
    for (offset, value) in [(8, 1), (10, 99), (10, 14)] {
        // Locked, and packed in ways that are not opened.
        let mut bytes = plain.clone();
        let at = (0..bytes.len()).rfind(|at| bytes[*at..].starts_with(b"PK\x01\x02")).unwrap();
        bytes[at + offset] = value;
        let code = Opened::open(bytes, Limits::default()).map(|_| ()).unwrap_err().code();
        assert!(["diagnostics.harmful", "diagnostics.not_a_bundle"].contains(&code), "{code}");
    }
}

#[test]
fn what_stands_around_it() {
    let plain = bundle(&[("app.json", b"{}")]);
    refused([b"#!/bin/sh\n", &plain[..]].concat(), "diagnostics.not_a_bundle");
    refused([&archive(&[("x", b"x")]), &plain[..]].concat(), "diagnostics.harmful");
    refused([&plain[..], b"tail"].concat(), "diagnostics.not_a_bundle");
    refused(plain[..plain.len() - 1].to_vec(), "diagnostics.not_a_bundle");
    refused(plain[..plain.len() / 2].to_vec(), "diagnostics.not_a_bundle");
    refused(Vec::new(), "diagnostics.not_a_bundle");
    refused(b"PK\x03\x04".to_vec(), "diagnostics.not_a_bundle");
    refused(b"\x1f\x8b\x08\x00".repeat(30), "diagnostics.not_a_bundle");
    refused(b"age-encryption.org/v1\n-> x".to_vec(), "diagnostics.sealed");
    let at = plain.len() - 22;
    let locator = [&plain[..at], b"PK\x06\x07", &[0; 16], &plain[at..]].concat();
    refused(locator, "diagnostics.harmful");
}

#[test]
fn manifests() {
    refused(archive(&[("app.json", b"{}")]), "diagnostics.not_a_bundle");
    refused(archive(&[("manifest.json", b"nothing")]), "diagnostics.not_a_bundle");
    refused(archive(&[("manifest.json", b"{\"v\":1}")]), "diagnostics.not_a_bundle");
    refused(archive(&[("manifest.json", b"{\"v\":-1}")]), "diagnostics.not_a_bundle");
    refused(archive(&[("manifest.json", "[".repeat(100_000).as_bytes())]), "diagnostics.not_a_bundle");
    refused(archive(&[("manifest.json", b"{\"v\":2,\"new\":true}")]), "diagnostics.newer");
}

#[test]
fn files_that_are_not_what_was_written() {
    let machine = br#"{"v":1,"clock":{"at":"","ahead_secs":-259200}}"#;
    let manifest = manifest(&[("machine.json", b"another"), ("app.json", b"{}")]);
    let bent =
        opened(archive(&[("manifest.json", &manifest), ("machine.json", machine), ("sdk.json", b"{}")]));
    let name = str::to_owned;
    assert_eq!(
        bent.faults(),
        [
            Fault::Altered(name("machine.json")),
            Fault::Unlisted(name("sdk.json")),
            Fault::Missing(name("app.json"))
        ]
    );
    let findings = bent.findings();
    assert!(findings.iter().all(|finding| finding.code == "bundle.altered"), "{findings:#?}");
    assert_eq!(findings.len(), 3);
}

/// What a terminal or a page would act on.
fn assert_harmless(text: &str) {
    let acts = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || c == '\u{200b}'
    };
    assert!(!text.contains(acts), "{text:?}");
}

#[test]
fn what_would_act_on_whoever_reads() {
    let evil = "\u{1b}]8;;http://evil.example\u{7}click\u{1b}]8;;\u{7}\u{1b}[2J\u{202e}<script>alert(1)</script>\u{200b}\r\u{9b}31m";
    let line = serde_json::json!({ "at": evil, "level": "WARN", "name": evil, "fields": { "code": evil } })
        .to_string();
    let raw = format!("{evil}\n{line}\n");
    let license = serde_json::json!({ "v": 1, "entries": [{ "product": evil, "standing": "wrong_machine", "reason": evil }] });
    let crash = serde_json::json!({ "v": 1, "program": evil, "location": evil });
    let opened = opened(bundle(&[
        ("log.jsonl", raw.as_bytes()),
        ("licenses.json", license.to_string().as_bytes()),
        ("crashes/1.json", crash.to_string().as_bytes()),
        ("note.txt", evil.as_bytes()),
        (REPORT, evil.as_bytes()),
    ]));
    for finding in opened.findings() {
        assert_harmless(&format!(
            "{} {} {} {:?}",
            finding.code, finding.words, finding.file, finding.last_at
        ));
    }
    for event in opened.timeline(100) {
        assert_harmless(&format!("{} {} {}", event.at, event.file, event.what));
    }
    for name in opened.names() {
        assert_harmless(&opened.text(name).unwrap());
    }
    for line in opened.search("alert", 100).unwrap() {
        assert_harmless(&line.text);
    }
    let summary = summary(&opened);
    assert_harmless(&summary);
    assert!(!summary.contains("://"), "{summary}");
    assert!(opened.text("note.txt").unwrap().starts_with("␛]8;;http://evil.example␇"));
}

#[test]
fn files_that_are_something_else() {
    let deep = "[".repeat(200_000);
    let opened = opened(bundle(&[
        ("app.json", deep.as_bytes()),
        ("machine.json", b"\x00\x01\x02"),
        ("licenses.json", br#"{"v":"one","entries":7}"#),
        ("ledger-index.json", br#"{"v":1,"entries":[{"id":-1}]}"#),
        ("sdk.json", br#"{"v":1,"entries":[{"shelves":{"a":1}}]}"#),
        ("settings.json", b""),
        ("reachability.json", b"null"),
    ]));
    let findings = opened.findings();
    assert_eq!(findings.len(), 7, "{findings:#?}");
    assert!(findings.iter().all(|finding| finding.code == "bundle.unreadable"));
}

/// More lines than are read, in a file that is packed to nearly nothing.
#[test]
fn ten_million_lines() {
    let line = br#"{"level":"WARN","name":"a.b","fields":{"code":"x.y"}}"#;
    let (mut log, mut noise) = (Vec::new(), 1_u32);
    for number in 0..10_000_100_u64 {
        match number % 1_000 {
            0 => log.extend_from_slice(line),
            _ => {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                log.push(b'0' + u8::try_from(noise >> 29).unwrap());
            }
        }
        log.push(b'\n');
    }
    let opened = opened(bundle(&[("log.jsonl", &log)]));
    let findings = opened.findings();
    let words: Vec<&str> = findings.iter().map(|finding| finding.words.as_str()).collect();
    assert_eq!(words, ["failed with x.y", "the log has more lines than are read"]);
    assert_eq!(findings[0].count, 10_000);
    assert_eq!(opened.timeline(1_000).len(), 500);
}

#[test]
fn one_line_without_an_end() {
    let log = vec![b'a'; 400_000];
    let noise: Vec<u8> =
        log.iter().enumerate().map(|(at, _)| b'!' + u8::try_from(at * at % 89).unwrap()).collect();
    let opened = opened(bundle(&[("log.jsonl", &noise.repeat(10))]));
    assert_eq!(opened.findings().len(), 1);
    let found = opened.search("a", 10).unwrap();
    assert!(found.iter().all(|line| line.text.chars().count() <= 2_001));
}
