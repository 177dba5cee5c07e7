//! Vendor files: read, checked against their signature, reviewed, agreed to, in force, forgotten.
//!
//! A vendor is a key: the same id under another root is another vendor. What can no longer be read is named, and keeps
//! no other vendor from its work. It refuses to forget a vendor of which licenses are in use here.

mod checked;
mod in_force;
mod live;
mod mistaken;
mod named;
mod on_shelf;
mod review;
mod summary;
mod sunset;
mod waiting;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use gatefold_license::RootKey;
use gatefold_shelf::{ShelfError, VendorShelf};
use gatefold_store::{Account, AgreedVendor, Intent, KeptVendor, StoreError, VendorKey};

use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;

pub use checked::check_vendor;
pub use in_force::{InForce, Signature};
pub use live::{Finding, PreparedLook, Verdict as SettingVerdict};
pub use named::Meant;
pub use review::{Known, LookAlike, Review};
pub use sunset::{CheckedSunset, Farewell, check_sunset};
pub use waiting::{Agreement, Waiting};

/// A vendor file on its way onto the shelf.
pub(crate) type Placing = tokio::task::JoinHandle<Result<(), ShelfError>>;

/// A vendor of which what is kept can no longer be read.
#[derive(Clone, Debug)]
pub struct Damaged {
    key: VendorKey,
    id: String,
    fingerprint: String,
}

impl Damaged {
    fn of(key: VendorKey) -> Self {
        // A root that is no key has no fingerprint; what stands there is shown.
        let root = RootKey::of_raw(&key.root);
        let fingerprint = root.map_or_else(|_| hex::encode(key.root), |root| root.fingerprint());
        Self { id: gatefold_disclosure::quote(&key.id), key, fingerprint }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its root key's fingerprint.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What a program calls it for good: `ID@FINGERPRINT`, without spaces.
    pub fn named(&self) -> String {
        format!("{}@{}", self.id, named::packed(&self.fingerprint))
    }

    /// What is said wherever it is missed.
    pub fn error(&self) -> ClientError {
        ClientError::VendorDamaged(format!("{} ({})", self.id, self.fingerprint))
    }

    pub(crate) fn key(&self) -> &VendorKey {
        &self.key
    }
}

/// Reading a vendor file and checking its signature takes its time. What comes of the same bytes is always the same, so it is
/// remembered as long as they are kept.
#[derive(Debug, Default)]
pub(crate) struct Reading(Mutex<Vec<(AgreedVendor, InForce)>>);

impl Reading {
    fn of(&self, agreed: AgreedVendor) -> Result<InForce, ClientError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, in_force)) = known.iter().find(|(before, _)| *before == agreed) {
            return Ok(in_force.clone());
        }
        let in_force = InForce::of_kept(agreed.clone())?;
        known.retain(|(before, _)| before.vendor != agreed.vendor);
        known.push((agreed, in_force.clone()));
        Ok(in_force)
    }
}

impl Gatefold {
    /// Agrees to a vendor: the user saw its file. What plug-ins need of it goes onto the shelf. A change of which notice is
    /// promised waits for its day, and what was agreed to before counts until then.
    ///
    /// # Errors
    /// The store's and the shelf's; an unsigned file is agreed to, but plug-ins never believe it.
    pub fn agree(&mut self, in_force: &InForce) -> Result<Agreement, ClientError> {
        let agreement = self.note_agreement(in_force)?;
        if agreement == Agreement::Now {
            self.put_on_shelf(in_force)?;
        }
        Ok(agreement)
    }

    /// [`Gatefold::agree`], with the shelf's part beside other work: before anything else goes onto the shelf, it is waited
    /// for by [`Gatefold::placed`].
    pub(crate) fn agree_beside(&mut self, in_force: &InForce) -> Result<Option<Placing>, ClientError> {
        if self.note_agreement(in_force)? != Agreement::Now {
            return Ok(None);
        }
        let Some(signed) = in_force.for_plugins().cloned() else { return Ok(None) };
        let shelf = self.vendor_shelf(in_force)?;
        let random = u64::from_be_bytes(chance::bytes()?);
        Ok(Some(tokio::task::spawn_blocking(move || shelf.put_vendor(&signed, random))))
    }

    /// Waits for what [`Gatefold::agree_beside`] began.
    pub(crate) async fn placed(
        &self,
        in_force: &InForce,
        placing: Option<Placing>,
    ) -> Result<(), ClientError> {
        let Some(placing) = placing else { return Ok(()) };
        // Only a panic ends it early, and then it goes on here.
        placing.await.unwrap_or_else(|ended| std::panic::resume_unwind(ended.into_panic()))?;
        self.let_shelf_follow(in_force)
    }

    fn note_agreement(&mut self, in_force: &InForce) -> Result<Agreement, ClientError> {
        let kept = self.store.vendor(&in_force.key())?;
        if kept.is_none() && in_force.was_kept() {
            // Who removes a vendor while something is on its way to it does not agree to it again by that.
            return Err(ClientError::VendorRemoved);
        }
        let differs = kept.is_some_and(|kept| !in_force.is_kept_as(&kept));
        let from = match differs {
            true => self.note_shown(&self.reviewed(in_force.clone())?)?,
            // There is nothing that it could differ from.
            false => None,
        };
        let Some(from) = from else {
            self.keep_in_force(in_force)?;
            return Ok(Agreement::Now);
        };
        self.store.agree_offer(&in_force.key(), in_force.vendor().version(), self.clock.now())?;
        Ok(Agreement::From(from))
    }

    fn put_in_force(&self, in_force: &InForce) -> Result<(), ClientError> {
        self.keep_in_force(in_force)?;
        self.put_on_shelf(in_force)
    }

    fn keep_in_force(&self, in_force: &InForce) -> Result<(), ClientError> {
        let reads = |kept: &AgreedVendor| self.reading.of(kept.clone()).is_ok();
        self.store.agree(&in_force.to_keep(self.clock.now()), reads)?;
        Ok(self.store.forget_offers(&in_force.key(), in_force.vendor().version())?)
    }

    fn put_on_shelf(&self, in_force: &InForce) -> Result<(), ClientError> {
        self.put_vendor(in_force)?;
        self.let_shelf_follow(in_force)
    }

    /// Another Gatefold may have agreed to a newer file before this one was on the shelf: the shelf follows the store.
    fn let_shelf_follow(&self, in_force: &InForce) -> Result<(), ClientError> {
        let mut version = in_force.vendor().version();
        while let Some(KeptVendor::Agreed(kept)) = self.store.vendor(&in_force.key())?
            && kept.version > version
        {
            version = kept.version;
            self.put_vendor(&self.reading.of(kept)?)?;
        }
        Ok(())
    }

    fn put_vendor(&self, in_force: &InForce) -> Result<(), ClientError> {
        if let Some(signed) = in_force.for_plugins() {
            let random = u64::from_be_bytes(chance::bytes()?);
            self.vendor_shelf(in_force)?.put_vendor(signed, random)?;
        }
        Ok(())
    }

    /// Every vendor agreed to, by id, but for those of [`Gatefold::damaged_vendors`]; each by the file that counts now.
    ///
    /// # Errors
    /// The store's.
    pub fn vendors(&self) -> Result<Vec<InForce>, ClientError> {
        self.apply_agreed_in_passing();
        Ok(self.kept_vendors()?.0)
    }

    /// Every vendor agreed to of which what is kept can no longer be read.
    ///
    /// # Errors
    /// The store's.
    pub fn damaged_vendors(&self) -> Result<Vec<Damaged>, ClientError> {
        Ok(self.kept_vendors()?.1)
    }

    fn kept_vendors(&self) -> Result<(Vec<InForce>, Vec<Damaged>), ClientError> {
        let (mut found, mut damaged) = (Vec::new(), Vec::new());
        for kept in self.store.vendors()? {
            let key = kept.vendor().clone();
            let read = match kept {
                KeptVendor::Agreed(agreed) => self.reading.of(agreed),
                KeptVendor::Damaged { .. } => Err(StoreError::Damaged.into()),
            };
            match read {
                Ok(vendor) => found.push(vendor),
                Err(_) => damaged.push(Damaged::of(key)),
            }
        }
        let has_namesake = |vendor: &InForce| {
            found.iter().any(|other| vendor.is_namesake_of(other))
                || damaged.iter().any(|other| other.id() == vendor.vendor().id())
        };
        let told_apart = |vendor: &InForce| vendor.clone().told_apart(has_namesake(vendor));
        Ok((found.iter().map(told_apart).collect(), damaged))
    }

    /// Who is signed in at a vendor that may be damaged; sends nothing.
    ///
    /// # Errors
    /// The store's.
    pub fn account_of(&self, vendor: &Meant) -> Result<Option<Account>, ClientError> {
        match vendor {
            Meant::Found(vendor) => self.account(vendor),
            Meant::Damaged(vendor) => Ok(self.store.account(vendor.key())?),
        }
    }

    /// Forgets a vendor, its account's token and, where no license file of it stays, what plug-ins knew of it. The
    /// license files that stay: of another computer that shares this home, or unreadable here. Whoever can use them
    /// goes on.
    ///
    /// # Errors
    /// [`ClientError::VendorInUse`] while licenses of it count here, or a seat that an unfinished activation may hold;
    /// the store's and the shelf's.
    pub fn remove_vendor(&mut self, in_force: &InForce) -> Result<Vec<PathBuf>, ClientError> {
        self.refuse_in_use(in_force)?;
        let shelf = self.vendor_shelf(in_force)?;
        // Who is removed is shared with no more.
        self.withdraw_usage(in_force, false)?;
        self.keep_names(in_force)?;
        self.forget(&in_force.key())?;
        let stay = shelf.license_files()?;
        if stay.is_empty() {
            shelf.remove_vendor()?;
        }
        Ok(stay)
    }

    /// Refuses where [`Gatefold::remove_vendor`] and [`Gatefold::remove_damaged`] would; changes nothing.
    ///
    /// # Errors
    /// As theirs.
    pub fn may_be_removed(&self, vendor: &Meant) -> Result<(), ClientError> {
        match vendor {
            Meant::Found(vendor) => self.refuse_in_use(vendor),
            Meant::Damaged(vendor) => self.refuse_open(vendor),
        }
    }

    fn refuse_in_use(&self, in_force: &InForce) -> Result<(), ClientError> {
        let shelf = self.vendor_shelf(in_force)?;
        let key = in_force.key();
        self.store.refuse_damaged_intents(&key, None)?;
        // A seat is in use whether its file opens here or not.
        let lost = self.lost_seats_of(in_force)?.len();
        let open = self.open_of(&key)? + lost;
        // What `license list` lists can be deactivated; what does not open here cannot, and is in nobody's way.
        let in_use = if shelf.license_files()?.is_empty() { 0 } else { self.library_of(in_force)?.0.len() };
        if in_use + open > 0 { Err(ClientError::VendorInUse(in_use + open)) } else { Ok(()) }
    }

    fn refuse_open(&self, vendor: &Damaged) -> Result<(), ClientError> {
        let open = self.open_of(&vendor.key)?;
        if open > 0 { Err(ClientError::VendorInUse(open)) } else { Ok(()) }
    }

    /// Forgets a vendor that can no longer be read, and its account's token. Its licenses stay where plug-ins find them;
    /// with the vendor's file added again they are seen here again.
    ///
    /// # Errors
    /// [`ClientError::VendorInUse`] while something about its licenses is unfinished: only its file brings that to an
    /// end. The store's and the shelf's.
    pub fn remove_damaged(&mut self, vendor: &Damaged) -> Result<Vec<PathBuf>, ClientError> {
        self.refuse_open(vendor)?;
        self.forget(&vendor.key)?;
        let Ok(root) = RootKey::of_raw(&vendor.key.root) else { return Ok(Vec::new()) };
        // An id that names no folder never had one.
        let Ok(shelf) = self.shelf.vendor(&vendor.key.id, &root) else { return Ok(Vec::new()) };
        let stay = shelf.license_files()?;
        if stay.is_empty() {
            shelf.remove_vendor()?;
        }
        Ok(stay)
    }

    /// How many requests about its licenses are unfinished.
    fn open_of(&self, key: &VendorKey) -> Result<usize, ClientError> {
        let is_about_one = |intent: &&Intent| intent.what.vendor == *key && !intent.what.kind.is_claim();
        Ok(self.store.open_intents()?.iter().filter(is_about_one).count())
    }

    /// With the account goes what was claimed for it: whoever signs in again reads the list that says how it ended, and whoever
    /// asks for a trial again gets the one that was begun.
    fn forget(&self, key: &VendorKey) -> Result<(), ClientError> {
        self.forget_account(key)?;
        for open in self.abandoned_claims(key, |_| true)? {
            self.store.finish(open)?;
        }
        self.store.forget_vendor(key)?;
        Ok(())
    }

    pub(crate) fn vendor_shelf(&self, in_force: &InForce) -> Result<VendorShelf, ClientError> {
        Ok(self.shelf.vendor(in_force.vendor().id(), in_force.root())?)
    }
}
