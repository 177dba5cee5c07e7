//! One reading of the shelves, and what it is worth at a time. It refuses to believe a name, and keeps of a vendor's files
//! only those that say something of this product.

use gatefold_license::{Assessment, Expectation, Identifier, Issuer, Opener, Release, assess, latest_signed};
use gatefold_shelf::{OsMachineId, VendorShelf};
use jiff::Timestamp;

use crate::product::Product;
use crate::shelved::{Begun, By, Opened, Shelved, says_more};
use crate::status::{Cause, Status};

/// What the shelves hold for a product.
pub(crate) struct Reading {
    /// In the order in which they were handed in.
    shelves: Vec<Shelved>,
    identifier: Option<Identifier>,
    issuers: Vec<Issuer>,
    /// Of all shelves.
    releases: Vec<Release>,
    latest_signed: Option<Timestamp>,
}

impl Reading {
    /// Reads the shelves, the user's first. What cannot be read is as what is not there, a plug-in goes on, unlicensed; but where
    /// the reason may pass, what was there `before` is gone by as long as it holds.
    pub(crate) fn of<'a>(
        product: &Product,
        shelves: impl Iterator<Item = &'a VendorShelf>,
        machine_id: Option<&OsMachineId>,
        before: Option<&Self>,
    ) -> Self {
        let before = |at: usize| before.and_then(|before| before.shelves.get(at));
        let begun = shelves.enumerate().map(|(at, shelf)| Begun::of(product, shelf, before(at)));
        let begun: Vec<Begun> = begun.collect();
        let issuers = issuers(&begun);
        // Exposed to open what was sealed to this computer.
        let opener = machine_id.map(|id| Opener::new(&product.root, id.expose()));
        let by = By { issuers: &issuers, machine_id, opener: opener.as_ref() };
        let shelves: Vec<Shelved> = begun.into_iter().map(|begun| begun.rest(&by)).collect();
        let mut reading = Self {
            latest_signed: latest_signed(
                shelves.iter().flat_map(|shelf| &shelf.files).map(|file| &file.verified),
            ),
            releases: shelves.iter().flat_map(|shelf| shelf.releases.iter().cloned()).collect(),
            shelves,
            // Exposed to derive what this computer is called toward the vendor.
            identifier: machine_id.map(|id| Identifier::derive(&product.root, id.expose())),
            issuers,
        };
        reading.leave_out_needless(product);
        reading
    }

    /// Whether the same shelves may say more in a moment: something could not be read, or files lie there and the vendor file
    /// that they are verified by does not, as in a folder that is being restored.
    pub(crate) fn may_say_more(&self) -> bool {
        let is_unsure = self.shelves.iter().any(|shelf| shelf.is_unsure);
        is_unsure || (self.issuers.is_empty() && self.otherwise() != Cause::NoFile)
    }

    /// What it is worth now, and the file that it goes by.
    pub(crate) fn judge(&self, product: &Product, now: Timestamp) -> (Status, Option<&Opened>) {
        let assessed = self.files().map(|file| (file, self.assess(product, file, now)));
        let best = assessed.min_by_key(|(file, assessment)| assessment.rank(&file.verified));
        let otherwise = Status::of_cause(self.otherwise());
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
            sunset: self.shelves.iter().find_map(|shelf| shelf.sunset.as_ref()),
        };
        let license = file.verified.license_id();
        let revocations = self.shelves.iter().flat_map(|shelf| &shelf.revocations);
        let of_license = revocations.filter(|revocation| revocation.license_id() == license);
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

    fn files(&self) -> impl Iterator<Item = &Opened> {
        self.shelves.iter().flat_map(|shelf| &shelf.files)
    }

    /// What is said where no file can be gone by.
    fn otherwise(&self) -> Cause {
        self.shelves.iter().map(|shelf| shelf.otherwise).fold(Cause::NoFile, says_more)
    }

    /// A vendor may have hundreds of products, each with a plug-in that reads all files. Of those that are of another product
    /// the best is kept, to say so, and only where there is none of this one.
    fn leave_out_needless(&mut self, product: &Product) {
        // What a file is does not hang on the time.
        let assess = |file: &Opened| self.assess(product, file, Timestamp::UNIX_EPOCH);
        let is_ours: Vec<bool> = self.files().map(|file| !assess(file).reason.is_mismatch()).collect();
        let ranked = self.files().enumerate().min_by_key(|(_, file)| assess(file).rank(&file.verified));
        let best = ranked.map(|(index, _)| index).filter(|_| !is_ours.contains(&true));
        let mut index = 0;
        for shelf in &mut self.shelves {
            shelf.files.retain(|_| {
                index += 1;
                is_ours[index - 1] || best == Some(index - 1)
            });
        }
    }
}

/// The issuers of the newest vendor file that the root key signed, wherever it lies: an old one may name a key that was
/// struck off since.
fn issuers(shelves: &[Begun]) -> Vec<Issuer> {
    let lists = shelves.iter().filter_map(|begun| begun.shelved.list.as_ref());
    lists.max_by_key(|list| list.version()).map(|list| list.issuers().to_vec()).unwrap_or_default()
}
