//! What grows old goes, in its order; the rest still checks.

use gatefold_ledger::{AnchorState, EntryId, Filter, Head, Kept, Retention, Retired};
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::sample::{Home, activation, answered, at, ids, salt};

fn months_ago(months: i64) -> Timestamp {
    at(0).to_zoned(TimeZone::UTC).checked_sub(months.months()).unwrap().timestamp()
}

/// One entry for each number of months ago.
fn home(ages: &[i64]) -> Home {
    let mut home = Home::new();
    for &age in ages {
        let when = months_ago(age);
        let recorded = home.ledger.append(activation(&format!("desk-{age}")), when, salt(1)).unwrap();
        home.ledger.conclude(recorded.id(), &answered(), when, salt(2)).unwrap();
    }
    home
}

fn kept(home: &Home) -> Vec<(i64, Kept)> {
    let page = home.ledger.page(&Filter::default(), 100).unwrap();
    page.iter().map(|line| (line.id.0, line.kept)).collect()
}

#[test]
fn bytes_go_first_and_lines_later() {
    let mut home = home(&[50, 40, 30, 14, 12, 1]);
    let retired = home.ledger.apply_retention(Retention::default(), at(0), &[]).unwrap();
    assert_eq!(retired, Retired { bytes: 2, lines: 2 });
    assert_eq!(kept(&home), [(3, Kept::Erased), (4, Kept::Erased), (5, Kept::Whole), (6, Kept::Whole)]);
    let check = home.ledger.check(None).unwrap();
    assert_eq!((check.intact, check.entries, check.erased), (true, 4, 2));
    assert!(home.ledger.check_entry(EntryId(3)).unwrap().intact);
    assert_eq!(home.ledger.entry(EntryId(1)).unwrap_err().code(), "ledger.no_entry");
    let again = home.ledger.apply_retention(Retention::default(), at(0), &[]).unwrap();
    assert_eq!(again, Retired::default());
    // Numbers go on, and the chain with them.
    assert_eq!(home.send(activation("next"), 1), EntryId(7));
    assert!(home.ledger.check(None).unwrap().intact);
}

#[test]
fn for_ever_is_for_ever() {
    let mut home = home(&[500, 40, 1]);
    let never = Retention { bytes_months: None, lines_months: None };
    assert_eq!(home.ledger.apply_retention(never, at(0), &[]).unwrap(), Retired::default());
    assert_eq!(ids(&home.ledger.page(&Filter::default(), 9).unwrap()), [1, 2, 3]);
}

#[test]
fn what_is_kept_stays_whole_beyond_the_cut_until_it_is_kept_no_longer() {
    let mut home = home(&[50, 45, 40, 20, 1]);
    home.ledger.page(&Filter { search: Some("desk".to_owned()), ..Filter::default() }, 9).unwrap();
    home.ledger.apply_retention(Retention::default(), at(0), &[EntryId(2), EntryId(4)]).unwrap();
    assert_eq!(kept(&home), [(2, Kept::Whole), (4, Kept::Whole), (5, Kept::Whole)]);
    assert!(home.ledger.check(None).unwrap().intact);
    assert!(home.ledger.check_entry(EntryId(2)).unwrap().intact);
    // It is still under its own commitment and hash.
    home.sql().execute_batch("UPDATE record SET size_bytes = 1 WHERE entry = 2 AND outcome IS NULL").unwrap();
    assert_eq!(home.ledger.check(None).unwrap().broken, [EntryId(2)]);
    let retired = home.ledger.apply_retention(Retention::default(), at(0), &[]).unwrap();
    assert_eq!(retired, Retired { bytes: 1, lines: 1 });
    assert_eq!(kept(&home), [(4, Kept::Erased), (5, Kept::Whole)]);
    assert!(home.ledger.check(None).unwrap().intact);
    let desks = Filter { search: Some("desk".to_owned()), ..Filter::default() };
    assert_eq!(ids(&home.ledger.page(&desks, 9).unwrap()), [5]);
}

#[test]
fn everything_can_go_and_the_chain_goes_on() {
    let mut home = home(&[50, 40]);
    let anchor = home.ledger.head().unwrap();
    home.ledger.apply_retention(Retention::default(), at(0), &[]).unwrap();
    assert_eq!(kept(&home), []);
    assert_eq!(home.ledger.head().unwrap(), anchor);
    assert_eq!(home.ledger.check(anchor).unwrap().anchor, AnchorState::Whole);
    assert_eq!(home.send(activation("next"), 1), EntryId(3));
    let check = home.ledger.check(anchor).unwrap();
    assert_eq!((check.anchor, check.intact), (AnchorState::Ahead, true));
    // A checkpoint that was tampered with does not fit what follows it.
    home.sql().execute_batch("UPDATE state SET cut_hash = zeroblob(32)").unwrap();
    assert!(!home.ledger.check(None).unwrap().intact);
}

#[test]
fn an_anchor_from_before_the_cut_says_nothing_against_the_rest() {
    let mut home = home(&[50, 40, 1]);
    let first = Head { count: 2, hash: hash_of(&home, 2) };
    home.ledger.apply_retention(Retention::default(), at(0), &[]).unwrap();
    assert_eq!(home.ledger.check(Some(first)).unwrap().anchor, AnchorState::Ahead);
}

fn hash_of(home: &Home, seq: i64) -> [u8; 32] {
    home.sql().query_row("SELECT hash FROM record WHERE seq = ?1", [seq], |row| row.get(0)).unwrap()
}

#[test]
fn a_cut_never_parts_an_entry_from_its_outcome() {
    let mut home = home(&[50]);
    let pending = home.ledger.append(activation("slow"), months_ago(45), salt(1)).unwrap();
    home.ledger
        .append(activation("other"), months_ago(44), salt(1))
        .map(|other| {
            home.ledger.conclude(other.id(), &answered(), months_ago(44), salt(2)).unwrap();
        })
        .unwrap();
    let retired = home.ledger.apply_retention(Retention::default(), at(0), &[]).unwrap();
    assert_eq!(retired, Retired { bytes: 1, lines: 1 });
    assert_eq!(kept(&home), [(2, Kept::Whole), (3, Kept::Erased)]);
    home.ledger.conclude(pending.id(), &answered(), at(0), salt(2)).unwrap();
    assert!(home.ledger.check(None).unwrap().intact);
}

#[test]
fn retired_bytes_are_in_no_file() {
    let mut home = home(&[50, 20, 1]);
    home.ledger.page(&Filter { search: Some("x".to_owned()), ..Filter::default() }, 9).unwrap();
    home.ledger.apply_retention(Retention::default(), at(0), &[]).unwrap();
    let holds = |text: &str| {
        home.files()
            .iter()
            .any(|(_, bytes)| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    };
    assert!(!holds("desk-50") && !holds("desk-20") && holds("desk-1"));
}
