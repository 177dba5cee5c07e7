//! Ledgers that were edited, cut, reordered or spoilt. `ledger check` names the entry, exit 1; the rest stays readable,
//! and over a ledger that cannot be read nothing is sent.

use gatefold_tests::files_under;
use rusqlite::Connection;

use crate::studio::Studio;

/// Entries: 1 check, 2 seat, 3 file, 4 and 5 refresh, 6 an export.
fn studio() -> Studio {
    let studio = Studio::with(&["free"]);
    studio.good(&["license", "refresh", "--yes"]);
    studio.good(&["ledger", "export", "all.json", "--yes"]);
    let check = studio.good(&["ledger", "check", "--json"]).json();
    assert_eq!((&check["entries"], &check["anchor"]), (&6.into(), &"whole".into()));
    studio
}

/// An entry's record, and its outcome's.
const ENTRY: &str = "entry = 2 AND outcome IS NULL";
const OUTCOME: &str = "entry = 2 AND outcome IS NOT NULL";

#[test]
fn an_edited_entry_is_named() {
    let studio = studio();
    let check = |what: &str, sql: &str, expect: &[i64]| {
        let home = studio.copy();
        let db = Connection::open(home.path().join("ledger/ledger.db")).unwrap();
        db.execute_batch(sql).unwrap_or_else(|error| panic!("{what}: {error}"));
        drop(db);
        let cli = studio.cli_at(home.path());
        let found = cli.run(["ledger", "check", "--json"]);
        assert_eq!(found.code(), Some(1), "{what}: {found:?}");
        let found = found.json();
        assert_eq!((&found["intact"], &found["broken"]), (&false.into(), &expect.into()), "{what}");
        let words = cli.run(["ledger", "check"]);
        assert_eq!(words.code(), Some(1), "{what}");
        let named = expect.iter().all(|id| words.text().contains(&id.to_string()));
        assert!(named && words.text().contains("The record was"), "{what}: {}", words.text());
        // What is left is readable.
        assert_eq!(cli.run(["ledger", "list"]).code(), Some(0), "{what}");
        assert_eq!(cli.run(["license", "list"]).code(), Some(0), "{what}");
    };
    let record = |set: &str, which: &str| format!("UPDATE record SET {set} WHERE {which}");
    let body = |set: &str, which: &str| {
        format!("UPDATE body SET {set} WHERE seq IN (SELECT seq FROM record WHERE {which})")
    };
    check("a later time", &record("at_ms = at_ms + 1", ENTRY), &[2]);
    check("another vendor", &record("vendor = 'nobody'", ENTRY), &[2]);
    check("another purpose", &record("purpose = 'refresh'", ENTRY), &[2]);
    check("a smaller size", &record("size_bytes = 1", ENTRY), &[2]);
    check("another outcome", &record("outcome = 'not_sent'", OUTCOME), &[2]);
    check("an outcome's time", &record("at_ms = at_ms + 1", OUTCOME), &[2]);
    check(
        "other bytes",
        &body("bytes = CAST(replace(CAST(bytes AS TEXT), 'desk', 'DESK') AS BLOB)", ENTRY),
        &[2],
    );
    check("another address", &body("facts = replace(facts, '127.0.0.1', '127.0.0.2')", ENTRY), &[2]);
    check("another peer", &body("facts = replace(facts, '127.0.0.1', '127.0.0.2')", OUTCOME), &[2]);
    check("no bytes", &format!("DELETE FROM body WHERE seq IN (SELECT seq FROM record WHERE {ENTRY})"), &[2]);
    check("called erased", "UPDATE line SET erased_at = 1 WHERE id = 2", &[2]);
    check("hidden from the list", "DELETE FROM line WHERE id = 2", &[2]);
    check("a record less", &format!("DELETE FROM record WHERE {ENTRY}"), &[2]);
    check("an entry less", "DELETE FROM line WHERE id = 2; DELETE FROM record WHERE entry = 2", &[2]);
    check(
        "the file's name",
        "UPDATE body SET facts = replace(facts, 'all.json', 'none.json')
         WHERE seq IN (SELECT seq FROM record WHERE entry = 6 AND outcome IS NULL)",
        &[6],
    );
    check(
        "two that changed places",
        "CREATE TEMP TABLE was AS SELECT * FROM record WHERE entry IN (2, 4) AND outcome IS NULL;
         UPDATE record SET seq = -seq WHERE seq IN (SELECT seq FROM was);
         UPDATE record SET seq = (SELECT max(seq) FROM was) WHERE seq = -(SELECT min(seq) FROM was);
         UPDATE record SET seq = (SELECT min(seq) FROM was) WHERE seq = -(SELECT max(seq) FROM was)",
        &[2, 4],
    );
    // The tail is cut: no entry is left to be named, but its end is remembered.
    check("a cut tail", "DELETE FROM line WHERE id >= 5; DELETE FROM record WHERE entry >= 5", &[]);
}

#[test]
fn nothing_is_sent_over_a_ledger_that_cannot_be_read() {
    let studio = studio();
    let sent = studio.sandbox.recorded().len();
    let key = studio.sandbox.key("free");
    let check = |what: &str, spoil: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let home = studio.copy();
        let file = home.path().join("ledger/ledger.db");
        std::fs::write(&file, spoil(std::fs::read(&file).unwrap())).unwrap();
        let before = std::fs::read(&file).unwrap();
        for words in [
            &["license", "activate", &key, "--yes"][..],
            &["license", "refresh", "--yes"],
            &["ledger", "list"],
        ] {
            let (exit, error) = studio.cli_at(home.path()).failure(words);
            assert_eq!(
                (exit, error["code"].as_str()),
                (1, Some("ledger.damaged")),
                "{what}: {words:?}: {error}"
            );
            assert!(
                error["hint"].as_str().unwrap().contains("Move the ledger folder away"),
                "{what}: {error}"
            );
        }
        assert!(std::fs::read(&file).unwrap() == before, "{what}: what is left was touched");
        assert_eq!(studio.sandbox.recorded().len(), sent, "{what}: something was sent");
        // The way out works, and nothing else is lost.
        std::fs::rename(home.path().join("ledger"), home.path().join("kept")).unwrap();
        let cli = studio.cli_at(home.path());
        assert_eq!(cli.json(["license", "list"])["entries"].as_array().unwrap().len(), 1, "{what}");
        assert_eq!(cli.run(["ledger", "check"]).code(), Some(1), "{what}: that the record is gone shows");
    };
    check("noise", &|bytes| bytes.iter().map(|byte| byte ^ 0x5a).collect());
    check("a text", &|_| b"this is no ledger".to_vec());
    check("another database", &|_| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("other.db");
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE t (a); PRAGMA user_version = 1")
            .unwrap();
        std::fs::read(path).unwrap()
    });
}

/// Half a file may open; reading on shows it. Whatever happens, nothing is taken for whole.
#[test]
fn a_torn_file_is_never_whole() {
    let studio = studio();
    let whole = std::fs::read(studio.home.path().join("ledger/ledger.db")).unwrap();
    for tenths in 1..10 {
        let home = studio.copy();
        let len = whole.len() * tenths / 10;
        std::fs::write(home.path().join("ledger/ledger.db"), &whole[..len]).unwrap();
        let ran = studio.cli_at(home.path()).run(["ledger", "check", "--json"]);
        assert_eq!(ran.code(), Some(1), "{len} bytes: {ran:?}");
        let object = ran.json();
        let said = object["error"]["code"] == "ledger.damaged" || object["intact"] == false;
        assert!(said, "{len} bytes: {object}");
    }
}

/// An empty file is where a ledger begins, so it opens; that there was one before shows.
#[test]
fn an_emptied_ledger_shows() {
    let studio = studio();
    let home = studio.copy();
    for name in files_under(&home.path().join("ledger")).into_keys() {
        std::fs::write(name, b"").unwrap();
    }
    let ran = studio.cli_at(home.path()).run(["ledger", "check", "--json"]);
    assert_eq!((ran.code(), &ran.json()["anchor"]), (Some(1), &"cut".into()), "{ran:?}");
}
