//! What a crash left half done is made whole at the next start, as far as nobody need be asked.
//!
//! It refuses to send. An intent that only the server can resolve stays open, and the user's next request about the same
//! license takes it up.

use gatefold_store::{Intent, IntentKind, NewIntent, OpenIntent, SecretName};

use crate::app::Gatefold;
use crate::error::ClientError;

impl Gatefold {
    /// Sweeps what was half written, and closes intents that need nobody.
    ///
    /// # Errors
    /// The store's and the shelf's.
    pub(crate) fn tidy(&self) -> Result<(), ClientError> {
        // What is wrong with the shelf is said by whoever needs it: the ledger can be read without.
        let _ = self.shelf.tidy();
        self.store.sweep_drafts()?;
        let abandoned = self.store.adopt()?;
        if abandoned.is_empty() {
            return Ok(());
        }
        for vendor in self.vendors()? {
            self.vendor_shelf(&vendor)?.sweep()?;
        }
        for open in abandoned {
            if self.is_settled(open.intent()) {
                self.store.finish(open)?;
            }
        }
        Ok(())
    }

    /// The activation of this license that a crash or a lost answer left open, if one did.
    pub(crate) fn open_activation(
        &self,
        vendor: &crate::vendors::InForce,
        license_id: &str,
    ) -> Result<Option<OpenIntent>, ClientError> {
        let key = vendor.key();
        Ok(self.store.adopt()?.into_iter().find(|open| {
            let what = &open.intent().what;
            what.kind == IntentKind::Activate && what.vendor == key && what.license_id == license_id
        }))
    }

    /// Whether nothing need be asked any more. What cannot be told now is left for the next start.
    fn is_settled(&self, intent: &Intent) -> bool {
        match intent.what.kind {
            // The server holds nothing that a repeated request would double.
            IntentKind::Refresh | IntentKind::Rename => true,
            // Unconfirmed, nothing was removed here: the license stands as before, and the user may ask again.
            IntentKind::Release => !intent.confirmed || self.finish_release(&intent.what).is_ok(),
            IntentKind::Activate => match self.holds_file_of(&intent.what) {
                // Without a seat nothing is held at the server either, and nothing of the key stays here.
                Ok(false) if intent.what.machine_id.is_none() => self.forget_key(&intent.what).is_ok(),
                held => held.unwrap_or(false),
            },
        }
    }

    /// The key of an activation that came to nothing, unless an earlier one needs it.
    fn forget_key(&self, what: &NewIntent) -> Result<(), ClientError> {
        if self.store.license(&what.vendor, &what.license_id)?.is_none() {
            let (vendor, license_id) = (&what.vendor, what.license_id.as_str());
            self.secrets.remove(SecretName::LicenseKey { vendor, license_id })?;
        }
        Ok(())
    }

    /// The seat is free; the file goes too.
    fn finish_release(&self, what: &NewIntent) -> Result<(), ClientError> {
        let Some(vendor) = self.vendors()?.into_iter().find(|vendor| vendor.key() == what.vendor) else {
            return Ok(());
        };
        let identifier = what.machine_id.map(|_| vendor.identifier()).transpose()?;
        self.remove_license(&vendor, &what.license_id, identifier.as_ref().map(|id| id.as_str()))
    }

    /// Whether the file of the seat that was being taken is installed.
    fn holds_file_of(&self, what: &NewIntent) -> Result<bool, ClientError> {
        let seat = what.machine_id.map(|id| id.to_string());
        let (installed, _) = self.library()?;
        Ok(installed.iter().any(|license| {
            license.vendor.key() == what.vendor
                && license.license_id == what.license_id
                && license.machine_id == seat
        }))
    }
}
