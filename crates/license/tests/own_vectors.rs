//! The files of `tests/vectors`, made by OpenSSL and Python without a line of ours.

#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;

use gatefold_license::{
    Algorithm, Binding, Expectation, FileKey, FileKind, Issuer, LicenseKey, LicenseStatus, Outline, Reason,
    ServerKey, SignedKey, Sunset, Terms, Verified, assess, outline, terms, verify,
};
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Facts {
    public_key: String,
    license_key: String,
    fingerprint: String,
    account: String,
    product: String,
    policy: String,
    license: String,
    machine: String,
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)).unwrap()
}

fn facts() -> Facts {
    serde_json::from_slice(&read("facts.json")).unwrap()
}

/// Verifies a file under the facts, after checking what it says of itself.
fn verified(name: &str, kind: FileKind, algorithm: Algorithm) -> Verified {
    let (facts, bytes) = (facts(), read(name));
    assert_eq!(outline(&bytes), Ok(Outline { kind, algorithm }), "{name}");
    let issuer = Issuer { account: Some(facts.account), ..Issuer::of_key(facts.public_key.parse().unwrap()) };
    let license_key = LicenseKey::new(&facts.license_key).unwrap();
    let key = match (algorithm, kind) {
        (Algorithm::Base64Ed25519, _) => None,
        (_, FileKind::License) => Some(FileKey::for_license(&license_key)),
        (_, FileKind::Machine) => Some(FileKey::for_machine(&license_key, &facts.fingerprint)),
    };
    verify(&bytes, kind, &[issuer], key.as_ref()).unwrap()
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

#[test]
fn machine_files_say_what_was_signed() {
    fn check(name: &str, algorithm: Algorithm) {
        let (facts, file) = (facts(), verified(name, FileKind::Machine, algorithm));
        assert_eq!(file.issued(), at("2026-02-03T04:05:07.008Z"));
        assert_eq!((file.expiry(), file.ttl_secs()), (None, None));
        assert_eq!((file.account(), file.license_id()), (&*facts.account, &*facts.license));
        assert_eq!(file.entitlements(), ["STEMS", "SURROUND"]);
        let machine = file.machine().unwrap();
        assert_eq!((&*machine.id, machine.name.as_deref()), (&*facts.machine, Some("Studio B")));
        assert_eq!(machine.fingerprint, facts.fingerprint);
        let license = file.license().unwrap();
        assert_eq!((&*license.id, license.key.expose()), (&*facts.license, &*facts.license_key));
        assert_eq!((&*license.product, license.policy.as_deref()), (&*facts.product, Some(&*facts.policy)));
        assert_eq!((license.name.as_deref(), license.max_machines), (Some("Gedämpft & “tape”"), Some(3)));
        assert_eq!((license.status, license.suspended), (LicenseStatus::Active, false));
        assert_eq!(terms(license), Terms::Perpetual);
    }
    check("machine-aes.lic", Algorithm::Aes256GcmEd25519);
    check("machine-base64.lic", Algorithm::Base64Ed25519);
}

#[test]
fn license_files_say_what_was_signed() {
    let perpetual = verified("license-base64.lic", FileKind::License, Algorithm::Base64Ed25519);
    assert_eq!((perpetual.expiry(), perpetual.machine()), (None, None));
    assert_eq!(perpetual.entitlements(), ["STEMS", "SURROUND"]);
    assert_eq!(terms(perpetual.license().unwrap()), Terms::Perpetual);
    let trial = verified("license-aes.lic", FileKind::License, Algorithm::Aes256GcmEd25519);
    assert_eq!((trial.expiry(), trial.ttl_secs()), (Some(at("2026-03-03T04:05:07.008Z")), Some(2_592_000)));
    assert_eq!(trial.license().unwrap().expires_at, Some(at("2026-02-17T00:00:00Z")));
    assert_eq!(terms(trial.license().unwrap()), Terms::Trial);
}

#[test]
fn they_count_where_they_should() {
    fn check(name: &str, algorithm: Algorithm, binding: Binding, now: &str, reason: Reason) {
        let facts = facts();
        let kind = if name.starts_with("machine") { FileKind::Machine } else { FileKind::License };
        let expected = Expectation {
            account: Some(&facts.account),
            product: Some(&facts.product),
            binding,
            identifier: Some(&facts.fingerprint),
            max_file_days: None,
            sunset: None,
        };
        let found = assess(&verified(name, kind, algorithm), &expected, at(now), None, None, &[]);
        assert_eq!(found.reason, reason, "{name} at {now}");
    }
    use Algorithm::{Aes256GcmEd25519 as Aes, Base64Ed25519 as Base64};
    use Binding::{Account, Machine};
    check("machine-aes.lic", Aes, Machine, "2035-01-01T00:00:00Z", Reason::Active);
    check("machine-base64.lic", Base64, Machine, "1970-01-01T00:00:00Z", Reason::Active);
    check("machine-aes.lic", Aes, Account, "2026-02-04T00:00:00Z", Reason::WrongKind);
    check("machine-without-license.lic", Aes, Machine, "2026-02-04T00:00:00Z", Reason::Incomplete);
    check("license-base64.lic", Base64, Account, "2035-01-01T00:00:00Z", Reason::Active);
    check("license-base64.lic", Base64, Machine, "2026-02-04T00:00:00Z", Reason::WrongKind);
    check("license-aes.lic", Aes, Account, "2026-02-16T23:00:00Z", Reason::Active);
    check("license-aes.lic", Aes, Account, "2026-02-17T00:00:00Z", Reason::Expired);
    check("license-aes.lic", Aes, Account, "2026-01-01T00:00:00Z", Reason::ClockBehind);
}

/// Made by minisign 0.11; the key's secret half is gone.
#[test]
fn a_statement_of_a_vendor_that_is_gone_reads_and_makes_a_file_last() {
    let (text, signature) = (read("sunset.toml"), String::from_utf8(read("sunset.toml.minisig")).unwrap());
    let root = Sunset::root_named_in(&text).unwrap();
    let sunset = Sunset::open(&text, &signature, &root).unwrap();
    assert_eq!((sunset.id(), sunset.gone_since().to_string()), ("vector", "2031-05-01".to_owned()));
    assert_eq!(sunset.statement(), "Gedämpft & “tape” ends. What you have stays yours.");
    let facts = facts();
    let expected = Expectation {
        account: Some(&facts.account),
        product: Some(&facts.product),
        binding: Binding::Machine,
        identifier: Some(&facts.fingerprint),
        max_file_days: Some(365),
        sunset: Some(&sunset),
    };
    let reason = |name: &str, kind, expected: &Expectation<'_>| {
        let file = verified(name, kind, Algorithm::Aes256GcmEd25519);
        assess(&file, expected, at("2035-01-01T00:00:00Z"), None, None, &[]).reason
    };
    assert_eq!(reason("machine-aes.lic", FileKind::Machine, &expected), Reason::VendorGone);
    let alone = Expectation { sunset: None, ..expected };
    assert_eq!(reason("machine-aes.lic", FileKind::Machine, &alone), Reason::FileExpired);
    // The trial has ended as it would have.
    let of_account = Expectation { binding: Binding::Account, ..expected };
    assert_eq!(reason("license-aes.lic", FileKind::License, &of_account), Reason::Expired);
}

#[test]
fn the_signed_key_yields_its_data() {
    let facts = facts();
    let key = LicenseKey::new(&String::from_utf8(read("signed-key.txt")).unwrap()).unwrap();
    let server: ServerKey = facts.public_key.parse().unwrap();
    let expect = format!(r#"{{"license": {{"id": "{}"}}}}"#, facts.license);
    assert_eq!(SignedKey::verify(&key, &server).unwrap().dataset(), expect.as_bytes());
}
