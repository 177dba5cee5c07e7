//! Requests to be put into a ledger.

use gatefold_disclosure::{Item, Json, Method, Payload, Purpose, Sealed, Vendor};
use gatefold_ledger::{Ledger, Outcome, OutcomeClass};
use jiff::{Timestamp, ToSpan};

/// 2026-11-22 at noon, and so many seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap() + seconds.seconds()
}

pub(crate) fn vendor() -> Vendor {
    Vendor::parse(include_str!("../../../vendors/sleeve/vendor.toml")).unwrap()
}

/// An activation that names a computer: one secret, two items.
pub(crate) fn activation(vendor: &Vendor, device_name: &str) -> Sealed {
    let items = [(Item::DeviceName, device_name), (Item::Os, "Debian GNU/Linux 12")];
    request(vendor, Purpose::Activate, "/machines", &items)
}

/// A check of a key.
pub(crate) fn check(vendor: &Vendor) -> Sealed {
    request(vendor, Purpose::CheckKey, "/check", &[])
}

fn request(vendor: &Vendor, purpose: Purpose, path: &'static str, items: &[(Item, &str)]) -> Sealed {
    let key = vendor.declare(purpose, Item::LicenseKey, "SLEEVE-7H3K-QQQQ-9999").unwrap();
    let fields = items.iter().map(|(item, value)| {
        let value = vendor.declare(purpose, *item, *value).unwrap();
        (item.id(), Json::text(value))
    });
    let payload = Payload {
        purpose,
        method: Method::Post,
        origin: vendor.issuers()[0].hosts[0].clone(),
        target: vec![path.into()],
        headers: vec![("authorization", vec!["License ".into(), key.into()])],
        body: Some(("application/json", Json::object(fields.collect::<Vec<_>>()))),
    };
    payload.seal(vendor).unwrap()
}

/// Appends and concludes, as a request that was answered.
pub(crate) fn send(ledger: &mut Ledger, sealed: Sealed, second: i64) {
    let mut salt = [1; 32];
    salt[..8].copy_from_slice(&second.to_le_bytes());
    let recorded = ledger.append(sealed, at(second), salt).unwrap();
    let outcome = Outcome {
        class: OutcomeClass::Answered,
        peer: Some("192.0.2.7:443".to_owned()),
        peers: vec!["192.0.2.7:443".to_owned()],
        network: None,
        status: Some(201),
        code: None,
        response_len_bytes: Some(812),
    };
    ledger.conclude(recorded.id(), &outcome, at(second), salt).unwrap();
}
