//! One vendor's part of the shelf: the signed vendor file, kept revocations and releases, and (in `installed`) the license files.
//!
//! It refuses a vendor file that the root key did not sign. Reading makes no folder and takes no lock: a plug-in may
//! read while the client writes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatefold_license::{RootKey, Vouched};
use rustix::io::Errno;

use crate::crash::crash_point;
use crate::installed::LICENSES;
use crate::listed::{Listed, is_signature_of};
use crate::{Folder, Lock, ShelfError, name};

/// The largest file of any kind on the shelf, in bytes.
pub(crate) const MAX_BYTES: u64 = 256 * 1024;
/// How often a reader starts over when the client replaced what it was reading.
pub(crate) const READ_TRIES: usize = 4;

const VENDOR: &str = "vendor.toml";
const SUNSET: &str = "sunset.toml";
const REVOCATIONS: &str = "revocations";
const REVOKED: &str = ".revoked";
const RELEASES: &str = "releases";
const RELEASED: &str = ".released";
pub(crate) const LOCK: &str = ".lock";

/// The shelf of one vendor.
#[derive(Clone, Debug)]
pub struct VendorShelf {
    dir: PathBuf,
    root: RootKey,
    /// Where it is held open, so that it is opened once for many readings.
    held: Option<Arc<Listed>>,
}

/// What could be read, and what could not and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// What could be read.
    pub found: Vec<T>,
    /// What could not.
    pub unreadable: Vec<Unreadable>,
}

impl<T> Found<T> {
    /// What becomes of what could be read.
    pub(crate) fn filter_map<U>(self, of: impl FnMut(T) -> Option<U>) -> Found<U> {
        Found { found: self.found.into_iter().filter_map(of).collect(), unreadable: self.unreadable }
    }
}

/// A file that is there and cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Which file.
    pub path: PathBuf,
    /// Why not.
    pub error: ShelfError,
}

/// A file of the vendor's with its root signature, as kept: checked again by whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedToml {
    /// The file, byte for byte.
    pub toml: Vec<u8>,
    /// Its detached minisign signature.
    pub minisig: String,
}

/// A kept revocation, sealed to this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRevocation {
    /// The license its file name gives; what counts is inside.
    pub license_id: String,
    /// The sealed reply.
    pub sealed: Vec<u8>,
}

/// A kept release of a seat: verified again by whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRelease {
    /// The seat its file name gives; what counts is inside.
    pub machine_id: String,
    /// The server's signed reply.
    pub reply: Vec<u8>,
}

impl VendorShelf {
    pub(crate) fn new(vendors: &Path, id: &str, root: &RootKey) -> Result<Self, ShelfError> {
        Ok(Self { dir: vendors.join(name::vendor(id, root)?), root: root.clone(), held: None })
    }

    /// The same shelf, held open for one look at all that lies there now; `None` when there is none. What is put there later is
    /// not seen.
    ///
    /// # Errors
    /// As [`Folder::open`].
    pub fn hold(&self) -> Result<Option<Self>, ShelfError> {
        let Some(folder) = Folder::open(&self.dir)? else { return Ok(None) };
        let held = Listed { names: folder.names_once()?, folder: Arc::new(folder) };
        Ok(Some(Self { held: Some(Arc::new(held)), ..self.clone() }))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn root(&self) -> &RootKey {
        &self.root
    }

    /// Keeps the signed vendor file in place of the last one, and makes the folder for its licenses. The signature is placed
    /// first, under the hash of the file it belongs to, so that no crash leaves a file without its signature. What is kept
    /// already is not written again.
    /// `random` makes temporary names unique.
    ///
    /// # Errors
    /// [`ShelfError::VendorUnsigned`] for a file that another root signed; else what the disk says.
    pub fn put_vendor(&self, vendor: &Vouched, random: u64) -> Result<(), ShelfError> {
        if *vendor.root() == self.root {
            self.make_folders()?;
        }
        self.put_signed(VENDOR, vendor, random)
    }

    /// Keeps the vendor's statement that it is gone, as [`VendorShelf::put_vendor`] keeps its file. What it says is not read
    /// here.
    ///
    /// # Errors
    /// As [`VendorShelf::put_vendor`].
    pub fn put_sunset(&self, sunset: &Vouched, random: u64) -> Result<(), ShelfError> {
        self.put_signed(SUNSET, sunset, random)
    }

    fn put_signed(&self, name: &str, vouched: &Vouched, random: u64) -> Result<(), ShelfError> {
        if *vouched.root() != self.root {
            return Err(ShelfError::VendorUnsigned);
        }
        let (toml, minisig) = (vouched.bytes(), vouched.minisig());
        let (folder, lock) = self.locked(None)?;
        folder.sweep_staged(&lock, |_| true)?;
        let signature_name = signature_name(name, toml);
        let kept = |name: &str, bytes: &[u8]| matches!(folder.read(name, MAX_BYTES), Ok(Some(kept)) if kept == bytes);
        if kept(name, toml) && kept(&signature_name, minisig.as_bytes()) {
            // Whoever placed it may have died before its name was on disk.
            return folder.sync();
        }

        let signature = folder.stage(&signature_name, minisig.as_bytes(), random)?;
        crash_point!("shelf.before-signature-rename");
        signature.place()?;
        crash_point!("shelf.after-signature-rename");
        let file = folder.stage(name, toml, random)?;
        crash_point!("shelf.before-vendor-rename");
        file.place()?;
        folder.sync()?;
        crash_point!("shelf.after-vendor-rename");
        self.mark_changed();

        sweep_signatures(&folder, name, &signature_name)
    }

    /// The vendor file that is kept, if one is. Its signature is not checked here.
    ///
    /// # Errors
    /// What the disk says; [`ShelfError::VendorUnsigned`] when no signature lies beside it.
    pub fn vendor(&self) -> Result<Option<SignedToml>, ShelfError> {
        self.signed(VENDOR)
    }

    /// The vendor file of a shelf that is held, with the one signature that lay beside it. The hash by which signatures are
    /// named is not computed, as it says nothing that the signature does not say. `None` where this does not settle which
    /// one belongs to it; where the signature does not hold, the client may have replaced both meanwhile. In either case
    /// [`VendorShelf::vendor`] tells.
    pub fn vendor_as_listed(&self) -> Option<SignedToml> {
        let held = self.held.as_ref()?;
        let signature = held.only_signature(VENDOR)?;
        let read = |name: &str| held.folder.read(name, MAX_BYTES).ok().flatten();
        let toml = read(VENDOR)?;
        let minisig = String::from_utf8(read(signature)?).ok()?;
        Some(SignedToml { toml, minisig })
    }

    /// The statement that the vendor is gone, if one is kept. Its signature is not checked here.
    ///
    /// # Errors
    /// As [`VendorShelf::vendor`].
    pub fn sunset(&self) -> Result<Option<SignedToml>, ShelfError> {
        self.signed(SUNSET)
    }

    fn signed(&self, name: &str) -> Result<Option<SignedToml>, ShelfError> {
        if self.held.as_ref().is_some_and(|held| !held.lists(name)) {
            return Ok(None);
        }
        let Some(folder) = self.opened(None)? else { return Ok(None) };
        for _ in 0..READ_TRIES {
            let Some(toml) = folder.read(name, MAX_BYTES)? else {
                // What is held was listed, and went away since: whether it is gone for good the next look tells.
                return if self.held.is_some() { Err(Errno::NOENT.into()) } else { Ok(None) };
            };
            if let Some(minisig) = folder.read(&signature_name(name, &toml), MAX_BYTES)? {
                let minisig = String::from_utf8(minisig).map_err(|_| ShelfError::VendorUnsigned)?;
                return Ok(Some(SignedToml { toml, minisig }));
            }
        }
        Err(ShelfError::VendorUnsigned)
    }

    /// Removes the vendor file, what it said of its own end, and what its plug-ins may note of their use; licenses stay. Whether
    /// there was a vendor file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn remove_vendor(&self) -> Result<bool, ShelfError> {
        if self.opened(None)?.is_none() {
            return Ok(false);
        }
        self.remove_consent()?;
        let (folder, _lock) = self.locked(None)?;
        let removed = folder.remove(VENDOR)?;
        folder.remove_file(SUNSET)?;
        [VENDOR, SUNSET].iter().try_for_each(|name| sweep_signatures(&folder, name, ""))?;
        self.mark_changed();
        folder.sync()?;
        Ok(removed)
    }

    /// Keeps a sealed revocation of a license. `random` makes the temporary name unique.
    ///
    /// # Errors
    /// [`ShelfError::NameUnusable`], [`ShelfError::TooLarge`]; else what the disk says.
    pub fn put_revocation(&self, license_id: &str, sealed: &[u8], random: u64) -> Result<(), ShelfError> {
        let name = format!("{}{REVOKED}", name::id(license_id)?);
        if sealed.len() as u64 > MAX_BYTES {
            return Err(ShelfError::TooLarge);
        }
        let (folder, lock) = self.locked(Some(REVOCATIONS))?;
        folder.sweep_staged(&lock, |_| true)?;
        let revocation = folder.stage(&name, sealed, random)?;
        crash_point!("shelf.before-revocation-rename");
        revocation.place()?;
        folder.sync()?;
        crash_point!("shelf.after-revocation-rename");
        self.mark_changed();
        Ok(())
    }

    /// Every kept revocation.
    ///
    /// # Errors
    /// What the disk says of the folder; a single file that cannot be read is reported beside the others.
    pub fn revocations(&self) -> Result<Found<SealedRevocation>, ShelfError> {
        self.read_each(REVOCATIONS, REVOKED, |license_id, sealed| SealedRevocation { license_id, sealed })
    }

    /// Removes the revocation of a license that the server confirmed again; whether there was one.
    ///
    /// # Errors
    /// [`ShelfError::NameUnusable`]; else what the disk says.
    pub fn remove_revocation(&self, license_id: &str) -> Result<bool, ShelfError> {
        let name = format!("{}{REVOKED}", name::id(license_id)?);
        let Some(folder) = self.opened(Some(REVOCATIONS))? else { return Ok(false) };
        let removed = folder.remove(&name)?;
        self.mark_changed();
        folder.sync()?;
        Ok(removed)
    }

    /// Keeps the signed reply by which a seat was given back. `random` makes the temporary
    /// name unique.
    ///
    /// # Errors
    /// [`ShelfError::NameUnusable`], [`ShelfError::TooLarge`]; else what the disk says.
    pub fn put_release(&self, machine_id: &str, reply: &[u8], random: u64) -> Result<(), ShelfError> {
        let name = format!("{}{RELEASED}", name::id(machine_id)?);
        if reply.len() as u64 > MAX_BYTES {
            return Err(ShelfError::TooLarge);
        }
        let (folder, lock) = self.locked(Some(RELEASES))?;
        folder.sweep_staged(&lock, |_| true)?;
        let release = folder.stage(&name, reply, random)?;
        crash_point!("shelf.before-release-rename");
        release.place()?;
        folder.sync()?;
        crash_point!("shelf.after-release-rename");
        self.mark_changed();
        Ok(())
    }

    /// Every kept release.
    ///
    /// # Errors
    /// What the disk says of the folder; a single file that cannot be read is reported beside the others.
    pub fn releases(&self) -> Result<Found<KeptRelease>, ShelfError> {
        self.read_each(RELEASES, RELEASED, |machine_id, reply| KeptRelease { machine_id, reply })
    }

    /// What of a folder's files with this ending can be read, by the names before it.
    fn read_each<T>(
        &self,
        inner: &str,
        ending: &str,
        of: impl Fn(String, Vec<u8>) -> T,
    ) -> Result<Found<T>, ShelfError> {
        let mut all = Found { found: Vec::new(), unreadable: Vec::new() };
        let Some(folder) = self.opened(Some(inner))? else { return Ok(all) };
        for name in folder.names_once()? {
            let Some(id) = name.strip_suffix(ending) else { continue };
            match folder.read(&name, MAX_BYTES) {
                Ok(Some(bytes)) => all.found.push(of(id.to_owned(), bytes)),
                Ok(None) => {}
                Err(error) => all.unreadable.push(Unreadable { path: folder.path().join(&name), error }),
            }
        }
        Ok(all)
    }

    /// Removes what a crash left unfinished in all of this vendor's folders.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sweep(&self) -> Result<(), ShelfError> {
        if self.opened(None)?.is_some() {
            let (folder, lock) = self.locked(None)?;
            folder.sweep_staged(&lock, |_| true)?;
            for name in [VENDOR, SUNSET] {
                let kept = folder.read(name, MAX_BYTES)?.map(|toml| signature_name(name, &toml));
                sweep_signatures(&folder, name, kept.as_deref().unwrap_or_default())?;
            }
        }
        for inner in [REVOCATIONS, RELEASES] {
            if self.opened(Some(inner))?.is_some() {
                let (folder, lock) = self.locked(Some(inner))?;
                folder.sweep_staged(&lock, |_| true)?;
            }
        }
        self.sweep_licenses()
    }

    /// A file can take the place of anything but a folder.
    pub(crate) fn could_put_vendor(&self) -> Result<(), ShelfError> {
        match self.opened(None)?.map(|folder| folder.read(VENDOR, MAX_BYTES)) {
            Some(Err(ShelfError::WrongType)) => Err(ShelfError::WrongType),
            _ => Ok(()),
        }
    }

    /// The vendor's folder, or one in it; `None` when there is none.
    pub(crate) fn opened(&self, inner: Option<&str>) -> Result<Option<Arc<Folder>>, ShelfError> {
        let folder = match &self.held {
            Some(held) if inner.is_some_and(|inner| !held.lists(inner)) => None,
            Some(held) => Some(Arc::clone(&held.folder)),
            None => Folder::open(&self.dir)?.map(Arc::new),
        };
        match (folder, inner) {
            (Some(folder), Some(inner)) => Ok(folder.inner(inner)?.map(Arc::new)),
            (folder, _) => Ok(folder),
        }
    }

    /// The same folder, made if missing, and its writer's lock.
    pub(crate) fn locked(&self, inner: Option<&str>) -> Result<(Folder, Lock), ShelfError> {
        let folder = Folder::create(&self.folder_path(inner))?;
        let lock = folder.lock(LOCK)?;
        Ok((folder, lock))
    }

    fn folder_path(&self, inner: Option<&str>) -> PathBuf {
        inner.map_or_else(|| self.dir.clone(), |inner| self.dir.join(inner))
    }
}

/// Removes what a crash left unfinished in a vendor's folder, whatever its name.
pub(crate) fn tidy(dir: &Path) -> Result<(), ShelfError> {
    for path in [dir.to_owned(), dir.join(LICENSES), dir.join(REVOCATIONS), dir.join(RELEASES)] {
        if let Some(folder) = Folder::open(&path)? {
            folder.tidy(LOCK, |_| true)?;
        }
    }
    Ok(())
}

fn signature_name(of: &str, toml: &[u8]) -> String {
    format!("{of}.{}.minisig", name::hash(toml, 12))
}

/// Removes every signature over a file of this name but the one that is kept.
fn sweep_signatures(folder: &Folder, of: &str, kept: &str) -> Result<(), ShelfError> {
    for name in folder.names()? {
        if is_signature_of(of, &name) && name != kept {
            folder.remove_file(&name)?;
        }
    }
    Ok(())
}
