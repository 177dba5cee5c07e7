//! What can go wrong, under stable codes. It never holds a byte of an entry.

use gatefold_disclosure::{Item, Purpose};
use rusqlite::ffi;

use crate::anchor::AnchorError;
use crate::entry::EntryId;

/// Why the ledger did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A newer Gatefold wrote the file; an older one would not keep its rules.
    #[error("the ledger was written by a newer version")]
    NewerVersion,
    /// The file is no ledger, or not whole.
    #[error("the ledger file is damaged: {0}")]
    Damaged(&'static str),
    /// Another process held the file longer than the busy timeout.
    #[error("another process keeps the ledger busy")]
    Locked,
    /// No room for the entry; nothing was half-written.
    #[error("the disk that holds the ledger is full")]
    DiskFull,
    /// The file, its folder or its disk cannot be written.
    #[error("the ledger cannot be written")]
    ReadOnly,
    /// Folder or file belong to another user.
    #[error("the {0} belongs to another user")]
    ForeignOwner(&'static str),
    /// A symlink, a device or another thing stands where folder or file should.
    #[error("the {0} is not what it should be: a plain folder with a plain file in it")]
    WrongType(&'static str),
    /// The operating system refused; the kind says how.
    #[error("the ledger cannot be reached: {0}")]
    Io(std::io::ErrorKind),
    /// SQLite refused; the extended result code says how.
    #[error("the ledger's database refused with code {0}")]
    Database(i32),
    /// An optional request without a current consent for an item it holds, or without any item.
    #[error("no current consent to send {} to {vendor} for {purpose}", item.map_or("anything", Item::id))]
    ConsentMissing {
        /// The vendor's id.
        vendor: String,
        /// The optional purpose.
        purpose: Purpose,
        /// The item that lacks a consent; none if the request holds no item at all.
        item: Option<Item>,
    },
    /// An optional request that nobody asked for there and then, without the user's choice that it goes so.
    #[error("nobody chose that it is sent by itself")]
    ByItselfMissing,
    /// `DO_NOT_TRACK` was seen, and the user has not lifted that.
    #[error("every optional purpose is locked off by DO_NOT_TRACK")]
    UsageLocked,
    /// A withdrawal was begun and has no record yet.
    #[error("a withdrawal has not come to its end")]
    WithdrawalRuns,
    /// A withdrawal was begun, and somebody is still sending.
    #[error("somebody who was sending has not stopped")]
    SenderRemains,
    /// There is no entry of this number.
    #[error("the ledger has no entry {0}")]
    NoEntry(EntryId),
    /// The entry has its outcome already.
    #[error("entry {0} is concluded already")]
    AlreadyConcluded(EntryId),
    /// The entry has no outcome yet; a request on its way cannot be erased.
    #[error("entry {0} is still pending")]
    StillPending(EntryId),
    /// The bytes were erased.
    #[error("the bytes of entry {0} were erased")]
    Erased(EntryId),
    /// The entry notes a file by name, size and hash; its bytes were never kept.
    #[error("entry {0} is of a file whose bytes are not kept")]
    BytesNotKept(EntryId),
    /// What is kept of the entry is not what was written.
    #[error("entry {0} is not what was written")]
    EntryDamaged(EntryId),
    /// The kept anchor does not contradict the ledger, so none is begun anew.
    #[error("the ledger's end is where it was remembered")]
    AnchorHolds,
    /// Erased, but the old pages could not be overwritten yet; the next start tries again.
    #[error("erased, but traces remain in the file until no other process reads it")]
    ScrubWaiting,
    /// Where an export goes to cannot be written.
    #[error("the export cannot be written: {0}")]
    Export(std::io::ErrorKind),
    /// The place that remembers the chain's head could not be used.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
}

/// Why [`crate::Ledger::append`] refused: one closed enum serves the whole crate.
pub type AppendError = LedgerError;

/// Every code that [`LedgerError::code`] can return.
pub const CODES: &[&str] = &[
    "ledger.newer_version",
    "ledger.damaged",
    "ledger.locked",
    "ledger.disk_full",
    "ledger.read_only",
    "ledger.foreign_owner",
    "ledger.wrong_type",
    "ledger.io",
    "ledger.database",
    "ledger.consent_missing",
    "ledger.by_itself_missing",
    "ledger.usage_locked",
    "ledger.withdrawal_runs",
    "ledger.sender_remains",
    "ledger.no_entry",
    "ledger.already_concluded",
    "ledger.still_pending",
    "ledger.erased",
    "ledger.bytes_not_kept",
    "ledger.entry_damaged",
    "ledger.scrub_waiting",
    "ledger.export",
    "ledger.anchor",
    "ledger.anchor_holds",
];

impl LedgerError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NewerVersion => "ledger.newer_version",
            Self::Damaged(_) => "ledger.damaged",
            Self::Locked => "ledger.locked",
            Self::DiskFull => "ledger.disk_full",
            Self::ReadOnly => "ledger.read_only",
            Self::ForeignOwner(_) => "ledger.foreign_owner",
            Self::WrongType(_) => "ledger.wrong_type",
            Self::Io(_) => "ledger.io",
            Self::Database(_) => "ledger.database",
            Self::ConsentMissing { .. } => "ledger.consent_missing",
            Self::ByItselfMissing => "ledger.by_itself_missing",
            Self::UsageLocked => "ledger.usage_locked",
            Self::WithdrawalRuns => "ledger.withdrawal_runs",
            Self::SenderRemains => "ledger.sender_remains",
            Self::NoEntry(_) => "ledger.no_entry",
            Self::AlreadyConcluded(_) => "ledger.already_concluded",
            Self::StillPending(_) => "ledger.still_pending",
            Self::Erased(_) => "ledger.erased",
            Self::BytesNotKept(_) => "ledger.bytes_not_kept",
            Self::EntryDamaged(_) => "ledger.entry_damaged",
            Self::AnchorHolds => "ledger.anchor_holds",
            Self::ScrubWaiting => "ledger.scrub_waiting",
            Self::Export(_) => "ledger.export",
            Self::Anchor(_) => "ledger.anchor",
        }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(extended) = error.sqlite_extended_error_code() else {
            // A row that does not have the shape this crate wrote.
            return Self::Damaged("a row has another shape");
        };
        match extended & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Self::Locked,
            ffi::SQLITE_FULL => Self::DiskFull,
            ffi::SQLITE_READONLY => Self::ReadOnly,
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => Self::Damaged("its pages do not fit together"),
            _ => Self::Database(extended),
        }
    }
}

impl From<std::io::Error> for LedgerError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            kind => Self::Io(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_once_and_every_listed_code_is_in_use() {
        let id = EntryId(1);
        let purpose = Purpose::Usage;
        let errors = [
            LedgerError::NewerVersion,
            LedgerError::Damaged(""),
            LedgerError::Locked,
            LedgerError::DiskFull,
            LedgerError::ReadOnly,
            LedgerError::ForeignOwner("folder"),
            LedgerError::WrongType("folder"),
            LedgerError::Io(std::io::ErrorKind::Other),
            LedgerError::Database(1),
            LedgerError::ConsentMissing { vendor: String::new(), purpose, item: None },
            LedgerError::ByItselfMissing,
            LedgerError::UsageLocked,
            LedgerError::WithdrawalRuns,
            LedgerError::SenderRemains,
            LedgerError::NoEntry(id),
            LedgerError::AlreadyConcluded(id),
            LedgerError::StillPending(id),
            LedgerError::Erased(id),
            LedgerError::BytesNotKept(id),
            LedgerError::EntryDamaged(id),
            LedgerError::ScrubWaiting,
            LedgerError::Export(std::io::ErrorKind::Other),
            LedgerError::Anchor(AnchorError::new("no keyring")),
            LedgerError::AnchorHolds,
        ];
        let codes: Vec<_> = errors.iter().map(LedgerError::code).collect();
        assert_eq!(codes, CODES);
        for error in errors {
            let phrase = error.to_string();
            assert!(!phrase.ends_with('.') && !phrase.starts_with(char::is_uppercase), "{phrase}");
        }
    }

    #[test]
    fn what_sqlite_says_has_a_code_of_its_own() {
        let check = |code, expect: &str| {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(LedgerError::from(error).code(), expect, "{code}");
        };
        check(ffi::SQLITE_BUSY, "ledger.locked");
        check(ffi::SQLITE_BUSY_SNAPSHOT, "ledger.locked");
        check(ffi::SQLITE_FULL, "ledger.disk_full");
        check(ffi::SQLITE_READONLY_DBMOVED, "ledger.read_only");
        check(ffi::SQLITE_NOTADB, "ledger.damaged");
        check(ffi::SQLITE_CORRUPT_VTAB, "ledger.damaged");
        check(ffi::SQLITE_IOERR_READ, "ledger.database");
    }
}
