//! Words and beginnings of words, with every filter; whatever a user types is words.

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{EntryId, FileNote, Filter, Ledger, OutcomeClass};
use proptest::prelude::*;

use crate::sample::{Home, NONE, SECRET_KEY, activation, answered, at, ids, request, salt};

fn found(ledger: &Ledger, search: &str) -> Vec<i64> {
    ids(&ledger.page(&Filter { search: Some(search.to_owned()), ..Filter::default() }, 100).unwrap())
}

fn home() -> Home {
    let mut home = Home::new();
    home.send(activation("Studio Desk"), 1);
    home.send(activation("laptop-éclair"), 2);
    home.send(request(Purpose::CheckKey, "/check", &[(Item::Nonce, "7310559021")]), 3);
    let note =
        FileNote { vendor: None, name: "Diagnostics-2026.zip".to_owned(), size_bytes: 1, sha256: [0; 32] };
    home.ledger.append_file(note, at(4), salt(1)).unwrap();
    home.send(activation("identifier-long-enough-a"), 5);
    home.send(activation("identifier-long-enough-b identification"), 6);
    home
}

#[test]
fn words_and_beginnings_find_entries() {
    let home = home();
    let check = |search: &str, expect: &[i64]| assert_eq!(found(&home.ledger, search), expect, "{search}");
    check("studio", &[1]);
    check("STUDIO desk", &[1]);
    check("stu", &[1]);
    check("st de", &[1]);
    check("tudio", &[]);
    check("ÉCLAIR", &[2]);
    check("éc", &[2]);
    check("sleeve", &[1, 2, 3, 5, 6]);
    check("activation", &[1, 2, 5, 6]);
    check("activat", &[1, 2, 5, 6]);
    check("activate", &[1, 2, 5, 6]);
    check("check_key", &[3]);
    check("731055", &[3]);
    check("7310559021", &[3]);
    check("7310559022", &[]);
    check("diagnostics", &[4]);
    check("written", &[4]);
    check("answered", &[1, 2, 3, 5, 6]);
    check("pending", &[]);
    check("192.0.2.7", &[1, 2, 3, 5, 6]);
    check("license.sleeve.example/machines", &[1, 2, 5, 6]);
    check("operating system", &[1, 2, 5, 6]);
    check("identification", &[6]);
    check("identificat", &[6]);
    check("identifier-long", &[5, 6]);
    check("post", &[1, 2, 3, 5, 6]);
    check("a", &[5]);
    check("", &[1, 2, 3, 4, 5, 6]);
    check("  ", &[1, 2, 3, 4, 5, 6]);
    check("***", &[]);
}

#[test]
fn secrets_have_no_words() {
    let home = home();
    for word in SECRET_KEY.split('-').filter(|word| *word != "SLEEVE") {
        assert_eq!(found(&home.ledger, word), NONE, "{word}");
    }
}

#[test]
fn a_search_goes_with_every_filter() {
    let mut home = home();
    let search = |filter: Filter, limit| {
        let filter = Filter { search: Some("sleeve".to_owned()), ..filter };
        ids(&home.ledger.page(&filter, limit).unwrap())
    };
    assert_eq!(search(Filter::default(), 2), [5, 6]);
    assert_eq!(search(Filter { before: Some(EntryId(5)), ..Filter::default() }, 2), [2, 3]);
    assert_eq!(search(Filter { purpose: Some(Purpose::CheckKey), ..Filter::default() }, 9), [3]);
    assert_eq!(search(Filter { vendor: Some("tidewater".to_owned()), ..Filter::default() }, 9), NONE);
    assert_eq!(search(Filter { outcome: Some(None), ..Filter::default() }, 9), NONE);
    home.ledger.append(activation("running"), at(9), salt(1)).unwrap();
    let pending = Filter { outcome: Some(None), search: Some("sleeve".to_owned()), ..Filter::default() };
    assert_eq!(ids(&home.ledger.page(&pending, 9).unwrap()), [7]);
}

#[test]
fn an_outcome_after_indexing_is_found_and_the_old_word_is_gone() {
    let mut home = Home::with(3);
    let recorded = home.ledger.append(activation("late"), at(9), salt(1)).unwrap();
    assert_eq!(found(&home.ledger, "pending"), [4]);
    home.ledger.conclude(recorded.id(), &answered(), at(10), salt(2)).unwrap();
    assert_eq!(found(&home.ledger, "pending"), NONE);
    assert_eq!(found(&home.ledger, "answered late"), [4]);
    let answered = Filter {
        outcome: Some(Some(OutcomeClass::Answered)),
        search: Some("late".to_owned()),
        ..Filter::default()
    };
    assert_eq!(ids(&home.ledger.page(&answered, 9).unwrap()), [4]);
}

#[test]
fn the_index_catches_up_in_steps() {
    let home = Home::with(5);
    assert_eq!(home.ledger.index_some(4).unwrap(), 4);
    assert_eq!(home.ledger.index_some(4).unwrap(), 4);
    assert_eq!(home.ledger.index_some(4).unwrap(), 2);
    assert_eq!(home.ledger.index_some(4).unwrap(), 0);
    assert_eq!(found(&home.ledger, "desk"), [1, 2, 3, 4, 5]);
}

/// What FTS5 does where nothing is written in between (decision 10): the second entry would be lost.
#[test]
fn an_outcome_takes_no_later_entry_out_of_the_index() {
    let mut home = Home::new();
    let first = home.ledger.append(activation("desk"), at(1), salt(1)).unwrap();
    assert_eq!(found(&home.ledger, "desk"), [1]);
    home.ledger.conclude(first.id(), &answered(), at(2), salt(2)).unwrap();
    let second = home.ledger.append(activation("desk"), at(3), salt(3)).unwrap();
    assert_eq!(found(&home.ledger, "desk"), [1, 2]);
    assert_eq!(found(&home.ledger, "pending"), [second.id().0]);
}

/// A step of one of two connections.
#[derive(Clone, Copy, Debug)]
enum Step {
    Append,
    Conclude,
    Index(usize),
    Find,
}

fn steps() -> impl Strategy<Value = Vec<(bool, Step)>> {
    let step = prop_oneof![
        4 => Just(Step::Append),
        4 => Just(Step::Conclude),
        2 => (1_usize..30).prop_map(Step::Index),
        1 => Just(Step::Find),
    ];
    prop::collection::vec((any::<bool>(), step), 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    /// However appends, outcomes and indexing fall together, and whichever connection does them, every entry is found
    /// by its words, and by its outcome as it is now.
    #[test]
    fn every_entry_is_found_however_the_index_grew(steps in steps()) {
        let home = Home::new();
        let mut ledgers = [home.again(), home.again()];
        let (mut running, mut concluded) = (Vec::new(), 0);
        for (which, step) in steps {
            let ledger = &mut ledgers[usize::from(which)];
            match step {
                Step::Append => running.push(ledger.append(activation("desk"), at(1), salt(1)).unwrap()),
                Step::Conclude => {
                    if let Some(recorded) = running.pop() {
                        ledger.conclude(recorded.id(), &answered(), at(1), salt(2)).unwrap();
                        concluded += 1;
                    }
                }
                Step::Index(limit) => drop(ledger.index_some(limit).unwrap()),
                Step::Find => drop(found(ledger, "desk")),
            }
        }
        for ledger in &ledgers {
            prop_assert_eq!(found(ledger, "desk").len(), running.len() + concluded);
            prop_assert_eq!(found(ledger, "answered").len(), concluded);
            prop_assert_eq!(found(ledger, "pending").len(), running.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_a_user_types_is_an_error(text in "\\PC{0,40}", syntax in "[\"*^(){}:+ANDORTNEAR~\\-§ ]{0,20}") {
        thread_local! {
            static HOME: Home = home();
        }
        HOME.with(|home| {
            found(&home.ledger, &text);
            found(&home.ledger, &syntax);
            found(&home.ledger, &format!("{text}{syntax}"));
        });
    }
}
