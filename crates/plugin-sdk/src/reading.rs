//! One reading of the shelves, and what it is worth at a time. It refuses to believe a name, and keeps of a vendor's files
//! only those that say something of this product.

use gatefold_license::{
    Assessment, Expectation, FileKey, Identifier, Issuer, IssuerList, LicenseError, Opener, Reason, Release,
    Revocation, Sunset, Verified, assess, latest_signed, verify_either, verify_signature,
};
use gatefold_shelf::{InstalledFile, OsMachineId, SignedToml, VendorShelf};
use jiff::Timestamp;

use crate::product::Product;
use crate::status::{Cause, Status};

/// What the shelves hold for a product.
pub(crate) struct Reading {
    files: Vec<Opened>,
    /// Why there is no more: what is said where no file can be gone by.
    otherwise: Cause,
    identifier: Option<Identifier>,
    issuers: Vec<Issuer>,
    revocations: Vec<Revocation>,
    releases: Vec<Release>,
    sunset: Option<Sunset>,
    latest_signed: Option<Timestamp>,
}

/// A genuine file, and what it opens with.
pub(crate) struct Opened {
    pub(crate) verified: Verified,
    pub(crate) key: FileKey,
}

impl Reading {
    /// Reads the shelves, the user's first. What cannot be read is as what is not there: a plug-in goes on, unlicensed.
    pub(crate) fn of(product: &Product, shelves: &[&VendorShelf], machine_id: Option<&OsMachineId>) -> Self {
        let issuers = issuers(product, shelves);
        let mut reading = Self {
            files: Vec::new(),
            otherwise: Cause::NoFile,
            // Exposed to derive what this computer is called toward the vendor.
            identifier: machine_id.map(|id| Identifier::derive(&product.root, id.expose())),
            revocations: Vec::new(),
            releases: Vec::new(),
            sunset: shelves.iter().find_map(|shelf| sunset(product, shelf)),
            latest_signed: None,
            issuers,
        };
        for shelf in shelves {
            reading.take_words(shelf, machine_id);
        }
        // Exposed to open what was sealed to this computer.
        let opener = machine_id.map(|id| Opener::new(&product.root, id.expose()));
        for shelf in shelves {
            reading.take_files(shelf, opener.as_ref());
        }
        reading.latest_signed = latest_signed(reading.files.iter().map(|file| &file.verified));
        reading.leave_out_needless(product);
        reading
    }

    /// What it is worth now, and the file that it goes by.
    pub(crate) fn judge(&self, product: &Product, now: Timestamp) -> (Status, Option<&Opened>) {
        let assessed = self.files.iter().map(|file| (file, self.assess(product, file, now)));
        let best = assessed.min_by_key(|(file, assessment)| assessment.rank(&file.verified));
        let otherwise = Status::of_cause(self.otherwise);
        match best {
            Some((file, assessment)) if assessment.standing <= otherwise.standing => {
                (Status::of_file(&assessment), Some(file))
            }
            _ => (otherwise, None),
        }
    }

    fn assess(&self, product: &Product, file: &Opened, now: Timestamp) -> Assessment {
        let expectation = Expectation {
            account: Some(&product.account).filter(|_| !self.root_names_account_of(file)).map(String::as_str),
            product: Some(&product.product),
            binding: product.binding,
            identifier: self.identifier.as_ref().map(Identifier::as_str),
            max_file_days: product.max_file_days,
            sunset: self.sunset.as_ref(),
        };
        let license = file.verified.license_id();
        let of_license = self.revocations.iter().filter(|revocation| revocation.license_id() == license);
        // Two shelves may each have one.
        let revocation = of_license.max_by_key(|revocation| revocation.signed_at());
        assess(&file.verified, &expectation, now, self.latest_signed, revocation, &self.releases)
    }

    /// A vendor that moves to another account says so by its root key, which counts for more than what was compiled in; that
    /// the issuer who signed the file owns it was settled when it was verified.
    fn root_names_account_of(&self, file: &Opened) -> bool {
        let account = file.verified.account();
        self.issuers
            .iter()
            .any(|issuer| issuer.account_id().is_some_and(|id| id.eq_ignore_ascii_case(account)))
    }

    fn take_words(&mut self, shelf: &VendorShelf, machine_id: Option<&OsMachineId>) {
        if let Some(Ok(held)) = machine_id.map(|id| shelf.revocations_that_hold(id, &self.issuers)) {
            self.revocations.extend(held);
        }
        self.releases.extend(shelf.releases_that_hold(&self.issuers).unwrap_or_default());
    }

    fn take_files(&mut self, shelf: &VendorShelf, opener: Option<&Opener>) {
        let Ok(all) = shelf.installed() else { return };
        if !all.unreadable.is_empty() {
            self.otherwise(Cause::NotGenuine);
        }
        for file in &all.found {
            match open(file, opener, &self.issuers) {
                Ok(opened) => self.files.push(opened),
                Err(cause) => self.otherwise(cause),
            }
        }
    }

    /// Of what cannot be gone by, what says most.
    fn otherwise(&mut self, cause: Cause) {
        let says_more = |cause: Cause| match cause {
            Cause::NoFile => 0,
            Cause::NotGenuine => 1,
            Cause::File(_) => 2,
        };
        if says_more(cause) > says_more(self.otherwise) {
            self.otherwise = cause;
        }
    }

    /// A vendor may have hundreds of products, each with a plug-in that reads all files. Of those that are of another product
    /// the best is kept, to say so, and only where there is none of this one.
    fn leave_out_needless(&mut self, product: &Product) {
        // What a file is does not hang on the time.
        let assess = |file: &Opened| self.assess(product, file, Timestamp::UNIX_EPOCH);
        let is_ours: Vec<bool> = self.files.iter().map(|file| !assess(file).reason.is_mismatch()).collect();
        let ranked = self.files.iter().enumerate().min_by_key(|(_, file)| assess(file).rank(&file.verified));
        let best = ranked.map(|(index, _)| index).filter(|_| !is_ours.contains(&true));
        let mut index = 0;
        self.files.retain(|_| {
            index += 1;
            is_ours[index - 1] || best == Some(index - 1)
        });
    }
}

/// The issuers of the newest vendor file that the root key signed, wherever it lies: an old one may name a key that was
/// struck off since.
fn issuers(product: &Product, shelves: &[&VendorShelf]) -> Vec<Issuer> {
    let lists = shelves.iter().filter_map(|shelf| {
        let open = |file: SignedToml| {
            IssuerList::open_without_comment(&file.toml, &file.minisig, &product.root).ok()
        };
        let listed = shelf.vendor_as_listed().and_then(open);
        // The client may just have replaced the file and its signature.
        let list = listed.or_else(|| shelf.vendor().ok().flatten().and_then(open))?;
        (list.id() == product.vendor).then_some(list)
    });
    lists.max_by_key(IssuerList::version).map(|list| list.issuers().to_vec()).unwrap_or_default()
}

fn sunset(product: &Product, shelf: &VendorShelf) -> Option<Sunset> {
    let kept = shelf.sunset().ok().flatten()?;
    let signed = product.root.vouch(kept.toml, kept.minisig).ok()?;
    Sunset::of_vendor(&signed, &product.vendor).ok()
}

fn open(file: &InstalledFile, opener: Option<&Opener>, issuers: &[Issuer]) -> Result<Opened, Cause> {
    let not_genuine = |_| Cause::NotGenuine;
    let Some(opener) = opener else {
        verify_signature(&file.file, issuers).map_err(not_genuine)?;
        return Err(Cause::File(Reason::IdentifierMissing));
    };
    let key = match opener.open(&file.unlock) {
        Err(LicenseError::SealClosed) => {
            // Sealed on another computer: a home may be shared between several, or a folder was copied.
            verify_signature(&file.file, issuers).map_err(not_genuine)?;
            return Err(Cause::File(Reason::WrongMachine));
        }
        key => key.map_err(not_genuine)?,
    };
    let verified = verify_either(&file.file, issuers, Some(&key)).map_err(not_genuine)?;
    Ok(Opened { verified, key })
}
