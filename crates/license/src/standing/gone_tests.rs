//! What a vendor's word that it is gone makes of its files, and what it leaves as it was.

use serde_json::{Value, json};

use super::rules::tests::{MINE, at, release, revocation, verified};
use super::{Binding, Expectation, Reason, Standing, assess};
use crate::sunset::Sunset;
use crate::testing::{LICENSE, MACHINE, license_document, machine_document};
use crate::{Release, Revocation};

const GONE: &str = include_str!("../../tests/vectors/sunset.toml");
const SIGNATURE: &str = include_str!("../../tests/vectors/sunset.toml.minisig");

fn sunset() -> Sunset {
    let root = Sunset::root_named_in(GONE.as_bytes()).unwrap();
    Sunset::open(GONE.as_bytes(), SIGNATURE, &root).unwrap()
}

/// A file issued 2026-03-01T12:00:00.250Z, whose license and whose file end so.
fn ending(mut document: Value, license: Value, file: &str) -> Value {
    let place = if document["data"]["type"] == "machines" { "/included/1" } else { "/data" };
    document.pointer_mut(place).unwrap()["attributes"]["expiry"] = license;
    document["meta"]["expiry"] = json!(file);
    document
}

fn with(mut document: Value, member: &str, value: Value) -> Value {
    document["included"][1]["attributes"][member] = value;
    document
}

#[test]
fn what_counts_or_counted_goes_on_without_end() {
    let sunset = sunset();
    let check = |document: &Value, binding: Binding, now: &str| {
        // However short the plug-in lets files live.
        let mine = Expectation { binding, max_file_days: Some(30), ..MINE };
        let gone = Expectation { sunset: Some(&sunset), ..mine };
        let file = verified(document);
        let before = assess(&file, &mine, at(now), None, None, &[]);
        assert_ne!(before.reason, Reason::VendorGone);
        let found = assess(&file, &gone, at(now), Some(at("2030-01-01T00:00:00Z")), None, &[]);
        assert_eq!((found.standing, found.reason), (Standing::Active, Reason::VendorGone), "{now}");
        assert_eq!(
            (found.expires_at, found.refresh_by, found.ending, found.behind),
            (None, None, None, None)
        );
    };
    let (april, may) = ("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z");
    for now in
        ["1970-01-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-04-02T00:00:00Z", "2099-01-01T00:00:00Z"]
    {
        check(&ending(machine_document(), json!(null), april), Binding::Machine, now);
        check(&ending(machine_document(), json!(may), april), Binding::Machine, now);
        check(&ending(license_document(), json!(may), april), Binding::Account, now);
        check(&machine_document(), Binding::Machine, now);
    }
}

#[test]
fn what_counted_for_another_reason_counts_no_more_than_before() {
    let sunset = sunset();
    let gone = Expectation { sunset: Some(&sunset), ..MINE };
    let check = |document: &Value,
                 expected: &Expectation<'_>,
                 revocation: Option<&Revocation>,
                 releases: &[Release],
                 reason: Reason| {
        let found =
            assess(&verified(document), expected, at("2026-04-20T00:00:00Z"), None, revocation, releases);
        assert_eq!(found.reason, reason);
    };
    let month = ending(machine_document(), json!(null), "2026-04-01T00:00:00Z");
    check(&month, &gone, None, &[], Reason::VendorGone);
    check(&month, &Expectation { identifier: Some("gf1-2"), ..gone }, None, &[], Reason::WrongMachine);
    check(&month, &Expectation { identifier: None, ..gone }, None, &[], Reason::IdentifierMissing);
    check(&month, &Expectation { product: Some(LICENSE), ..gone }, None, &[], Reason::WrongProduct);
    check(&month, &Expectation { account: Some(LICENSE), ..gone }, None, &[], Reason::WrongAccount);
    check(&month, &Expectation { binding: Binding::Account, ..gone }, None, &[], Reason::WrongKind);
    let revoked = revocation(LICENSE, "SUSPENDED", "Sun, 01 Mar 2026 12:00:01 GMT");
    check(&month, &gone, Some(&revoked), &[], Reason::Suspended);
    let released = release(MACHINE, "Sun, 01 Mar 2026 12:00:01 GMT");
    check(&month, &gone, None, &[released], Reason::Released);
    check(&with(month.clone(), "suspended", json!(true)), &gone, None, &[], Reason::SuspendedAtIssue);
    let mut incomplete = month.clone();
    incomplete["included"] = json!([]);
    check(&incomplete, &gone, None, &[], Reason::Incomplete);

    // A trial was never given for good.
    let trial = with(month, "metadata", json!({ "terms": "trial" }));
    check(&trial, &gone, None, &[], Reason::FileExpired);
    let ended = with(trial, "expiry", json!("2026-04-10T00:00:00Z"));
    check(&ended, &gone, None, &[], Reason::Expired);
}
