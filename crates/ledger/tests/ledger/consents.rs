//! No optional byte without a row that says so.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{ConsentAct, Ledger, LedgerError};
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::sample::{Home, at, namesake, recorded, request, salt, usage, vendor};

const FOLDER: &str = "GATEFOLD_TEST_LEDGER";

const DAW: &[(Item, &str)] = &[(Item::Daw, "Ardour")];
const BOTH: &[(Item, &str)] = &[(Item::Daw, "Ardour"), (Item::TitleVersion, "2.1.0")];

/// The item that an append misses a consent for; `Ok` if it went through.
fn missing(home: &mut Home, items: &[(Item, &str)], when: Timestamp) -> Result<(), Option<Item>> {
    match home.ledger.append(usage(items), when, salt(1)) {
        Ok(_) => Ok(()),
        Err(LedgerError::ConsentMissing { item, purpose, vendor }) => {
            assert_eq!((purpose, vendor.as_str()), (Purpose::Usage, "sleeve"));
            Err(item)
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn every_item_must_be_granted() {
    let mut home = Home::new();
    assert_eq!(missing(&mut home, DAW, at(0)), Err(Some(Item::Daw)));
    home.grant(&[Item::Daw], at(1));
    assert_eq!(missing(&mut home, DAW, at(2)), Ok(()));
    assert_eq!(missing(&mut home, BOTH, at(2)), Err(Some(Item::TitleVersion)));
    assert_eq!(missing(&mut home, &[], at(2)), Err(None));
    // Another vendor of the same id is another vendor.
    let namesake = namesake();
    home.ledger.grant(&namesake, &[Item::TitleVersion], Purpose::Usage, at(3), |_| recorded()).unwrap();
    assert_eq!(home.ledger.consents(&namesake, Purpose::Usage, at(4)).unwrap().len(), 1);
    assert_eq!(missing(&mut home, BOTH, at(4)), Err(Some(Item::TitleVersion)));
    // What was refused left nothing behind.
    assert_eq!(home.ledger.head().unwrap().unwrap().count, 1);
}

#[test]
fn required_purposes_need_no_consent() {
    let mut home = Home::new();
    home.ledger.append(request(Purpose::CheckKey, "/check", &[]), at(0), salt(1)).unwrap();
}

#[test]
fn a_withdrawal_stops_everything_at_its_first_step() {
    let mut home = Home::new();
    home.grant(&[Item::Daw, Item::TitleVersion], at(1));
    assert_eq!(missing(&mut home, BOTH, at(2)), Ok(()));
    home.again().begin_withdrawal(&vendor(), Purpose::Usage, &[], at(3)).unwrap();
    assert_eq!(missing(&mut home, DAW, at(3)), Err(Some(Item::Daw)));
    assert!(home.finish(at(4)));
    assert_eq!(missing(&mut home, DAW, at(5)), Err(Some(Item::Daw)));
    assert_eq!(home.ledger.consents(&vendor(), Purpose::Usage, at(5)).unwrap(), []);
    // A new grant starts anew, for its item alone.
    let grant = home.grant(&[Item::Daw], at(6)).remove(0);
    assert_eq!(missing(&mut home, DAW, at(7)), Ok(()));
    assert_eq!(missing(&mut home, BOTH, at(7)), Err(Some(Item::TitleVersion)));
    assert_eq!(home.ledger.consents(&vendor(), Purpose::Usage, at(7)).unwrap(), [grant]);
    let acts: Vec<_> = home.ledger.consent_history(&vendor()).unwrap().iter().map(|row| row.act).collect();
    let (granted, withdrawing, withdrawn) =
        (ConsentAct::Granted, ConsentAct::Withdrawing, ConsentAct::Withdrawn);
    assert_eq!(acts, [granted, granted, withdrawing, withdrawn, granted]);
    assert!(!home.finish(at(8)), "there is none to finish");
}

#[test]
fn a_grant_lasts_twelve_months_and_not_before_it_was_given() {
    let mut home = Home::new();
    let given = at(0);
    let grant = home.grant(&[Item::Daw], given).remove(0);
    let year = given.to_zoned(TimeZone::UTC).checked_add(12.months()).unwrap().timestamp();
    assert_eq!(grant.ends_at, year);
    assert_eq!(missing(&mut home, DAW, year - 1.milliseconds()), Ok(()));
    assert_eq!(missing(&mut home, DAW, year), Err(Some(Item::Daw)));
    assert_eq!(missing(&mut home, DAW, given - 1.seconds()), Err(Some(Item::Daw)));
    // Granted again before the end: the newer row counts, also while the older one lasts.
    let renewed = home.grant(&[Item::Daw], year - 1.hours()).remove(0);
    let both_last = year - 1.minutes();
    assert_eq!(
        home.ledger.consents(&vendor(), Purpose::Usage, both_last).unwrap(),
        std::slice::from_ref(&renewed)
    );
    assert_eq!(missing(&mut home, DAW, year), Ok(()));
    assert_eq!(home.ledger.consents(&vendor(), Purpose::Usage, year).unwrap(), [renewed]);
}

/// Not a test of its own: the process that dies in the test below.
#[test]
#[ignore = "started by the test below"]
fn withdrawing_child() {
    let Some(dir) = std::env::var_os(FOLDER) else { return };
    fail::cfg_callback("ledger.after-withdrawing", || std::process::abort()).unwrap();
    let mut ledger = Ledger::open(dir.as_ref(), at(0)).unwrap();
    let _ = ledger.begin_withdrawal(&vendor(), Purpose::Usage, &[], at(2));
}

#[test]
fn a_withdrawal_counts_though_its_process_died() {
    for _ in 0..20 {
        let mut home = Home::new();
        home.grant(&[Item::Daw], at(1));
        assert_eq!(missing(&mut home, DAW, at(1)), Ok(()));
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["consents::withdrawing_child", "--exact", "--ignored"])
            .env(FOLDER, home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.signal(), Some(6), "{status}");
        home.ledger = home.again();
        assert_eq!(missing(&mut home, DAW, at(3)), Err(Some(Item::Daw)));
        assert!(home.ledger.check(None).unwrap().intact);
        assert!(home.finish(at(4)));
        assert_eq!(missing(&mut home, DAW, at(5)), Err(Some(Item::Daw)));
    }
}
