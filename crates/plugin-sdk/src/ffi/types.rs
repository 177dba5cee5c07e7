//! The types of the header: numbers that never change their meaning, and structs that C lays out as we do.

use std::ffi::{c_char, c_int};

use gatefold_license::{Ends, Reason, Standing};
use jiff::Timestamp;

use crate::license::License;
use crate::status::{Cause, Status};

/// The plug-in takes files of this computer alone.
pub const GF_BINDING_MACHINE: u32 = 1;
/// The plug-in takes files of the account alone.
pub const GF_BINDING_ACCOUNT: u32 = 2;
/// In place of a time: there is none.
pub const GF_NO_TIME: i64 = i64::MIN;
/// In place of days: nothing ends.
pub const GF_NO_DAYS: i32 = -1;

/// How a call ended. What a call is to write is written after GF_OK alone.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum gf_result {
    /// It is done.
    GF_OK = 0,
    /// An argument that must not be is NULL.
    GF_NULL = 1,
    /// A text is not UTF-8.
    GF_NOT_UTF8 = 2,
    /// The vendor's id is not of lower-case letters, digits and hyphens.
    GF_BAD_VENDOR = 3,
    /// The root key is no minisign public key.
    GF_BAD_ROOT_KEY = 4,
    /// The account's id is empty.
    GF_BAD_ACCOUNT = 5,
    /// The product's id is not of letters, digits and hyphens, or too long.
    GF_BAD_PRODUCT = 6,
    /// The binding is neither GF_BINDING_MACHINE nor GF_BINDING_ACCOUNT.
    GF_BAD_BINDING = 7,
    /// The buffer is too small. Asked with NULL, a call says how large it must be.
    GF_TOO_SMALL = 8,
    /// There is no such thing: no document, no feature of this number.
    GF_NONE = 9,
    /// A fault of ours. Nothing was done; the license is as before.
    GF_PANIC = 10,
}

/// What a license is worth, from best to worst.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum gf_standing {
    /// It counts.
    GF_ACTIVE = 0,
    /// It counts, but should have been refreshed.
    GF_GRACE = 1,
    /// It would count, but the clock stands before a time that was signed.
    GF_CLOCK_BEHIND = 2,
    /// The license, or its file and the grace after it, has ended.
    GF_EXPIRED = 3,
    /// The vendor suspended or banned it.
    GF_REVOKED = 4,
    /// A machine file without its license.
    GF_INCOMPLETE = 5,
    /// Of another computer, or this one cannot be identified.
    GF_WRONG_MACHINE = 6,
    /// Of another product or account.
    GF_WRONG_PRODUCT = 7,
    /// A license file where a machine file is asked for, or the other way round.
    GF_WRONG_KIND = 8,
    /// No license.
    GF_UNLICENSED = 9,
}

/// Why.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum gf_cause {
    /// There is no file.
    GF_CAUSE_NO_FILE = 0,
    /// There is a file, and it is not genuine, or cannot be read.
    GF_CAUSE_NOT_GENUINE = 1,
    /// Nothing speaks against it.
    GF_CAUSE_ACTIVE = 2,
    /// The vendor is gone, and by its word the license goes on without end.
    GF_CAUSE_VENDOR_GONE = 3,
    /// The file has ended not long ago.
    GF_CAUSE_GRACE = 4,
    /// The clock stands more than an hour before a signed time.
    GF_CAUSE_CLOCK_BEHIND = 5,
    /// The license has ended.
    GF_CAUSE_EXPIRED = 6,
    /// The file and its grace have ended.
    GF_CAUSE_FILE_EXPIRED = 7,
    /// The vendor suspended the license.
    GF_CAUSE_SUSPENDED = 8,
    /// The vendor banned its user.
    GF_CAUSE_BANNED = 9,
    /// It was suspended or banned already when the file was issued.
    GF_CAUSE_SUSPENDED_AT_ISSUE = 10,
    /// The seat was given back.
    GF_CAUSE_RELEASED = 11,
    /// The license is not in the machine file.
    GF_CAUSE_INCOMPLETE = 12,
    /// Another computer's file.
    GF_CAUSE_WRONG_MACHINE = 13,
    /// This computer cannot be identified.
    GF_CAUSE_IDENTIFIER_MISSING = 14,
    /// Another product's.
    GF_CAUSE_WRONG_PRODUCT = 15,
    /// Another account's.
    GF_CAUSE_WRONG_ACCOUNT = 16,
    /// The other kind of file.
    GF_CAUSE_WRONG_KIND = 17,
}

/// What ends next of a license that counts.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum gf_ends {
    /// Nothing does, or it does not count.
    GF_ENDS_NOTHING = 0,
    /// The right, and its file with it.
    GF_ENDS_LICENSE = 1,
    /// The file alone: fetched anew, the license goes on.
    GF_ENDS_FILE = 2,
    /// The grace of a file that has ended.
    GF_ENDS_GRACE = 3,
}

/// What is compiled into a plug-in. The texts are read during gf_open alone. Fill it with zeros first, so that what a later
/// version adds is nothing.
#[repr(C)]
pub struct gf_product {
    /// The vendor's id, as in its vendor file.
    pub vendor: *const c_char,
    /// The vendor's root key: the base64 line of a minisign public key.
    pub root_key: *const c_char,
    /// The account's id at the licensing server.
    pub account: *const c_char,
    /// The product's id there.
    pub product: *const c_char,
    /// GF_BINDING_MACHINE or GF_BINDING_ACCOUNT.
    pub binding: u32,
    /// The longest that a file counts after it was issued, in days of 24 hours; 0: as long as the file says.
    pub max_file_days: u32,
    /// The plug-in's own version, or NULL. Noted where the user shares which version is used, and of no other effect.
    pub version: *const c_char,
}

/// The host, as the plug-in format names it. Its name is noted where the user shares in which host the product is used. Each may
/// be NULL; what is not UTF-8 is replaced.
#[repr(C)]
pub struct gf_host {
    /// Its name.
    pub name: *const c_char,
    /// Its version.
    pub version: *const c_char,
}

/// What a license is worth, here and now.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct gf_status {
    /// What it is worth.
    pub standing: gf_standing,
    /// Why.
    pub cause: gf_cause,
    /// 1 if it counts: GF_ACTIVE or GF_GRACE.
    pub is_licensed: c_int,
    /// 1 if there never was a right here, as far as is known.
    pub is_never_licensed: c_int,
    /// 1 if there was a right that counts no more, or not now: sessions that played with it should go on playing.
    pub is_lapsed: c_int,
    /// What ends next of a license that counts.
    pub ends: gf_ends,
    /// Days until then, the begun one included; GF_NO_DAYS where nothing ends.
    pub days_left: i32,
    /// When the right ends, in seconds since 1970 (UTC); GF_NO_TIME: never, or not known.
    pub expires_at: i64,
    /// When the file ends and should be fetched anew, likewise.
    pub refresh_by: i64,
}

/// An instance's license. Made by gf_open, freed by gf_close.
pub struct gf_license(pub(super) License);

impl From<Standing> for gf_standing {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Active => Self::GF_ACTIVE,
            Standing::Grace => Self::GF_GRACE,
            Standing::ClockBehind => Self::GF_CLOCK_BEHIND,
            Standing::Expired => Self::GF_EXPIRED,
            Standing::Revoked => Self::GF_REVOKED,
            Standing::Incomplete => Self::GF_INCOMPLETE,
            Standing::WrongMachine => Self::GF_WRONG_MACHINE,
            Standing::WrongProduct => Self::GF_WRONG_PRODUCT,
            Standing::WrongKind => Self::GF_WRONG_KIND,
            Standing::Unlicensed => Self::GF_UNLICENSED,
        }
    }
}

impl From<Cause> for gf_cause {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::NoFile => Self::GF_CAUSE_NO_FILE,
            Cause::NotGenuine => Self::GF_CAUSE_NOT_GENUINE,
            Cause::File(Reason::Active) => Self::GF_CAUSE_ACTIVE,
            Cause::File(Reason::VendorGone) => Self::GF_CAUSE_VENDOR_GONE,
            Cause::File(Reason::Grace) => Self::GF_CAUSE_GRACE,
            Cause::File(Reason::ClockBehind) => Self::GF_CAUSE_CLOCK_BEHIND,
            Cause::File(Reason::Expired) => Self::GF_CAUSE_EXPIRED,
            Cause::File(Reason::FileExpired) => Self::GF_CAUSE_FILE_EXPIRED,
            Cause::File(Reason::Suspended) => Self::GF_CAUSE_SUSPENDED,
            Cause::File(Reason::Banned) => Self::GF_CAUSE_BANNED,
            Cause::File(Reason::SuspendedAtIssue) => Self::GF_CAUSE_SUSPENDED_AT_ISSUE,
            Cause::File(Reason::Released) => Self::GF_CAUSE_RELEASED,
            Cause::File(Reason::Incomplete) => Self::GF_CAUSE_INCOMPLETE,
            Cause::File(Reason::WrongMachine) => Self::GF_CAUSE_WRONG_MACHINE,
            Cause::File(Reason::IdentifierMissing) => Self::GF_CAUSE_IDENTIFIER_MISSING,
            Cause::File(Reason::WrongProduct) => Self::GF_CAUSE_WRONG_PRODUCT,
            Cause::File(Reason::WrongAccount) => Self::GF_CAUSE_WRONG_ACCOUNT,
            Cause::File(Reason::WrongKind) => Self::GF_CAUSE_WRONG_KIND,
        }
    }
}

impl From<Status> for gf_status {
    fn from(status: Status) -> Self {
        let days = status.days_left().map(|days| i32::try_from(days).unwrap_or(i32::MAX));
        Self {
            standing: status.standing.into(),
            cause: status.cause.into(),
            is_licensed: status.is_licensed.into(),
            is_never_licensed: status.is_never_licensed.into(),
            is_lapsed: status.is_lapsed.into(),
            ends: match status.ending.map(|ending| ending.what) {
                None => gf_ends::GF_ENDS_NOTHING,
                Some(Ends::License) => gf_ends::GF_ENDS_LICENSE,
                Some(Ends::File) => gf_ends::GF_ENDS_FILE,
                Some(Ends::Grace) => gf_ends::GF_ENDS_GRACE,
            },
            days_left: days.unwrap_or(GF_NO_DAYS),
            expires_at: status.expires_at.map_or(GF_NO_TIME, Timestamp::as_second),
            refresh_by: status.refresh_by.map_or(GF_NO_TIME, Timestamp::as_second),
        }
    }
}
