//! The client's own memory: settings, agreed vendors, accounts and their lists, known licenses and their seats, the journal, secrets, the log ring.
//!
//! It refuses to keep a secret in clear: passwords are not kept at all, keys and tokens go to the OS keyring, to a file
//! under a passphrase, or stay in memory for this run, and it says which. It opens no socket. Every call may wait for
//! the disk. The formats are described in `docs/formats/store.md` and `docs/formats/logs.md`.

mod about;
mod accounts;
mod bundle_notices;
mod db;
mod drafts;
mod error;
mod hold;
mod journal;
mod licenses;
mod log;
mod offers;
mod owned;
mod renewal;
mod row;
mod seats;
mod secrets;
mod settings;
mod usage;
mod usage_asked;
mod vendor_key;
mod vendors;

use std::path::Path;
use std::time::Duration;

use gatefold_shelf::Folder;
use rusqlite::Connection;

pub use about::{About, Former, ProductKey, Title};
pub use accounts::Account;
pub use drafts::Draft;
pub use error::{CODES, StoreError};
pub use hold::LicenseHold;
pub use journal::{Intent, IntentKind, NewIntent, OpenIntent};
pub use licenses::{KeyHint, KnownLicense};
pub use log::LogRing;
pub use offers::Offer;
pub use owned::{OwnedLicense, SeatsTaken};
pub use renewal::Renewal;
pub use seats::{Seat, SeatList};
pub use secrets::{Kept, KeptAnchor, SecretName, Secrets, Unasked, WhyMemory, session_bus_is_local};
pub use settings::{LibraryOrder, LibraryPart, LibraryView, Setting, Settings, Theme};
pub use usage::{BatchErasure, BatchState, Counted, Rest, Settled, UsageBatch};
pub use vendor_key::VendorKey;
pub use vendors::{AgreedVendor, KeptVendor, SinceRead, Taken};

/// How long a call waits for another process before it gives up with [`StoreError::Locked`].
const BUSY: Duration = Duration::from_secs(5);

/// The store of one home: `store.db` and what lies beside it. Several processes may have it open at once.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    folder: Folder,
}

impl Store {
    /// Opens the store in `home`, making the folder (0700) and the file (0600) where they are missing.
    ///
    /// # Errors
    /// [`StoreError::NewerVersion`], [`StoreError::Damaged`], [`StoreError::Locked`]; [`StoreError::Disk`] for a link,
    /// another owner, a full or read-only disk.
    pub fn open(home: &Path) -> Result<Self, StoreError> {
        Self::open_waiting(home, BUSY)
    }

    /// Opens a store that cannot be written: a full or read-only disk is no reason not to read. Makes nothing.
    ///
    /// # Errors
    /// As [`Store::open`]; [`StoreError::Disk`] where there is no store.
    pub fn open_to_read(home: &Path) -> Result<Self, StoreError> {
        let folder = Folder::open(home)?.ok_or(gatefold_shelf::ShelfError::ReadOnly)?;
        let db = db::open_to_read(&folder, BUSY)?;
        Ok(Self { db, folder })
    }

    fn open_waiting(home: &Path, busy: Duration) -> Result<Self, StoreError> {
        let folder = Folder::create(home)?;
        Folder::create(&home.join(hold::HOLDS))?;
        let db = db::open(&folder, busy).map_err(|error| db::diagnose(&folder, error))?;
        Ok(Self { db, folder })
    }

    /// What was forgotten is overwritten in the database, and goes from the log beside it, which holds what was written before.
    /// While somebody else reads it stays, until the next forgetting or the end of the last program that has the store open.
    fn forget_log(&self) {
        let _ = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}
