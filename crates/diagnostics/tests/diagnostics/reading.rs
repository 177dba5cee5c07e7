//! What support reads: the cause first, then everything else.

use gatefold_diagnostics::formats::{
    Clock, Crash, Identifier, LedgerEntry, LedgerIndex, License, Licenses, Machine, Part, Reach,
    Reachability, Sdk, SdkEntry, Seats, Settings,
};
use gatefold_diagnostics::{Draft, Kind, Known, Limits, MAX_BYTES, Opened, Severity, compare, summary};

use crate::sources::{license, redactor};

fn draft() -> Draft {
    Draft::new(redactor(&[]), "gatefold 0.1.0", "2026-12-01T09:00:00Z".parse().unwrap(), None)
}

fn read(draft: &Draft) -> Opened {
    Opened::open(draft.bundle().unwrap().to_zip(MAX_BYTES).unwrap(), Limits::default()).unwrap()
}

fn licenses(entries: Vec<License>) -> Licenses {
    Licenses { entries, ..Licenses::new() }
}

fn failure(code: &str) -> String {
    let at = "2026-12-01T08:59:31.000Z";
    serde_json::json!({ "at": at, "level": "WARN", "name": "failure.told", "fields": { "code": code } })
        .to_string()
}

/// What a bundle with this in it says first.
#[track_caller]
fn first(fill: impl FnOnce(&mut Draft), expect: &str) {
    let mut draft = draft();
    fill(&mut draft);
    let findings = read(&draft).findings();
    assert_eq!(findings.first().map(|finding| finding.words.as_str()), Some(expect), "{findings:#?}");
}

#[track_caller]
fn first_of_log(code: &str, expect: &str) {
    first(|draft| draft.add_log(failure(code).as_bytes()).unwrap(), expect);
}

#[track_caller]
fn first_of_machine(machine: Machine, expect: &str) {
    first(|draft| draft.add_json(Part::Machine, &machine).unwrap(), expect);
}

#[track_caller]
fn first_of_license(standing: &str, reason: &str, expect: &str) {
    first(
        |draft| draft.add_json(Part::Licenses, &licenses(vec![license(standing, reason)])).unwrap(),
        expect,
    );
}

fn clock(ahead_secs: i64) -> Machine {
    Machine { clock: Some(Clock { at: "2026-11-28T09:00:00.000Z".to_owned(), ahead_secs }), ..Machine::new() }
}

#[test]
fn the_clock() {
    first_of_machine(clock(-259_200), "the clock is 3 days behind");
    first_of_machine(clock(-86_400), "the clock is 1 day behind");
    first_of_machine(clock(7_200), "the clock is 2 hours ahead");
    first_of_machine(clock(600), "the clock is 10 minutes ahead");
    let mut draft = draft();
    draft.add_json(Part::Machine, &clock(120)).unwrap();
    assert_eq!(read(&draft).findings(), []);
}

#[test]
fn the_computer() {
    let no_id = Identifier {
        vendor: "sleeve".to_owned(),
        code: Some("shelf.machine_id_unusable".to_owned()),
        ..Identifier::default()
    };
    let machine = Machine { identifiers: vec![no_id], ..Machine::new() };
    first_of_machine(machine, "no identifier can be made for sleeve: the computer has no machine id");
    first_of_machine(Machine { disk_free_mib: Some(3), ..Machine::new() }, "the disk is full, or nearly");
    let locked = Machine { keyring: "locked".to_owned(), ..Machine::new() };
    first_of_machine(locked, "the system's store of secrets is locked, so keys and sign-ins cannot be used");
}

#[test]
fn licenses_and_why() {
    first_of_license(
        "wrong_machine",
        "wrong_machine",
        "the license of Halo Plate belongs to another computer",
    );
    first_of_license("expired", "expired", "the license of Halo Plate has ended");
    first_of_license(
        "expired",
        "file_expired",
        "the license of Halo Plate has a file that has ended; the license itself may go on, and must be asked for again",
    );
    first_of_license(
        "revoked",
        "suspended",
        "the license of Halo Plate was suspended by the vendor, in a signed answer",
    );
    first_of_license("unlicensed", "released", "the license of Halo Plate had its seat given back");
    first_of_license(
        "clock_behind",
        "clock_behind",
        "the license of Halo Plate does not count yet: the clock is behind the time at which it was signed",
    );
    first_of_license(
        "of_tomorrow",
        "",
        "the license of Halo Plate does not count, for a reason that this version has no words for",
    );
    let full = License { seats: Some(Seats { used: 3, limit: Some(3) }), ..license("expired", "expired") };
    let mut draft = draft();
    let good = License { seats: Some(Seats { used: 3, limit: Some(3) }), ..license("active", "active") };
    draft.add_json(Part::Licenses, &licenses(vec![full, good])).unwrap();
    let words: Vec<String> = read(&draft).findings().into_iter().map(|finding| finding.words).collect();
    assert_eq!(words, ["the license of Halo Plate has ended", "all 3 seats of Halo Plate are in use"]);
}

#[test]
fn failures_by_their_cause() {
    first_of_log("keygen.seats_full", "seat limit reached: all seats of a license are in use");
    first_of_log(
        "network.certificate_refused",
        "certificate not trusted: the server could not prove who it is",
    );
    first_of_log("license.other_computer", "a license belongs to another computer");
    first_of_log("network.unreachable", "a vendor's server could not be reached");
    first_of_log("keygen.wrong_key", "the vendor knows no such license key");
    first_of_log(
        "keygen.web_page",
        "something else answered than the licensing server: a sign-in page of a network, or a proxy",
    );
    first_of_log("shelf.disk_full", "the disk is full");
    first_of_log("ledger.damaged", "the ledger is damaged, and nothing is sent without it");
    first_of_log("license.signature_invalid", "a license file was altered, cut, or is of another server");
    first_of_log("trial.ended", "a trial has ended");
    first_of_log(
        "shelf.machine_id_unusable",
        "this computer has no machine id, so nothing can be bound to it",
    );
    first_of_log("next.year", "failed with next.year");
    let mut draft = draft();
    draft.add_log(failure("license.stopped").as_bytes()).unwrap();
    assert_eq!(read(&draft).findings(), []);
}

#[test]
fn one_failure_in_log_and_ledger_is_one() {
    let mut draft = draft();
    let entry = LedgerEntry {
        id: 7,
        at: "2026-12-01T08:59:30.000Z".to_owned(),
        code: Some("MACHINE_LIMIT_EXCEEDED".to_owned()),
        ..LedgerEntry::default()
    };
    let ledger =
        LedgerIndex { intact: Some(false), entries: vec![entry.clone(), entry], ..LedgerIndex::new() };
    draft.add_json(Part::LedgerIndex, &ledger).unwrap();
    draft
        .add_log([failure("keygen.seats_full"), failure("keygen.seats_full")].join("\n").as_bytes())
        .unwrap();
    let findings = read(&draft).findings();
    assert_eq!(findings.len(), 2, "{findings:#?}");
    assert_eq!((findings[0].code.as_str(), findings[0].count), ("seats.full", 2));
    assert_eq!(findings[0].last_at.as_deref(), Some("2026-12-01T08:59:31.000Z"));
    assert_eq!(findings[1].code, "ledger.broken");
}

#[test]
fn everything_else() {
    let reach = Reach {
        vendor: "sleeve".to_owned(),
        code: Some("network.certificate_refused".to_owned()),
        ..Reach::default()
    };
    let reachability = Reachability { entries: vec![reach], ..Reachability::new() };
    first(
        |draft| draft.add_json(Part::Reachability, &reachability).unwrap(),
        "certificate not trusted: the server could not prove who it is",
    );
    let settings = Settings { damaged: vec!["proxy".to_owned()], ..Settings::new() };
    first(
        |draft| draft.add_json(Part::Settings, &settings).unwrap(),
        "the setting proxy can no longer be read, and its default counts",
    );
    let crash = Crash {
        program: "gatefold".to_owned(),
        version: "0.1.0".to_owned(),
        location: "src/a.rs:1:2".to_owned(),
        ..Crash::new()
    };
    first(
        |draft| (draft.add_crash(&crash), draft.add_crash(&crash)).0,
        "gatefold 0.1.0 crashed at src/a.rs:1:2",
    );
    let entry = SdkEntry {
        vendor: "sleeve".to_owned(),
        product: "Halo Plate".to_owned(),
        standing: "unlicensed".to_owned(),
        reason: "unlicensed".to_owned(),
        shelves: Vec::new(),
    };
    first(
        |draft| {
            draft.add_json(Part::Licenses, &licenses(vec![license("active", "active")])).unwrap();
            draft.add_json(Part::Sdk, &Sdk { entries: vec![entry], ..Sdk::new() }).unwrap();
        },
        "plug-ins of Halo Plate are told unlicensed, the list says active",
    );
    first(|draft| draft.set_note(b"\xff"), "left out: note.txt, which is no text");
}

#[test]
fn the_gravest_and_the_newest_first() {
    let mut draft = draft();
    draft
        .add_json(Part::Settings, &Settings { damaged: vec!["proxy".to_owned()], ..Settings::new() })
        .unwrap();
    let old = failure("network.unreachable").replace("2026-12-01", "2026-11-01");
    draft
        .add_log(
            [old, failure("keygen.throttled"), failure("keygen.seats_full"), "free text".to_owned()]
                .join("\n")
                .as_bytes(),
        )
        .unwrap();
    let order: Vec<(Severity, String)> =
        read(&draft).findings().into_iter().map(|it| (it.severity, it.code)).collect();
    let expect = [
        (Severity::Problem, "seats.full"),
        (Severity::Problem, "network.unreachable"),
        (Severity::Warning, "server.throttled"),
        (Severity::Warning, "settings.damaged"),
        (Severity::Note, "bundle.left_out"),
    ];
    assert_eq!(order, expect.map(|(severity, code)| (severity, code.to_owned())));
}

#[test]
fn a_timeline_of_all_files() {
    let mut draft = draft();
    let entry = LedgerEntry {
        id: 7,
        at: "2026-12-01T08:59:30.000Z".to_owned(),
        vendor: "sleeve".to_owned(),
        purpose: "activation".to_owned(),
        outcome: "answered".to_owned(),
        status: Some(422),
        code: Some("MACHINE_LIMIT_EXCEEDED".to_owned()),
        ..LedgerEntry::default()
    };
    draft.add_json(Part::LedgerIndex, &LedgerIndex { entries: vec![entry], ..LedgerIndex::new() }).unwrap();
    draft.add_log(failure("keygen.seats_full").as_bytes()).unwrap();
    let at = Some("2026-12-01T08:00:00.000Z".to_owned());
    draft.add_crash(&Crash {
        at,
        program: "gatefold".to_owned(),
        location: "src/a.rs:1:2".to_owned(),
        ..Crash::new()
    });
    let events: Vec<(String, bool)> =
        read(&draft).timeline(10).into_iter().map(|event| (event.what, event.failed)).collect();
    let expect = [
        ("gatefold  crashed at src/a.rs:1:2", true),
        ("7. activation sleeve answered 422 MACHINE_LIMIT_EXCEEDED", true),
        ("failure.told code=keygen.seats_full", true),
    ];
    assert_eq!(events, expect.map(|(what, failed)| (what.to_owned(), failed)));
    assert_eq!(read(&draft).timeline(1).len(), 1);
}

#[test]
fn a_search_through_every_file() {
    let mut draft = draft();
    draft.set_note("Es knallt beim ÖFFNEN\nsecond line".as_bytes());
    draft
        .add_log([failure("keygen.seats_full"), failure("network.unreachable")].join("\n").as_bytes())
        .unwrap();
    let opened = read(&draft);
    let found = |words: &str, most| {
        let found = opened.search(words, most).unwrap();
        found.into_iter().map(|line| (line.file, line.line)).collect::<Vec<_>>()
    };
    assert_eq!(found("knallt öffnen", 10), [("note.txt".to_owned(), 1)]);
    assert_eq!(found("SECOND", 10), [("note.txt".to_owned(), 2)]);
    assert_eq!(found("unreachable", 10), [("log.jsonl".to_owned(), 2)]);
    assert_eq!(found("failure.told", 1).len(), 1);
    assert_eq!(found("nowhere", 10), []);
    assert_eq!(found(" ", 10), []);
}

#[test]
fn two_bundles_beside_each_other() {
    let bundle = |standing: &str, host: &str, code: &str| {
        let redactor = redactor(&[Known::new(Kind::Host, "another"), Known::new(Kind::Host, host)]);
        let mut draft = Draft::new(redactor, "gatefold 0.1.0", "2026-12-01T09:00:00Z".parse().unwrap(), None);
        draft.add_json(Part::Licenses, &licenses(vec![license(standing, standing)])).unwrap();
        draft.add_json(Part::Machine, &Machine { host: host.to_owned(), ..Machine::new() }).unwrap();
        draft.add_log(failure(code).as_bytes()).unwrap();
        read(&draft)
    };
    let before = bundle("expired", "kiln-1", "keygen.expired");
    let after = bundle("active", "another", "license.stopped");
    let changed: Vec<_> = compare(&before, &after)
        .unwrap()
        .into_iter()
        .map(|it| (it.file, it.place, it.before.unwrap_or_default(), it.after.unwrap_or_default()))
        .collect();
    let row = |file: &str, place: &str, before: &str, after: &str| {
        [file, place, before, after].map(str::to_owned).into()
    };
    let expect: Vec<(String, String, String, String)> = vec![
        row("findings", "license.expired", "the license of Halo Plate has ended", ""),
        row("licenses.json", "entries.0.reason", "expired", "active"),
        row("licenses.json", "entries.0.standing", "expired", "active"),
    ];
    assert_eq!(changed, expect);
    assert_eq!(compare(&before, &before).unwrap(), []);
}

#[test]
fn a_summary_for_a_ticket() {
    let mut draft = draft();
    draft.set_note(b"since the update\nnothing works, see https://license.sleeve.example/x");
    draft
        .add_json(
            Part::Machine,
            &Machine {
                os: "Debian GNU/Linux 12".to_owned(),
                cpu: "i7".to_owned(),
                memory_gib: Some(16),
                ..clock(-259_200)
            },
        )
        .unwrap();
    draft.add_json(Part::Licenses, &licenses(vec![license("expired", "expired")])).unwrap();
    assert_eq!(
        summary(&read(&draft)),
        "Diagnostic bundle by gatefold 0.1.0, made 2026-12-01T09:00:00.000Z
Debian GNU/Linux 12, i7, 16 GiB

Findings: 
- problem: the clock is 3 days behind (machine.json, last 2026-11-28T09:00:00.000Z)
- problem: the license of Halo Plate has ended (licenses.json)

Licenses:
- Halo Plate (sleeve): perpetual, expired

The user says: since the update␊nothing works, see https: //license.sleeve.example/x
"
    );
}
