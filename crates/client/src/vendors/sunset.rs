//! A vendor's signed word that it is gone: shown, and taken by the user's hand. What counts of its licenses then goes on
//! without end, and nothing is asked of its server by itself. It refuses the word of a vendor that was not agreed to, and
//! what that vendor's root key did not sign.

use std::path::Path;

use gatefold_license::{RootKey, Sunset, Vouched};
use gatefold_shelf::ShelfError;
use jiff::civil::Date;

use super::InForce;
use super::in_force::{read_whole, unreadable, with_minisig};
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;

/// A statement that a vendor is gone, read to be shown.
#[derive(Clone, Debug)]
pub struct Farewell {
    /// The vendor.
    pub vendor: InForce,
    sunset: Sunset,
    signed: Vouched,
}

impl Farewell {
    /// Since when the vendor says that it is gone.
    pub fn gone_since(&self) -> Date {
        self.sunset.gone_since()
    }

    /// What the vendor says, quoted.
    pub fn statement(&self) -> String {
        gatefold_disclosure::quote(self.sunset.statement())
    }

    /// That the vendor says so, in its own words.
    pub fn said(&self) -> String {
        let (name, since) = (self.vendor.called(), self.gone_since());
        format!(
            "{name} says, signed with its root key, that it is gone since {since}: \"{}\"",
            self.statement()
        )
    }

    /// What comes of it, in a user's words.
    pub fn means(&self) -> String {
        let name = self.vendor.called();
        format!(
            "What you have of {name} on this computer then stays yours: licenses go on without end, whatever ended of them or their files, but for trials, and for what was suspended or given back. Nothing is asked of {name}'s server by itself any more."
        )
    }
}

/// A statement whose signature holds, whoever's it is.
struct Signed {
    root: RootKey,
    sunset: Sunset,
    signed: Vouched,
}

impl Signed {
    /// None where the file is meant as something else.
    fn read(path: &Path) -> Result<Option<Self>, ClientError> {
        // What cannot be opened is told by whoever reads it as a vendor file.
        let Ok(Some(file)) = read_whole(path) else { return Ok(None) };
        if !Sunset::is_meant_by(&file) {
            return Ok(None);
        }
        let root = Sunset::root_named_in(&file)?;
        let minisig = read_whole(&with_minisig(path))?.ok_or(ClientError::GoneUnsigned)?;
        let minisig = String::from_utf8(minisig).map_err(|_| unreadable(path))?;
        let signed = root.vouch(file, minisig).map_err(|_| ClientError::GoneAltered)?;
        let sunset = Sunset::of(&signed)?;
        Ok(Some(Self { root, sunset, signed }))
    }
}

/// What a statement says, for whoever writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSunset {
    /// The id of the vendor that it is about.
    pub id: String,
    /// The fingerprint of the root key that signed it.
    pub root_fingerprint: String,
    /// Since when the vendor says that it is gone.
    pub gone_since: Date,
    /// What the vendor says, quoted.
    pub statement: String,
}

/// Checks a vendor's statement that it is gone; none where the file is meant as something else. It agrees to nothing, and asks
/// no home whether the vendor is known here.
///
/// # Errors
/// Those of [`Gatefold::review_sunset`] but [`ClientError::GoneUnknown`].
pub fn check_sunset(path: &Path) -> Result<Option<CheckedSunset>, ClientError> {
    let signed = Signed::read(path)?;
    Ok(signed.map(|Signed { root, sunset, .. }| CheckedSunset {
        id: sunset.id().to_owned(),
        root_fingerprint: root.fingerprint(),
        gone_since: sunset.gone_since(),
        statement: gatefold_disclosure::quote(sunset.statement()),
    }))
}

impl Gatefold {
    /// Reads a file that a vendor signed to say that it is gone; none where the file is meant as something else. Nothing comes
    /// of it yet.
    ///
    /// # Errors
    /// [`ClientError::GoneUnsigned`], [`ClientError::GoneUnknown`], [`ClientError::GoneAltered`],
    /// [`gatefold_license::LicenseError::SunsetMalformed`]; what the disk says; the store's.
    pub fn review_sunset(&self, path: &Path) -> Result<Option<Farewell>, ClientError> {
        let Some(Signed { root, sunset, signed }) = Signed::read(path)? else { return Ok(None) };
        let is_its = |vendor: &InForce| *vendor.root() == root && vendor.vendor().id() == sunset.id();
        let vendor = self.vendors()?.into_iter().find(is_its).ok_or_else(|| {
            ClientError::GoneUnknown(gatefold_disclosure::quote(&format!(
                "{} ({})",
                sunset.id(),
                root.fingerprint()
            )))
        })?;
        Ok(Some(Farewell { vendor, sunset, signed }))
    }

    /// Takes a vendor's word that it is gone: the user saw it. Plug-ins find it on the shelf.
    ///
    /// # Errors
    /// The shelf's.
    pub fn accept_sunset(&mut self, farewell: &Farewell) -> Result<(), ClientError> {
        let random = u64::from_be_bytes(chance::bytes()?);
        Ok(self.vendor_shelf(&farewell.vendor)?.put_sunset(&farewell.signed, random)?)
    }

    /// The vendor's word that it is gone, if it was taken and holds.
    ///
    /// # Errors
    /// The shelf's; those of a signature that does not hold.
    pub fn farewell_of(&self, vendor: &InForce) -> Result<Option<Farewell>, ClientError> {
        let kept = match self.vendor_shelf(vendor)?.sunset() {
            Err(ShelfError::VendorUnsigned) => return Err(ClientError::GoneAltered),
            kept => kept?,
        };
        let Some(kept) = kept else { return Ok(None) };
        let signed = vendor.root().vouch(kept.toml, kept.minisig).map_err(|_| ClientError::GoneAltered)?;
        let sunset = Sunset::of_vendor(&signed, vendor.vendor().id())?;
        Ok(Some(Farewell { vendor: vendor.clone(), sunset, signed }))
    }

    /// What `license` asks for of [`Gatefold::farewell_of`].
    ///
    /// # Errors
    /// As there.
    pub(crate) fn sunset_of(&self, vendor: &InForce) -> Result<Option<Sunset>, ClientError> {
        Ok(self.farewell_of(vendor)?.map(|farewell| farewell.sunset))
    }
}
