//! A withdrawal that holds: who sends keeps a lock and looks at the intent; the record waits for the lock and says what had gone.

use std::time::{Duration, Instant};

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{EntryId, Gone, LedgerError, Outcome, OutcomeClass, RecordEvent};

use crate::sample::{Home, activation, at, namesake, recorded, salt, usage, usage_of, vendor};

const DAW: &[(Item, &str)] = &[(Item::Daw, "Ardour")];
const VERSION: &[(Item, &str)] = &[(Item::TitleVersion, "2.1.0")];

fn withdrawn(gone: &[Gone]) -> (RecordEvent, String) {
    let ids: Vec<i64> = gone.iter().map(|gone| gone.entry.0).collect();
    (RecordEvent::Withdrawn, format!("{ids:?}"))
}

fn begin(home: &mut Home, minutes: i64) {
    home.ledger.begin_withdrawal(&vendor(), Purpose::Usage, &[], at(minutes)).unwrap();
}

fn finish(home: &mut Home, minutes: i64) -> Result<bool, LedgerError> {
    home.ledger.finish_withdrawal(&vendor(), Purpose::Usage, at(minutes), withdrawn)
}

#[test]
fn who_is_sending_sees_the_intent_and_the_record_waits_for_them() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    let mut sending = home.again().append(usage(DAW), at(2), salt(1)).unwrap();
    let hold = sending.take_hold().expect("an optional purpose has a hold");
    assert!(sending.take_hold().is_none(), "one sends");
    assert!(!hold.is_withdrawn());
    begin(&mut home, 3);
    assert!(hold.is_withdrawn());
    let started = Instant::now();
    assert_eq!(finish(&mut home, 3).unwrap_err().code(), "ledger.sender_remains");
    assert!(started.elapsed() < Duration::from_secs(2), "it waits for a second");
    assert!(home.ledger.is_withdrawing(&vendor(), Purpose::Usage).unwrap());
    assert_eq!(home.ledger.records(&vendor(), Purpose::Usage).unwrap().len(), 1, "no record yet");
    // Nothing new starts meanwhile, not even by a new yes.
    let again = home.ledger.grant(&vendor(), &[Item::Daw], Purpose::Usage, at(3), |_| recorded());
    assert_eq!(again.unwrap_err().code(), "ledger.withdrawal_runs");
    drop(hold);
    assert!(finish(&mut home, 4).unwrap());
    assert!(!home.ledger.is_withdrawing(&vendor(), Purpose::Usage).unwrap());
    let last = home.ledger.records(&vendor(), Purpose::Usage).unwrap().pop().unwrap();
    assert_eq!((last.event, last.text.as_str(), last.at), (RecordEvent::Withdrawn, "[1]", at(4)));
}

#[test]
fn who_is_sending_sees_a_lock_whoever_wrote_it() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    let mut sending = home.again().append(usage(DAW), at(2), salt(1)).unwrap();
    let hold = sending.take_hold().unwrap();
    assert!(!hold.is_locked());
    home.again().lock_optional(at(3)).unwrap();
    assert!(hold.is_locked() && !hold.is_withdrawn(), "it takes nothing back");
    home.ledger.lift_lock(at(4)).unwrap();
    assert!(!hold.is_locked());
    home.again().lock_optional_by_user(at(5)).unwrap();
    assert!(hold.is_locked());
}

#[test]
fn required_purposes_and_other_vendors_are_waited_for_by_nobody() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    let mut sending = home.again().append(activation("desk"), at(2), salt(1)).unwrap();
    assert!(sending.take_hold().is_none());
    begin(&mut home, 3);
    assert!(finish(&mut home, 3).unwrap());
    // A withdrawal from another vendor of the same id stops nobody here.
    home.grant(&[Item::Daw], at(4));
    let mut sending = home.again().append(usage(DAW), at(5), salt(1)).unwrap();
    let hold = sending.take_hold().unwrap();
    home.ledger.begin_withdrawal(&namesake(), Purpose::Usage, &[], at(6)).unwrap();
    assert!(!hold.is_withdrawn());
}

#[test]
fn what_had_gone_is_what_may_have_left_since_the_grant() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    let outcomes = [OutcomeClass::Answered, OutcomeClass::NotSent, OutcomeClass::Unknown];
    for (n, class) in (2..).zip(outcomes) {
        let sent = home.ledger.append(usage(DAW), at(n), salt(1)).unwrap();
        home.ledger.conclude(sent.id(), &Outcome::bare(class), at(n), salt(2)).unwrap();
    }
    home.send(activation("desk"), 6);
    begin(&mut home, 7);
    let mut told = Vec::new();
    let record = |gone: &[Gone]| {
        told = gone.to_vec();
        withdrawn(gone)
    };
    assert!(home.ledger.finish_withdrawal(&vendor(), Purpose::Usage, at(7), record).unwrap());
    let told: Vec<_> = told.into_iter().map(|gone| (gone.entry, gone.outcome)).collect();
    let (answered, unknown) = (Some(OutcomeClass::Answered), Some(OutcomeClass::Unknown));
    assert_eq!(told, [(EntryId(1), answered), (EntryId(3), unknown)]);
    // What went under an earlier consent is no news.
    home.grant(&[Item::Daw], at(8));
    begin(&mut home, 9);
    assert!(finish(&mut home, 9).unwrap());
    assert_eq!(home.ledger.records(&vendor(), Purpose::Usage).unwrap().last().unwrap().text, "[]");
}

#[test]
fn one_item_is_taken_back_and_the_others_stay() {
    let mut home = Home::new();
    let granted = home.grant(&[Item::Daw, Item::TitleVersion], at(1));
    home.ledger.begin_withdrawal(&vendor(), Purpose::Usage, &[Item::Daw], at(2)).unwrap();
    let left = home.ledger.consents(&vendor(), Purpose::Usage, at(2)).unwrap();
    assert_eq!(left, [granted[1].clone()], "under its own number");
    assert!(home.ledger.append(usage(DAW), at(3), salt(1)).is_err());
    assert!(finish(&mut home, 3).unwrap());
    home.ledger.append(usage(VERSION), at(4), salt(1)).unwrap();
    // Given again it has another number.
    let again = home.grant(&[Item::Daw], at(5)).remove(0);
    assert!(again.id > granted[1].id);
    home.ledger.append(usage(DAW), at(6), salt(1)).unwrap();
}

#[test]
fn a_lock_holds_until_it_is_lifted_and_takes_nothing_back() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    assert_eq!(home.ledger.optional_locked().unwrap(), None);
    home.again().lock_optional(at(2)).unwrap();
    home.ledger.lock_optional(at(3)).unwrap();
    let seen = home.ledger.optional_locked().unwrap().unwrap();
    assert_eq!((seen.since, seen.by_user), (at(2), false), "since it was seen first");
    let refused = home.ledger.append(usage(DAW), at(3), salt(1)).unwrap_err();
    assert_eq!(refused.code(), "ledger.usage_locked");
    let refused = home.ledger.grant(&vendor(), &[Item::Daw], Purpose::Usage, at(3), |_| recorded());
    assert_eq!(refused.unwrap_err().code(), "ledger.usage_locked");
    home.ledger.append(activation("desk"), at(4), salt(1)).unwrap();
    assert!(home.ledger.lift_lock(at(5)).unwrap());
    assert!(!home.ledger.lift_lock(at(6)).unwrap());
    home.ledger.append(usage(DAW), at(6), salt(1)).unwrap();
    home.sql().execute("INSERT INTO consent_lock (at_ms, act) VALUES (1, 'perhaps')", []).unwrap();
    assert!(home.ledger.append(usage(DAW), at(7), salt(1)).is_err(), "what is not known locks");
}

#[test]
fn the_users_own_lock_is_told_from_one_that_was_seen() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    home.ledger.lock_optional_by_user(at(2)).unwrap();
    home.ledger.lock_optional_by_user(at(3)).unwrap();
    home.ledger.lock_optional(at(4)).unwrap();
    let lock = home.again().optional_locked().unwrap().unwrap();
    assert_eq!((lock.since, lock.by_user), (at(2), true));
    assert_eq!(home.ledger.append(usage(DAW), at(5), salt(1)).unwrap_err().code(), "ledger.usage_locked");
    assert!(home.ledger.lift_lock(at(6)).unwrap());
    home.ledger.append(usage(DAW), at(7), salt(1)).unwrap();
}

#[test]
fn what_another_connection_wrote_is_noticed() {
    let mut home = Home::new();
    let reader = home.again();
    let before = reader.data_version().unwrap();
    assert_eq!(reader.data_version().unwrap(), before);
    home.grant(&[Item::Daw], at(1));
    assert_ne!(reader.data_version().unwrap(), before);
}

/// Requests that say nothing of the user's use have the frame alone, and nobody agreed to those.
#[test]
fn the_frame_goes_with_what_is_granted_and_never_alone() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    let frame = [(Item::Product, "p"), (Item::UsageWeek, "1"), (Item::BatchId, "b")];
    let missing = |home: &mut Home, items: &[(Item, &str)]| {
        home.ledger.append(usage(items), at(2), salt(1)).err().map(|error| error.code().to_owned())
    };
    assert_eq!(missing(&mut home, &frame).as_deref(), Some("ledger.consent_missing"));
    assert_eq!(missing(&mut home, &[&frame[..], DAW].concat()), None);
    let more = [&frame[..], DAW, VERSION].concat();
    assert_eq!(missing(&mut home, &more).as_deref(), Some("ledger.consent_missing"));
}

/// An older file on a disk that cannot be written has no consents, and nobody is kept from reading it.
#[test]
fn an_older_ledger_that_is_only_read_has_no_consents() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    home.without_consents();
    home.sql().pragma_update(None, "user_version", 4).unwrap();
    let older = gatefold_ledger::Ledger::open_to_read(&home.path()).unwrap();
    assert_eq!(older.consents(&vendor(), Purpose::Usage, at(2)).unwrap(), []);
    assert_eq!(older.consent_history(&vendor()).unwrap(), []);
    assert_eq!(older.records(&vendor(), Purpose::Usage).unwrap(), []);
    assert_eq!(older.optional_locked().unwrap(), None);
    assert!(!older.is_withdrawing(&vendor(), Purpose::Usage).unwrap());
}

/// Taken back and given again in between: what was gathered before is not sent under the new yes.
#[test]
fn what_was_gathered_under_a_consent_that_is_over_is_not_sent_under_another() {
    let mut home = Home::new();
    let first = home.grant(&[Item::Daw], at(1)).remove(0).id;
    let refused = |home: &mut Home, grants: &[i64]| {
        let sealed = usage_of(DAW).under(grants);
        home.ledger.append(sealed, at(4), salt(1)).err().map(|error| error.code().to_owned())
    };
    assert_eq!(refused(&mut home, &[first]), None);
    begin(&mut home, 2);
    assert!(finish(&mut home, 2).unwrap());
    let second = home.grant(&[Item::Daw], at(3)).remove(0).id;
    assert_eq!(refused(&mut home, &[first]).as_deref(), Some("ledger.consent_missing"));
    assert_eq!(refused(&mut home, &[]).as_deref(), Some("ledger.consent_missing"));
    assert_eq!(refused(&mut home, &[second]), None);
}

/// An end that came by itself has a record, and what is being taken back has none of those.
#[test]
fn an_end_is_noted_once_and_not_beside_a_withdrawal() {
    let mut home = Home::new();
    let years = 2 * 366 * 24 * 60;
    let end = |home: &mut Home, minutes| {
        home.ledger.keep_end(&vendor(), Purpose::Usage, at(minutes), "end").unwrap()
    };
    assert!(!end(&mut home, 1), "nothing was agreed to");
    home.grant(&[Item::Daw], at(2));
    assert!(!end(&mut home, 3), "it goes on");
    assert!(!end(&mut home, 1), "by a clock that stands before it");
    assert!(end(&mut home, years));
    assert!(!end(&mut home, years + 1), "once");
    home.grant(&[Item::Daw], at(years + 2));
    begin(&mut home, years + 3);
    assert!(!end(&mut home, years + 4), "the withdrawal has a record of its own");
    assert!(finish(&mut home, years + 5).unwrap());
    assert!(!end(&mut home, years + 6));
}
