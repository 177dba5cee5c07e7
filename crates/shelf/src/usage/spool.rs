//! The spool: a small file for each session that ended, until the client takes it. Plug-ins write it, from inside somebody else's
//! program.
//!
//! It refuses to make a folder, to wait for a lock or for the disk, and to grow without end. Whoever may not or cannot write
//! gives up; no time of day is among what a record can say.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::consent::SPOOL;
use super::{FORMAT, UsageItem};
use crate::{Found, ShelfError, Unreadable, VendorShelf};

/// The largest record, in bytes.
pub const MAX_SPOOLED_BYTES: u64 = 4 * 1024;
/// How many files a vendor's spool holds at most; then nothing more is noted until the client has taken some.
pub const MAX_SPOOLED: usize = 1_000;

/// Whoever began to write so long ago has ended since.
const UNFINISHED: SignedDuration = SignedDuration::from_hours(1);

/// One session of a product.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SpoolRecord {
    v: u32,
    /// The product, by its id at the licensing server.
    pub product: String,
    /// The day (UTC) on which the session began.
    pub day: Date,
    /// What was granted and is known.
    pub items: Vec<SpooledItem>,
}

/// An item of a record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SpooledItem {
    /// Which.
    pub item: UsageItem,
    /// The grant that permits it, by its number in the ledger.
    pub grant: i64,
    /// What it says; none where the record itself says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A file of a spool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spooled {
    /// Its name: by that it is counted once, whatever breaks off before it is removed.
    pub name: String,
    /// What it says; none where it is no record: half written, too large, of somebody else, or of another form.
    pub record: Option<SpoolRecord>,
}

impl SpoolRecord {
    /// Of a session that began on this day.
    pub fn new(product: &str, day: Date, items: Vec<SpooledItem>) -> Self {
        Self { v: FORMAT, product: product.to_owned(), day, items }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let record: Self = serde_json::from_slice(bytes).ok()?;
        (record.v == FORMAT && !record.items.is_empty()).then_some(record)
    }
}

impl VendorShelf {
    /// Adds a record under a name that says nothing, without waiting for the disk: what a power loss takes was never counted.
    /// `random` makes the name unique.
    ///
    /// # Errors
    /// [`ShelfError::Busy`] for a spool that is full or not there, [`ShelfError::TooLarge`] for a record,
    /// [`ShelfError::ForeignOwner`] and [`ShelfError::WritableByOthers`] for a folder that is not this user's alone; else what the
    /// disk says.
    pub fn spool(&self, record: &SpoolRecord, random: u64) -> Result<(), ShelfError> {
        let bytes = serde_json::to_vec(record).unwrap_or_default();
        if bytes.len() as u64 > MAX_SPOOLED_BYTES {
            return Err(ShelfError::TooLarge);
        }
        let folder = self.opened(Some(SPOOL))?.ok_or(ShelfError::Busy)?;
        folder.require_alone()?;
        // What others left unfinished counts, too.
        if !folder.holds_fewer_than(MAX_SPOOLED)? {
            return Err(ShelfError::Busy);
        }
        folder.stage_unsynced(&format!("{random:016x}.json"), &bytes, random)?.place()
    }

    /// What lies in the spool, sorted by its names, which mean nothing.
    ///
    /// # Errors
    /// What the disk says of the folder; a single file that cannot be read, or is no record, is reported beside the others.
    pub fn spooled(&self) -> Result<Found<SpoolRecord>, ShelfError> {
        let mut all = Found { found: Vec::new(), unreadable: Vec::new() };
        let Some(folder) = self.opened(Some(SPOOL))? else { return Ok(all) };
        for name in folder.names()? {
            let read = folder.read(&name, MAX_SPOOLED_BYTES);
            let record = read.and_then(|bytes| {
                bytes.map(|bytes| SpoolRecord::read(&bytes).ok_or(ShelfError::WrongType)).transpose()
            });
            match record {
                Ok(record) => all.found.extend(record),
                Err(error) => all.unreadable.push(Unreadable { path: folder.path().join(&name), error }),
            }
        }
        Ok(all)
    }

    /// Some of what lies in the spool, as many files at most, in no order: what is written meanwhile is for the next time. Nothing where the
    /// folder is not this user's alone: what lies there may be anybody's.
    ///
    /// # Errors
    /// What the disk says of the folder. A single file that cannot be read is no record.
    pub fn some_spooled(&self, most: usize) -> Result<Vec<Spooled>, ShelfError> {
        let Some(folder) = self.opened(Some(SPOOL))? else { return Ok(Vec::new()) };
        if folder.require_alone().is_err() {
            return Ok(Vec::new());
        }
        let read = |name: String| {
            let bytes = folder.read_own(&name, MAX_SPOOLED_BYTES).ok().flatten();
            Spooled { record: bytes.and_then(|bytes| SpoolRecord::read(&bytes)), name }
        };
        Ok(folder.some_names(most)?.into_iter().map(read).collect())
    }

    /// Removes what was taken. The names of what stays, for it is no file.
    ///
    /// # Errors
    /// What the disk says; then some may still lie there.
    pub fn remove_spooled(&self, taken: &[Spooled]) -> Result<Vec<String>, ShelfError> {
        let Some(folder) = self.opened(Some(SPOOL))? else { return Ok(Vec::new()) };
        let mut left = Vec::new();
        for file in taken {
            if !folder.remove_file(&file.name)? {
                left.push(file.name.clone());
            }
        }
        folder.sync()?;
        Ok(left)
    }

    /// Removes what a program that died left unfinished an hour ago or earlier.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sweep_spool(&self, now: Timestamp) -> Result<(), ShelfError> {
        let Some(folder) = self.opened(Some(SPOOL))? else { return Ok(()) };
        folder.sweep_older(now, UNFINISHED)
    }

    pub(super) fn empty_spool(&self) -> Result<(), ShelfError> {
        let Some(folder) = self.opened(Some(SPOOL))? else { return Ok(()) };
        folder.remove_all_files()
    }
}
