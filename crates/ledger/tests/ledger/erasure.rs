//! Erased is erased: not one byte stays in the ledger's files, in any spelling, wherever SQLite had moved it.

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{EntryId, Filter, Kept, Outcome, OutcomeClass};
use proptest::prelude::*;

use crate::sample::{Home, NONE, activation, answered, at, ids, request, salt};

/// The text as it could stand in a file: plain, in hex, in base64 at each alignment.
fn spellings(text: &[u8]) -> Vec<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let base64 = |skip: usize| -> Vec<u8> {
        // Whole groups of three alone: their digits do not depend on what stands around them.
        let groups = text[skip..].chunks_exact(3);
        let bits =
            groups.map(|group| group.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte)));
        bits.flat_map(|bits| [18, 12, 6, 0].map(|shift| ALPHABET[bits >> shift & 63])).collect()
    };
    let hex = hex::encode(text);
    vec![text.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes(), base64(0), base64(1), base64(2)]
}

fn found_in(home: &Home, text: &[u8]) -> Vec<String> {
    let holds = |bytes: &[u8]| {
        let spellings = spellings(text);
        spellings
            .iter()
            .any(|wanted| bytes.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted)))
    };
    home.files().into_iter().filter(|(_, bytes)| holds(bytes)).map(|(name, _)| name).collect()
}

#[test]
fn erased_bytes_are_in_no_file() {
    let mut home = Home::with(3);
    let planted = "zqxjkvwplanted";
    let id = home.send(activation(planted), 4);
    home.send(activation("after"), 5);
    let words = Filter { search: Some(planted.to_owned()), ..Filter::default() };
    assert_eq!(ids(&home.ledger.page(&words, 9).unwrap()), [4]);
    let salt_of = "SELECT salt FROM body WHERE seq = 7";
    let salt_bytes: Vec<u8> = home.sql().query_row(salt_of, [], |row| row.get(0)).unwrap();
    assert_eq!(salt_bytes, salt(1));
    // The search must be able to find what it looks for.
    assert!(!found_in(&home, planted.as_bytes()).is_empty());
    assert!(!found_in(&home, b"192.0.2.7").is_empty());

    home.ledger.erase(id, at(6)).unwrap();
    assert_eq!(found_in(&home, planted.as_bytes()), Vec::<String>::new());
    assert_eq!(found_in(&home, b"zqxjkvw"), Vec::<String>::new(), "the index keeps no beginning of it");
    let entry = home.ledger.entry(id).unwrap();
    assert_eq!((entry.line.kept, entry.bytes, entry.erased_at), (Kept::Erased, None, Some(at(6))));
    assert_eq!((entry.line.url, entry.line.peer, entry.line.items.len()), (None, None, 0));
    assert_eq!(entry.line.outcome, Some(OutcomeClass::Answered));
    assert_eq!(home.ledger.raw(id).unwrap_err().code(), "ledger.erased");
    assert_eq!(ids(&home.ledger.page(&words, 9).unwrap()), NONE);
    let check = home.ledger.check(None).unwrap();
    assert_eq!((check.intact, check.erased, check.entries), (true, 1, 5));
}

#[test]
fn the_last_one_erased_takes_every_trace_along() {
    let mut home = Home::new();
    let id = home.send(activation("studio-desk"), 1);
    home.ledger.erase(id, at(2)).unwrap();
    for text in ["studio-desk", "Debian", "192.0.2.7", "/machines", "[secret"] {
        assert_eq!(found_in(&home, text.as_bytes()), Vec::<String>::new(), "{text}");
    }
    assert!(!home.files().iter().any(|(_, bytes)| bytes.windows(32).any(|window| window == salt(1))));
    home.ledger.erase(id, at(3)).unwrap();
    assert_eq!(home.ledger.entry(id).unwrap().erased_at, Some(at(2)));
}

#[test]
fn what_is_on_its_way_is_not_erased() {
    let mut home = Home::new();
    let recorded = home.ledger.append(activation("x"), at(1), salt(1)).unwrap();
    assert_eq!(home.ledger.erase(recorded.id(), at(2)).unwrap_err().code(), "ledger.still_pending");
    assert_eq!(home.ledger.erase(EntryId(2), at(2)).unwrap_err().code(), "ledger.no_entry");
    assert_eq!(home.ledger.raw(recorded.id()).unwrap(), recorded.sealed().preview().bytes);
}

#[test]
fn a_reader_in_the_way_is_told_of_and_the_next_start_finishes() {
    let mut home = Home::with(2);
    home.ledger.set_patience(std::time::Duration::from_millis(50)).unwrap();
    let reader = home.sql();
    reader.execute_batch("BEGIN; SELECT * FROM body").unwrap();
    let id = home.send(activation("zqxjkvwplanted"), 4);
    reader.execute_batch("COMMIT; BEGIN").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM body", [], |row| row.get(0)).unwrap();
    assert_eq!(home.ledger.erase(id, at(5)).unwrap_err().code(), "ledger.scrub_waiting");
    assert_eq!(home.ledger.entry(id).unwrap().line.kept, Kept::Erased);
    assert_eq!(home.ledger.recover(at(6), || salt(9)).unwrap(), 0);
    assert!(!found_in(&home, b"zqxjkvwplanted").is_empty(), "the reader still holds the old pages");
    reader.execute_batch("COMMIT").unwrap();
    home.again().recover(at(7), || salt(9)).unwrap();
    assert_eq!(found_in(&home, b"zqxjkvwplanted"), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Many entries of many sizes, erased in any order, searched in between: SQLite moves rows and index pages about.
    #[test]
    fn whatever_was_moved_before_leaves_nothing(
        entries in prop::collection::vec((0_u32..1_000_000, 0_usize..3_000, any::<bool>()), 30..90),
        steps in prop::collection::vec((0_usize..90, any::<bool>()), 10..25),
    ) {
        let mut home = Home::new();
        let mut names = Vec::new();
        for (n, (seed, pad, search)) in entries.iter().enumerate() {
            // Letters that occur nowhere else, so that even a short piece would tell.
            let word: String = format!("{:07}{n:03}", seed).bytes().map(|b| char::from(b'q' + (b - b'0') % 10)).collect();
            let name = format!("{word}~");
            let pad = "y".repeat(*pad);
            let sealed =
                request(Purpose::Activate, "/machines", &[(Item::DeviceName, name.as_str()), (Item::Cpu, pad.as_str())]);
            let recorded = home.ledger.append(sealed, at(1), salt(1)).unwrap();
            let outcome = Outcome { peer: Some(format!("{name}:443")), ..answered() };
            home.ledger.conclude(recorded.id(), &outcome, at(1), salt(2)).unwrap();
            names.push(Some(name));
            if *search {
                home.ledger.index_some(7).unwrap();
            }
        }
        let mut gone = Vec::new();
        for (at_index, search) in steps {
            let index = at_index % names.len();
            let Some(name) = names[index].take() else { continue };
            home.ledger.erase(EntryId(index as i64 + 1), at(2)).unwrap();
            gone.push(name);
            if search {
                home.ledger.index_some(1_000).unwrap();
            }
        }
        for name in &gone {
            prop_assert_eq!(found_in(&home, name.trim_end_matches('~').as_bytes()), Vec::<String>::new());
        }
        for name in names.iter().flatten() {
            prop_assert!(!found_in(&home, name.as_bytes()).is_empty());
            let filter = Filter { search: Some(name.clone()), ..Filter::default() };
            prop_assert!(!home.ledger.page(&filter, 9).unwrap().is_empty());
        }
        prop_assert!(home.ledger.check(None).unwrap().intact);
    }
}
