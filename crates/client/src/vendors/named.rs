//! Which of the vendors agreed to is meant: by a file, by a name, or because there is no other.
//!
//! It refuses to choose: where several fit, one must be named; a damaged one counts among them.

use std::path::Path;

use gatefold_store::VendorKey;

use super::in_force::unreadable;
use super::{Damaged, InForce, Known, Review};
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

    pub(super) fn key(&self) -> VendorKey {
        match self {
            Self::Found(vendor) => vendor.key(),
            Self::Damaged(vendor) => vendor.key().clone(),
        }
    }

    fn in_full(&self) -> String {
        format!("{} ({})", self.id(), self.fingerprint())
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
        Ok(Review { in_force, known: Known::Agreed, changes: Vec::new(), look_alikes: Vec::new() })
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

/// The one vendor of a list; `None` of an empty one. Several with the same id differ in their root keys.
fn the_only(mut vendors: Vec<Meant>) -> Result<Option<Meant>, ClientError> {
    if vendors.len() > 1 {
        let names: Vec<String> = vendors.iter().map(Meant::in_full).collect();
        return Err(ClientError::VendorAmbiguous(names.join(", ")));
    }
    Ok(vendors.pop())
}
