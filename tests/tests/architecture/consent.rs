//! I5: for an optional purpose the ledger itself asks for a current consent, in the transaction that appends.

use gatefold_disclosure::{Item, Json, Method, Payload, Purpose, Sealed, Vendor};
use gatefold_ledger::{Grant, Ledger, LedgerError, RecordEvent};
use gatefold_tests::root_dir;
use jiff::Timestamp;

fn vendor() -> Vendor {
    let text = std::fs::read_to_string(root_dir().join("vendors/sleeve/vendor.toml")).unwrap();
    Vendor::parse(&text).unwrap()
}

fn usage(items: &[Item]) -> Sealed {
    let vendor = vendor();
    let values =
        items.iter().map(|item| Json::Text(vendor.declare(Purpose::Usage, *item, "3").unwrap().into()));
    let payload = Payload {
        purpose: Purpose::Usage,
        method: Method::Post,
        origin: vendor.issuers()[0].hosts[0].clone(),
        target: vec!["/usage".into()],
        headers: vec![],
        body: Some(("application/json", Json::Array(values.collect()))),
    };
    payload.seal(&vendor).unwrap().under(&[1, 2, 3])
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn refused(ledger: &mut Ledger, items: &[Item], now: &str) -> bool {
    match ledger.append(usage(items), at(now), [7; 32]) {
        Ok(_) => false,
        Err(LedgerError::ConsentMissing { .. }) => true,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn consent_is_asked_where_the_entry_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("ledger");
    let mut ledger = Ledger::open(&dir, at("2026-11-01T00:00:00Z")).unwrap();
    let frequency = &[Item::UsageFrequency];
    assert!(refused(&mut ledger, frequency, "2026-11-01T00:00:00Z"), "unknown is not yes");

    // Another process grants; this one sees it at once, and only what was granted.
    let mut other = Ledger::open(&dir, at("2026-11-01T00:00:00Z")).unwrap();
    let record = |_: &[Grant]| (RecordEvent::Granted, String::new());
    other.grant(&vendor(), frequency, Purpose::Usage, at("2026-11-02T00:00:00Z"), record).unwrap();
    assert!(!refused(&mut ledger, frequency, "2026-11-03T00:00:00Z"));
    assert!(refused(&mut ledger, &[Item::UsageFrequency, Item::Daw], "2026-11-03T00:00:00Z"));
    assert!(refused(&mut ledger, &[], "2026-11-03T00:00:00Z"), "nothing is no consent");
    assert!(refused(&mut ledger, frequency, "2027-11-03T00:00:00Z"), "a grant lasts twelve months");

    // The intent to withdraw is enough, in every process.
    other.begin_withdrawal(&vendor(), Purpose::Usage, &[], at("2026-11-04T00:00:00Z")).unwrap();
    assert!(refused(&mut ledger, frequency, "2026-11-04T00:00:01Z"));
}
