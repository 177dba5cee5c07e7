//! What a genuine file is worth here and now: the words. It refuses nothing for a reason it cannot name.

#[cfg(test)]
mod gone_tests;
mod rules;
mod span;
#[cfg(test)]
mod time_tests;

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use crate::file::Verified;
use crate::sunset::Sunset;

pub use rules::{assess, best_of, latest_signed, terms};

/// How long a file goes on counting after it should have been refreshed; never beyond the license itself.
pub const GRACE_DAYS: i64 = 14;

/// So many days before something ends it is told.
pub const NOTICE_DAYS: u32 = 14;

/// The same of a trial, which is short by nature: told as long as any other, it would be told all the time.
pub const TRIAL_NOTICE_DAYS: u32 = 3;

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
    /// No license: there is no file, its seat was given back, or what it holds was no right when it was issued.
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
    /// The vendor is gone, and by its word what counts of its files goes on without end.
    VendorGone,
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
    /// The seat that the file is for was given back.
    Released,
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
            Self::VendorGone => "license.vendor_gone",
            Self::Grace => "license.grace",
            Self::ClockBehind => "license.clock_behind",
            Self::Expired => "license.expired",
            Self::FileExpired => "license.file_expired",
            Self::Suspended => "license.suspended",
            Self::Banned => "license.banned",
            Self::SuspendedAtIssue => "license.suspended_at_issue",
            Self::Released => "license.released",
            Self::Incomplete => "license.incomplete",
            Self::WrongMachine => "license.wrong_machine",
            Self::IdentifierMissing => "license.identifier_missing",
            Self::WrongProduct => "license.wrong_product",
            Self::WrongAccount => "license.wrong_account",
            Self::WrongKind => "license.wrong_kind",
        }
    }

    /// Whether the file is another thing than what was asked for, whatever the time: such a file says nothing of a right that
    /// there was here.
    pub const fn is_mismatch(self) -> bool {
        matches!(
            self,
            Self::Incomplete
                | Self::WrongMachine
                | Self::IdentifierMissing
                | Self::WrongProduct
                | Self::WrongAccount
                | Self::WrongKind
        )
    }

    /// Whether there was a right here that counts no more, or not now: told from there never having been one.
    pub const fn is_lapsed(self) -> bool {
        matches!(
            self,
            Self::ClockBehind
                | Self::Expired
                | Self::FileExpired
                | Self::Suspended
                | Self::Banned
                | Self::Released
        )
    }

    /// The standing it gives.
    pub const fn standing(self) -> Standing {
        match self {
            Self::Active | Self::VendorGone => Standing::Active,
            Self::Grace => Standing::Grace,
            Self::ClockBehind => Standing::ClockBehind,
            Self::Expired | Self::FileExpired => Standing::Expired,
            Self::Suspended | Self::Banned => Standing::Revoked,
            Self::SuspendedAtIssue | Self::Released => Standing::Unlicensed,
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
    /// The vendor's word that it is gone, where there is one.
    pub sunset: Option<&'a Sunset>,
}

/// What comes to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// The right, and its file with it.
    License,
    /// The file alone: fetched anew, the license goes on.
    File,
    /// The grace of a file that has ended.
    Grace,
}

/// The end that a license which counts is heading for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What ends.
    pub what: Ends,
    /// When.
    pub at: Timestamp,
    /// Days until then, the begun one included: of 24 hours each, wherever clocks are put forward or back.
    pub days_left: u32,
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
    /// What ends next of a license that counts; none where nothing does.
    pub ending: Option<Ending>,
    /// How far the clock is behind at least, where it is.
    pub behind: Option<SignedDuration>,
}

impl Assessment {
    /// The order among several files, the one to go by first: the best standing wins, and among equals the one issued last.
    pub fn rank(&self, file: &Verified) -> (Standing, Reverse<Timestamp>) {
        (self.standing, Reverse(file.issued()))
    }

    /// The days that plug-ins, lists and pages tell; none of what has no end, or counts no more.
    pub fn days_left(&self) -> Option<u32> {
        self.ending.map(|ending| ending.days_left)
    }

    /// The end, once it is near enough to be told unasked.
    pub fn notice(&self, terms: Terms) -> Option<Ending> {
        let ahead = if terms == Terms::Trial { TRIAL_NOTICE_DAYS } else { NOTICE_DAYS };
        self.ending.filter(|ending| ending.what == Ends::Grace || ending.days_left <= ahead)
    }
}
