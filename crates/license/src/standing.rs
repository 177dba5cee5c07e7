//! What a genuine file is worth here and now. It refuses nothing for a reason it cannot name, and it never believes the
//! local clock against a perpetual file.
//!
//! Time counts only where something ends. Evidence that the clock is behind is a signed time alone (when the file was
//! issued, the date of a signed reply), less an hour; what the clock said before is never remembered.

use jiff::{SignedDuration, Timestamp};

use crate::file::{FileKind, LicenseFacts, LicenseStatus, Verified};
use crate::revocation::{Revocation, RevocationCause};

/// How long a file goes on counting after it should have been refreshed; never beyond the license itself.
pub const GRACE_DAYS: i64 = 14;

/// How far the clock may be behind a signed time before it is said to be.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What the plug-in was compiled to accept: the manifest cannot change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Machine files of this computer.
    Machine,
    /// License files of the account.
    Account,
}

/// On which terms a license is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// It never ends.
    Perpetual,
    /// It ends unless it is renewed.
    Subscription,
    /// It ends, and was given to try the product.
    Trial,
}

impl Terms {
    /// The word of the command line contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Perpetual => "perpetual",
            Self::Subscription => "subscription",
            Self::Trial => "trial",
        }
    }
}

/// What a file is worth. The order is from best to worst: among several files the best standing wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It counts.
    Active,
    /// It counts, but should have been refreshed.
    Grace,
    /// It would count, but the clock stands before a time that was signed; it recovers with the clock.
    ClockBehind,
    /// The license, or the file and its grace, has ended.
    Expired,
    /// A signed reply to us says that the vendor suspended or banned the license.
    Revoked,
    /// A machine file that does not include its license.
    Incomplete,
    /// Of another computer, or this one cannot be identified.
    WrongMachine,
    /// Of another product or account.
    WrongProduct,
    /// A license file where a machine file is asked for, or the other way round.
    WrongKind,
    /// No license: there is no file, or what it holds was no right when it was issued.
    Unlicensed,
}

impl Standing {
    /// The word of the command line contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Grace => "grace",
            Self::ClockBehind => "clock_behind",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Incomplete => "incomplete",
            Self::WrongMachine => "wrong_machine",
            Self::WrongProduct => "wrong_product",
            Self::WrongKind => "wrong_kind",
            Self::Unlicensed => "unlicensed",
        }
    }
}

/// Why a file has the standing it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing speaks against it.
    Active,
    /// The file has ended less than [`GRACE_DAYS`] ago.
    Grace,
    /// The clock stands more than an hour before a signed time.
    ClockBehind,
    /// The license has ended.
    Expired,
    /// The file and its grace have ended.
    FileExpired,
    /// The vendor suspended the license.
    Suspended,
    /// The vendor banned its user.
    Banned,
    /// The license was suspended or banned already when the file was issued.
    SuspendedAtIssue,
    /// The license is not in the machine file.
    Incomplete,
    /// Another computer's file.
    WrongMachine,
    /// This computer's identifier is not known.
    IdentifierMissing,
    /// Another product's.
    WrongProduct,
    /// Another account's.
    WrongAccount,
    /// The other kind of file.
    WrongKind,
}

impl Reason {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "license.active",
            Self::Grace => "license.grace",
            Self::ClockBehind => "license.clock_behind",
            Self::Expired => "license.expired",
            Self::FileExpired => "license.file_expired",
            Self::Suspended => "license.suspended",
            Self::Banned => "license.banned",
            Self::SuspendedAtIssue => "license.suspended_at_issue",
            Self::Incomplete => "license.incomplete",
            Self::WrongMachine => "license.wrong_machine",
            Self::IdentifierMissing => "license.identifier_missing",
            Self::WrongProduct => "license.wrong_product",
            Self::WrongAccount => "license.wrong_account",
            Self::WrongKind => "license.wrong_kind",
        }
    }

    /// The standing it gives.
    pub const fn standing(self) -> Standing {
        match self {
            Self::Active => Standing::Active,
            Self::Grace => Standing::Grace,
            Self::ClockBehind => Standing::ClockBehind,
            Self::Expired | Self::FileExpired => Standing::Expired,
            Self::Suspended | Self::Banned => Standing::Revoked,
            Self::SuspendedAtIssue => Standing::Unlicensed,
            Self::Incomplete => Standing::Incomplete,
            Self::WrongMachine | Self::IdentifierMissing => Standing::WrongMachine,
            Self::WrongProduct | Self::WrongAccount => Standing::WrongProduct,
            Self::WrongKind => Standing::WrongKind,
        }
    }
}

/// What this plug-in, on this computer, expects of a file.
#[derive(Clone, Copy, Debug)]
pub struct Expectation<'a> {
    /// The account it must belong to; `None` leaves it to the issuers, whose account `verify` has required.
    pub account: Option<&'a str>,
    /// The product it must license; `None` where any will do, as in a list of everything installed.
    pub product: Option<&'a str>,
    /// The kind of file that counts.
    pub binding: Binding,
    /// This computer's identifier; a machine file does not count without one.
    pub identifier: Option<&'a str>,
    /// The longest a file may live, in days; a longer or perpetual file counts as ending then.
    pub max_file_days: Option<u32>,
}

/// What a file is worth here and now, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// What it is worth.
    pub standing: Standing,
    /// Why.
    pub reason: Reason,
    /// When the right ends.
    pub expires_at: Option<Timestamp>,
    /// When the file ends, and should be fetched anew.
    pub refresh_by: Option<Timestamp>,
    /// Days, the begun one included, until an active file needs a renewal or a file in grace stops counting.
    pub days_left: Option<u32>,
}

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
pub fn assess(
    file: &Verified,
    expected: &Expectation<'_>,
    now: Timestamp,
    latest_signed: Option<Timestamp>,
    revocation: Option<&Revocation>,
) -> Assessment {
    let span = Span::of(file, expected.max_file_days);
    let reason = mismatch(file, expected)
        .or_else(|| revoked(file, revocation))
        .unwrap_or_else(|| span.reason(now, file.issued().max(latest_signed.unwrap_or(Timestamp::MIN))));
    Assessment {
        standing: reason.standing(),
        reason,
        expires_at: span.expires_at,
        refresh_by: span.refresh_by,
        days_left: span.end(reason).map(|end| days_until(end, now)),
    }
}

/// The file to go by: the best standing, and among equals the one issued last.
pub fn best_of(files: &[(Verified, Assessment)]) -> Option<&(Verified, Assessment)> {
    files.iter().min_by_key(|(file, assessment)| (assessment.standing, std::cmp::Reverse(file.issued())))
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
    let ended_by_vendor = matches!(license.status, LicenseStatus::Suspended | LicenseStatus::Banned);
    (license.suspended || ended_by_vendor).then_some(Reason::SuspendedAtIssue)
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

/// From when to when a file counts.
struct Span {
    expires_at: Option<Timestamp>,
    refresh_by: Option<Timestamp>,
    grace_ends: Option<Timestamp>,
}

impl Span {
    fn of(file: &Verified, max_file_days: Option<u32>) -> Self {
        let expires_at = file.license().and_then(|license| license.expires_at);
        let longest = max_file_days.map(|days| later(file.issued(), i64::from(days)));
        let refresh_by = earliest(file.expiry(), longest);
        let grace_ends = refresh_by.map(|ends| later(ends, GRACE_DAYS));
        Self { expires_at, refresh_by, grace_ends: earliest(grace_ends, expires_at) }
    }

    /// `signed` is the latest signed time: it proves that it is no earlier, whatever the clock says.
    fn reason(&self, now: Timestamp, signed: Timestamp) -> Reason {
        // Nothing ends, so what time it is does not matter.
        if self.expires_at.is_none() && self.refresh_by.is_none() {
            return Reason::Active;
        }
        let proven = signed.saturating_sub(CLOCK_TOLERANCE).unwrap_or(Timestamp::MIN);
        let time = now.max(proven);
        let past = |end: Option<Timestamp>| end.is_some_and(|end| end <= time);
        if past(self.expires_at) {
            Reason::Expired
        } else if past(self.refresh_by) && past(self.grace_ends) {
            Reason::FileExpired
        } else if now < proven {
            Reason::ClockBehind
        } else if past(self.refresh_by) {
            Reason::Grace
        } else {
            Reason::Active
        }
    }

    /// The end that a standing is heading for.
    fn end(&self, reason: Reason) -> Option<Timestamp> {
        match reason {
            Reason::Active => earliest(self.refresh_by, self.expires_at),
            Reason::Grace => self.grace_ends,
            _ => None,
        }
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn later(time: Timestamp, days: i64) -> Timestamp {
    time.saturating_add(DAY * i32::try_from(days).unwrap_or(i32::MAX)).unwrap_or(Timestamp::MAX)
}

fn days_until(end: Timestamp, now: Timestamp) -> u32 {
    let secs = end.duration_since(now).as_secs().max(0);
    u32::try_from((secs + DAY.as_secs() - 1) / DAY.as_secs()).unwrap_or(u32::MAX)
}
