//! What plug-ins read of a vendor is what was agreed to. It refuses to put an older file over a newer one.

use gatefold_disclosure::log;
use gatefold_license::{IssuerList, RootKey};
use gatefold_store::{AgreedVendor, KeptVendor};

use crate::app::Gatefold;
use crate::error::ClientError;

impl Gatefold {
    /// Puts a vendor file back onto the shelf that was lost or altered there: it is kept here, too, and without it plug-ins
    /// believe none of the licenses beside it. What cannot be written now is tried at the next start.
    pub(crate) fn mend_shelf(&self) {
        for kept in self.store.vendors().unwrap_or_default() {
            if let KeptVendor::Agreed(agreed) = kept {
                let _ = self.mend_vendor(agreed);
            }
        }
    }

    fn mend_vendor(&self, agreed: AgreedVendor) -> Result<(), ClientError> {
        let root = RootKey::of_raw(&agreed.vendor.root)?;
        let shelf = self.shelf.vendor(&agreed.vendor.id, &root)?;
        let lies = shelf.vendor().ok().flatten();
        let is_whole = |toml: &[u8], minisig: &str| {
            let is_same = toml == agreed.file && minisig == agreed.signature;
            // Another home of the same user may have agreed to a newer one.
            is_same
                || IssuerList::open(toml, minisig, &root).is_ok_and(|list| list.version() >= agreed.version)
        };
        let is_needed = !agreed.signature.is_empty() && !shelf.license_files()?.is_empty();
        if !is_needed || lies.is_some_and(|lies| is_whole(&lies.toml, &lies.minisig)) {
            return Ok(());
        }
        let vendor = self.reading.of(agreed)?;
        self.put_vendor(&vendor)?;
        tracing::info!(name: "vendor.put_back", vendor = log::pseudonym(vendor.vendor().id()));
        Ok(())
    }
}
