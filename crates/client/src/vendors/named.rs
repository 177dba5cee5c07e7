//! Which of the vendors agreed to is meant: by a file, by a name, or because there is no other.
//!
//! It refuses to choose: where several fit, one must be named; a damaged one counts among them.

use std::path::Path;

use gatefold_disclosure::vendor::LicenseKeyFormat;
use gatefold_store::VendorKey;

use super::in_force::unreadable;
use super::{Damaged, InForce, Review};
use crate::app::Gatefold;
use crate::error::ClientError;

/// A vendor that was agreed to, whether what is kept of it still reads or not.
#[derive(Debug)]
pub enum Meant {
    /// It reads.
    Found(Box<InForce>),
    /// It does not.
    Damaged(Damaged),
}

impl Meant {
    /// The name a user reads; where that cannot be read, its id.
    pub fn name(&self) -> &str {
        match self {
            Self::Found(vendor) => vendor.vendor().name(),
            Self::Damaged(vendor) => vendor.id(),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Found(vendor) => vendor.vendor().id(),
            Self::Damaged(vendor) => vendor.id(),
        }
    }

    /// Its root key's fingerprint.
    pub fn fingerprint(&self) -> String {
        match self {
            Self::Found(vendor) => vendor.fingerprint(),
            Self::Damaged(vendor) => vendor.fingerprint().to_owned(),
        }
    }

    /// What names it in a command.
    pub fn typed(&self) -> String {
        match self {
            Self::Found(vendor) => vendor.typed(),
            Self::Damaged(vendor) => vendor.id().to_owned(),
        }
    }

    pub(crate) fn key(&self) -> VendorKey {
        match self {
            Self::Found(vendor) => vendor.key(),
            Self::Damaged(vendor) => vendor.key().clone(),
        }
    }

    /// What names it among these: its id, and the beginning of its fingerprint only where another one has that id.
    fn typed_among(&self, others: &[Self]) -> String {
        let is_alone = others.iter().filter(|other| other.id() == self.id()).count() < 2;
        match is_alone {
            true => self.id().to_owned(),
            false => format!("{}@{}", self.id(), packed(&self.fingerprint()).get(..8).unwrap_or_default()),
        }
    }

    fn key_format(&self) -> Option<&LicenseKeyFormat> {
        match self {
            Self::Found(vendor) => vendor.vendor().license_key_format(),
            Self::Damaged(_) => None,
        }
    }

    /// What people call it.
    pub(super) fn called(&self) -> String {
        match self {
            Self::Found(vendor) => vendor.called(),
            Self::Damaged(vendor) => vendor.id().to_owned(),
        }
    }

    /// Whether a key can have the shape of its keys and of the other's.
    pub(super) fn shares_keys_with(&self, other: &InForce) -> bool {
        let formats = self.key_format().zip(other.vendor().license_key_format());
        formats.is_some_and(|(own, its)| own.shares_keys_with(its))
    }

    /// How its keys look, where it says so.
    fn look_of_keys(&self) -> Option<String> {
        self.key_format().map(|format| format!("those of {} look like {}", self.name(), format.pattern()))
    }

    fn readable(self) -> Result<InForce, ClientError> {
        match self {
            Self::Found(vendor) => Ok(*vendor),
            Self::Damaged(vendor) => Err(vendor.error()),
        }
    }
}

impl Gatefold {
    /// The vendor a call is about: a file, which counts as agreed to for the call; the name of an agreed one
    /// (`ID` or `ID@FINGERPRINT`); or the only one there is.
    ///
    /// # Errors
    /// [`ClientError::VendorMissing`], [`ClientError::VendorAmbiguous`], [`ClientError::VendorUnknown`],
    /// [`ClientError::VendorDamaged`], and those of [`Gatefold::review_vendor`].
    pub fn vendor_for_call(&self, named: Option<&Path>) -> Result<InForce, ClientError> {
        Ok(self.review_for_call(named)?.in_force)
    }

    /// [`Gatefold::vendor_for_call`], with what there is to know of a file before it counts.
    ///
    /// # Errors
    /// As [`Gatefold::vendor_for_call`].
    pub fn review_for_call(&self, named: Option<&Path>) -> Result<Review, ClientError> {
        let in_force = match named {
            None => the_only(self.meant(|_| true)?)?.ok_or(ClientError::VendorMissing)?.readable()?,
            Some(file) if file.is_file() => return self.review_vendor(file),
            Some(name) => self.vendor_by_name(name)?.readable()?,
        };
        Ok(Review::of_agreed(in_force))
    }

    /// The agreed vendor that is meant: by a file of its, of whatever version, or by its name (`ID` or `ID@FINGERPRINT`).
    ///
    /// # Errors
    /// [`ClientError::VendorAmbiguous`], [`ClientError::VendorUnknown`], and those of [`InForce::read`].
    pub fn agreed_vendor(&self, named: &Path) -> Result<Meant, ClientError> {
        if !named.is_file() {
            return self.vendor_by_name(named);
        }
        let file = InForce::read(named)?;
        let meant = self.meant(|meant| meant.key() == file.key())?;
        the_only(meant)?.ok_or_else(|| ClientError::VendorUnknown(file.in_full()))
    }

    /// [`Gatefold::review_for_call`] for a call with a license key. Where no vendor is named and several are added, the
    /// key tells: one that looks like a vendor's keys is that vendor's, and one that does not is not.
    ///
    /// # Errors
    /// As there; [`ClientError::KeyShape`] where it can be nobody's.
    pub fn review_for_key(&self, named: Option<&Path>, key: &str) -> Result<Review, ClientError> {
        let added = self.meant(|_| true)?;
        if named.is_some() || added.len() < 2 {
            return self.review_for_call(named);
        }
        let looks: Vec<String> = added.iter().filter_map(Meant::look_of_keys).collect();
        let meant =
            the_only(whose_key(added, key))?.ok_or_else(|| ClientError::KeyShape(looks.join(", ")))?;
        Ok(Review::of_agreed(meant.readable()?))
    }

    /// The one vendor whose keys look like what was typed, where it can be nobody else's: by the rule of
    /// [`Gatefold::review_for_key`], which chooses by it. None while too little is typed.
    ///
    /// # Errors
    /// The store's.
    pub fn vendor_of_key(&self, typed: &str) -> Result<Option<InForce>, ClientError> {
        let Ok(Some(Meant::Found(vendor))) = the_only(whose_key(self.meant(|_| true)?, typed.trim())) else {
            return Ok(None);
        };
        // Of one that does not say how its keys look, nothing of a key tells.
        let tells =
            vendor.vendor().license_key_format().is_some_and(|format| format.normalize(typed).is_some());
        Ok(tells.then_some(*vendor))
    }

    /// The vendors whose keys are described, and may look like what was typed. Of a vendor that describes none nothing can be
    /// said.
    ///
    /// # Errors
    /// The store's.
    pub fn vendors_of_key(&self, typed: &str) -> Result<Vec<InForce>, ClientError> {
        let may_fit = |vendor: &InForce| {
            vendor.vendor().license_key_format().is_some_and(|format| format.normalize(typed).is_some())
        };
        Ok(self.vendors()?.into_iter().filter(may_fit).collect())
    }

    /// Whose a key may be by its shape beside this vendor's: it goes to the one that is named, and says nothing of the mistake.
    ///
    /// # Errors
    /// The store's.
    pub fn others_of_key(&self, vendor: &InForce, key: &str) -> Result<Vec<InForce>, ClientError> {
        let mut others = self.vendors_of_key(key)?;
        others.retain(|other| other.key() != vendor.key());
        Ok(others)
    }

    /// Keeps a key from the wrong server: where the one it would go to does not say how its keys look, and it looks just
    /// like those of another vendor that was added.
    ///
    /// # Errors
    /// [`ClientError::KeyOfOtherVendor`].
    pub(crate) fn refuse_key_of_other(&self, vendor: &InForce, key: &str) -> Result<(), ClientError> {
        if vendor.vendor().license_key_format().is_some() {
            return Ok(());
        }
        let looks_like = |other: &InForce| {
            other.key() != vendor.key()
                && other.vendor().license_key_format().is_some_and(|format| format.fits(key))
        };
        match self.vendors()?.iter().find(|other| looks_like(other)) {
            Some(other) => {
                Err(ClientError::KeyOfOtherVendor { named: vendor.called(), fits: other.called() })
            }
            None => Ok(()),
        }
    }

    /// The only vendor that somebody is signed in to; none where nobody is.
    ///
    /// # Errors
    /// [`ClientError::VendorAmbiguous`], [`ClientError::VendorDamaged`], the store's.
    pub fn vendor_signed_in_to(&self) -> Result<Option<InForce>, ClientError> {
        let mut meant = Vec::new();
        for vendor in self.meant(|_| true)? {
            if self.store.account(&vendor.key())?.is_some() {
                meant.push(vendor);
            }
        }
        the_only(meant)?.map(Meant::readable).transpose()
    }

    /// The agreed vendor of a name (`ID` or `ID@FINGERPRINT`), never of a file.
    ///
    /// # Errors
    /// [`ClientError::VendorAmbiguous`], [`ClientError::VendorUnknown`], [`ClientError::VendorDamaged`].
    pub fn vendor_named(&self, name: &str) -> Result<InForce, ClientError> {
        self.vendor_or_damaged(name)?.readable()
    }

    /// [`Gatefold::vendor_named`], also where what is kept of it no longer reads.
    ///
    /// # Errors
    /// [`ClientError::VendorAmbiguous`], [`ClientError::VendorUnknown`].
    pub fn vendor_or_damaged(&self, name: &str) -> Result<Meant, ClientError> {
        self.meant_by(name)?.ok_or_else(|| ClientError::VendorUnknown(gatefold_disclosure::quote(name)))
    }

    fn vendor_by_name(&self, named: &Path) -> Result<Meant, ClientError> {
        let text = named.to_string_lossy();
        match self.meant_by(&text)? {
            Some(vendor) => Ok(vendor),
            // A folder or a pipe: there is something, and it is no vendor file.
            None if named.exists() => Err(unreadable(named)),
            None => Err(ClientError::VendorUnknown(gatefold_disclosure::quote(&text))),
        }
    }

    fn meant_by(&self, name: &str) -> Result<Option<Meant>, ClientError> {
        let name = VendorName::of(name);
        the_only(self.meant(|meant| name.means(meant))?)
    }

    pub(super) fn meant(&self, which: impl Fn(&Meant) -> bool) -> Result<Vec<Meant>, ClientError> {
        self.apply_agreed_in_passing();
        let (found, damaged) = self.kept_vendors()?;
        let found = found.into_iter().map(|vendor| Meant::Found(Box::new(vendor)));
        Ok(found.chain(damaged.into_iter().map(Meant::Damaged)).filter(which).collect())
    }
}

/// What a user calls an agreed vendor: its id; or `ID@FINGERPRINT` where two have the same id, or are to be told apart
/// for good. The root key's fingerprint may be cut short and spaced, as long as one vendor alone fits.
struct VendorName<'a> {
    id: &'a str,
    fingerprint: String,
}

impl<'a> VendorName<'a> {
    fn of(text: &'a str) -> Self {
        let (id, fingerprint) = text.split_once('@').unwrap_or((text, ""));
        Self { id, fingerprint: packed(fingerprint) }
    }

    fn means(&self, vendor: &Meant) -> bool {
        vendor.id() == self.id && packed(&vendor.fingerprint()).starts_with(&self.fingerprint)
    }
}

/// A fingerprint without its spaces.
pub(super) fn packed(fingerprint: &str) -> String {
    fingerprint.split_whitespace().collect::<String>().to_lowercase()
}

/// Whose a key can be: of those whose keys look just like it; else of those whose keys may, because it lacks hyphens or
/// they do not say. One that cannot be read may say anything.
fn whose_key(vendors: Vec<Meant>, key: &str) -> Vec<Meant> {
    let fits = |vendor: &Meant| vendor.key_format().is_some_and(|format| format.fits(key));
    let may_fit = |vendor: &Meant| vendor.key_format().is_none_or(|format| format.normalize(key).is_some());
    let is_told = vendors.iter().any(fits);
    let can_be = |vendor: &Meant| match vendor {
        Meant::Damaged(_) => true,
        Meant::Found(_) if is_told => fits(vendor),
        Meant::Found(_) => may_fit(vendor),
    };
    vendors.into_iter().filter(can_be).collect()
}

/// The one vendor of a list; `None` of an empty one. Several with the same id differ in their root keys.
fn the_only(mut vendors: Vec<Meant>) -> Result<Option<Meant>, ClientError> {
    if vendors.len() > 1 {
        let names: Vec<String> = vendors.iter().map(|vendor| vendor.typed_among(&vendors)).collect();
        return Err(ClientError::VendorAmbiguous(names.join(", ")));
    }
    Ok(vendors.pop())
}
