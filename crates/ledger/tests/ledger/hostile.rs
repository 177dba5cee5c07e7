//! Numbers and tables that no Gatefold writes: they are found, and cost neither memory nor a panic.

use gatefold_ledger::{AnchorState, Filter, Ledger};

use crate::sample::{Broken, Home, Pocket, activation, at, ids, salt};

#[test]
fn the_largest_numbers_are_damage_and_no_panic() {
    for number in [i64::MAX, i64::MIN, -1] {
        for edit in [
            "UPDATE record SET seq = ?1 WHERE seq = 6",
            "UPDATE record SET entry = ?1 WHERE seq = 5",
            "UPDATE record SET entry = ?1 WHERE seq = 6",
            "UPDATE line SET id = ?1 WHERE id = 3",
            "UPDATE line SET entry_seq = ?1 WHERE id = 3",
            "UPDATE line SET outcome_seq = ?1 WHERE id = 3",
            "UPDATE state SET cut_seq = ?1",
            "UPDATE state SET cut_entry = ?1",
        ] {
            let mut home = Home::with(3);
            let mut pocket = Pocket::default();
            home.ledger.keep_anchor(&mut pocket).unwrap();
            home.sql().execute(edit, [number]).unwrap();
            let found = home.ledger.check(pocket.0).unwrap();
            assert!(!found.intact, "{edit} {number}");
            for id in [1, 2, 3, number] {
                let _ = home.ledger.check_entry(gatefold_ledger::EntryId(id));
            }
            // Where no number is left, nothing is written, so nothing is sent.
            match home.ledger.append(activation("next"), at(9), salt(9)) {
                Ok(recorded) => assert!(recorded.id().0 > 3 || number < 0, "{edit} {number}"),
                Err(error) => assert!(error.code().starts_with("ledger."), "{edit} {number}"),
            }
        }
    }
}

#[test]
fn leaping_numbers_make_no_list_without_end() {
    let home = Home::new();
    home.sql()
        .execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
             INSERT INTO record
             SELECT i, i * 20000, 0, NULL, NULL, NULL, NULL, 'answered', zeroblob(32), zeroblob(32), zeroblob(32)
             FROM n",
        )
        .unwrap();
    let found = home.ledger.check(None).unwrap();
    assert!(!found.intact);
    assert!(found.broken.len() <= 10_000 + 1500, "{} entries are named", found.broken.len());
}

/// A search whose index was emptied finds all the same: at once where it claims more than there is, after a check else.
#[test]
fn an_emptied_index_is_built_anew() {
    let desks = Filter { search: Some("desk".to_owned()), ..Filter::default() };
    let found = |ledger: &Ledger| ids(&ledger.page(&desks, 9).unwrap());
    let emptied = |edit: &str| {
        let home = Home::with(2);
        assert_eq!(found(&home.ledger), [1, 2]);
        let empty = "INSERT INTO doc_index (doc_index) VALUES ('delete-all');";
        home.sql().execute_batch(&format!("{empty} {edit}")).unwrap();
        home
    };
    let home = emptied("DELETE FROM doc; UPDATE state SET indexed_seq = 9223372036854775807");
    assert_eq!(found(&Ledger::open_to_read(&home.path()).unwrap()), [1, 2]);
    assert_eq!(found(&home.ledger), [1, 2]);
    for edit in ["DELETE FROM doc", "DELETE FROM doc WHERE id = 1", ""] {
        let home = emptied(edit);
        let check = home.ledger.check(None).unwrap();
        assert!(check.intact && check.index_emptied, "{edit:?}");
        assert_eq!(found(&home.ledger), [1, 2], "{edit:?}");
        assert!(!home.ledger.check(None).unwrap().index_emptied, "{edit:?}");
    }
}

/// After damage the user may begin anew: by an entry that says so, and what the old anchor knew is kept.
#[test]
fn a_new_anchor_is_begun_by_word_alone() {
    let mut pocket = Pocket::default();
    let old = Home::with(3);
    old.ledger.keep_anchor(&mut pocket).unwrap();
    let remembered = pocket.0.unwrap();

    let mut home = Home::with(1);
    assert_eq!(home.ledger.check(pocket.0).unwrap().anchor, AnchorState::Cut);
    let begun = home.ledger.begin_anchor(&mut pocket, at(5), salt(7)).unwrap();
    let entry = home.ledger.entry(begun).unwrap();
    let note = entry.line.file.unwrap();
    assert_eq!(note.name, "anchor-until-20261122T120500Z.txt");
    let file = std::fs::read_to_string(home.path().join(&note.name)).unwrap();
    assert_eq!(file.trim_end().parse(), Ok(remembered));
    let check = home.ledger.check(pocket.0).unwrap();
    assert_eq!((check.anchor, check.intact, check.entries), (AnchorState::Whole, true, 2));

    // One that died before it moved the anchor left the file: the same word again, in the same second, is as good.
    let mut pocket_again = Pocket(Some(remembered));
    home.ledger.begin_anchor(&mut pocket_again, at(5), salt(8)).unwrap();
    assert_eq!(home.ledger.check(pocket_again.0).unwrap().anchor, AnchorState::Whole);
    pocket = pocket_again;

    // There is nothing to begin where the anchor fits, or where none was kept, or where it cannot be read.
    let code = |refused: Result<_, gatefold_ledger::LedgerError>| refused.unwrap_err().code();
    let mut again =
        |anchor: &mut dyn gatefold_ledger::Anchor| code(home.ledger.begin_anchor(anchor, at(6), salt(7)));
    assert_eq!(again(&mut pocket), "ledger.anchor_holds");
    assert_eq!(again(&mut Pocket::default()), "ledger.anchor_holds");
    assert_eq!(again(&mut Broken), "ledger.anchor");
    assert_eq!(home.ledger.check(pocket.0).unwrap().entries, 3);
}

#[test]
fn what_stands_for_a_damaged_ledger_refuses_everything() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::damaged(dir.path(), "it is no ledger").unwrap();
    let code = |refused: Result<(), gatefold_ledger::LedgerError>| refused.unwrap_err().code();
    assert_eq!(code(ledger.append(activation("x"), at(0), salt(1)).map(drop)), "ledger.damaged");
    assert_eq!(code(ledger.page(&Filter::default(), 1).map(drop)), "ledger.damaged");
    assert_eq!(code(ledger.check(None).map(drop)), "ledger.damaged");
    assert_eq!(code(ledger.counts_since(at(0)).map(drop)), "ledger.damaged");
    assert_eq!(code(ledger.erase(gatefold_ledger::EntryId(1), at(0))), "ledger.damaged");
}
