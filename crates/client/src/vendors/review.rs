//! A vendor file before it is agreed to: what was known of the vendor, what differs, and whom it looks like.
//!
//! It refuses what the store would refuse later: once a seat is taken it would be too late to say so.

use std::path::Path;

use gatefold_disclosure::vendor::{Change, difference, likeness};
use gatefold_license::verify_signature;
use gatefold_store::{KeptVendor, StoreError, Taken};
use serde::Serialize;

use super::{InForce, Meant};
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::library::Installed;

/// What was known of the vendor before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    New,
    /// This very version was agreed to.
    Agreed,
    /// An older version was agreed to.
    Update {
        /// That version.
        from: u32,
    },
    /// A file that nobody signed was agreed to; this one is signed, so that one's version counts for nothing.
    Signed {
        /// The version that the unsigned file says.
        from: u32,
    },
    /// It was agreed to, and what is kept of it can no longer be read.
    Damaged,
    /// Another vendor of the same id, under another root key, was agreed to.
    SameIdOtherRoot,
}

/// A vendor agreed to that another could be taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LookAlike {
    /// Its id.
    pub id: String,
    /// Its name; none where what is kept of it cannot be read.
    pub name: Option<String>,
    /// Its root key's fingerprint.
    pub root_fingerprint: String,
    /// What of the offered vendor looks like it: its name, id or a brand.
    pub by: String,
}

/// A vendor file that was read, to be shown before it is agreed to.
#[derive(Clone, Debug)]
pub struct Review {
    /// The vendor, as its file describes it.
    pub in_force: InForce,
    /// What was known of it.
    pub known: Known,
    /// What differs from the file agreed to, if one was.
    pub changes: Vec<Change>,
    /// Other vendors agreed to that it looks like.
    pub look_alikes: Vec<LookAlike>,
    /// What other vendors agreed to are called whose license keys can have the shape of this one's.
    pub same_keys: Vec<String>,
    /// The products whose license files here were signed by a server key that this file names no more: they count no more with it.
    pub struck_off: Vec<String>,
}

impl Review {
    /// Of a vendor that was agreed to: there is nothing to know of it but its file.
    pub(super) fn of_agreed(in_force: InForce) -> Self {
        Self {
            in_force,
            known: Known::Agreed,
            changes: Vec::new(),
            look_alikes: Vec::new(),
            same_keys: Vec::new(),
            struck_off: Vec::new(),
        }
    }
}

impl Gatefold {
    /// Reads a vendor file for review; nothing is agreed to.
    ///
    /// # Errors
    /// As [`InForce::read`]; [`ClientError::VendorOlder`] if a newer file was agreed to, [`ClientError::VendorUnsigned`]
    /// if a signed one was, [`StoreError::VendorChanged`] if another of the same version was;
    /// [`ClientError::NoIssuer`] if none of its servers answers today.
    pub fn review_vendor(&self, path: &Path) -> Result<Review, ClientError> {
        self.reviewed(InForce::read(path)?)
    }

    /// [`Gatefold::review_vendor`] of a file that was read.
    ///
    /// # Errors
    /// As there.
    pub fn reviewed(&self, offered: InForce) -> Result<Review, ClientError> {
        let others = self.meant(|other| other.key() != offered.key())?;
        let (known, changes) = match self.store.vendor(&offered.key())? {
            Some(kept) => self.compared(&offered, kept)?,
            None if others.iter().any(|other| other.id() == offered.vendor().id()) => {
                (Known::SameIdOtherRoot, Vec::new())
            }
            None => (Known::New, Vec::new()),
        };
        // What was agreed to goes on to be what it is; nothing new counts that leads to no server.
        if known != Known::Agreed {
            offered.server(self)?;
        }
        // What was agreed to once is not doubted each time.
        let (look_alikes, same_keys) = match known {
            Known::Agreed => Default::default(),
            _ => (
                others.iter().filter_map(|other| LookAlike::found(&offered, other)).collect(),
                others.iter().filter(|other| other.shares_keys_with(&offered)).map(Meant::called).collect(),
            ),
        };
        let has_namesake = others.iter().any(|other| match other {
            Meant::Found(other) => offered.is_namesake_of(other),
            Meant::Damaged(other) => other.id() == offered.vendor().id(),
        });
        let struck_off = self.struck_off(&offered)?;
        let in_force = offered.told_apart(has_namesake);
        Ok(Review { in_force, known, changes, look_alikes, same_keys, struck_off })
    }

    /// What is installed of a vendor by a key that this file of its does not name.
    fn struck_off(&self, offered: &InForce) -> Result<Vec<String>, ClientError> {
        let agreed = self.vendors()?.into_iter().find(|vendor| vendor.key() == offered.key());
        let Some(agreed) = agreed.filter(|agreed| agreed.issuers() != offered.issuers()) else {
            return Ok(Vec::new());
        };
        let (installed, _) = self.library_of(&agreed)?;
        let is_struck =
            |license: &Installed| verify_signature(license.verified.file(), offered.issuers()).is_err();
        Ok(installed.into_iter().filter(is_struck).map(|license| license.product).collect())
    }

    /// The vendors agreed to that this one could be taken for; nothing is agreed to.
    ///
    /// # Errors
    /// The store's.
    pub fn look_alikes(&self, offered: &InForce) -> Result<Vec<LookAlike>, ClientError> {
        let others = self.meant(|other| other.key() != offered.key())?;
        Ok(others.iter().filter_map(|other| LookAlike::found(offered, other)).collect())
    }

    fn compared(&self, offered: &InForce, kept: KeptVendor) -> Result<(Known, Vec<Change>), ClientError> {
        let (was_signed, old) = match &kept {
            KeptVendor::Agreed(agreed) => (agreed.is_signed(), InForce::of_kept(agreed.clone()).ok()),
            KeptVendor::Damaged { signed, .. } => (*signed, None),
        };
        let Some(old) = old else {
            let lost = KeptVendor::Damaged { vendor: offered.key(), signed: was_signed };
            taken(offered, &lost, self)?;
            return Ok((Known::Damaged, Vec::new()));
        };
        let from = old.vendor().version();
        let known = match taken(offered, &kept, self)? {
            Taken::Same => Known::Agreed,
            Taken::Replaces if was_signed != offered.is_signed() => Known::Signed { from },
            Taken::Replaces => Known::Update { from },
        };
        Ok((known, difference(old.vendor(), offered.vendor())))
    }
}

/// What becomes of the kept file if this one is agreed to.
fn taken(offered: &InForce, kept: &KeptVendor, gatefold: &Gatefold) -> Result<Taken, ClientError> {
    kept.taken_by(&offered.to_keep(gatefold.clock.now())).map_err(|error| match error {
        StoreError::VendorOlder { agreed, offered } => ClientError::VendorOlder { agreed, offered },
        StoreError::VendorUnsigned => ClientError::VendorUnsigned,
        error => error.into(),
    })
}

impl LookAlike {
    /// Whether a hurried eye takes one vendor for the other, and by what.
    fn found(offered: &InForce, other: &Meant) -> Option<Self> {
        let (by, name) = match other {
            // One root key is one vendor, whatever it calls itself; but only a signature shows who has the key.
            Meant::Found(known) if offered.is_signed() && known.root() == offered.root() => None,
            Meant::Found(known) => {
                let like = likeness(offered.vendor(), known.vendor())?;
                Some((like.offered, Some(known.vendor().name().to_owned())))
            }
            Meant::Damaged(known) => (known.id() == offered.vendor().id()).then_some((other.id(), None)),
        }?;
        let root_fingerprint = other.fingerprint();
        Some(Self { id: other.id().to_owned(), name, root_fingerprint, by: by.to_owned() })
    }
}
