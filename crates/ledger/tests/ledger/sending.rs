//! Sending by itself is a choice beside the grant: the append asks for it, and it goes where the grant goes.

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::RecordEvent;
use jiff::Timestamp;

use crate::sample::{Home, at, namesake, recorded, salt, usage, vendor};

const DAW: &[(Item, &str)] = &[(Item::Daw, "Ardour")];

fn choose(home: &mut Home, by_itself: bool, minutes: i64) -> Result<bool, String> {
    let record = || (RecordEvent::Changed, "sending".to_owned());
    let chosen = home.ledger.choose_sending(&vendor(), Purpose::Usage, by_itself, at(minutes), record);
    chosen.map_err(|error| error.code().to_owned())
}

fn since(home: &Home, minutes: i64) -> Option<Timestamp> {
    home.ledger.sends_by_itself(&vendor(), Purpose::Usage, at(minutes)).unwrap()
}

fn take_back(home: &mut Home, items: &[Item], minutes: i64) {
    home.ledger.begin_withdrawal(&vendor(), Purpose::Usage, items, at(minutes)).unwrap();
    home.ledger.finish_withdrawal(&vendor(), Purpose::Usage, at(minutes), |_| recorded()).unwrap();
}

#[test]
fn what_goes_by_itself_is_asked_for_that_choice_as_well() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    let code = |home: &mut Home, minutes| {
        let sealed = usage(DAW).by_itself();
        home.ledger.append(sealed, at(minutes), salt(1)).err().map(|error| error.code().to_owned())
    };
    assert_eq!(code(&mut home, 2).as_deref(), Some("ledger.by_itself_missing"));
    home.ledger.append(usage(DAW), at(2), salt(1)).unwrap();
    assert_eq!(choose(&mut home, true, 3), Ok(true));
    assert_eq!((since(&home, 4), since(&home, 2)), (Some(at(3)), None));
    assert_eq!(code(&mut home, 4), None);
    assert_eq!(choose(&mut home, false, 5), Ok(true));
    assert_eq!(code(&mut home, 6).as_deref(), Some("ledger.by_itself_missing"));
    home.sql().execute("UPDATE consent_sending SET act = 'perhaps'", []).unwrap();
    assert_eq!(since(&home, 7), None, "what is not known is no yes");
}

#[test]
fn it_is_chosen_only_while_something_is_shared_and_each_change_is_a_record() {
    let mut home = Home::new();
    assert_eq!(choose(&mut home, true, 1).unwrap_err(), "ledger.consent_missing");
    assert_eq!(choose(&mut home, false, 1), Ok(false), "there is nothing to stop");
    home.grant(&[Item::Daw], at(2));
    home.ledger.lock_optional(at(3)).unwrap();
    assert_eq!(choose(&mut home, true, 3).unwrap_err(), "ledger.usage_locked");
    home.ledger.lift_lock(at(3)).unwrap();
    assert_eq!(choose(&mut home, true, 4), Ok(true));
    assert_eq!(choose(&mut home, true, 5), Ok(false));
    assert_eq!(since(&home, 6), Some(at(4)));
    let about_it = home.ledger.records(&vendor(), Purpose::Usage).unwrap();
    assert_eq!(about_it.iter().filter(|record| record.text == "sending").count(), 1);
    // Another vendor of the same id was told nothing.
    assert_eq!(home.ledger.sends_by_itself(&namesake(), Purpose::Usage, at(6)).unwrap(), None);
    home.ledger.begin_withdrawal(&vendor(), Purpose::Usage, &[], at(7)).unwrap();
    assert_eq!(since(&home, 7), None, "from the intent on");
    assert_eq!(choose(&mut home, true, 7).unwrap_err(), "ledger.withdrawal_runs");
}

#[test]
fn it_is_gone_with_the_consent_and_does_not_come_back_with_another() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    choose(&mut home, true, 2).unwrap();
    take_back(&mut home, &[], 3);
    home.grant(&[Item::Daw], at(4));
    assert_eq!(since(&home, 5), None);
    // Taken back item by item it is gone, too.
    choose(&mut home, true, 6).unwrap();
    take_back(&mut home, &[Item::Daw], 7);
    home.grant(&[Item::Daw], at(8));
    assert_eq!(since(&home, 9), None);
    // And ended by itself.
    choose(&mut home, true, 10).unwrap();
    let years = 3 * 366 * 24 * 60;
    assert_eq!(since(&home, years), None);
    home.grant(&[Item::Daw], at(years));
    assert_eq!(since(&home, years + 1), None);
}

#[test]
fn it_goes_on_with_what_is_shared_besides() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    choose(&mut home, true, 2).unwrap();
    home.grant(&[Item::TitleVersion], at(3));
    take_back(&mut home, &[Item::Daw], 4);
    assert_eq!(since(&home, 5), Some(at(2)));
}

#[test]
fn an_older_ledger_that_is_only_read_sends_nothing_by_itself() {
    let mut home = Home::new();
    home.grant(&[Item::Daw], at(1));
    home.sql().execute_batch("DROP TABLE consent_sending; PRAGMA user_version = 6").unwrap();
    let older = gatefold_ledger::Ledger::open_to_read(&home.path()).unwrap();
    assert_eq!(older.sends_by_itself(&vendor(), Purpose::Usage, at(2)).unwrap(), None);
    // Brought up to date it keeps the choice.
    home.ledger = gatefold_ledger::Ledger::open(&home.path(), at(2)).unwrap();
    assert_eq!(choose(&mut home, true, 3), Ok(true));
}
