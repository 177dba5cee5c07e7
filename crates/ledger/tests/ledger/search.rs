//! Words and beginnings of words, with every filter; whatever a user types is words.

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{Alias, EntryId, FileNote, Filter, Ledger, NetworkFacts, Outcome, OutcomeClass};
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

/// By what stood in them, exactly: a value that reads like an item's id is none.
#[test]
fn items_find_the_requests_that_held_them() {
    let mut home = home();
    home.send(activation("nonce"), 7);
    home.send(request(Purpose::CheckKey, "/check", &[(Item::Nonce, "1")]), 8);
    home.send(activation("nonce"), 9);
    let check = |items: &[Item], search: Option<&str>, limit: usize, expect: &[i64]| {
        let search = search.map(str::to_owned);
        let filter = Filter { items: items.to_vec(), search, ..Filter::default() };
        assert_eq!(ids(&home.ledger.page(&filter, limit).unwrap()), expect, "{items:?}");
        let ours = Filter { vendor: Some("sleeve".to_owned()), ..filter };
        assert_eq!(ids(&home.ledger.page(&ours, limit).unwrap()), expect, "{items:?}");
    };
    check(&[Item::Nonce], None, 100, &[3, 8]);
    check(&[Item::Nonce], None, 1, &[8]);
    check(&[Item::Nonce], Some("7310559021"), 100, &[3]);
    check(&[Item::Os], None, 2, &[7, 9]);
    check(&[Item::Os, Item::Nonce], None, 100, &[1, 2, 3, 5, 6, 7, 8, 9]);
    check(&[Item::Password], None, 100, &[]);
}

/// A clock that was set back between two entries hides none that is wanted.
#[test]
fn a_time_lets_through_what_was_written_since() {
    let mut home = home();
    home.send(activation("set back"), -60);
    home.send(activation("studio"), 8);
    let check = |since: i64, items: &[Item], limit: usize, expect: &[i64]| {
        let filter = Filter { since: Some(at(since)), items: items.to_vec(), ..Filter::default() };
        assert_eq!(ids(&home.ledger.page(&filter, limit).unwrap()), expect, "{since} {items:?} {limit}");
    };
    check(3, &[], 100, &[3, 4, 5, 6, 8]);
    check(3, &[], 2, &[6, 8]);
    check(3, &[Item::Os], 100, &[5, 6, 8]);
    check(9, &[], 1, &[]);
    check(-60, &[], 100, &[1, 2, 3, 4, 5, 6, 7, 8]);
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
    check("201", &[1, 2, 3, 5, 6]);
    check("422", &[]);
    check("198.51.100.9", &[1, 2, 3, 5, 6]);
    check("b", &[6]);
    check("", &[1, 2, 3, 4, 5, 6]);
    check("  ", &[1, 2, 3, 4, 5, 6]);
    check("***", &[]);
}

#[test]
fn what_the_server_and_the_network_said_is_found() {
    let mut home = Home::with(1);
    let recorded = home.ledger.append(activation("desk"), at(9), salt(1)).unwrap();
    let outcome = Outcome {
        status: Some(422),
        code: Some("MACHINE_LIMIT_EXCEEDED".to_owned()),
        network: Some(NetworkFacts {
            name_looked_up: Some("elsewhere.example".to_owned()),
            tls_version: Some("TLS 1.3".to_owned()),
            proxy: Some("http://proxy.example:3128".to_owned()),
        }),
        ..answered()
    };
    home.ledger.conclude(recorded.id(), &outcome, at(10), salt(2)).unwrap();
    for search in [
        "422",
        "MACHINE_LIMIT_EXCEEDED",
        "machine_limit_exc",
        "limit exceeded",
        "TLS 1.3",
        "proxy",
        "elsewhere",
    ] {
        assert_eq!(found(&home.ledger, search), [2], "{search}");
    }
    home.ledger.erase(recorded.id(), at(11)).unwrap();
    assert_eq!(found(&home.ledger, "422"), NONE);
}

#[test]
fn a_name_finds_what_holds_its_ids() {
    let home = home();
    let aliases = vec![
        Alias { name: "Sleeve Audio".to_owned(), ids: vec!["sleeve".to_owned()], entries: Vec::new() },
        Alias {
            name: "Nonce Machine".to_owned(),
            ids: vec!["7310559021".to_owned(), "7310559022".to_owned()],
            entries: vec![2, 99],
        },
        Alias { name: "Unheard Of".to_owned(), ids: vec!["tidewater".to_owned()], entries: Vec::new() },
    ];
    let check = |search: &str, expect: &[i64]| {
        let filter =
            Filter { search: Some(search.to_owned()), aliases: aliases.clone(), ..Filter::default() };
        assert_eq!(ids(&home.ledger.page(&filter, 100).unwrap()), expect, "{search}");
    };
    check("audio", &[1, 2, 3, 5, 6]);
    check("sleeve audio studio", &[1]);
    // By an id that it holds, or by its number.
    check("nonce", &[2, 3]);
    check("nonce mach", &[2, 3]);
    check("unheard", &[]);
    check("desk", &[1]);
}

/// As the window lists them, though nothing of it stands in the bytes.
#[test]
fn what_a_list_says_of_an_entry_finds_it() {
    let mut home = Home::new();
    home.send(request(Purpose::CheckKey, "/check", &[]), 1);
    home.send(request(Purpose::CheckKey, "/licenses/1/actions/check-out", &[]), 2);
    home.send(request(Purpose::CheckKey, "/machines", &[]), 3);
    home.ledger.append(activation("desk"), at(4), salt(1)).unwrap();
    let note = FileNote { vendor: None, name: "a.zip".to_owned(), size_bytes: 1, sha256: [0; 32] };
    home.ledger.append_file(note, at(5), salt(1)).unwrap();
    let check = |search: &str, expect: &[i64]| assert_eq!(found(&home.ledger, search), expect, "{search}");
    check("Fetch the license file", &[2]);
    check("take a seat", &[3, 4]);
    check("delivered", &[1, 2, 3]);
    check("on its way", &[4]);
    check("saved to a file", &[5]);
    check("by you", &[5]);
    check("refused", &[]);
    for (n, status) in [(6, 503), (7, 404)] {
        let recorded = home.ledger.append(activation("rack"), at(n), salt(1)).unwrap();
        let outcome = Outcome { status: Some(status), ..answered() };
        home.ledger.conclude(recorded.id(), &outcome, at(n), salt(2)).unwrap();
    }
    // A server that failed refused nothing.
    assert_eq!(found(&home.ledger, "server failed"), [6]);
    assert_eq!(found(&home.ledger, "refused"), [7]);
}

/// An older program's index lacks words; it is built anew once, and until it can be written it is not relied on.
#[test]
fn an_older_index_is_built_anew() {
    let home = Home::with(3);
    found(&home.ledger, "desk");
    let older = "INSERT INTO doc_index (doc_index) VALUES ('delete-all'); UPDATE doc SET words = 'desk';
        INSERT INTO doc_index (rowid, heads) SELECT id, words FROM doc;
        DROP TABLE day; ALTER TABLE state DROP COLUMN last_day; ALTER TABLE state DROP COLUMN counted_seq;
        PRAGMA user_version = 1;";
    home.without_consents();
    home.sql().execute_batch(older).unwrap();
    let read_only = Ledger::open_to_read(&home.path()).unwrap();
    assert_eq!(found(&read_only, "201"), [1, 2, 3]);
    assert_eq!(found(&read_only, "desk"), [1, 2, 3]);
    drop(read_only);
    assert_eq!(found(&home.again(), "201"), [1, 2, 3]);
    assert_eq!(found(&home.again(), "desk"), [1, 2, 3]);
}

/// Where nothing can be written, what no search has seen is looked through.
#[test]
fn what_is_not_indexed_is_found_where_it_cannot_be() {
    let mut home = Home::with(2);
    found(&home.ledger, "desk");
    let recorded = home.ledger.append(activation("late"), at(9), salt(1)).unwrap();
    let read_only = Ledger::open_to_read(&home.path()).unwrap();
    assert_eq!(found(&read_only, "late"), [3]);
    assert_eq!(found(&read_only, "pending"), [3]);
    assert_eq!(found(&read_only, "sleeve"), [1, 2, 3]);
    found(&home.ledger, "late");
    home.ledger.conclude(recorded.id(), &answered(), at(10), salt(2)).unwrap();
    let read_only = Ledger::open_to_read(&home.path()).unwrap();
    assert_eq!(found(&read_only, "pending"), NONE);
    assert_eq!(found(&read_only, "answered"), [1, 2, 3]);
    let of_tidewater = Filter {
        vendor: Some("tidewater".to_owned()),
        search: Some("answered".to_owned()),
        ..Filter::default()
    };
    assert_eq!(ids(&read_only.page(&of_tidewater, 9).unwrap()), NONE);
    let newest = Filter { search: Some("answered".to_owned()), ..Filter::default() };
    assert_eq!(ids(&read_only.page(&newest, 2).unwrap()), [2, 3]);
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
