//! What grows old goes, in its order; the rest still checks.

use gatefold_ledger::{Anchor as _, AnchorState, Checkpoint, EntryId, Filter, Kept, Retention, Retired};
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::sample::{Broken, Home, Pocket, activation, answered, at, ids, salt};

fn months_ago(months: i64) -> Timestamp {
    at(0).to_zoned(TimeZone::UTC).checked_sub(months.months()).unwrap().timestamp()
}

/// One entry for each number of months ago, by somebody who comes once a month.
fn home(ages: &[i64]) -> Home {
    let mut home = Home::new();
    for month in (0..=ages[0]).rev() {
        lives(&mut home, [month]);
        if ages.contains(&month) {
            sends(&mut home, month);
        }
    }
    home
}

fn lives(home: &mut Home, months: impl IntoIterator<Item = i64>) {
    for month in months {
        home.ledger.count_days(Retention::default(), months_ago(month)).unwrap();
    }
}

fn sends(home: &mut Home, month: i64) {
    let when = months_ago(month);
    let recorded = home.ledger.append(activation(&format!("desk-{month}")), when, salt(1)).unwrap();
    home.ledger.conclude(recorded.id(), &answered(), when, salt(2)).unwrap();
}

fn kept(home: &Home) -> Vec<(i64, Kept)> {
    let page = home.ledger.page(&Filter::default(), 100).unwrap();
    page.iter().map(|line| (line.id.0, line.kept)).collect()
}

#[test]
fn bytes_go_first_and_lines_later() {
    let mut home = home(&[50, 40, 30, 14, 12, 1]);
    let retired =
        home.ledger.apply_retention(Retention::default(), at(0), &[], &mut Pocket::default()).unwrap();
    assert_eq!(retired, Retired { bytes: 2, lines: 2 });
    assert_eq!(kept(&home), [(3, Kept::Erased), (4, Kept::Erased), (5, Kept::Whole), (6, Kept::Whole)]);
    let check = home.ledger.check(None).unwrap();
    assert_eq!((check.intact, check.entries, check.erased), (true, 4, 2));
    assert!(home.ledger.check_entry(EntryId(3)).unwrap().intact);
    assert_eq!(home.ledger.entry(EntryId(1)).unwrap_err().code(), "ledger.no_entry");
    let again =
        home.ledger.apply_retention(Retention::default(), at(0), &[], &mut Pocket::default()).unwrap();
    assert_eq!(again, Retired::default());
    // Numbers go on, and the chain with them.
    assert_eq!(home.send(activation("next"), 1), EntryId(7));
    assert!(home.ledger.check(None).unwrap().intact);
}

/// So that what their titles say can be noted before.
#[test]
fn what_is_about_to_lose_its_bytes_is_named_and_has_lines() {
    let mut home = home(&[50, 30, 20, 14, 12, 1]);
    let (policy, keep) = (Retention::default(), [EntryId(3)]);
    let retiring = home.ledger.retiring(policy, &keep).unwrap();
    assert_eq!(retiring, [1, 2, 4].map(EntryId));
    let lines = home.ledger.lines(&retiring).unwrap();
    assert_eq!(ids(&lines), [1, 2, 4]);
    assert_eq!(lines[1], home.ledger.page(&Filter::default(), 9).unwrap()[1]);
    home.ledger.apply_retention(policy, at(0), &keep, &mut Pocket::default()).unwrap();
    assert_eq!(home.ledger.retiring(policy, &keep).unwrap(), []);
    let left = home.ledger.lines(&retiring).unwrap();
    assert_eq!(ids(&left), [2, 4], "of the first nothing is left");
    assert!(left.iter().all(|line| line.kept == Kept::Erased));
    let never = Retention { bytes_months: None, lines_months: None };
    assert_eq!(home.ledger.retiring(never, &[]).unwrap(), []);
}

#[test]
fn for_ever_is_for_ever() {
    let mut home = home(&[60, 40, 1]);
    let never = Retention { bytes_months: None, lines_months: None };
    assert_eq!(
        home.ledger.apply_retention(never, at(0), &[], &mut Pocket::default()).unwrap(),
        Retired::default()
    );
    assert_eq!(ids(&home.ledger.page(&Filter::default(), 9).unwrap()), [1, 2, 3]);
}

#[test]
fn what_is_kept_stays_whole_beyond_the_cut_until_it_is_kept_no_longer() {
    let mut home = home(&[50, 45, 40, 20, 1]);
    home.ledger.page(&Filter { search: Some("desk".to_owned()), ..Filter::default() }, 9).unwrap();
    home.ledger
        .apply_retention(Retention::default(), at(0), &[EntryId(2), EntryId(4)], &mut Pocket::default())
        .unwrap();
    assert_eq!(kept(&home), [(2, Kept::Whole), (4, Kept::Whole), (5, Kept::Whole)]);
    assert!(home.ledger.check(None).unwrap().intact);
    assert!(home.ledger.check_entry(EntryId(2)).unwrap().intact);
    // It is still under its own commitment and hash.
    home.sql().execute_batch("UPDATE record SET size_bytes = 1 WHERE entry = 2 AND outcome IS NULL").unwrap();
    assert_eq!(home.ledger.check(None).unwrap().broken, [EntryId(2)]);
    let retired =
        home.ledger.apply_retention(Retention::default(), at(0), &[], &mut Pocket::default()).unwrap();
    assert_eq!(retired, Retired { bytes: 1, lines: 1 });
    assert_eq!(kept(&home), [(4, Kept::Erased), (5, Kept::Whole)]);
    assert!(home.ledger.check(None).unwrap().intact);
    let desks = Filter { search: Some("desk".to_owned()), ..Filter::default() };
    assert_eq!(ids(&home.ledger.page(&desks, 9).unwrap()), [5]);
}

#[test]
fn everything_can_go_and_the_chain_goes_on() {
    let mut home = home(&[50, 40]);
    let before = home.ledger.head().unwrap().unwrap();
    let mut pocket = Pocket(Some(before));
    home.ledger.apply_retention(Retention::default(), at(0), &[], &mut pocket).unwrap();
    assert_eq!(kept(&home), []);
    let anchor = home.ledger.head().unwrap();
    assert_eq!((anchor, anchor.unwrap().hash), (pocket.0, before.hash));
    assert_eq!(home.ledger.check(anchor).unwrap().anchor, AnchorState::Whole);
    assert_eq!(home.send(activation("next"), 1), EntryId(3));
    let check = home.ledger.check(anchor).unwrap();
    assert_eq!((check.anchor, check.intact), (AnchorState::Ahead, true));
    // A checkpoint that was tampered with does not fit what follows it.
    home.sql().execute_batch("UPDATE state SET cut_hash = zeroblob(32)").unwrap();
    assert!(!home.ledger.check(None).unwrap().intact);
}

/// Whoever has the file alone cannot make a missing front look like retention: the anchor was not told of it.
#[test]
fn a_front_that_retention_did_not_remove_is_missing() {
    let mut home = Home::with(4);
    let mut pocket = Pocket::default();
    home.ledger.keep_anchor(&mut pocket).unwrap();
    let check = |what: &str, edit: &str| {
        let before = home.ledger.check(pocket.0).unwrap();
        assert_eq!((before.anchor, before.intact), (AnchorState::Whole, true), "{what}");
        let copy = tempfile::tempdir().unwrap();
        let forged = copy.path().join("ledger");
        home.sql().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        std::fs::create_dir(&forged).unwrap();
        std::fs::copy(home.path().join("ledger.db"), forged.join("ledger.db")).unwrap();
        rusqlite::Connection::open(forged.join("ledger.db")).unwrap().execute_batch(edit).unwrap();
        let ledger = gatefold_ledger::Ledger::open(&forged, at(0)).unwrap();
        let found = ledger.check(pocket.0).unwrap();
        assert_eq!((found.anchor, found.intact), (AnchorState::Cut, false), "{what}");
        // The next request does not lead the anchor onto it, and retention does not cut on.
        let mut later = Pocket(pocket.0);
        assert_eq!(ledger.keep_anchor(&mut later).unwrap(), AnchorState::Cut, "{what}");
        assert_eq!(later.0, pocket.0, "{what}");
    };
    check(
        "a cut of the first entry",
        "UPDATE state SET cut_seq = 2, cut_entry = 1, cut_hash = (SELECT hash FROM record WHERE seq = 2);
         DELETE FROM body WHERE seq <= 2; DELETE FROM record WHERE seq <= 2; DELETE FROM line WHERE id = 1",
    );
    check(
        "a cut of everything",
        "UPDATE state SET cut_seq = 8, cut_entry = 4, cut_hash = (SELECT hash FROM record WHERE seq = 8);
         DELETE FROM body; DELETE FROM record; DELETE FROM line",
    );
    check(
        "another chain, far behind the anchor",
        "UPDATE state SET cut_seq = 100000, cut_entry = 100000, cut_hash = zeroblob(32);
         DELETE FROM body; DELETE FROM record; DELETE FROM line",
    );
    check("another number of entries", "UPDATE state SET cut_entry = 1");
    home.send(activation("next"), 9);
}

/// What retention removed is known by the anchor, whether or not it was quick enough to move.
#[test]
fn what_retention_removed_is_told_apart_and_counted() {
    let mut home = home(&[50, 40, 30, 1]);
    let mut pocket = Pocket::default();
    home.ledger.keep_anchor(&mut pocket).unwrap();
    let before = pocket.0.unwrap();
    home.ledger.apply_retention(Retention::default(), at(0), &[EntryId(1)], &mut pocket).unwrap();
    let check = home.ledger.check(pocket.0).unwrap();
    assert_eq!((check.anchor, check.intact, check.retired), (AnchorState::Whole, true, 1));
    assert_eq!(check.last_erasure.map(|erasure| (erasure.entry.0, erasure.at)), Some((3, at(0))));
    let cut = pocket.0.unwrap().cut;
    assert_eq!((cut.count, cut.entries), (4, 2));
    home.send(activation("next"), 1);
    assert_eq!(home.ledger.check(pocket.0).unwrap().anchor, AnchorState::Ahead);
    assert_eq!(home.ledger.keep_anchor(&mut pocket).unwrap(), AnchorState::Ahead);
    assert_eq!(pocket.0.unwrap().cut, cut);
    // Nobody told this anchor of the cut.
    assert_eq!(home.ledger.check(Some(before)).unwrap().anchor, AnchorState::Cut);
}

/// A crash between the word to the anchor and the cut: whole, and the next time it is cut.
#[test]
fn a_cut_that_was_announced_may_come_later() {
    let mut home = home(&[50, 40, 1]);
    let mut pocket = Pocket::default();
    let mut told = home.ledger.head().unwrap().unwrap();
    told.cut = Checkpoint { count: 4, entries: 2, hash: hash_of(&home, 4) };
    pocket.keep(told).unwrap();
    assert_eq!(home.ledger.check(pocket.0).unwrap().anchor, AnchorState::Whole);
    let retired = home.ledger.apply_retention(Retention::default(), at(0), &[], &mut pocket).unwrap();
    assert_eq!((retired.lines, home.ledger.check(pocket.0).unwrap().anchor), (2, AnchorState::Whole));
}

/// Where the anchor cannot be told, bytes go and lines stay for another day.
#[test]
fn lines_are_not_cut_behind_the_anchors_back() {
    let mut home = home(&[50, 1]);
    let refused = home.ledger.apply_retention(Retention::default(), at(0), &[], &mut Broken).unwrap_err();
    assert_eq!(refused.code(), "ledger.anchor");
    assert_eq!(kept(&home), [(1, Kept::Erased), (2, Kept::Whole)]);
}

fn hash_of(home: &Home, seq: i64) -> [u8; 32] {
    home.sql().query_row("SELECT hash FROM record WHERE seq = ?1", [seq], |row| row.get(0)).unwrap()
}

#[test]
fn a_cut_never_parts_an_entry_from_its_outcome() {
    let mut home = Home::new();
    lives(&mut home, [50]);
    sends(&mut home, 50);
    lives(&mut home, (45..50).rev());
    let pending = home.ledger.append(activation("slow"), months_ago(45), salt(1)).unwrap();
    lives(&mut home, [44]);
    sends(&mut home, 44);
    lives(&mut home, (0..44).rev());
    let retired =
        home.ledger.apply_retention(Retention::default(), at(0), &[], &mut Pocket::default()).unwrap();
    assert_eq!(retired, Retired { bytes: 1, lines: 1 });
    assert_eq!(kept(&home), [(2, Kept::Whole), (3, Kept::Erased)]);
    home.ledger.conclude(pending.id(), &answered(), at(0), salt(2)).unwrap();
    assert!(home.ledger.check(None).unwrap().intact);
}

#[test]
fn retired_bytes_are_in_no_file() {
    let mut home = home(&[50, 20, 1]);
    home.ledger.page(&Filter { search: Some("x".to_owned()), ..Filter::default() }, 9).unwrap();
    home.ledger.apply_retention(Retention::default(), at(0), &[], &mut Pocket::default()).unwrap();
    let holds = |text: &str| {
        home.files()
            .iter()
            .any(|(_, bytes)| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    };
    assert!(!holds("desk-50") && !holds("desk-20") && holds("desk-1"));
}

/// What earlier versions wrote has no counted days: the record's own times stand for them, in their order, each for a month.
#[test]
fn days_before_they_were_counted_are_told_by_the_record() {
    let check = |months: &[i64], erased: &[i64]| {
        let mut home = Home::new();
        months.iter().for_each(|month| sends(&mut home, *month));
        home.without_consents();
        home.sql()
            .execute_batch(
                "DROP TABLE day; ALTER TABLE state DROP COLUMN last_day; ALTER TABLE state DROP COLUMN counted_seq;
                 PRAGMA user_version = 3",
            )
            .unwrap();
        home.ledger = home.again();
        assert!(home.ledger.count_days(Retention::default(), at(0)).unwrap());
        assert!(!home.ledger.count_days(Retention::default(), at(5)).unwrap(), "the same day");
        let retiring = home.ledger.retiring(Retention::default(), &[]).unwrap();
        assert_eq!(retiring.iter().map(|id| id.0).collect::<Vec<_>>(), erased, "{months:?}");
        home.ledger.apply_retention(Retention::default(), at(0), &[], &mut Pocket::default()).unwrap();
        assert!(home.ledger.check(None).unwrap().intact);
    };
    let monthly: Vec<i64> = (0..16).rev().collect();
    check(&monthly, &[1, 2]);
    // Nothing says that the clock went on in between.
    check(&[100, 50, 0], &[]);
    // A clock that was years behind for an hour makes nothing older.
    check(&[&[600, 600][..], &monthly[4..]].concat(), &[]);
    // One that leaps behind, ahead and back, a day and a month in place of the one that it left out.
    check(&[&monthly[..8], &[600, -600], &monthly[8..]].concat(), &[1, 2, 3]);
}

/// Names are remembered as long as any line may speak of them.
#[test]
fn lines_begin_where_retention_has_come_to() {
    let mut home = Home::new();
    assert_eq!(home.ledger.lines_begin().unwrap(), Timestamp::MIN);
    lives(&mut home, [50]);
    sends(&mut home, 50);
    sends(&mut home, 90);
    assert_eq!(home.ledger.lines_begin().unwrap(), months_ago(90), "the earliest that is claimed");
    lives(&mut home, (0..50).rev());
    let mut pocket = Pocket::default();
    home.ledger.apply_retention(Retention::default(), at(0), &[EntryId(1)], &mut pocket).unwrap();
    assert_eq!(
        home.ledger.lines_begin().unwrap(),
        Timestamp::MAX,
        "what is kept beyond the cut tells nothing"
    );
    sends(&mut home, 0);
    assert_eq!(home.ledger.lines_begin().unwrap(), at(0));
}
