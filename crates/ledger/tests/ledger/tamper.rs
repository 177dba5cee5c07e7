//! The file edited behind the ledger's back: each kind of edit is found, and the entry is named.

use gatefold_ledger::{Anchor as _, AnchorState, EntryId, FileNote, Kept, Ledger, Outcome, OutcomeClass};

use crate::sample::{Broken, Home, Pocket, activation, at, salt};

/// Records of entry n are 2n-1 and 2n.
fn check(what: &str, edit: &str, expect: &[i64]) {
    let home = Home::with(6);
    assert!(home.ledger.check(None).unwrap().intact);
    home.sql().execute_batch(edit).unwrap();
    let found = home.ledger.check(None).unwrap();
    let named: Vec<i64> = found.broken.iter().map(|id| id.0).collect();
    assert_eq!(named, expect, "{what}");
    assert!(!found.intact, "{what}");
    for &id in expect {
        // Where the entry still has a line, the check of it alone finds the same.
        match home.ledger.check_entry(EntryId(id)) {
            Ok(entry) => assert!(!entry.intact, "{what}: entry {id} alone"),
            Err(error) => assert_eq!(error.code(), "ledger.no_entry", "{what}"),
        }
    }
}

#[test]
fn an_edited_clear_field_names_its_entry() {
    check("vendor", "UPDATE record SET vendor = 'tidewater' WHERE seq = 5", &[3]);
    check("purpose", "UPDATE record SET purpose = 'refresh' WHERE seq = 5", &[3]);
    check("foreign purpose", "UPDATE record SET purpose = 'spy' WHERE seq = 5", &[3]);
    check("carrier", "UPDATE record SET carrier = 'file' WHERE seq = 5", &[3]);
    check("size", "UPDATE record SET size_bytes = 1 WHERE seq = 5", &[3]);
    check("time", "UPDATE record SET at_ms = at_ms - 1 WHERE seq = 5", &[3]);
    check(
        "time in both places",
        "UPDATE record SET at_ms = 1 WHERE seq = 5; UPDATE line SET at_ms = 1 WHERE id = 3",
        &[3],
    );
    check("outcome", "UPDATE record SET outcome = 'not_sent' WHERE seq = 6", &[3]);
    check("time of the outcome", "UPDATE record SET at_ms = 0 WHERE seq = 6", &[3]);
    check("commitment", "UPDATE record SET commitment = zeroblob(32) WHERE seq = 5", &[3]);
    check("hash", "UPDATE record SET hash = zeroblob(32) WHERE seq = 5", &[3]);
    check("last hash", "UPDATE record SET hash = zeroblob(32) WHERE seq = 12", &[6]);
    check("first", "UPDATE record SET size_bytes = 1 WHERE seq = 1", &[1]);
    check("previous hash", "UPDATE record SET prev = zeroblob(32) WHERE seq = 5", &[3]);
    check("no kind", "UPDATE record SET outcome = 'answered' WHERE seq = 5", &[3]);
    check("entry number", "UPDATE record SET entry = 2 WHERE seq = 5", &[3]);
}

#[test]
fn an_edited_body_names_its_entry() {
    check(
        "bytes",
        "UPDATE body SET bytes = CAST(replace(bytes, 'desk-3', 'desk-9') AS BLOB) WHERE seq = 5",
        &[3],
    );
    check("url", "UPDATE body SET facts = replace(facts, 'sleeve', 'sleeue') WHERE seq = 5", &[3]);
    check("peer", "UPDATE body SET facts = replace(facts, '192.0.2.7', '192.0.2.8') WHERE seq = 6", &[3]);
    check("salt", "UPDATE body SET salt = zeroblob(32) WHERE seq = 5", &[3]);
    check("status", "UPDATE body SET facts = replace(facts, '201', '200') WHERE seq = 6", &[3]);
    check("removed", "DELETE FROM body WHERE seq = 5", &[3]);
    check("outcome's removed", "DELETE FROM body WHERE seq = 6", &[3]);
    check(
        "swapped",
        "UPDATE body SET seq = 99 WHERE seq = 5; UPDATE body SET seq = 5 WHERE seq = 7;
                      UPDATE body SET seq = 7 WHERE seq = 99",
        &[3, 4],
    );
}

#[test]
fn an_edited_line_names_its_entry() {
    check("erased, it says", "UPDATE line SET erased_at = 1 WHERE id = 3", &[3]);
    check("pending, it says", "UPDATE line SET outcome_seq = NULL WHERE id = 3", &[3]);
    check(
        "another combination",
        "INSERT INTO facet VALUES (99, 'x', 'activate', 'https', 'answered');
                                  UPDATE line SET facet = 99 WHERE id = 3",
        &[3],
    );
    check("hidden", "DELETE FROM line WHERE id = 3", &[3]);
    check("another's record", "UPDATE line SET entry_seq = 7 WHERE id = 3", &[3]);
    check("time", "UPDATE line SET at_ms = 1 WHERE id = 3", &[3]);
}

#[test]
fn a_removed_record_names_its_entry() {
    check("entry", "DELETE FROM record WHERE seq = 5", &[3]);
    check("outcome", "DELETE FROM record WHERE seq = 6", &[3]);
    check(
        "outcome, made to look pending",
        "DELETE FROM record WHERE seq = 6; DELETE FROM body WHERE seq = 6;
         UPDATE line SET outcome_seq = NULL, facet = (SELECT id FROM facet WHERE outcome = '') WHERE id = 3",
        &[3],
    );
    check(
        "whole",
        "DELETE FROM record WHERE entry = 3; DELETE FROM body WHERE seq IN (5, 6);
                    DELETE FROM line WHERE id = 3",
        &[3],
    );
    check(
        "two whole",
        "DELETE FROM record WHERE entry IN (3, 4); DELETE FROM line WHERE id IN (3, 4)",
        &[3, 4],
    );
    check("first", "DELETE FROM record WHERE entry = 1; DELETE FROM line WHERE id = 1", &[1]);
    check("tail, lines left", "DELETE FROM record WHERE seq > 10", &[6]);
    check("all", "DELETE FROM record", &[1, 2, 3, 4, 5, 6]);
}

#[test]
fn reordered_records_are_named() {
    check(
        "records",
        "UPDATE record SET seq = 99 WHERE seq = 5; UPDATE record SET seq = 5 WHERE seq = 7;
                      UPDATE record SET seq = 7 WHERE seq = 99",
        &[3, 4],
    );
    check(
        "entries",
        "UPDATE record SET seq = -seq WHERE entry IN (2, 5);
                      UPDATE record SET seq = 9 WHERE seq = -3; UPDATE record SET seq = 10 WHERE seq = -4;
                      UPDATE record SET seq = 3 WHERE seq = -9; UPDATE record SET seq = 4 WHERE seq = -10",
        &[2, 5],
    );
    check("closed up", "DELETE FROM record WHERE entry = 3; DELETE FROM body WHERE seq IN (5, 6);
                        DELETE FROM line WHERE id = 3;
                        UPDATE record SET seq = seq - 2 WHERE seq > 6; UPDATE body SET seq = seq - 2 WHERE seq > 6;
                        UPDATE line SET entry_seq = entry_seq - 2, outcome_seq = outcome_seq - 2 WHERE id > 3",
        &[3, 4, 5, 6]);
}

/// A record rewritten with a hash that fits it: the next one no longer follows.
#[test]
fn a_forged_record_is_found_by_the_next() {
    let home = Home::with(4);
    let mut donor = Home::with(1);
    donor.send(activation("forged"), 2);
    let theirs: (Vec<u8>, Vec<u8>, Vec<u8>) = donor
        .sql()
        .query_row("SELECT prev, commitment, hash FROM record WHERE seq = 3", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    let body: (Vec<u8>, String, Vec<u8>) = donor
        .sql()
        .query_row("SELECT salt, facts, bytes FROM body WHERE seq = 3", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    let size = donor.ledger.entry(EntryId(2)).unwrap().line.request_bytes.cast_signed();
    let sql = home.sql();
    let forge = "UPDATE record SET prev = ?1, commitment = ?2, hash = ?3, size_bytes = ?4 WHERE seq = 3";
    sql.execute(forge, rusqlite::params![theirs.0, theirs.1, theirs.2, size]).unwrap();
    sql.execute(
        "UPDATE body SET salt = ?1, facts = ?2, bytes = ?3 WHERE seq = 3",
        rusqlite::params![body.0, body.1, body.2],
    )
    .unwrap();
    let found = home.ledger.check(None).unwrap();
    assert_eq!(found.broken, [EntryId(2)]);
    assert!(!home.ledger.check_entry(EntryId(2)).unwrap().intact);
    assert!(home.ledger.check_entry(EntryId(4)).unwrap().intact);
}

#[test]
fn an_edited_entry_does_not_keep_others_from_being_read() {
    let home = Home::with(3);
    let edits = [
        "UPDATE record SET purpose = 'spy' WHERE seq = 3",
        "UPDATE body SET facts = '{' WHERE seq = 3",
        "DELETE FROM record WHERE seq = 3",
        "DELETE FROM body WHERE seq = 3",
    ];
    for edit in edits {
        home.sql().execute_batch(edit).unwrap();
        let page = home.ledger.page(&Default::default(), 10).unwrap();
        let kept: Vec<_> = page.iter().map(|line| line.kept).collect();
        assert_eq!(kept, [Kept::Whole, Kept::Damaged, Kept::Whole], "{edit}");
    }
    assert_eq!(home.ledger.raw(EntryId(2)).unwrap_err().code(), "ledger.entry_damaged");
}

#[test]
fn a_glance_tells_what_is_altered_and_what_is_gone_between() {
    let look = |edit: &str| {
        let home = Home::with(6);
        home.sql().execute_batch(edit).unwrap();
        let glance = home.ledger.glance((1..=6).map(EntryId)).unwrap();
        let altered: Vec<i64> = glance.altered.iter().map(|id| id.0).collect();
        let gone: Vec<(i64, u64)> = glance.gone_before.iter().map(|(id, gone)| (id.0, *gone)).collect();
        (altered, gone)
    };
    assert_eq!(look(""), (vec![], vec![]));
    assert_eq!(
        look("UPDATE body SET facts = replace(facts, 'POST', 'GETT') WHERE seq = 5"),
        (vec![3], vec![])
    );
    assert_eq!(look("UPDATE record SET outcome = 'not_sent' WHERE seq = 6"), (vec![3], vec![]));
    assert_eq!(look("DELETE FROM record WHERE seq = 5"), (vec![3], vec![]));
    assert_eq!(look("DELETE FROM line WHERE id IN (3, 4)"), (vec![], vec![(5, 2)]));
    assert_eq!(look("DELETE FROM line WHERE id = 1"), (vec![], vec![(2, 1)]));
    // What retention cut is not missed.
    let cut = "DELETE FROM line WHERE id < 3; DELETE FROM record WHERE seq < 5; UPDATE state SET cut_seq = 4, cut_entry = 2,
                   cut_hash = (SELECT prev FROM record WHERE seq = 5)";
    assert_eq!(look(cut), (vec![], vec![]));
}

#[test]
fn a_record_that_is_short_of_its_end_tells_without_a_check() {
    let whole = |edit: &str| {
        let home = Home::with(3);
        let mut pocket = Pocket::default();
        home.ledger.keep_anchor(&mut pocket).unwrap();
        home.sql().execute_batch(edit).unwrap();
        [pocket.load().unwrap(), None].map(|head| home.ledger.ends_whole(head).unwrap())
    };
    assert_eq!(whole(""), [true, true]);
    let cut = "DELETE FROM line WHERE id = 3; DELETE FROM record WHERE entry = 3";
    assert_eq!(whole(cut), [false, true], "the anchor alone knows of a cut tail");
    assert_eq!(whole("DELETE FROM line; DELETE FROM record; DELETE FROM body"), [false, true]);
    // A list that was emptied contradicts the chain itself.
    assert_eq!(whole("DELETE FROM line"), [false, false]);
    assert_eq!(whole("DELETE FROM line WHERE id = 3"), [false, false]);
}

/// Altered bytes keep their shape: the commitment alone tells.
#[test]
fn altered_bytes_are_nowhere_given_out_as_genuine() {
    let check = |edit: &str, seq: i64| {
        let home = Home::with(3);
        home.sql().execute_batch(&format!("{edit} WHERE seq = {seq}")).unwrap();
        let kept = |id| home.ledger.entry(EntryId(id)).unwrap().line.kept;
        assert_eq!([kept(1), kept(2), kept(3)], [Kept::Whole, Kept::Damaged, Kept::Whole], "{edit}");
        assert_eq!(home.ledger.raw(EntryId(2)).unwrap_err().code(), "ledger.entry_damaged", "{edit}");
        home.ledger.raw(EntryId(3)).unwrap();
        let (mut json, mut har) = (Vec::new(), Vec::new());
        home.ledger.export_json(&mut json, at(9)).unwrap();
        home.ledger.export_har(&mut har).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let kept: Vec<_> = (0..3).map(|n| json["entries"][n]["kept"].as_str().unwrap()).collect();
        assert_eq!(kept, ["whole", "damaged", "whole"], "{edit}");
        let har: serde_json::Value = serde_json::from_slice(&har).unwrap();
        let marked = |n: usize| {
            har["log"]["entries"][n]["comment"]
                .as_str()
                .unwrap()
                .starts_with("damaged, not what was written: ")
        };
        assert_eq!([marked(0), marked(1), marked(2)], [false, true, false], "{edit}");
    };
    check("UPDATE body SET bytes = CAST(replace(bytes, 'desk-2', 'disk-2') AS BLOB)", 3);
    check("UPDATE body SET facts = replace(facts, 'sleeve', 'sleeue')", 3);
    check("UPDATE body SET facts = replace(facts, '201', '200')", 4);
    check("UPDATE record SET hash = zeroblob(32)", 4);
}

#[test]
fn a_cut_tail_shows_by_the_anchor() {
    let mut home = Home::with(3);
    let mut pocket = Pocket::default();
    assert_eq!(home.ledger.check(None).unwrap().anchor, AnchorState::Absent);
    home.ledger.keep_anchor(&mut pocket).unwrap();
    assert_eq!(pocket.0.unwrap().count, 6);
    assert_eq!(home.ledger.check(pocket.0).unwrap().anchor, AnchorState::Whole);
    home.send(activation("crash before the anchor"), 4);
    let ahead = home.ledger.check(pocket.0).unwrap();
    assert_eq!((ahead.anchor, ahead.intact), (AnchorState::Ahead, true));
    home.ledger.keep_anchor(&mut pocket).unwrap();
    assert_eq!(pocket.0.unwrap().count, 8);

    home.sql()
        .execute_batch("DELETE FROM record WHERE entry = 4; DELETE FROM body WHERE seq > 6; DELETE FROM line WHERE id = 4")
        .unwrap();
    let cut = home.ledger.check(pocket.0).unwrap();
    assert_eq!((cut.anchor, cut.intact, cut.broken), (AnchorState::Cut, false, vec![]));
    assert!(home.ledger.check(None).unwrap().intact, "without an anchor a cut tail does not show");

    // The anchor is not moved back, and not over another chain that grew in the place of the old.
    home.ledger.keep_anchor(&mut pocket).unwrap();
    assert_eq!(pocket.0.unwrap().count, 8);
    home.send(activation("another"), 5);
    home.send(activation("and another"), 6);
    assert_eq!(home.ledger.keep_anchor(&mut pocket).unwrap(), AnchorState::Cut);
    assert_eq!(pocket.0.unwrap().count, 8);
    let other = home.ledger.check(pocket.0).unwrap();
    assert_eq!((other.anchor, other.intact), (AnchorState::Cut, false));
}

#[test]
fn an_anchor_that_cannot_be_read_is_an_error_and_stays() {
    let home = Home::with(1);
    assert_eq!(home.ledger.keep_anchor(&mut Broken).unwrap_err().code(), "ledger.anchor");
}

#[test]
fn an_empty_ledger_is_whole() {
    let home = Home::new();
    assert_eq!(home.ledger.head().unwrap(), None);
    let mut pocket = Pocket::default();
    home.ledger.keep_anchor(&mut pocket).unwrap();
    let check = home.ledger.check(pocket.0).unwrap();
    assert!(check.intact && check.entries == 0);
}

/// Interleaved outcomes, a file, a pending entry: a legal chain of every kind.
#[test]
fn a_chain_of_every_kind_checks() {
    let mut home = Home::with(1);
    let first = home.ledger.append(activation("a"), at(2), salt(1)).unwrap();
    let second = home.ledger.append(activation("b"), at(2), salt(1)).unwrap();
    let note = FileNote { vendor: None, name: "x".to_owned(), size_bytes: 0, sha256: [0; 32] };
    home.ledger.append_file(note, at(3), salt(1)).unwrap();
    home.ledger.conclude(second.id(), &Outcome::bare(OutcomeClass::Unknown), at(4), salt(2)).unwrap();
    home.ledger.conclude(first.id(), &Outcome::bare(OutcomeClass::NotSent), at(4), salt(2)).unwrap();
    home.ledger.append(activation("pending"), at(5), salt(1)).unwrap();
    home.ledger.erase(first.id(), at(6)).unwrap();
    let check = home.ledger.check(None).unwrap();
    assert_eq!((check.entries, check.intact, check.erased, check.broken), (5, true, 1, vec![]));
    for id in 1..=5 {
        assert_eq!(home.ledger.check_entry(EntryId(id)).unwrap().erased, id == 2);
        assert!(home.ledger.check_entry(EntryId(id)).unwrap().intact, "{id}");
    }
}

/// A trigger can undo a row without an error: then there is no ticket, and nothing is sent.
#[test]
fn a_row_that_a_trigger_swallows_was_not_written() {
    for table in ["record", "body", "line"] {
        let mut home = Home::with(1);
        let trigger = format!("CREATE TRIGGER t BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END");
        home.sql().execute_batch(&trigger).unwrap();
        let refused = home.ledger.append(activation("desk"), at(9), salt(9)).unwrap_err();
        assert_eq!(refused.code(), "ledger.damaged", "{table}");
        assert_eq!(home.ledger.check(None).unwrap().entries, 1, "{table}");
        let reopened = Ledger::open(&home.path(), at(10)).map(drop);
        assert_eq!(reopened.unwrap_err().code(), "ledger.damaged", "{table}");
    }
}
