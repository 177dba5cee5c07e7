//! A license of a user's, installed for all users of a computer: by root, from the user's own shelf. It refuses what would not
//! count here, and what its own vendor did not sign. Sends nothing, and opens no store.

use std::path::{Path, PathBuf};

use gatefold_license::{
    Assessment, Binding, Expectation, FileKey, Identifier, MAX_FILE_BYTES, Opener, Release, Revocation,
    Standing, Unlock, Verified, assess, outline, verify,
};
use gatefold_shelf::{OsMachineId, Shelf, os_machine_id};

use crate::app::Gatefold;
use crate::chance;
use crate::clock::Clock;
use crate::error::ClientError;
use crate::given::{Unread, read_given};
use crate::library::license_of;
use crate::vendors::InForce;

/// More of a vendor's answers than anybody keeps.
const MOST_BESIDE: usize = 10_000;
/// More than any signature has.
const MAX_MINISIG_BYTES: u64 = 4 * 1024;

/// A license file that was read, verified and found to count, before it is installed.
#[derive(Debug)]
pub struct ForAll {
    /// Whose it is, by the vendor file beside it.
    pub vendor: InForce,
    /// The product's name, or its id where the vendor file names none.
    pub product: String,
    /// The license.
    pub license_id: String,
    verified: Verified,
    unlock: Unlock,
}

impl ForAll {
    /// Reads an installed license file, with its unlock and its vendor's file, which lie around it. Nothing is changed.
    ///
    /// # Errors
    /// [`ClientError::FileUnreadable`]; those of a vendor file and its signature; the verification's;
    /// [`ClientError::WouldNotCount`]; the shelf's.
    pub fn read(path: &Path, clock: Clock) -> Result<Self, ClientError> {
        let machine_id = os_machine_id()?;
        let Opened { vendor, product, license_id, verified, key, beside } = Opened::read(path, &machine_id)?;
        let assessment = beside.assessed(&vendor, &verified, &machine_id, clock);
        if !matches!(assessment.standing, Standing::Active | Standing::Grace | Standing::ClockBehind) {
            return Err(ClientError::WouldNotCount(assessment.reason));
        }
        Ok(Self {
            product,
            license_id,
            // Exposed to seal it to this computer.
            unlock: Unlock::seal(&key, vendor.root(), machine_id.expose(), chance::bytes()?),
            verified,
            vendor,
        })
    }

    /// What comes of it, in words: who can read what then.
    pub fn means(&self) -> String {
        format!(
            "Every user of this computer, and every program of theirs, can then use {} and read the license file with what unlocks it here: the license key, the name this computer has at {}, and the license's dates. It stays until root removes it.",
            self.product,
            self.vendor.called()
        )
    }

    /// Installs it where every user's plug-ins look. Returns the file.
    ///
    /// # Errors
    /// As [`Shelf::install_for_all`]; [`ClientError::FileUnreadable`] for a vendor file that nobody signed.
    pub fn install(&self) -> Result<PathBuf, ClientError> {
        let signed =
            self.vendor.for_plugins().ok_or_else(|| unreadable("its vendor's file is not signed"))?;
        let random = u64::from_be_bytes(chance::bytes()?);
        let id = self.vendor.vendor().id();
        Ok(Shelf::machine_wide().install_for_all(id, signed, &self.verified, &self.unlock, random)?)
    }
}

/// A license that root installed for all users of this computer, and what it is worth to this one.
#[derive(Debug)]
pub struct ForEverybody {
    /// Whose it is, by the vendor file beside it.
    pub vendor: InForce,
    /// The product's name, or its id where the vendor file names none.
    pub product: String,
    /// The license.
    pub license_id: String,
    /// What it is worth now; what the vendor said to this user counts as well.
    pub assessment: Assessment,
    /// The file.
    pub path: PathBuf,
}

impl Gatefold {
    /// The licenses that root installed for all users of this computer. What cannot be read is none: only root can mend it.
    pub fn licenses_for_all(&self) -> Vec<ForEverybody> {
        let Ok(machine_id) = os_machine_id() else { return Vec::new() };
        let folders = Shelf::machine_wide().strangers(&[]).unwrap_or_default();
        let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder.join("licenses")).ok());
        let mut paths: Vec<PathBuf> = entries.flatten().flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "lic"));
        paths.sort();
        paths.into_iter().filter_map(|path| self.for_everybody(path, &machine_id)).collect()
    }

    fn for_everybody(&self, path: PathBuf, machine_id: &OsMachineId) -> Option<ForEverybody> {
        let Opened { vendor, product, license_id, verified, mut beside, .. } =
            Opened::read(&path, machine_id).ok()?;
        if let Ok(own) = self.vendor_shelf(&vendor) {
            let (revoked, released) = (
                own.revocations_that_hold(machine_id, vendor.issuers()),
                own.releases_that_hold(vendor.issuers()),
            );
            beside.revocations.extend(revoked.map(|all| all.found).unwrap_or_default());
            beside.releases.extend(released.map(|all| all.found).unwrap_or_default());
        }
        let assessment = beside.assessed(&vendor, &verified, machine_id, self.clock);
        Some(ForEverybody { vendor, product, license_id, assessment, path })
    }

    /// The files of a license that root installed for all users of this computer. They count there whatever becomes of the
    /// user's own, until root removes them. What cannot be looked at is none.
    pub fn copies_for_all(&self, license_id: &str) -> Vec<PathBuf> {
        let shelf = Shelf::machine_wide();
        let vendors = self.vendors().unwrap_or_default();
        let shelves =
            vendors.iter().filter_map(|vendor| shelf.vendor(vendor.vendor().id(), vendor.root()).ok());
        let files = shelves.filter_map(|shelf| shelf.installed().ok()).flat_map(|files| files.found);
        let paths = files.map(|file| file.path);
        paths.filter(|path| license_of(path) == Some(license_id)).collect()
    }
}

/// A license file that was read and verified, with what lies around it.
struct Opened {
    vendor: InForce,
    product: String,
    license_id: String,
    verified: Verified,
    key: FileKey,
    beside: Beside,
}

impl Opened {
    fn read(path: &Path, machine_id: &OsMachineId) -> Result<Self, ClientError> {
        let file = given(path, MAX_FILE_BYTES as u64)?;
        let sealed = given(&path.with_extension("unlock"), MAX_FILE_BYTES as u64)?;
        let absolute = path.canonicalize().map_err(|error| unreadable(&error.kind().to_string()))?;
        let vendor = vendor_around(&absolute)?;
        // Exposed to open what was sealed to this computer.
        let key = Opener::new(vendor.root(), machine_id.expose()).open(&sealed)?;
        let verified = verify(&file, outline(&file)?.kind, vendor.issuers(), Some(&key))?;
        let license = verified.license().ok_or(gatefold_shelf::ShelfError::Incomplete)?;
        let named = vendor.vendor().product(&license.product).map(|product| product.name.clone());
        Ok(Self {
            product: named.unwrap_or_else(|| gatefold_disclosure::quote(&license.product)),
            license_id: license.id.clone(),
            beside: Beside::read(&absolute, &vendor, machine_id)?,
            verified,
            key,
            vendor,
        })
    }
}

/// What lies around a license file and speaks against it, in its vendor's own signed words.
struct Beside {
    releases: Vec<Release>,
    revocations: Vec<Revocation>,
}

impl Beside {
    fn read(file: &Path, vendor: &InForce, machine_id: &OsMachineId) -> Result<Self, ClientError> {
        let folder = file.ancestors().nth(2).unwrap_or(file);
        let issuers = vendor.issuers();
        // Exposed to open what was sealed to this computer.
        let open =
            |bytes: &Vec<u8>| Revocation::open(bytes, vendor.root(), machine_id.expose(), issuers).ok();
        let released = all_in(&folder.join("releases"), "released")?;
        Ok(Self {
            releases: released.iter().filter_map(|bytes| Release::read(bytes, issuers).ok()).collect(),
            revocations: all_in(&folder.join("revocations"), "revoked")?.iter().filter_map(open).collect(),
        })
    }

    fn assessed(
        &self,
        vendor: &InForce,
        file: &Verified,
        machine_id: &OsMachineId,
        clock: Clock,
    ) -> Assessment {
        // Exposed to name it to the vendor's files.
        let identifier = Identifier::derive(vendor.root(), machine_id.expose());
        let expectation = Expectation {
            account: None,
            product: None,
            binding: match vendor.vendor().binding() {
                gatefold_disclosure::vendor::Binding::Machine => Binding::Machine,
                gatefold_disclosure::vendor::Binding::Account => Binding::Account,
            },
            identifier: Some(identifier.as_str()),
            max_file_days: None,
            sunset: None,
        };
        let its = self.revocations.iter().filter(|revocation| revocation.license_id() == file.license_id());
        let revocation = its.max_by_key(|revocation| revocation.signed_at());
        assess(file, &expectation, clock.now(), None, revocation, &self.releases)
    }
}

/// The bytes of each file of a folder with this ending; of no folder, none.
fn all_in(folder: &Path, ending: &str) -> Result<Vec<Vec<u8>>, ClientError> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let paths = entries.flatten().map(|entry| entry.path());
    let meant = paths.filter(|path| path.extension().is_some_and(|found| found == ending));
    meant.take(MOST_BESIDE).map(|path| given(&path, MAX_FILE_BYTES as u64)).collect()
}

/// The vendor's file of the shelf that a license file lies on: `VENDOR/licenses/FILE`, and `VENDOR/vendor.toml` with its
/// signature, whoever owns them.
fn vendor_around(file: &Path) -> Result<InForce, ClientError> {
    let folder = file.ancestors().nth(2).ok_or_else(|| unreadable("it is not an installed license file"))?;
    let toml = folder.join("vendor.toml");
    if !toml.exists() {
        return Err(unreadable("its vendor's file does not lie around it, as where it is installed"));
    }
    let bytes = given(&toml, gatefold_disclosure::vendor::MAX_FILE_BYTES as u64)?;
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(&error.kind().to_string()))?;
    let signatures = entries.flatten().map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("vendor.toml.") && name.ends_with(".minisig")
    });
    let mut refusal = unreadable("its vendor's file is not signed");
    for signature in signatures {
        let minisig = String::from_utf8(given(&signature, MAX_MINISIG_BYTES)?);
        let minisig = minisig.map_err(|_| unreadable("a signature is not text"))?;
        match InForce::of(bytes.clone(), minisig) {
            Ok(vendor) if vendor.is_signed() => return Ok(vendor),
            Ok(_) => {}
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

fn given(path: &Path, max_bytes: u64) -> Result<Vec<u8>, ClientError> {
    read_given(path, max_bytes).map_err(|unread| match unread {
        Unread::Missing => unreadable("there is none, or what unlocks it does not lie beside it"),
        unread => unread.into(),
    })
}

fn unreadable(why: &str) -> ClientError {
    ClientError::FileUnreadable(why.to_owned())
}
