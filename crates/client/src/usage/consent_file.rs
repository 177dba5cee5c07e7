//! The file that lets plug-ins note sessions: what the ledger says, written after it. It refuses to leave a file that says
//! something else, whoever wrote it.

use gatefold_ledger::Grant;
use gatefold_shelf::{UsageConsent, UsageGrant};

use super::on_shelf;
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::vendors::InForce;

impl Gatefold {
    /// Brings the file to what is granted: a crash came between the two, or another program wrote it.
    pub(super) fn mend_consent_file(&self, vendor: &InForce) -> Result<(), ClientError> {
        // A lock takes nothing back, and lets nothing be noted.
        let is_locked = self.usage_locked()?.is_some();
        let grants = if is_locked { Vec::new() } else { self.standing_grants(vendor)? };
        let shelf = self.vendor_shelf(vendor)?;
        if grants.is_empty() {
            // What cannot be read is removed as well: it is no consent.
            if !matches!(shelf.consent(), Ok(None)) {
                shelf.remove_consent()?;
            }
            return Ok(());
        }
        let products: Vec<String> = self.shared_products(vendor)?.into_iter().collect();
        let consent = consent_of(vendor, &products, &grants);
        if shelf.consent().ok().flatten().as_ref() != Some(&consent) {
            shelf.put_consent(&consent, u64::from_be_bytes(chance::bytes()?))?;
        }
        Ok(())
    }
}

fn consent_of(vendor: &InForce, products: &[String], grants: &[Grant]) -> UsageConsent {
    let grants: Vec<UsageGrant> = grants
        .iter()
        .filter_map(|grant| {
            let item = on_shelf(grant.item)?;
            Some(UsageGrant { item, id: grant.id, granted_at: grant.granted_at, ends_at: grant.ends_at })
        })
        .collect();
    UsageConsent::new(vendor.vendor().id(), products, &grants)
}
