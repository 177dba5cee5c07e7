//! A user who agreed that usage is shared, as far as plug-ins see it: the consent where the client puts it, and what they noted
//! under it.

use std::path::{Path, PathBuf};

use gatefold_shelf::{Found, Shelf, SpoolRecord, UsageConsent, UsageGrant, UsageItem, VendorShelf};
use jiff::{Timestamp, ToSpan as _};

/// All that can be agreed to.
pub const ALL_USAGE: [UsageItem; 3] = [UsageItem::UsageFrequency, UsageItem::TitleVersion, UsageItem::Daw];

/// Consent and spool of one vendor on a user's shelf.
#[derive(Debug)]
pub struct Usage {
    vendor: String,
    shelf: VendorShelf,
    /// From which days are counted: a grant that is put again is the same one.
    today: Timestamp,
}

impl Usage {
    /// Of a vendor, by its id and root key, on the shelf under this `XDG_DATA_HOME`.
    ///
    /// # Panics
    /// When there is no shelf.
    pub fn of(data: &Path, vendor: &str, root: &str) -> Self {
        let shelf = Shelf::at(data.join("gatefold").canonicalize().unwrap());
        let shelf = shelf.vendor(vendor, &root.parse().unwrap()).unwrap();
        Self { vendor: vendor.to_owned(), shelf, today: Timestamp::now() }
    }

    /// Grants these items of a product, with numbers from `first` on, from one day to another, counted from today.
    ///
    /// # Panics
    /// When it cannot be put.
    pub fn put(&self, items: &[UsageItem], first: i64, days: [i64; 2], product: &str) {
        let [granted_at, ends_at] = days.map(|days| self.today + (24 * days).hours());
        let grant = |(item, id): (&UsageItem, i64)| UsageGrant { item: *item, id, granted_at, ends_at };
        let grants: Vec<UsageGrant> = items.iter().zip(first..).map(grant).collect();
        let consent = UsageConsent::new(&self.vendor, &[product.to_owned()], &grants);
        self.shelf.put_consent(&consent, 1).unwrap();
    }

    /// Takes it back. Whether there was one.
    ///
    /// # Panics
    /// When it cannot be removed.
    pub fn take_back(&self) -> bool {
        self.shelf.remove_consent().unwrap()
    }

    /// What was noted, in no order.
    ///
    /// # Panics
    /// When one cannot be read.
    pub fn spooled(&self) -> Vec<SpoolRecord> {
        let Found { found, unreadable } = self.shelf.spooled().unwrap();
        assert_eq!(unreadable, []);
        found
    }

    /// The folder of the spool.
    pub fn spool(&self) -> PathBuf {
        self.shelf.path().join("spool")
    }

    /// The file of the consent.
    pub fn consent(&self) -> PathBuf {
        self.shelf.path().join("consent.json")
    }
}
