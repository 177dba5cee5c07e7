//! The bundle: what was shown is what is written, and the manifest says all of it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use age::secrecy::ExposeSecret as _;
use gatefold_diagnostics::formats::{Crash, Part};
use gatefold_diagnostics::{
    DiagnosticsError, Draft, Kind, Known, LINE_MAX_BYTES, Limits, MANIFEST, MAX_BYTES, Manifest, Opened,
    REPORT, Reason, TEXT_MAX_BYTES, is_sealed, unseal,
};
use sha2::{Digest as _, Sha256};

use crate::sources::{Planted, draft, redactor};

pub(crate) fn a_draft() -> Draft {
    let known = [Known::new(Kind::Host, "kiln-4821"), Known::new(Kind::Identifier, "gf1-00ff")];
    let texts = ["on kiln-4821".to_owned(), "nothing".to_owned()];
    let planted = Planted { texts: &texts, host: "kiln-4821", device: "Kiln", identifier: "gf1-00ff" };
    draft(redactor(&known), &planted)
}

pub(crate) fn zipped() -> Vec<u8> {
    a_draft().bundle().unwrap().to_zip(MAX_BYTES).unwrap()
}

fn unzipped(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let files = (0..archive.len()).map(|index| {
        let mut file = archive.by_index(index).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    });
    files.collect()
}

fn manifest(zip: &[u8]) -> Manifest {
    let files = unzipped(zip);
    assert_eq!(files[0].0, MANIFEST);
    serde_json::from_slice(&files[0].1).unwrap()
}

#[test]
fn what_is_shown_is_what_is_written() {
    let draft = a_draft();
    let bundle = draft.bundle().unwrap();
    let written = unzipped(&bundle.to_zip(MAX_BYTES).unwrap());
    let shown: Vec<_> = bundle.files().iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
    assert_eq!(written, shown);
    for prepared in draft.prepared() {
        let (_, bytes) = written.iter().find(|(name, _)| *name == prepared.file.name).unwrap();
        assert_eq!(*bytes, prepared.file.bytes);
        for span in &prepared.file.spans {
            let at = usize::try_from(span.offset).unwrap();
            let text = std::str::from_utf8(&bytes[at..at + span.len as usize]).unwrap();
            assert_eq!(text.trim_matches(['[', ']']), span.pseudonym.to_string());
        }
    }
}

#[test]
fn the_same_files_make_the_same_bytes() {
    assert_eq!(zipped(), zipped());
}

#[test]
fn the_manifest_says_all_of_it() {
    let zip = zipped();
    let manifest = manifest(&zip);
    assert_eq!((manifest.v, manifest.tool.as_str()), (1, "gatefold 0.1.0"));
    assert_eq!(manifest.made_at, "2026-12-01T09:00:00.000Z");
    assert_eq!(manifest.head.unwrap().count, 42);
    let files = unzipped(&zip);
    let listed: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        listed,
        [
            REPORT,
            "note.txt",
            "app.json",
            "machine.json",
            "licenses.json",
            "sdk.json",
            "reachability.json",
            "settings.json",
            "ledger-index.json",
            "crashes/001.json",
            "log.jsonl",
        ]
    );
    let mut total: BTreeMap<Kind, u64> = BTreeMap::new();
    for (listed, (name, bytes)) in manifest.files.iter().zip(&files[1..]) {
        assert_eq!(listed.name, *name);
        assert_eq!(listed.bytes, bytes.len() as u64);
        assert_eq!(listed.sha256, hex::encode(Sha256::digest(bytes)));
        listed.redactions.iter().for_each(|(kind, count)| *total.entry(*kind).or_default() += count);
    }
    assert_eq!(manifest.redactions, total);
    assert!(total[&Kind::Host] >= 8, "{total:?}");
    assert_eq!(manifest.left_out, []);
}

#[test]
fn what_is_left_out_is_counted() {
    let known = [Known::new(Kind::Host, "kiln-4821")];
    let mut draft =
        Draft::new(redactor(&known), "gatefold 0.1.0", "2026-12-01T09:00:00Z".parse().unwrap(), None);
    draft.set_note(b"caf\xe9");
    draft
        .add_json(Part::Settings, &serde_json::json!({ "v": 1, "big": "x ".repeat(TEXT_MAX_BYTES) }))
        .unwrap();
    draft.add_crash(&Crash { message: Some("on kiln-4821".to_owned()), ..Crash::new() });
    let long = format!(r#"{{"name":"a.b","x":"{}"}}"#, "y".repeat(LINE_MAX_BYTES));
    let lines =
        [&br#"{"name":"a.b"}"#[..], b"free text", b"caf\xe9", long.as_bytes(), b"[1]", br#"{"name":"c.d"}"#];
    draft.add_log(&lines.join(&b'\n')[..]).unwrap();
    draft.include("crashes/001.json", false).unwrap();
    let zip = draft.bundle().unwrap().to_zip(MAX_BYTES).unwrap();
    let left: Vec<_> =
        manifest(&zip).left_out.into_iter().map(|one| (one.file, one.reason, one.lines)).collect();
    let line = |reason, count| ("log.jsonl".to_owned(), reason, Some(count));
    let whole = |file: &str, reason| (file.to_owned(), reason, None);
    assert_eq!(
        left,
        [
            whole("crashes/001.json", Reason::Unticked),
            whole("note.txt", Reason::NotText),
            whole("settings.json", Reason::TooLarge),
            line(Reason::NotText, 1),
            line(Reason::NotTyped, 2),
            line(Reason::TooLarge, 1),
        ]
    );
    let names: Vec<String> = unzipped(&zip).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [MANIFEST, REPORT, "log.jsonl"]);
    let log = unzipped(&zip).pop().unwrap().1;
    assert_eq!(log, b"{\"name\":\"a.b\"}\n{\"name\":\"c.d\"}\n");
}

#[test]
fn a_note_is_changed_until_it_is_written() {
    let mut draft = a_draft();
    draft.set_note("erste Fassung".as_bytes());
    draft.set_note(b"it fails on KILN-4821");
    let zip = draft.bundle().unwrap().to_zip(MAX_BYTES).unwrap();
    let notes: Vec<_> = unzipped(&zip).into_iter().filter(|(name, _)| name == "note.txt").collect();
    assert_eq!(notes, [("note.txt".to_owned(), b"it fails on host-1".to_vec())]);
    draft.set_note(b"  ");
    assert!(!draft.prepared().iter().any(|prepared| prepared.part == Part::Note));
}

#[test]
fn a_part_is_there_once() {
    let mut draft = a_draft();
    let code = |result: Result<(), DiagnosticsError>| result.unwrap_err().code();
    assert_eq!(code(draft.add_json(Part::App, &1)), "diagnostics.no_such_part");
    assert_eq!(code(draft.add_json(Part::Crash, &1)), "diagnostics.no_such_part");
    assert_eq!(code(draft.add_log(&b""[..])), "diagnostics.no_such_part");
    assert_eq!(code(draft.include("elsewhere.json", true)), "diagnostics.no_such_part");
}

#[test]
fn a_bundle_that_would_be_too_large_says_so() {
    let bundle = a_draft().bundle().unwrap();
    let bytes = bundle.to_zip(MAX_BYTES).unwrap().len() as u64;
    let Err(DiagnosticsError::TooLarge { bytes: would, limit_bytes, largest, largest_bytes }) =
        bundle.to_zip(bytes - 1)
    else {
        panic!("it was written")
    };
    assert_eq!((would, limit_bytes, largest.as_str()), (bytes, bytes - 1, REPORT));
    assert!(largest_bytes > 1_000 && largest_bytes < bytes);
    assert_eq!(bundle.to_zip(bytes).unwrap().len() as u64, bytes);
}

#[test]
fn a_sealed_bundle_opens_with_its_key_alone() {
    let (support, other) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    let bundle = a_draft().bundle().unwrap();
    let sealed = bundle.to_sealed(MAX_BYTES, &support.to_public().to_string()).unwrap();
    assert!(is_sealed(&sealed));
    let limits = Limits::default();
    let open =
        |identity: &age::x25519::Identity| unseal(&sealed, identity.to_string().expose_secret(), &limits);
    assert_eq!(open(&support).unwrap(), bundle.to_zip(MAX_BYTES).unwrap());
    assert_eq!(open(&other).unwrap_err().code(), "diagnostics.not_opened");
    assert_eq!(unseal(&sealed, "AGE-SECRET-KEY-1", &limits).unwrap_err().code(), "diagnostics.identity");
    assert_eq!(
        unseal(&sealed[..300], support.to_string().expose_secret(), &limits).unwrap_err().code(),
        "diagnostics.not_opened"
    );
    assert_eq!(Opened::open(sealed.clone(), limits).unwrap_err().code(), "diagnostics.sealed");
    assert_eq!(bundle.to_sealed(MAX_BYTES, "age1nobody").unwrap_err().code(), "diagnostics.recipient");
    let small = Limits { archive_bytes: 100, ..limits };
    assert_eq!(
        unseal(&sealed, support.to_string().expose_secret(), &small).unwrap_err().code(),
        "diagnostics.excessive"
    );
}

/// Each wrapping could hold each other; looking for all of that, order by order, would take for ever.
#[test]
fn what_is_wrapped_in_every_way_is_cleaned_in_time() {
    let known = [Known::new(Kind::Host, "kiln-4821")];
    let knot = "%25\\u0025&#37;=25+\\x5cMjU=\u{200b}".repeat(8_000);
    let begun = std::time::Instant::now();
    let clean = redactor(&known).text(format!("{knot} kiln%2D4821 {knot}").as_bytes()).unwrap();
    assert_eq!(clean.counts(), [(Kind::Host, 1)].into());
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}
