//! Taking back where the ledger cannot be written, as on a full disk: it counts all the same. The shelf keeps it, which takes no
//! room, until the ledger has it. It refuses to wait for the disk before plug-ins and whoever sends stop.

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{Grant, LedgerError};
use gatefold_store::{BatchErasure, UsageBatch};

use super::{item_of, on_shelf};
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

const STILL_ON: &str = "Sharing is still on; stop it again once that is mended.";
const STOPPED: &str = "Sharing has stopped all the same: nothing more is noted, and nothing more is sent. Its record is written once that is mended.";
const WISH_LOST: &str = "That it is to be erased could not be kept: say so again then.";

impl Gatefold {
    /// Keeps on the shelf that these items were taken back, all of it where none is named.
    pub(super) fn take_back_unwritten(&self, vendor: &InForce, items: &[Item]) -> Result<(), ClientError> {
        let shelf = self.vendor_shelf(vendor)?;
        if items.is_empty() {
            let kept = shelf.take_back(None);
            if kept.is_err() {
                // For as long as nobody starts who finds the yes in the ledger.
                let _ = shelf.remove_consent();
            }
            return Ok(kept?);
        }
        for item in items.iter().filter_map(|item| on_shelf(*item)) {
            shelf.take_back(Some(item))?;
        }
        // The others may be noted on, if their file can be written.
        match self.mend_consent_file(vendor) {
            Ok(()) => Ok(()),
            Err(_) => Ok(shelf.remove_consent().map(drop)?),
        }
    }

    /// What was taken back and does not stand in the ledger yet; all of it where an item is `None`.
    pub(super) fn unwritten(&self, vendor: &InForce) -> Result<Vec<Option<Item>>, ClientError> {
        let taken = self.vendor_shelf(vendor)?.taken_back()?;
        Ok(taken.into_iter().map(|item| item.map(item_of)).collect())
    }

    pub(super) fn leave_out_taken_back(
        &self,
        vendor: &InForce,
        grants: &mut Vec<Grant>,
    ) -> Result<(), ClientError> {
        if !grants.is_empty() {
            let taken = self.unwritten(vendor)?;
            grants.retain(|grant| !taken.iter().any(|item| item.is_none_or(|item| item == grant.item)));
        }
        Ok(())
    }

    /// Begins in the ledger what could not be written there before.
    pub(super) fn write_taken_back(&mut self, vendor: &InForce) -> Result<(), ClientError> {
        let taken = self.unwritten(vendor)?;
        if taken.is_empty() {
            return Ok(());
        }
        let granted: Vec<Item> = self.outstanding_grants(vendor)?.iter().map(|grant| grant.item).collect();
        let items: Vec<Item> =
            taken.iter().flatten().copied().filter(|item| granted.contains(item)).collect();
        if taken.contains(&None) || items.len() == granted.len() {
            if !granted.is_empty() {
                self.begin_withdrawal(vendor, &[])?;
            }
        } else if !items.is_empty() {
            self.begin_withdrawal(vendor, &items)?;
        }
        Ok(self.vendor_shelf(vendor)?.forget_taken_back()?)
    }

    /// Whether something was taken back whose record is still to be written.
    pub(super) fn is_ending(&self, vendor: &InForce) -> Result<bool, ClientError> {
        let is_begun = self.book.ledger().is_withdrawing(vendor.vendor(), Purpose::Usage)?;
        Ok(is_begun || !self.unwritten(vendor)?.is_empty())
    }

    /// What whoever wanted to stop sharing these items, or all where none is named, must know after that failed; with `erase` they
    /// wanted what was sent erased as well.
    pub fn after_failed_stop(
        &self,
        vendor: &InForce,
        items: &[Item],
        erase: bool,
        error: &ClientError,
    ) -> Option<String> {
        let left = self.standing_grants(vendor).ok()?;
        let is_on = left.iter().any(|grant| items.is_empty() || items.contains(&grant.item));
        if is_on {
            let is_locked = self.usage_locked().ok()?.is_some();
            return (!is_locked).then(|| STILL_ON.to_owned());
        }
        // Its own words say it.
        let says_it = matches!(error, ClientError::Ledger(LedgerError::SenderRemains));
        if says_it || self.outstanding_grants(vendor).ok()?.is_empty() {
            return None;
        }
        let is_wish_lost = erase && self.store.batches(&vendor.key()).ok()?.iter().any(could_be_erased);
        Some(if is_wish_lost { format!("{STOPPED} {WISH_LOST}") } else { STOPPED.to_owned() })
    }
}

/// It may have left, and nobody is remembered to want it erased.
fn could_be_erased(batch: &UsageBatch) -> bool {
    !batch.state.is_pending() && batch.erasure == BatchErasure::NotWanted
}
