//! What a genuine file is worth here and now: the rules. What a file is comes before when it ends.

use jiff::Timestamp;

use super::span::Span;
use super::{Assessment, Binding, Expectation, Reason, Terms};
use crate::file::{FileKind, LicenseFacts, LicenseStatus, Verified};
use crate::release::Release;
use crate::revocation::{Revocation, RevocationCause};

/// The terms of a license: what its metadata hints at for a trial, else whether it ends.
pub fn terms(license: &LicenseFacts) -> Terms {
    match (license.expires_at, license.terms_hint.as_deref()) {
        (_, Some("trial")) => Terms::Trial,
        (None, _) => Terms::Perpetual,
        (Some(_), _) => Terms::Subscription,
    }
}

/// Assesses a genuine file at a time.
///
/// `latest_signed` is the latest signed time known from elsewhere: other files of this vendor, dates of signed replies.
/// `releases` are those that are known, of whichever seats.
pub fn assess(
    file: &Verified,
    expected: &Expectation<'_>,
    now: Timestamp,
    latest_signed: Option<Timestamp>,
    revocation: Option<&Revocation>,
    releases: &[Release],
) -> Assessment {
    let outlives = outlives(file, expected);
    let span = if outlives { Span::WITHOUT_END } else { Span::of(file, expected.max_file_days) };
    let signed = file.issued().max(latest_signed.unwrap_or(Timestamp::MIN));
    let reason = mismatch(file, expected)
        .or_else(|| revoked(file, revocation))
        .or_else(|| released(file, releases))
        .or_else(|| suspended_at_issue(file))
        .unwrap_or_else(|| if outlives { Reason::VendorGone } else { span.reason(now, signed) });
    Assessment {
        standing: reason.standing(),
        reason,
        expires_at: span.expires_at,
        refresh_by: span.refresh_by,
        ending: span.ending(reason, now),
        behind: (reason == Reason::ClockBehind).then(|| signed.duration_since(now)),
    }
}

/// The file to go by: the best standing, and among equals the one issued last.
pub fn best_of(files: &[(Verified, Assessment)]) -> Option<&(Verified, Assessment)> {
    files.iter().min_by_key(|(file, assessment)| assessment.rank(file))
}

/// The latest time that a vendor signed into its files. Such times are the only evidence that this computer's clock went
/// back.
pub fn latest_signed<'a>(files: impl IntoIterator<Item = &'a Verified>) -> Option<Timestamp> {
    files.into_iter().map(Verified::issued).max()
}

/// Whether a file goes on without end because its vendor is gone: any but a trial's, which was never given for good.
fn outlives(file: &Verified, expected: &Expectation<'_>) -> bool {
    expected.sunset.is_some() && file.license().is_some_and(|license| terms(license) != Terms::Trial)
}

/// What the file is, whatever the time.
fn mismatch(file: &Verified, expected: &Expectation<'_>) -> Option<Reason> {
    let kind = match expected.binding {
        Binding::Machine => FileKind::Machine,
        Binding::Account => FileKind::License,
    };
    if file.kind() != kind {
        return Some(Reason::WrongKind);
    }
    if expected.account.is_some_and(|account| !account.eq_ignore_ascii_case(file.account())) {
        return Some(Reason::WrongAccount);
    }
    let Some(license) = file.license() else { return Some(Reason::Incomplete) };
    if expected.product.is_some_and(|product| !product.eq_ignore_ascii_case(&license.product)) {
        return Some(Reason::WrongProduct);
    }
    if let Some(machine) = file.machine() {
        match expected.identifier {
            None => return Some(Reason::IdentifierMissing),
            Some(identifier) if identifier != machine.fingerprint => return Some(Reason::WrongMachine),
            Some(_) => {}
        }
    }
    None
}

/// Such a file gives no right, but revokes none either: it does not echo our nonce, so it may be an old one.
fn suspended_at_issue(file: &Verified) -> Option<Reason> {
    let license = file.license()?;
    let by_status = matches!(license.status, LicenseStatus::Suspended | LicenseStatus::Banned);
    (license.suspended || by_status).then_some(Reason::SuspendedAtIssue)
}

/// A revocation counts against every file issued before it. A file issued later was issued knowing of it, and says
/// itself how the license stands.
fn revoked(file: &Verified, revocation: Option<&Revocation>) -> Option<Reason> {
    // The reply's date has whole seconds.
    let counts = |revocation: &&Revocation| {
        revocation.license_id() == file.license_id()
            && file.issued().as_second() <= revocation.signed_at().as_second()
    };
    revocation.filter(counts).map(|revocation| match revocation.cause() {
        RevocationCause::Suspended => Reason::Suspended,
        RevocationCause::Banned => Reason::Banned,
    })
}

/// A release counts against the files of its seat that were issued no later than it.
fn released(file: &Verified, releases: &[Release]) -> Option<Reason> {
    let seat = file.machine()?;
    let counts = |release: &Release| {
        release.machine_id().eq_ignore_ascii_case(&seat.id)
            // The reply's date has whole seconds.
            && file.issued().as_second() <= release.signed_at().as_second()
    };
    releases.iter().any(counts).then_some(Reason::Released)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{
        ACCOUNT, FINGERPRINT, LICENSE, MACHINE, PRODUCT, SERVER_SEED, file, license_document,
        machine_document, public_key, signature_header, signature_header_of,
    };
    use crate::{Issuer, ServerKey, SignedReply, Standing, verify};

    pub(in crate::standing) const MINE: Expectation<'_> = Expectation {
        account: Some(ACCOUNT),
        product: Some(PRODUCT),
        binding: Binding::Machine,
        identifier: Some(FINGERPRINT),
        max_file_days: None,
        sunset: None,
    };

    pub(in crate::standing) fn verified(document: &Value) -> Verified {
        let key = ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap();
        let (kind, name) = match document["data"]["type"].as_str() {
            Some("machines") => (FileKind::Machine, "machine"),
            _ => (FileKind::License, "license"),
        };
        verify(&file(name, document, None), kind, &[Issuer::of_key(key)], None).unwrap()
    }

    /// A machine file issued 2026-03-01T12:00:00.250Z with these two ends.
    pub(in crate::standing) fn ending(license: Option<&str>, file: Option<&str>) -> Verified {
        let mut document = machine_document();
        document["meta"]["expiry"] = json!(file);
        document["included"][1]["attributes"]["expiry"] = json!(license);
        verified(&document)
    }

    pub(in crate::standing) fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn what_a_file_is_comes_before_when_it_ends() {
        fn check(document: &Value, expected: &Expectation<'_>, reason: Reason) {
            let found = assess(&verified(document), expected, at("2026-03-02T00:00:00Z"), None, None, &[]);
            assert_eq!((found.reason, found.standing), (reason, reason.standing()), "{expected:?}");
        }
        let machine = machine_document();
        check(&machine, &MINE, Reason::Active);
        check(&machine, &Expectation { account: None, product: None, ..MINE }, Reason::Active);
        check(&machine, &Expectation { binding: Binding::Account, ..MINE }, Reason::WrongKind);
        check(&machine, &Expectation { account: Some(PRODUCT), ..MINE }, Reason::WrongAccount);
        check(&machine, &Expectation { product: Some(ACCOUNT), ..MINE }, Reason::WrongProduct);
        check(&machine, &Expectation { identifier: None, ..MINE }, Reason::IdentifierMissing);
        check(&machine, &Expectation { identifier: Some("gf1-2"), ..MINE }, Reason::WrongMachine);
        let account_bound = Expectation { binding: Binding::Account, identifier: None, ..MINE };
        check(&license_document(), &account_bound, Reason::Active);
        check(
            &license_document(),
            &Expectation { product: Some(ACCOUNT), ..account_bound },
            Reason::WrongProduct,
        );
        check(&license_document(), &MINE, Reason::WrongKind);
        let mut without_license = machine_document();
        without_license["included"] = json!([]);
        check(&without_license, &MINE, Reason::Incomplete);
        without_license["included"] = json!([{"id": "another", "type": "licenses"}]);
        check(&without_license, &MINE, Reason::Incomplete);
        for (member, value) in
            [("status", json!("SUSPENDED")), ("status", json!("BANNED")), ("suspended", json!(true))]
        {
            let mut suspended = machine_document();
            suspended["included"][1]["attributes"][member] = value;
            check(&suspended, &MINE, Reason::SuspendedAtIssue);
        }
        for status in ["INACTIVE", "EXPIRING", "EXPIRED", "A_LATER_ONE"] {
            let mut other = machine_document();
            other["included"][1]["attributes"]["status"] = json!(status);
            check(&other, &MINE, Reason::Active);
        }
    }

    #[test]
    fn time_counts_where_something_ends() {
        fn check(license: Option<&str>, file: Option<&str>, now: &str, expect: (Reason, Option<u32>)) {
            let found = assess(&ending(license, file), &MINE, at(now), None, None, &[]);
            assert_eq!(
                (found.reason, found.days_left()),
                expect,
                "license {license:?}, file {file:?}, at {now}"
            );
        }
        let (never, april, may) = (None, Some("2026-04-01T00:00:00Z"), Some("2026-05-01T00:00:00Z"));
        // Perpetual: whatever the clock says.
        check(never, never, "2026-03-02T00:00:00Z", (Reason::Active, None));
        check(never, never, "1970-01-01T00:00:00Z", (Reason::Active, None));
        check(never, never, "2099-01-01T00:00:00Z", (Reason::Active, None));
        // The file ends: grace of 14 days.
        check(never, april, "2026-03-02T00:00:00Z", (Reason::Active, Some(30)));
        check(never, april, "2026-03-31T23:59:59Z", (Reason::Active, Some(1)));
        check(never, april, "2026-04-01T00:00:00Z", (Reason::Grace, Some(14)));
        check(never, april, "2026-04-14T23:59:59.999Z", (Reason::Grace, Some(1)));
        check(never, april, "2026-04-15T00:00:00Z", (Reason::FileExpired, None));
        // The license ends: no grace.
        check(april, never, "2026-03-31T23:59:59Z", (Reason::Active, Some(1)));
        check(april, never, "2026-04-01T00:00:00Z", (Reason::Expired, None));
        check(april, april, "2026-04-01T00:00:00Z", (Reason::Expired, None));
        check(april, may, "2026-03-31T00:00:00Z", (Reason::Active, Some(1)));
        check(april, may, "2026-04-02T00:00:00Z", (Reason::Expired, None));
        // Both: grace never goes beyond the license.
        let soon = Some("2026-04-05T00:00:00Z");
        check(soon, april, "2026-04-04T00:00:00Z", (Reason::Grace, Some(1)));
        check(soon, april, "2026-04-05T00:00:00Z", (Reason::Expired, None));
        check(may, april, "2026-04-15T00:00:00Z", (Reason::FileExpired, None));
        // A leap day is a day; time far away does not overflow.
        check(never, Some("2028-02-29T00:00:00Z"), "2028-02-28T00:00:00Z", (Reason::Active, Some(1)));
        check(never, Some("2028-02-29T00:00:00Z"), "2028-03-14T00:00:00Z", (Reason::FileExpired, None));
        check(
            Some("9999-12-30T00:00:00Z"),
            Some("9999-12-30T00:00:00Z"),
            "9999-12-29T00:00:00Z",
            (Reason::Active, Some(1)),
        );
    }

    #[test]
    fn only_signed_times_show_that_the_clock_is_behind() {
        fn check(file: &Verified, now: &str, signed: Option<&str>, reason: Reason) {
            let found = assess(file, &MINE, at(now), signed.map(at), None, &[]);
            assert_eq!(
                (found.reason, found.ending.is_some()),
                (reason, reason == Reason::Active),
                "{now} {signed:?}"
            );
        }
        let file = ending(None, Some("2026-04-01T00:00:00Z"));
        check(&file, "2026-03-01T11:00:00.250Z", None, Reason::Active);
        check(&file, "2026-03-01T11:00:00Z", None, Reason::ClockBehind);
        check(&file, "1970-01-01T00:00:00Z", None, Reason::ClockBehind);
        check(&file, "2026-03-10T00:00:00Z", Some("2026-03-10T01:00:00Z"), Reason::Active);
        check(&file, "2026-03-10T00:00:00Z", Some("2026-03-10T01:00:01Z"), Reason::ClockBehind);
        check(&file, "2026-03-10T00:00:00Z", Some("2026-02-01T00:00:00Z"), Reason::Active);
        // A signed time proves that a file's time is over, wherever the clock is put.
        check(&file, "2026-03-10T00:00:00Z", Some("2026-04-15T01:00:00Z"), Reason::FileExpired);
        check(&file, "2026-03-10T00:00:00Z", Some("2026-04-05T01:00:00Z"), Reason::ClockBehind);
        let license = ending(Some("2026-04-01T00:00:00Z"), None);
        check(&license, "2026-03-10T00:00:00Z", Some("2026-04-01T01:00:00Z"), Reason::Expired);
        // Perpetual files never ask.
        let late = Some(at("2026-04-15T01:00:00Z"));
        let perpetual = assess(&ending(None, None), &MINE, Timestamp::UNIX_EPOCH, late, None, &[]);
        assert_eq!((perpetual.reason, perpetual.days_left()), (Reason::Active, None));
    }

    #[test]
    fn the_plug_in_bounds_the_life_of_a_file() {
        fn check(file: Option<&str>, days: u32, refresh_by: &str, now: &str, reason: Reason) {
            let expected = Expectation { max_file_days: Some(days), ..MINE };
            let found = assess(&ending(None, file), &expected, at(now), None, None, &[]);
            assert_eq!((found.reason, found.refresh_by), (reason, Some(at(refresh_by))), "{file:?} {days}");
        }
        let year = "2027-03-01T12:00:00.250Z";
        check(None, 365, year, "2027-03-01T12:00:00Z", Reason::Active);
        check(None, 365, year, "2027-03-02T12:00:00Z", Reason::Grace);
        check(None, 365, year, "2027-03-16T12:00:00Z", Reason::FileExpired);
        check(None, 365, year, "2026-03-01T00:00:00Z", Reason::ClockBehind);
        check(
            Some("2026-04-01T00:00:00Z"),
            365,
            "2026-04-01T00:00:00Z",
            "2026-03-02T00:00:00Z",
            Reason::Active,
        );
        check(Some("2096-04-01T00:00:00Z"), 365, year, "2026-03-02T00:00:00Z", Reason::Active);
        check(None, u32::MAX, "9999-12-30T22:00:00.999999999Z", "2026-03-02T00:00:00Z", Reason::Active);
    }

    /// A reply signed on this date that says `code` of `license`.
    pub(in crate::standing) fn revocation(license: &str, code: &str, date: &str) -> Revocation {
        let body =
            json!({"data": {"id": license}, "meta": {"valid": false, "code": code, "nonce": 5}}).to_string();
        let (target, host) = ("/v1/validate", "license.sleeve.example");
        let header = signature_header(target, host, date, body.as_bytes());
        let reply =
            SignedReply { method: "POST", target, host, date, body: body.as_bytes(), header: &header };
        let key = ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap();
        Revocation::of_reply(&reply, 5, license, &[Issuer::of_key(key)]).unwrap()
    }

    /// The seat's deletion, answered on this date.
    pub(in crate::standing) fn release(machine: &str, date: &str) -> Release {
        let (target, host) = (format!("/v1/machines/{machine}"), "license.sleeve.example");
        let header = signature_header_of("delete", &target, host, date, b"");
        let reply = SignedReply { method: "DELETE", target: &target, host, date, body: b"", header: &header };
        let key = ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap();
        Release::of_reply(&reply, machine, &[Issuer::of_key(key)]).unwrap()
    }

    #[test]
    fn a_release_counts_against_the_files_of_its_seat_before_it() {
        let check = |document: &Value, releases: &[Release], expect: Reason| {
            let expected = match document["data"]["type"].as_str() {
                Some("machines") => MINE,
                _ => Expectation { binding: Binding::Account, ..MINE },
            };
            let found =
                assess(&verified(document), &expected, at("2026-03-20T00:00:00Z"), None, None, releases);
            assert_eq!(found.reason, expect, "{releases:?}");
        };
        let after = release(MACHINE, "Sun, 01 Mar 2026 12:00:00 GMT");
        let before = release(MACHINE, "Sun, 01 Mar 2026 11:59:59 GMT");
        let other = release(LICENSE, "Sun, 01 Mar 2026 12:00:00 GMT");
        let machine = machine_document();
        check(&machine, &[], Reason::Active);
        check(&machine, std::slice::from_ref(&after), Reason::Released);
        check(&machine, &[other.clone(), after.clone()], Reason::Released);
        check(&machine, &[other, before], Reason::Active);
        check(&license_document(), &[after], Reason::Active);
        assert_eq!(Reason::Released.standing(), Standing::Unlicensed);
    }

    #[test]
    fn a_revocation_counts_against_the_files_before_it() {
        fn check(document: &Value, revocation: &Revocation, reason: Reason) {
            let found =
                assess(&verified(document), &MINE, at("2026-03-20T00:00:00Z"), None, Some(revocation), &[]);
            assert_eq!((found.reason, found.standing), (reason, reason.standing()), "{revocation:?}");
        }
        let machine = machine_document();
        // The file was issued at 12:00:00.250.
        let (before, same, after) = (
            "Sun, 01 Mar 2026 11:59:59 GMT",
            "Sun, 01 Mar 2026 12:00:00 GMT",
            "Sun, 01 Mar 2026 12:00:01 GMT",
        );
        check(&machine, &revocation(LICENSE, "SUSPENDED", after), Reason::Suspended);
        check(&machine, &revocation(LICENSE, "BANNED", after), Reason::Banned);
        check(&machine, &revocation(LICENSE, "SUSPENDED", same), Reason::Suspended);
        check(&machine, &revocation(LICENSE, "SUSPENDED", before), Reason::Active);
        check(&machine, &revocation(PRODUCT, "SUSPENDED", after), Reason::Active);
        // What the file is not comes first; that it was suspended already comes after.
        let mut suspended = machine_document();
        suspended["included"][1]["attributes"]["suspended"] = json!(true);
        check(&suspended, &revocation(LICENSE, "SUSPENDED", after), Reason::Suspended);
        check(&suspended, &revocation(LICENSE, "SUSPENDED", before), Reason::SuspendedAtIssue);
        let mut without_license = machine_document();
        without_license["included"] = json!([]);
        check(&without_license, &revocation(LICENSE, "SUSPENDED", after), Reason::Incomplete);
        let mut over = machine_document();
        over["meta"]["expiry"] = json!("2026-03-02T00:00:00Z");
        check(&over, &revocation(LICENSE, "SUSPENDED", after), Reason::Suspended);
    }

    #[test]
    fn terms_are_what_ends_and_a_hint_at_a_trial() {
        fn check(expiry: Option<&str>, metadata: Value, expect: Terms) {
            let mut document = license_document();
            document["data"]["attributes"]["expiry"] = json!(expiry);
            document["data"]["attributes"]["metadata"] = metadata.clone();
            assert_eq!(terms(verified(&document).license().unwrap()), expect, "{expiry:?} {metadata}");
        }
        let year = Some("2027-01-01T00:00:00Z");
        check(None, json!({}), Terms::Perpetual);
        check(None, json!(null), Terms::Perpetual);
        check(year, json!({"color": {"a": [1]}}), Terms::Subscription);
        check(year, json!({"terms": "subscription"}), Terms::Subscription);
        check(year, json!({"terms": "trial"}), Terms::Trial);
        check(None, json!({"terms": "subscription"}), Terms::Perpetual);
        check(year, json!({"terms": 7}), Terms::Subscription);
        check(year, json!({"terms": {"deep": ["trial"]}}), Terms::Subscription);
        check(year, json!({"terms": null}), Terms::Subscription);
    }

    #[test]
    fn a_reason_is_of_one_sort_at_most() {
        use Reason::*;
        let check = |reasons: &[Reason], mismatch: bool, lapsed: bool| {
            for reason in reasons {
                assert_eq!((reason.is_mismatch(), reason.is_lapsed()), (mismatch, lapsed), "{reason:?}");
            }
        };
        check(&[Active, VendorGone, Grace, SuspendedAtIssue], false, false);
        check(&[ClockBehind, Expired, FileExpired, Suspended, Banned, Released], false, true);
        let others = [Incomplete, WrongMachine, IdentifierMissing, WrongProduct, WrongAccount, WrongKind];
        check(&others, true, false);
    }

    #[test]
    fn the_best_standing_wins_and_then_the_latest() {
        let now = at("2026-04-02T00:00:00Z");
        let mut later = machine_document();
        later["meta"]["issued"] = json!("2026-03-02T00:00:00Z");
        later["meta"]["expiry"] = json!("2026-04-01T00:00:00Z");
        let files = [
            ending(None, Some("2026-04-01T00:00:00Z")),
            ending(None, Some("2026-05-01T00:00:00Z")),
            verified(&later),
            verified(&license_document()),
        ];
        let assessed = files.map(|file| (file.clone(), assess(&file, &MINE, now, None, None, &[])));
        let standings: Vec<Standing> = assessed.iter().map(|(_, found)| found.standing).collect();
        assert_eq!(standings, [Standing::Grace, Standing::Active, Standing::Grace, Standing::WrongKind]);
        let best = |chosen: &[usize]| {
            let files: Vec<_> = chosen.iter().map(|index| assessed[*index].clone()).collect();
            best_of(&files).map(|(file, _)| (file.expiry(), file.issued()))
        };
        let of = |index: usize| Some((assessed[index].0.expiry(), assessed[index].0.issued()));
        assert_eq!(best(&[0, 1, 2, 3]), of(1));
        assert_eq!(best(&[2, 0, 3]), of(2));
        assert_eq!(best(&[0, 2]), of(2));
        assert_eq!(best(&[3]), of(3));
        assert_eq!(best(&[]), None);
    }
}
