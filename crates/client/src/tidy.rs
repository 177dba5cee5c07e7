//! What a crash left half done is made whole at the next start, as far as nobody need be asked.
//!
//! It refuses to send. An intent that only the server can resolve stays open, and the user's next request about the same
//! license takes it up.

use gatefold_store::{Intent, IntentKind, KeyHint, KnownLicense, NewIntent, OpenIntent, Renewal};
use jiff::Timestamp;

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::library::Installed;
use crate::seats::{identifier_of, is_here};

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
            let what = &open.intent().what;
            if !is_here(&what.vendor, what.identifier.as_deref()) {
                // Another computer's, which shares this home: it alone has the file.
                continue;
            }
            // Somebody is at work on the same license: they, or the next start, find it as it is.
            let Some(_held) = self.store.try_hold_license(&what.vendor, &what.license_id)? else { continue };
            if self.is_settled(open.intent()) {
                self.store.finish(open)?;
            }
        }
        Ok(())
    }

    /// Closes what earlier tries left open of a license that is installed now: one computer holds one seat of it, and
    /// its file is here.
    pub(crate) fn close_superseded(
        &self,
        vendor: &crate::vendors::InForce,
        license_id: &str,
    ) -> Result<(), ClientError> {
        while let Some(open) = self.open_activation(vendor, license_id)? {
            self.store.finish(open)?;
        }
        Ok(())
    }

    /// The activation of this license that a crash or a lost answer left open, if one did.
    pub(crate) fn open_activation(
        &self,
        vendor: &crate::vendors::InForce,
        license_id: &str,
    ) -> Result<Option<OpenIntent>, ClientError> {
        self.open_activation_where(vendor, license_id, |_| true)
    }

    /// [`Gatefold::open_activation`] of this seat, or of a license without seats.
    pub(crate) fn open_activation_of(
        &self,
        vendor: &crate::vendors::InForce,
        license_id: &str,
        seat: Option<&str>,
    ) -> Result<Option<OpenIntent>, ClientError> {
        self.open_activation_where(vendor, license_id, |what| {
            what.machine_id.map(|id| id.to_string()).as_deref() == seat
        })
    }

    fn open_activation_where(
        &self,
        vendor: &crate::vendors::InForce,
        license_id: &str,
        is_it: impl Fn(&NewIntent) -> bool,
    ) -> Result<Option<OpenIntent>, ClientError> {
        let key = vendor.key();
        let is_meant = |Intent { what, .. }: &Intent| {
            what.kind == IntentKind::Activate
                && what.vendor == key
                && what.license_id == license_id
                && is_here(&key, what.identifier.as_deref())
                && is_it(what)
        };
        // Most often there is none, and nobody's locks are looked at.
        if !self.store.open_intents()?.iter().any(is_meant) {
            return Ok(None);
        }
        Ok(self.store.adopt()?.into_iter().find(|open| is_meant(open.intent())))
    }

    /// Whether nothing need be asked any more. What cannot be told now is left for the next start.
    pub(crate) fn is_settled(&self, intent: &Intent) -> bool {
        match intent.what.kind {
            // The server holds nothing that a repeated request would double.
            IntentKind::Refresh => true,
            // Nothing here hangs on it, and to ask twice is to ask once; what came of it the vendor's list says.
            IntentKind::Rename | IntentKind::ReleaseElsewhere => {
                // Its list was marked when it was begun; somebody may have read it since.
                self.store.note_seats_changed(&intent.what.vendor, &intent.what.license_id).is_ok()
            }
            // To claim twice is to claim once; what came of it, the account's list says.
            IntentKind::Register | IntentKind::Transfer => {
                self.is_registration_settled(&intent.what.vendor).unwrap_or(false)
            }
            // To ask twice is to ask once; what came of it stands in the library.
            IntentKind::Trial => self.is_trial_here(&intent.what).unwrap_or(false),
            // Unconfirmed, nothing was removed here: the license stands as before, and the user may ask again. Unless its
            // file is gone, or the vendor's word is kept: then the seat is free, and only that could not be noted.
            IntentKind::Release => {
                let is_said = intent.confirmed || self.is_released(&intent.what).unwrap_or(false);
                let is_free = is_said || self.lost_its_file(&intent.what).unwrap_or(false);
                match is_free {
                    true => self.finish_release(&intent.what, is_said).is_ok(),
                    false => self.note_release_asked(&intent.what, intent.started_at).is_ok(),
                }
            }
            IntentKind::Activate => match self.file_of(&intent.what) {
                // Without a seat nothing is held at the server either, and nothing of the key stays here.
                Ok(None) if intent.what.machine_id.is_none() => {
                    let what = &intent.what;
                    self.drop_unused_key(&what.vendor, &what.license_id, &[what.id]).is_ok()
                }
                Ok(Some(license)) => self.note(&license, &intent.what).is_ok(),
                _ => false,
            },
        }
    }

    /// The seat is free; the file goes too, and where the vendor said so, the seat from its list. Where the vendor cannot be
    /// read now, its file cannot be found: it goes at the start after that is mended.
    fn finish_release(&self, what: &NewIntent, is_said: bool) -> Result<(), ClientError> {
        let vendor = self.vendors()?.into_iter().find(|vendor| vendor.key() == what.vendor);
        let vendor = vendor.ok_or_else(|| ClientError::VendorUnknown(what.vendor.id.clone()))?;
        let seat = what.machine_id.map(|id| id.to_string());
        if let Some(seat) = seat.as_deref().filter(|_| is_said) {
            self.store.forget_seat(&what.vendor, seat)?;
        }
        if self.has_another_seat(&vendor, &what.license_id, seat.as_deref())? {
            // Another seat was taken since, or before; that one is none of this release's.
            return Ok(());
        }
        let identifier = what.machine_id.map(|_| vendor.identifier()).transpose()?;
        self.remove_license(&vendor, &what.license_id, identifier.as_ref().map(|id| id.as_str()), None)
    }

    /// A seat that may have been given back is told as such until a file comes: the license stands as before.
    pub(crate) fn note_release_asked(&self, what: &NewIntent, at: Timestamp) -> Result<(), ClientError> {
        let seat = what.machine_id.map(|id| id.to_string());
        match self.known(what)?.filter(|known| seat.is_some() && known.machine_id == seat) {
            Some(known) => {
                let release_asked_at = Some(at);
                Ok(self.store.keep_license(&KnownLicense { release_asked_at, ..known })?)
            }
            None => Ok(()),
        }
    }

    /// Whether the vendor's own word is kept that the seat was given back.
    fn is_released(&self, what: &NewIntent) -> Result<bool, ClientError> {
        let Some(seat) = what.machine_id.map(|id| id.to_string()) else { return Ok(false) };
        let vendor = self.vendors()?.into_iter().find(|vendor| vendor.key() == what.vendor);
        let Some(vendor) = vendor else { return Ok(false) };
        Ok(self.releases_of(&vendor)?.iter().any(|release| release.machine_id() == seat))
    }

    fn known(&self, what: &NewIntent) -> Result<Option<KnownLicense>, ClientError> {
        Ok(self.store.license(&what.vendor, &what.license_id, identifier_of(what).as_deref())?)
    }

    /// Whether a license that is remembered with this seat has no file any more.
    fn lost_its_file(&self, what: &NewIntent) -> Result<bool, ClientError> {
        let seat = what.machine_id.map(|id| id.to_string());
        let known = self.known(what)?;
        if known.is_none_or(|known| known.machine_id != seat) {
            return Ok(false);
        }
        let (installed, unreadable) = self.library()?;
        // A file that cannot be read today may be this one.
        Ok(unreadable.is_empty() && !installed.iter().any(|license| is_of(license, what)))
    }

    /// The license whose seat was being taken, if its file is installed.
    fn file_of(&self, what: &NewIntent) -> Result<Option<Installed>, ClientError> {
        let (installed, _) = self.library()?;
        Ok(installed.into_iter().find(|license| is_of(license, what)))
    }

    /// Remembers an installed license that could not be noted when it was installed, as far as its file tells.
    fn note(&self, license: &Installed, what: &NewIntent) -> Result<(), ClientError> {
        let known = self.known(what)?;
        let Some(facts) = license.verified.license() else { return Ok(()) };
        if known.is_some_and(|known| known.machine_id == license.machine_id) {
            return Ok(());
        }
        Ok(self.store.keep_license(&KnownLicense {
            vendor: what.vendor.clone(),
            license_id: what.license_id.clone(),
            product: license.product_id.clone(),
            terms: license.terms,
            expires_at: license.assessment.expires_at,
            refresh_by: license.assessment.refresh_by,
            machine_id: license.machine_id.clone(),
            identifier: license.verified.machine().map(|machine| machine.fingerprint.clone()),
            user_id: what.user_id.clone(),
            device_name: None,
            first_file_at: license.verified.issued(),
            activation_entries: Vec::new(),
            key_hint: KeyHint::of(&facts.key),
            seat_gone_at: None,
            release_asked_at: None,
            renewal: Renewal::default(),
        })?)
    }
}

/// Whether a license is the one that was meant, by the same seat.
fn is_of(license: &Installed, what: &NewIntent) -> bool {
    license.vendor.key() == what.vendor
        && license.license_id == what.license_id
        && license.machine_id == what.machine_id.map(|id| id.to_string())
}
