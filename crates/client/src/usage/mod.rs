//! Sharing usage, as the user chose: agreeing and taking back, counting what plug-ins noted, uploading, erasing.
//!
//! Consent is the ledger's; what lies on the shelf is written after it, and says nothing that a row there does not say. It refuses
//! to count, to keep and to send what is not granted now, under the number it was noted under; and to send twice what may have arrived.

mod claim;
mod consent_file;
mod erase;
mod grant;
mod lock;
mod record;
mod records;
mod settle;
mod status;
mod taken_back;
mod upload;
mod weekly;
mod withdraw;

pub use erase::PreparedErasure;
pub use grant::{PreparedGrant, UsageNotice};
pub use lock::UsageLocked;
pub use status::{UsageGlance, UsageState, UsageStatus, UsageVersion, WeekCount};
pub use upload::{PreparedUpload, Uploaded};
pub use weekly::{PreparedWeekly, Weekly};
pub use withdraw::Withdrawal;

use std::collections::BTreeSet;

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{ConsentRecord, Grant, RecordEvent};
use gatefold_shelf::UsageItem;
use gatefold_store::{BatchErasure, LicenseHold};

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::{InForce, Meant};

/// What a hold names in the place of a license. No license has such an id.
const HELD: &str = "usage";

impl Gatefold {
    /// What is granted now and still taken by the vendor's file, oldest first.
    fn usage_grants(&self, vendor: &InForce) -> Result<Vec<Grant>, ClientError> {
        let taken = vendor.vendor().shares();
        let mut grants = self.all_usage_grants(vendor)?;
        grants.retain(|grant| taken.contains(&grant.item));
        Ok(grants)
    }

    /// What was agreed to and has not ended, oldest first, as far as the vendor's file still takes it; also by a clock that stands before
    /// the yes, by which nothing leaves and nothing is lost.
    fn standing_grants(&self, vendor: &InForce) -> Result<Vec<Grant>, ClientError> {
        let (now, taken) = (self.clock.now(), vendor.vendor().shares());
        let mut grants = self.outstanding_grants(vendor)?;
        grants.retain(|grant| now < grant.ends_at && taken.contains(&grant.item));
        self.leave_out_taken_back(vendor, &mut grants)?;
        Ok(grants)
    }

    /// What was agreed to and neither taken back nor noted as over, by whatever clock.
    fn outstanding_grants(&self, vendor: &InForce) -> Result<Vec<Grant>, ClientError> {
        Ok(self.book.ledger().outstanding(vendor.vendor(), Purpose::Usage)?)
    }

    /// What is granted now, whatever the vendor's file says by now.
    pub(crate) fn all_usage_grants(&self, vendor: &InForce) -> Result<Vec<Grant>, ClientError> {
        let now = self.clock.now();
        let mut grants = self.book.ledger().consents(vendor.vendor(), Purpose::Usage, now)?;
        self.leave_out_taken_back(vendor, &mut grants)?;
        Ok(grants)
    }

    /// The products whose use the user agreed to share: those that the vendor's file named then, each time, and names now. One that
    /// came with a newer file is not among them before the user agrees anew.
    fn shared_products(&self, vendor: &InForce) -> Result<BTreeSet<String>, ClientError> {
        let records = self.book.ledger().records(vendor.vendor(), Purpose::Usage)?;
        let is_yes = |event| matches!(event, RecordEvent::Granted | RecordEvent::Changed);
        let since = records.iter().rev().filter(|record| record.event != RecordEvent::Refused);
        let since = since.take_while(|record| is_yes(record.event));
        let named = |record: &ConsentRecord| record::products(&record.text);
        let mut products: BTreeSet<String> =
            vendor.vendor().products().iter().map(|product| product.id.clone()).collect();
        since.map(named).for_each(|named| products.retain(|product| named.contains(product)));
        Ok(products)
    }

    /// How many uploads wait to be erased, as the user wants: forgotten with the vendor.
    ///
    /// # Errors
    /// The store's.
    pub fn uploads_to_erase(&self, vendor: &Meant) -> Result<usize, ClientError> {
        let batches = self.store.batches(&vendor.key())?;
        Ok(batches.iter().filter(|batch| batch.erasure == BatchErasure::Wanted).count())
    }

    /// One process at a time counts and sends for a vendor.
    fn hold_usage(&self, vendor: &InForce) -> Result<LicenseHold, ClientError> {
        self.store.try_hold_license(&vendor.key(), HELD)?.ok_or(ClientError::UsageBusy)
    }
}

/// The shelf's name for what can be granted.
const fn on_shelf(item: Item) -> Option<UsageItem> {
    match item {
        Item::UsageFrequency => Some(UsageItem::UsageFrequency),
        Item::TitleVersion => Some(UsageItem::TitleVersion),
        Item::Daw => Some(UsageItem::Daw),
        _ => None,
    }
}

/// What an item of the shelf's is called elsewhere.
pub(crate) const fn item_of(item: UsageItem) -> Item {
    match item {
        UsageItem::UsageFrequency => Item::UsageFrequency,
        UsageItem::TitleVersion => Item::TitleVersion,
        UsageItem::Daw => Item::Daw,
    }
}

/// The number of the grant of an item; 0 where it is not granted.
fn number_of(grants: &[Grant], item: Item) -> i64 {
    grants.iter().find(|grant| grant.item == item).map_or(0, |grant| grant.id)
}
