//! The consent file: which items plug-ins of a vendor may note, since when and until when. The client writes it once the
//! ledger has the grants, and removes it before it writes down that they were taken back.
//!
//! It refuses a file that somebody else could have written, and one that grants for longer than a grant lasts.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{FORMAT, UsageItem};
use crate::vendor_shelf::LOCK;
use crate::{Folder, ShelfError, VendorShelf};

pub(super) const CONSENT: &str = "consent.json";
pub(super) const SPOOL: &str = "spool";
/// More than the ids of a thousand products need.
const MAX_CONSENT_BYTES: u64 = 64 * 1024;
/// Twelve months with a leap day, in days of 24 hours.
pub const MAX_GRANT_DAYS: i64 = 366;

/// What the user agreed to let the plug-ins of a vendor note.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct UsageConsent {
    v: u32,
    vendor: String,
    products: Vec<String>,
    grants: Vec<UsageGrant>,
}

/// One item of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct UsageGrant {
    /// What may be noted.
    pub item: UsageItem,
    /// The grant's number in the ledger: what is noted carries it.
    pub id: i64,
    /// Since when; nothing from before is noted.
    pub granted_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
}

impl UsageConsent {
    /// For these products of a vendor, by their ids at the licensing server.
    pub fn new(vendor: &str, products: &[String], grants: &[UsageGrant]) -> Self {
        Self { v: FORMAT, vendor: vendor.to_owned(), products: products.to_vec(), grants: grants.to_vec() }
    }

    /// What may be noted of a product at a time.
    pub fn granted(&self, vendor: &str, product: &str, at: Timestamp) -> Vec<UsageGrant> {
        let names = self.vendor == vendor && self.products.iter().any(|own| own == product);
        let current = |grant: &&UsageGrant| names && grant.granted_at <= at && at < grant.ends_at;
        self.grants.iter().filter(current).copied().collect()
    }

    /// Read from a file's bytes; none of what is not of the form, whoever wrote it.
    fn read(bytes: &[u8]) -> Option<Self> {
        let consent: Self = serde_json::from_slice(bytes).ok()?;
        let longest = SignedDuration::from_hours(24 * MAX_GRANT_DAYS);
        let is_grant = |grant: &UsageGrant| {
            let lasts = grant.ends_at.duration_since(grant.granted_at);
            grant.id > 0 && SignedDuration::ZERO < lasts && lasts <= longest
        };
        let mut items: Vec<UsageItem> = consent.grants.iter().map(|grant| grant.item).collect();
        items.sort_unstable();
        items.dedup();
        let is_whole = consent.v == FORMAT && items.len() == consent.grants.len();
        (is_whole && consent.grants.iter().all(is_grant)).then_some(consent)
    }
}

impl VendorShelf {
    /// Puts a consent in place of the last one, and makes the spool that it permits to write to. Only once the ledger has its
    /// grants. `random` makes the temporary name unique.
    ///
    /// # Errors
    /// [`ShelfError::TooLarge`]; else what the disk says.
    pub fn put_consent(&self, consent: &UsageConsent, random: u64) -> Result<(), ShelfError> {
        let bytes = serde_json::to_vec(consent).unwrap_or_default();
        if bytes.len() as u64 > MAX_CONSENT_BYTES {
            return Err(ShelfError::TooLarge);
        }
        let (folder, lock) = self.locked(None)?;
        folder.sweep_staged(&lock, |name| name == CONSENT)?;
        Folder::create(&self.path().join(SPOOL))?;
        folder.write(CONSENT, &bytes, random)
    }

    /// Removes the consent, and then what was noted under it and not taken yet. Whether there was one.
    ///
    /// A plug-in that ends a session in this moment may still leave a record: it carries a grant that is not current any more,
    /// by which whoever would send it knows to drop it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn remove_consent(&self) -> Result<bool, ShelfError> {
        let Some(folder) = self.opened(None)? else { return Ok(false) };
        let _lock = folder.lock(LOCK)?;
        let removed = folder.remove_file(CONSENT)?;
        folder.sync()?;
        self.empty_spool()?;
        Ok(removed)
    }

    /// The consent that is in force here; none where there is none.
    ///
    /// # Errors
    /// [`ShelfError::ForeignOwner`] and [`ShelfError::WritableByOthers`] for a file or folder that is not this user's alone,
    /// [`ShelfError::WrongType`] for what is no consent; else what the disk says.
    pub fn consent(&self) -> Result<Option<UsageConsent>, ShelfError> {
        let Some(folder) = self.opened(None)? else { return Ok(None) };
        folder.require_alone()?;
        let Some(bytes) = folder.read_own(CONSENT, MAX_CONSENT_BYTES)? else { return Ok(None) };
        UsageConsent::read(&bytes).map(Some).ok_or(ShelfError::WrongType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRANT: &str =
        r#"{"item":"daw","id":7,"granted_at":"2026-11-01T10:00:00Z","ends_at":"2027-11-01T10:00:00Z"}"#;

    fn of_grants(grants: &str) -> String {
        format!(r#"{{"v":1,"vendor":"sleeve","products":["p-1"],"grants":[{grants}]}}"#)
    }

    #[test]
    fn what_is_not_of_the_form_is_none() {
        fn check(text: &str, good: bool) {
            assert_eq!(UsageConsent::read(text.as_bytes()).is_some(), good, "{text}");
        }
        let whole = of_grants(GRANT);
        check(&whole, true);
        check(&of_grants(""), true);
        check("", false);
        check("{}", false);
        check(&whole[..whole.len() - 1], false);
        check(&format!("{whole}x"), false);
        check(&whole.replace("\"v\":1", "\"v\":2"), false);
        check(&whole.replace("\"v\":1", "\"v\":1,\"more\":1"), false);
        check(&whole.replace("daw", "ip_address"), false);
        check(&whole.replace("\"id\":7", "\"id\":0"), false);
        check(&whole.replace("\"id\":7", "\"id\":\"7\""), false);
        check(&whole.replace("2027-11-01", "2026-11-01"), false);
        check(&whole.replace("2027-11-01", "2027-11-03"), false);
        check(&whole.replace("2027-11-01", "2025-11-01"), false);
        check(&whole.replace("2027-11-01T10:00:00Z", "never"), false);
        check(&of_grants(&format!("{GRANT},{GRANT}")), false);
    }

    #[test]
    fn a_grant_is_for_its_vendor_product_and_time() {
        let consent = UsageConsent::read(of_grants(GRANT).as_bytes()).unwrap();
        let check = |vendor: &str, product: &str, at: &str, expect: usize| {
            let granted = consent.granted(vendor, product, at.parse().unwrap());
            assert_eq!(granted.len(), expect, "{vendor} {product} {at}");
        };
        check("sleeve", "p-1", "2026-11-01T10:00:00Z", 1);
        check("sleeve", "p-1", "2026-11-01T09:59:59Z", 0);
        check("sleeve", "p-1", "2027-11-01T09:59:59Z", 1);
        check("sleeve", "p-1", "2027-11-01T10:00:00Z", 0);
        check("sleeve", "p-2", "2026-12-01T10:00:00Z", 0);
        check("tidewater", "p-1", "2026-12-01T10:00:00Z", 0);
    }
}
