//! The files of one vendor as this computer reads them: opened, verified again and assessed. It refuses to believe what is kept
//! beside them before it holds.

use std::collections::HashMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread::{self, available_parallelism};

use gatefold_disclosure::vendor::Binding;
use gatefold_license::{
    Expectation, Opener, Reason, Release, Revocation, Sunset, Terms, Verified, assess, terms, verify,
};
use gatefold_shelf::{InstalledFile, os_machine_id};
use gatefold_store::{KnownLicense, Renewal};
use jiff::Timestamp;

use super::Installed;
use crate::activation::file_kind;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

/// So many files take as long as a thread takes to begin, several times over.
const WORTH_A_THREAD: usize = 16;

/// A file's path, and what it holds or why it cannot be used.
pub(super) type Opened = (PathBuf, Result<Verified, ClientError>);

/// Opens the files of one vendor on this computer.
pub(super) struct Reader<'a> {
    vendor: &'a InForce,
    identifier: Option<gatefold_license::Identifier>,
    opener: Opener,
    revocations: Vec<Revocation>,
    releases: Vec<Release>,
    sunset: Option<Sunset>,
    /// By the license's id: of each of its seats.
    known: HashMap<&'a str, Vec<&'a KnownLicense>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        gatefold: &'a Gatefold,
        vendor: &'a InForce,
        sunset: Option<Sunset>,
        licenses: &'a [KnownLicense],
    ) -> Result<Self, ClientError> {
        let issuers = vendor.issuers();
        let identifier = match vendor.vendor().binding() {
            Binding::Machine => Some(vendor.identifier()?),
            Binding::Account => None,
        };
        let machine_id = os_machine_id()?;
        let revocations = gatefold.vendor_shelf(vendor)?.revocations_that_hold(&machine_id, issuers)?.found;
        let releases = gatefold.releases_of(vendor)?;
        let mut known: HashMap<&str, Vec<&KnownLicense>> = HashMap::new();
        for seat in licenses {
            known.entry(&seat.license_id).or_default().push(seat);
        }
        // Exposed to open what was sealed to this computer.
        let opener = Opener::new(vendor.root(), machine_id.expose());
        Ok(Self { vendor, identifier, opener, revocations, releases, sunset, known })
    }

    /// The seats that were given back from here.
    pub(super) fn releases(&self) -> &[Release] {
        &self.releases
    }

    /// Each file opened and verified, but the one that just was; by all the processors there are, for it is arithmetic. What was
    /// read is let go file by file: a verified one has its bytes itself.
    pub(super) fn open_all(
        &self,
        mut files: Vec<InstalledFile>,
        just_verified: Option<&Verified>,
    ) -> Vec<Opened> {
        // Not the whole reader: what knows the store is one thread's.
        let (vendor, opener) = (self.vendor, &self.opener);
        let open = |file: InstalledFile| {
            let verified = match just_verified.filter(|verified| verified.file() == file.file) {
                Some(verified) => Ok(verified.clone()),
                None => open(vendor, opener, &file),
            };
            (file.path, verified)
        };
        let processors = available_parallelism().map_or(1, NonZero::get);
        let share = files.len().div_ceil(processors).max(WORTH_A_THREAD);
        let mut shares = Vec::new();
        while files.len() > share {
            shares.push(files.split_off(files.len() - share));
        }
        thread::scope(|scope| {
            let others: Vec<_> = shares
                .into_iter()
                .rev()
                .map(|share| scope.spawn(move || share.into_iter().map(open).collect::<Vec<_>>()))
                .collect();
            let mut all: Vec<Opened> = files.into_iter().map(open).collect();
            for other in others {
                all.append(&mut other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            all
        })
    }

    pub(super) fn assess(
        &self,
        path: PathBuf,
        verified: Verified,
        at: Timestamp,
        latest_signed: Option<Timestamp>,
    ) -> Result<Installed, ClientError> {
        let revocation =
            self.revocations.iter().find(|revocation| revocation.license_id() == verified.license_id());
        let expectation = Expectation {
            account: None,
            product: None,
            binding: match self.identifier {
                Some(_) => gatefold_license::Binding::Machine,
                None => gatefold_license::Binding::Account,
            },
            identifier: self.identifier.as_ref().map(gatefold_license::Identifier::as_str),
            max_file_days: None,
            sunset: self.sunset.as_ref(),
        };
        let assessment = assess(&verified, &expectation, at, latest_signed, revocation, &self.releases);
        let license = verified.license().ok_or(gatefold_shelf::ShelfError::Incomplete)?;
        let product_id = license.product.clone();
        let product =
            self.vendor.vendor().product(&product_id).map_or_else(|| product_id.clone(), |p| p.name.clone());
        let machine_id = verified.machine().map(|machine| machine.id.clone());
        let seats = self.known.get(verified.license_id()).map(Vec::as_slice).unwrap_or_default();
        let known = seats.iter().find(|known| known.machine_id == machine_id);
        Ok(Installed {
            // A vendor that is gone has no seats, and nobody to take one from.
            seat_gone_at: known.filter(|_| self.sunset.is_none()).and_then(|known| known.seat_gone_at),
            release_asked_at: known.and_then(|known| known.release_asked_at),
            copied: None,
            vendor_is_gone: self.sunset.is_some(),
            renewal: known.map_or_else(Renewal::default, |known| known.renewal),
            vendor: self.vendor.clone(),
            license_id: verified.license_id().to_owned(),
            product_id,
            product,
            terms: match assessment.reason {
                Reason::VendorGone => Terms::Perpetual,
                _ => terms(license),
            },
            assessment,
            machine_id,
            path,
            verified,
        })
    }
}

fn open(vendor: &InForce, opener: &Opener, file: &InstalledFile) -> Result<Verified, ClientError> {
    let key = opener.open(&file.unlock)?;
    Ok(verify(&file.file, file_kind(vendor), vendor.issuers(), Some(&key))?)
}
