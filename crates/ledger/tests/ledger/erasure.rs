//! Erased is erased: not one byte stays in the ledger's files, in any spelling, wherever SQLite had moved it.

use std::collections::HashSet;

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{EntryId, Filter, Kept, Outcome, OutcomeClass};

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

/// Seven letters that stand for a number, and nowhere else in the ledger: an index keeps no longer beginning.
fn word(number: i64) -> String {
    format!("{number:07}").bytes().map(|digit| char::from(b'q' + (digit - b'0'))).collect()
}

/// Every stretch of seven bytes in the ledger's files.
fn stretches(home: &Home) -> HashSet<[u8; 7]> {
    let files = home.files();
    let stretches = files.iter().flat_map(|(_, bytes)| bytes.windows(7));
    stretches.map(|stretch| stretch.try_into().unwrap()).collect()
}

/// Numbers that look random and are the same in every run (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

/// Many entries of many sizes, most of them erased in any order, indexed in between; returns whose words are left.
fn traces_of(seed: u64) -> Vec<usize> {
    const ENTRIES: usize = 300;
    let mut dice = Dice(seed);
    let mut home = Home::new();
    let mut words = Vec::new();
    for _ in 0..ENTRIES {
        let name = word(dice.roll(10_000_000) as i64);
        let items = [(Item::DeviceName, &*name), (Item::Cpu, &"a".repeat(dice.roll(1_500)))];
        let recorded = home.ledger.append(request(Purpose::Activate, "/x", &items), at(1), salt(1)).unwrap();
        let outcome = Outcome { peer: Some(format!("{name}:443")), ..answered() };
        home.ledger.conclude(recorded.id(), &outcome, at(1), salt(2)).unwrap();
        if dice.roll(20) == 0 {
            home.ledger.index_some(50).unwrap();
        }
        words.push(name);
    }
    home.ledger.index_some(1_000).unwrap();
    let mut alive: Vec<usize> = (0..ENTRIES).collect();
    let mut erased = Vec::new();
    while alive.len() > 5 {
        let index = alive.swap_remove(dice.roll(alive.len()));
        home.ledger.erase(EntryId(index as i64 + 1), at(2)).unwrap();
        erased.push(index);
    }
    let left = stretches(&home);
    for index in alive {
        assert!(left.contains(words[index].as_bytes()), "what was not erased is there");
        let filter = Filter { search: Some(words[index].clone()), ..Filter::default() };
        assert_eq!(ids(&home.ledger.page(&filter, 200).unwrap()), [index as i64 + 1]);
    }
    assert!(home.ledger.check(None).unwrap().intact);
    erased.retain(|index| left.contains(words[*index].as_bytes()));
    erased
}

/// SQLite moves rows and index pages about, and leaves copies where they stood: with `secure_delete` alone, the seeds
/// here leave words of erased entries in the file.
#[test]
fn whatever_was_moved_before_leaves_nothing() {
    for seed in [3, 4] {
        assert_eq!(traces_of(seed), Vec::<usize>::new(), "seed {seed}");
    }
}

/// Between its pages the index keeps beginnings of words, and of words that are alike it keeps them whole.
#[test]
fn separators_of_the_index_go_too() {
    let mut home = Home::new();
    for number in 0..2_000 {
        let recorded = home.ledger.append(activation(&word(number)), at(1), salt(1)).unwrap();
        home.ledger.conclude(recorded.id(), &answered(), at(1), salt(2)).unwrap();
    }
    home.ledger.index_some(10_000).unwrap();
    let separator = "SELECT CAST(substr(term, 2) AS TEXT) FROM doc_index_idx WHERE length(term) = 8 LIMIT 1";
    let separator: String = home.sql().query_row(separator, [], |row| row.get(0)).unwrap();
    let number = (0..2_000).find(|number| word(*number) == separator).unwrap();
    home.ledger.erase(EntryId(number + 1), at(2)).unwrap();
    assert_eq!(found_in(&home, separator.as_bytes()), Vec::<String>::new());
    let filter = Filter { search: Some("192.0.2.7".to_owned()), ..Filter::default() };
    assert_eq!(home.ledger.page(&filter, 5_000).unwrap().len(), 1_999, "the index was built anew");
}
