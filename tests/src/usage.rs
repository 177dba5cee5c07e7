//! A user who agreed that usage is shared, as far as plug-ins see it: the consent where the client puts it, and what they noted
//! under it.

use std::path::{Path, PathBuf};

use gatefold_shelf::{
    Found, Shelf, SpoolRecord, SpooledItem, UsageConsent, UsageGrant, UsageItem, VendorShelf,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
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

    /// On the shelf of a home of its own, which may not be there yet.
    ///
    /// # Panics
    /// When the root key is none.
    pub fn on(shelf: &Path, vendor: &str, root: &str) -> Self {
        let own = Shelf::at(shelf).vendor(vendor, &root.parse().unwrap()).unwrap();
        Self { vendor: vendor.to_owned(), shelf: own, today: Timestamp::now() }
    }

    /// A session that ended just now, of what the consent there grants.
    ///
    /// # Panics
    /// When there is no consent, or nothing can be noted.
    pub fn note(&self, product: &str, version: &str, daw: &str) {
        self.note_on(Timestamp::now().to_zoned(TimeZone::UTC).date(), product, version, daw);
    }

    /// The same on another day.
    ///
    /// # Panics
    /// Likewise.
    pub fn note_on(&self, day: Date, product: &str, version: &str, daw: &str) {
        let consent = self.shelf.consent().unwrap().expect("a consent");
        let granted = consent.granted(&self.vendor, product, Timestamp::now());
        let item = |grant: &UsageGrant| SpooledItem {
            item: grant.item,
            grant: grant.id,
            value: match grant.item {
                UsageItem::UsageFrequency => None,
                UsageItem::TitleVersion => Some(version.to_owned()),
                UsageItem::Daw => Some(daw.to_owned()),
            },
        };
        self.note_record(&SpoolRecord::new(product, day, granted.iter().map(item).collect()));
    }

    /// Whatever it says.
    ///
    /// # Panics
    /// When it cannot be noted.
    pub fn note_record(&self, record: &SpoolRecord) {
        let random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 1);
        self.shelf.spool(record, random).unwrap();
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
