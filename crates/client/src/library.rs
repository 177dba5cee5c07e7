//! The licenses on this computer: what is installed, verified again, and what it is worth now. Sends nothing.

mod reader;
mod unreadable;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;

use gatefold_license::{Assessment, LicenseKey, Terms, Verified, latest_signed};
use gatefold_store::{Intent, IntentKind, KnownLicense, Renewal, VendorKey};
use jiff::Timestamp;
use reader::Reader;

use crate::activation::key_of;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::same_computer::{Compared, leave_out_needless};
use crate::seats::is_here;
use crate::vendors::InForce;

pub(crate) use unreadable::license_of;
pub use unreadable::{Unreadable, WasOf};

/// An installed license.
#[derive(Debug)]
pub struct Installed {
    /// The vendor.
    pub vendor: InForce,
    /// The license.
    pub license_id: String,
    /// The product's id.
    pub product_id: String,
    /// The product's name, or its id where the vendor file no longer names it.
    pub product: String,
    /// On which terms it is held.
    pub terms: Terms,
    /// What it is worth now.
    pub assessment: Assessment,
    /// The seat; none for a license bound to the account.
    pub machine_id: Option<String>,
    /// The installed file.
    pub path: PathBuf,
    /// When the vendor said that the seat is gone; none where it did not, or a file came since.
    pub seat_gone_at: Option<Timestamp>,
    /// When its seat was asked to be given back, where no answer told what became of it.
    pub release_asked_at: Option<Timestamp>,
    /// What tells that this system may be a copy of another computer's.
    pub(crate) copied: Option<Compared>,
    /// Whether the vendor said, signed, that it is gone.
    pub(crate) vendor_is_gone: bool,
    pub(crate) renewal: Renewal,
    pub(crate) verified: Verified,
}

/// A request about a license whose end is not known here; or a seat whose license file is not here any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The vendor.
    pub vendor: VendorKey,
    /// The product's name, or its id where no vendor file names it.
    pub product: String,
    /// The product's id.
    pub product_id: String,
    /// The license.
    pub license_id: String,
    /// The seat that may be taken at the vendor; none where none was asked for.
    pub machine_id: Option<String>,
    /// Whether it is a seat whose license file is lost or cannot be used.
    pub file_is_lost: bool,
    /// Whether the vendor said that the seat is gone: then nothing is taken there.
    pub seat_is_gone: bool,
}

impl Gatefold {
    /// Every license of every vendor agreed to, and every file that cannot be used; a vendor that cannot be read, or that is
    /// not added any more, hides its licenses, and its folder stands among those.
    ///
    /// # Errors
    /// The store's and the shelf's; a single bad file is reported beside the others.
    pub fn library(&self) -> Result<(Vec<Installed>, Vec<Unreadable>), ClientError> {
        let mut installed = Vec::new();
        let mut unreadable = Vec::new();
        let mut shelves = Vec::new();
        for vendor in self.vendors()? {
            shelves.push(self.vendor_shelf(&vendor)?);
            let (mut good, mut bad) = self.library_of(&vendor)?;
            installed.append(&mut good);
            unreadable.append(&mut bad);
        }
        let place = self.shelf.path();
        let lost = self.damaged_vendors()?;
        if lost.is_empty() {
            let strangers = self.shelf.strangers(&shelves)?.into_iter();
            unreadable.extend(strangers.map(|path| Unreadable::new(path, ClientError::VendorNotAdded)));
        }
        let lost = lost.into_iter();
        unreadable.extend(lost.map(|vendor| Unreadable::new(place.to_owned(), vendor.error())));
        Ok((installed, unreadable))
    }

    /// What a crash or a lost answer left open, and the seats without their files; the next request about the same
    /// license resolves it. What another Gatefold is at work on just now is not among it, nor another computer's seat.
    ///
    /// # Errors
    /// The store's; a kept vendor file that no longer reads.
    pub fn unfinished(&self) -> Result<Vec<Unfinished>, ClientError> {
        self.unfinished_by(|vendor| self.lost_seats_of(vendor))
    }

    /// [`Gatefold::unfinished`], where what is installed was just read and need not be read again.
    ///
    /// # Errors
    /// As there.
    pub fn unfinished_beside(&self, installed: &[Installed]) -> Result<Vec<Unfinished>, ClientError> {
        self.unfinished_by(|vendor| self.lost_seats_among(vendor, installed))
    }

    fn unfinished_by(
        &self,
        lost_seats_of: impl Fn(&InForce) -> Result<Vec<KnownLicense>, ClientError>,
    ) -> Result<Vec<Unfinished>, ClientError> {
        let vendors = self.vendors()?;
        let mut open = self.store.open_intents()?;
        open.retain(|intent| {
            // A claim is about no license yet; and of another computer's seat the vendor's list tells.
            let kind = intent.what.kind;
            let is_elsewhere = matches!(kind, IntentKind::Rename | IntentKind::ReleaseElsewhere);
            !kind.is_claim()
                && !is_elsewhere
                && is_here(&intent.what.vendor, intent.what.identifier.as_deref())
        });
        let product = |vendor: &VendorKey, id: &str| {
            let vendor = vendors.iter().find(|agreed| agreed.key() == *vendor);
            let product = vendor.and_then(|vendor| vendor.vendor().product(id));
            product.map_or_else(|| id.to_owned(), |product| product.name.clone())
        };
        let mut all: Vec<Unfinished> = Vec::new();
        for Intent { what, .. } in open {
            let is_still_open =
                || Ok(self.store.open_intents()?.iter().any(|intent| intent.what.id == what.id));
            if !self.is_so_at_rest(&what.vendor, &what.license_id, is_still_open)? {
                continue;
            }
            all.push(Unfinished {
                product: product(&what.vendor, &what.product),
                product_id: what.product,
                vendor: what.vendor,
                license_id: what.license_id,
                machine_id: what.machine_id.map(|id| id.to_string()),
                file_is_lost: false,
                seat_is_gone: false,
            });
        }
        for vendor in &vendors {
            for lost in lost_seats_of(vendor)? {
                let is_named = all.iter().any(|open| open.machine_id == lost.machine_id);
                let is_still_lost = || Ok(self.lost_seats_of(vendor)?.contains(&lost));
                if !is_named && self.is_so_at_rest(&lost.vendor, &lost.license_id, is_still_lost)? {
                    all.push(Unfinished {
                        product: product(&lost.vendor, &lost.product),
                        product_id: lost.product,
                        vendor: lost.vendor,
                        license_id: lost.license_id,
                        machine_id: lost.machine_id,
                        file_is_lost: true,
                        seat_is_gone: lost.seat_gone_at.is_some(),
                    });
                }
            }
        }
        Ok(all)
    }

    /// Whether something of a license is so while nobody is at work on it. The shelf and the notes are read one after the
    /// other, and what another Gatefold does in between would look like something lost: so it is looked at again.
    fn is_so_at_rest(
        &self,
        vendor: &VendorKey,
        license_id: &str,
        look: impl FnOnce() -> Result<bool, ClientError>,
    ) -> Result<bool, ClientError> {
        // Where nothing can be written nobody can be at work either.
        let held = self.store.try_hold_license(vendor, license_id);
        if matches!(held, Ok(None)) { Ok(false) } else { look() }
    }

    /// What [`Gatefold::unfinished`] lists of one vendor.
    ///
    /// # Errors
    /// As [`Gatefold::unfinished`].
    pub fn unfinished_of(&self, vendor: &InForce) -> Result<Vec<Unfinished>, ClientError> {
        self.unfinished_of_by(vendor, |vendor| self.lost_seats_of(vendor))
    }

    /// [`Gatefold::unfinished_of`], where what is installed of the vendor was just read and need not be read again.
    ///
    /// # Errors
    /// As there.
    pub fn unfinished_of_beside(
        &self,
        vendor: &InForce,
        installed: &[Installed],
    ) -> Result<Vec<Unfinished>, ClientError> {
        self.unfinished_of_by(vendor, |vendor| self.lost_seats_among(vendor, installed))
    }

    /// The files of other vendors are not read.
    fn unfinished_of_by(
        &self,
        vendor: &InForce,
        lost_seats_of: impl Fn(&InForce) -> Result<Vec<KnownLicense>, ClientError>,
    ) -> Result<Vec<Unfinished>, ClientError> {
        let key = vendor.key();
        let mut open = self.unfinished_by(|one| match one.key() == key {
            true => lost_seats_of(one),
            false => Ok(Vec::new()),
        })?;
        open.retain(|open| open.vendor == key);
        Ok(open)
    }

    /// What is remembered of an installed license besides its file.
    ///
    /// # Errors
    /// The store's.
    pub fn known_license(
        &self,
        vendor: &InForce,
        license_id: &str,
    ) -> Result<Option<KnownLicense>, ClientError> {
        let identifier = vendor.identifier_if_bound()?;
        Ok(self.store.license(&vendor.key(), license_id, identifier.as_deref())?)
    }

    /// How the key of each license known here ends, by the license's id: by it people tell several of one product apart. What
    /// cannot be read tells nothing.
    pub fn key_hints(&self) -> HashMap<String, String> {
        let known = self.store.key_hints().unwrap_or_default().into_iter();
        known.map(|(license_id, hint)| (license_id, hint.as_str().to_owned())).collect()
    }

    /// What is remembered of a vendor's licenses, on whichever computer.
    pub(crate) fn known_licenses_of(&self, vendor: &InForce) -> Result<Vec<KnownLicense>, ClientError> {
        let key = vendor.key();
        let mut known = self.store.licenses()?;
        known.retain(|known| known.vendor == key);
        Ok(known)
    }

    /// A license's own key, for the user's eyes alone: it makes no entry, and nothing leaves.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`], [`ClientError::KeyMissing`], the keyring's.
    pub fn license_key(&self, license_id: &str) -> Result<LicenseKey, ClientError> {
        let license = self.installed_by_id(license_id)?;
        key_of(self, &license.vendor, &license.license_id, Some(&license.verified))
    }

    /// The licenses of one vendor, agreed to or for this call, and every file of its that cannot be used; sends nothing.
    ///
    /// # Errors
    /// The store's and the shelf's; a single bad file is reported beside the others.
    pub fn library_of(&self, vendor: &InForce) -> Result<(Vec<Installed>, Vec<Unreadable>), ClientError> {
        let known = self.known_licenses_of(vendor)?;
        let (mut installed, unreadable) = self.library_among(vendor, &known, None, None)?;
        if installed.iter().any(|license| license.machine_id.is_some()) {
            let copied = self.copied_system(vendor, &known)?;
            installed.iter_mut().for_each(|license| license.copied.clone_from(&copied));
        }
        Ok((installed, unreadable))
    }

    /// The licenses of one vendor for whoever shows none of them: what tells of a copied system, for which the ledger is read,
    /// is left out.
    pub(crate) fn installed_at(&self, vendor: &InForce) -> Result<Vec<Installed>, ClientError> {
        Ok(self.library_with(vendor, None)?.0)
    }

    /// [`Gatefold::library_of`], with a file that was just verified and is not verified again.
    pub(crate) fn library_with(
        &self,
        vendor: &InForce,
        just_verified: Option<&Verified>,
    ) -> Result<(Vec<Installed>, Vec<Unreadable>), ClientError> {
        self.library_among(vendor, &self.known_licenses_of(vendor)?, just_verified, None)
    }

    /// What is installed as it is worth at another time, by everything that is known here now.
    pub(crate) fn library_as_of(
        &self,
        vendor: &InForce,
        at: Option<Timestamp>,
    ) -> Result<(Vec<Installed>, Vec<Unreadable>), ClientError> {
        self.library_among(vendor, &self.known_licenses_of(vendor)?, None, at)
    }

    /// The same, where what is remembered of the vendor's licenses was just read; as of now, or of a time that is asked about.
    fn library_among(
        &self,
        vendor: &InForce,
        known: &[KnownLicense],
        just_verified: Option<&Verified>,
        at: Option<Timestamp>,
    ) -> Result<(Vec<Installed>, Vec<Unreadable>), ClientError> {
        let shelf = self.vendor_shelf(vendor)?;
        let files = shelf.installed()?;
        let mut unreadable: Vec<Unreadable> =
            files.unreadable.into_iter().map(|file| Unreadable::new(file.path, file.error.into())).collect();
        let sunset = self.sunset_of(vendor).unwrap_or_else(|error| {
            unreadable.push(Unreadable::new(shelf.path().to_owned(), error));
            None
        });
        let reader = Reader::new(self, vendor, sunset, known)?;
        let mut genuine = Vec::new();
        for (path, opened) in reader.open_all(files.found, just_verified) {
            match opened {
                Ok(verified) => genuine.push((path, verified)),
                Err(error) => {
                    let file = Unreadable::new(path, error);
                    unreadable.extend(self.of_whom(vendor, known, reader.releases(), file));
                }
            }
        }
        // A time that is asked about is no clock.
        let latest_signed =
            latest_signed(genuine.iter().map(|(_, verified)| verified)).filter(|_| at.is_none());
        let at = at.unwrap_or_else(|| self.clock.now());
        let mut best: HashMap<String, Installed> = HashMap::new();
        for (path, verified) in genuine {
            match reader.assess(path.clone(), verified, at, latest_signed) {
                Ok(license) => take_better(&mut best, license),
                Err(error) => unreadable.push(Unreadable::new(path, error)),
            }
        }
        let mut installed: Vec<Installed> = best.into_values().collect();
        leave_out_needless(&mut unreadable, &installed);
        for file in &mut unreadable {
            let its = known.iter().find(|known| Some(known.license_id.as_str()) == file.license_id());
            file.was =
                its.map(|known| WasOf { product: product_name(vendor, &known.product), terms: known.terms });
        }
        installed.sort_by(|a, b| (&a.product, &a.license_id).cmp(&(&b.product, &b.license_id)));
        Ok((installed, unreadable))
    }

    /// The license that an id means: of the activation, or of the license itself.
    pub(crate) fn installed_by_id(&self, id: &str) -> Result<Installed, ClientError> {
        let (installed, _) = self.library()?;
        installed
            .into_iter()
            .find(|license| license.machine_id.as_deref() == Some(id) || license.license_id == id)
            .ok_or_else(|| ClientError::NotInstalled(gatefold_disclosure::quote(id)))
    }
}

/// The product's name, or its id where the vendor file does not name it.
fn product_name(vendor: &InForce, id: &str) -> String {
    vendor.vendor().product(id).map_or_else(|| id.to_owned(), |product| product.name.clone())
}

/// Of several files of one license the best standing wins, then the one issued last.
fn take_better(best: &mut HashMap<String, Installed>, new: Installed) {
    let rank = |license: &Installed| license.assessment.rank(&license.verified);
    match best.entry(new.license_id.clone()) {
        Entry::Occupied(old) if rank(old.get()) <= rank(&new) => {}
        entry => drop(entry.insert_entry(new)),
    }
}
