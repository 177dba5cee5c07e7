//! What one shelf holds for a product, read. It refuses to take a read that failed for a reason that may pass for an empty
//! shelf: what was known of it before goes on then, verified again.

use std::path::{Path, PathBuf};

use gatefold_license::{
    FileKey, Issuer, IssuerList, LicenseError, Opener, Reason, Release, Revocation, Sunset, Verified,
    verify_either, verify_signature,
};
use gatefold_shelf::{Found, InstalledFile, OsMachineId, ShelfError, SignedToml, VendorShelf};

use crate::product::Product;
use crate::status::Cause;

/// What one shelf holds.
pub(crate) struct Shelved {
    /// Of the vendor file that lies there.
    pub(crate) list: Option<IssuerList>,
    pub(crate) sunset: Option<Sunset>,
    pub(crate) revocations: Vec<Revocation>,
    pub(crate) releases: Vec<Release>,
    pub(crate) files: Vec<Opened>,
    /// Why there are no more files: what is said where none can be gone by.
    pub(crate) otherwise: Cause,
    /// Something could not be read, for a reason that may pass.
    pub(crate) is_unsure: bool,
}

/// A genuine file, and what it opens with.
#[derive(Clone)]
pub(crate) struct Opened {
    path: PathBuf,
    pub(crate) verified: Verified,
    pub(crate) key: FileKey,
}

/// By what files and replies are opened.
pub(crate) struct By<'a> {
    pub(crate) issuers: &'a [Issuer],
    pub(crate) machine_id: Option<&'a OsMachineId>,
    pub(crate) opener: Option<&'a Opener>,
}

/// A shelf that is being read: what the vendor says comes first, because the files are verified by it.
pub(crate) struct Begun<'a> {
    /// None where there is none, or it cannot be looked into.
    held: Option<VendorShelf>,
    before: Option<&'a Shelved>,
    pub(crate) shelved: Shelved,
}

impl<'a> Begun<'a> {
    /// Looks into a shelf, and reads what the vendor says there. `before` is what was read of it last.
    pub(crate) fn of(product: &Product, shelf: &VendorShelf, before: Option<&'a Shelved>) -> Self {
        let mut begun = Self { held: None, before, shelved: Shelved::nothing() };
        // Most computers have the user's alone: one look tells, in place of one for each file that could lie there.
        match shelf.hold() {
            Ok(Some(held)) => {
                begun.shelved.list = begun.read(list(product, &held), |before| before.list.clone());
                begun.shelved.sunset = begun.read(sunset(product, &held), |before| before.sunset.clone());
                begun.held = Some(held);
            }
            Ok(None) => {}
            Err(error) => {
                begun.shelved.list = begun.read(Err(error.clone()), |before| before.list.clone());
                begun.shelved.sunset = begun.read(Err(error), |before| before.sunset.clone());
            }
        }
        begun
    }

    /// Reads the rest.
    pub(crate) fn rest(mut self, by: &By) -> Shelved {
        match self.held.take() {
            Some(held) => {
                self.take_words(&held, by);
                self.take_files(&held, by);
            }
            None if self.shelved.is_unsure => {
                self.keep_words();
                self.keep_files(by, |_| true);
            }
            None => {}
        }
        self.shelved
    }

    /// What was read, or what was known before where that may be there all the same.
    fn read<T: Default>(&mut self, read: Result<T, ShelfError>, known: impl Fn(&Shelved) -> T) -> T {
        match read {
            Ok(read) => read,
            Err(error) if self.doubts(&error) => self.before.map(known).unwrap_or_default(),
            Err(_) => T::default(),
        }
    }

    /// Whether an error says nothing of the shelf.
    fn doubts(&mut self, error: &ShelfError) -> bool {
        self.shelved.is_unsure |= error.may_pass();
        error.may_pass()
    }

    fn take_words(&mut self, shelf: &VendorShelf, by: &By) {
        let before = self.shelved.is_unsure;
        self.shelved.is_unsure = false;
        if let Some(id) = by.machine_id {
            self.shelved.revocations = self.found(shelf.revocations_that_hold(id, by.issuers));
        }
        self.shelved.releases = self.found(shelf.releases_that_hold(by.issuers));
        if self.shelved.is_unsure {
            self.keep_words();
        }
        self.shelved.is_unsure |= before;
    }

    fn found<T>(&mut self, read: Result<Found<T>, ShelfError>) -> Vec<T> {
        match read {
            Ok(all) => {
                for file in &all.unreadable {
                    self.doubts(&file.error);
                }
                all.found
            }
            Err(error) => {
                self.doubts(&error);
                Vec::new()
            }
        }
    }

    /// A word that was read a second time says nothing more.
    fn keep_words(&mut self) {
        if let Some(before) = self.before {
            self.shelved.revocations.extend_from_slice(&before.revocations);
            self.shelved.releases.extend_from_slice(&before.releases);
        }
    }

    fn take_files(&mut self, shelf: &VendorShelf, by: &By) {
        let all = match shelf.installed() {
            Ok(all) => all,
            Err(error) if self.doubts(&error) => return self.keep_files(by, |_| true),
            Err(_) => return,
        };
        for file in &all.found {
            match open(file, by) {
                Ok(opened) => self.shelved.files.push(opened),
                Err(cause) => self.shelved.otherwise(cause),
            }
        }
        for file in all.unreadable {
            self.shelved.otherwise(Cause::NotGenuine);
            if self.doubts(&file.error) {
                self.keep_files(by, |path| path == file.path);
            }
        }
    }

    /// Goes on with files that were read before, as far as they still hold.
    fn keep_files(&mut self, by: &By, which: impl Fn(&Path) -> bool) {
        let before = self.before.map(|before| before.files.as_slice()).unwrap_or_default();
        let kept = before.iter().filter(|file| which(&file.path)).filter_map(|file| {
            let verified = verify_either(file.verified.file(), by.issuers, Some(&file.key)).ok()?;
            Some(Opened { verified, ..file.clone() })
        });
        self.shelved.files.extend(kept);
    }
}

impl Shelved {
    fn nothing() -> Self {
        Self {
            list: None,
            sunset: None,
            revocations: Vec::new(),
            releases: Vec::new(),
            files: Vec::new(),
            otherwise: Cause::NoFile,
            is_unsure: false,
        }
    }

    fn otherwise(&mut self, cause: Cause) {
        self.otherwise = says_more(self.otherwise, cause);
    }
}

/// Of what cannot be gone by, what says most; the first of equals.
pub(crate) fn says_more(one: Cause, other: Cause) -> Cause {
    let says = |cause: Cause| match cause {
        Cause::NoFile => 0,
        Cause::NotGenuine => 1,
        Cause::File(_) => 2,
    };
    if says(other) > says(one) { other } else { one }
}

/// The issuers of the vendor file, if the root key signed it.
fn list(product: &Product, shelf: &VendorShelf) -> Result<Option<IssuerList>, ShelfError> {
    let open =
        |file: SignedToml| IssuerList::open_without_comment(&file.toml, &file.minisig, &product.root).ok();
    let list = match shelf.vendor_as_listed().and_then(open) {
        Some(list) => Some(list),
        // The client may just have replaced the file and its signature.
        None => shelf.vendor()?.and_then(open),
    };
    Ok(list.filter(|list| list.id() == product.vendor))
}

fn sunset(product: &Product, shelf: &VendorShelf) -> Result<Option<Sunset>, ShelfError> {
    let Some(kept) = shelf.sunset()? else { return Ok(None) };
    let signed = product.root.vouch(kept.toml, kept.minisig).ok();
    Ok(signed.and_then(|signed| Sunset::of_vendor(&signed, &product.vendor).ok()))
}

fn open(file: &InstalledFile, by: &By) -> Result<Opened, Cause> {
    let not_genuine = |_| Cause::NotGenuine;
    let Some(opener) = by.opener else {
        verify_signature(&file.file, by.issuers).map_err(not_genuine)?;
        return Err(Cause::File(Reason::IdentifierMissing));
    };
    let key = match opener.open(&file.unlock) {
        Err(LicenseError::SealClosed) => {
            // Sealed on another computer: a home may be shared between several, or a folder was copied.
            verify_signature(&file.file, by.issuers).map_err(not_genuine)?;
            return Err(Cause::File(Reason::WrongMachine));
        }
        key => key.map_err(not_genuine)?,
    };
    let verified = verify_either(&file.file, by.issuers, Some(&key)).map_err(not_genuine)?;
    Ok(Opened { path: file.path.clone(), verified, key })
}
