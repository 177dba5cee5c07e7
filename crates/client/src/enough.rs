//! Which of the accounts' licenses are enough for this computer: one of each product, and none that has ended or that the
//! vendor has suspended. It refuses to leave one out in silence: the others are named, and why, and each can be activated by
//! itself.

use std::cmp::Reverse;

use gatefold_license::{Standing, Terms};
use gatefold_store::VendorKey;
use jiff::Timestamp;

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::library::Installed;
use crate::owned::{Owned, Seats};
use crate::vendors::InForce;

/// The accounts' licenses that are not here.
pub struct Enough {
    /// One of each product that has none here, in the order of the list.
    pub wanted: Vec<Owned>,
    /// The others, and why they are not needed.
    pub spare: Vec<(Owned, WhySpare)>,
}

/// Why a license is not needed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhySpare {
    /// By the list, it has ended.
    Ended,
    /// By the list, the vendor has suspended or banned it.
    Barred,
    /// Another license of the product is here, or is the better one.
    Another,
    /// By the list, all its seats are in use. One may have become free since: it can be tried by itself.
    Full,
}

impl Gatefold {
    /// Parts the accounts' licenses that are not here, as they were listed last; sends nothing.
    ///
    /// # Errors
    /// The store's.
    pub fn enough_licenses(&self) -> Result<Enough, ClientError> {
        Ok(self.enough_of(self.owned_licenses()?))
    }

    /// Parts the licenses among these that are not here. Where a product has several, one that this computer may hold a seat
    /// of counts first; then, of those with a free seat and a key that is known, perpetual before subscription before trial,
    /// then the later end.
    pub fn enough_of(&self, mut owned: Vec<Owned>) -> Enough {
        let here = self.served(&owned);
        owned.retain(|license| !license.is_here);
        // What this computer may hold a seat of is never full for it.
        let open = self.unfinished().unwrap_or_default().into_iter();
        let open: Vec<String> = open.map(|open| open.license_id).collect();
        let candidate = |license: &Owned| Candidate::of(license, self, open.contains(&license.license_id));
        let candidates: Vec<Candidate> = owned.iter().map(candidate).collect();
        let mut enough = Enough { wanted: Vec::new(), spare: Vec::new() };
        for (license, why) in owned.into_iter().zip(spare(&candidates, here)) {
            match why {
                None => enough.wanted.push(license),
                Some(why) => enough.spare.push((license, why)),
            }
        }
        enough
    }

    /// The products of the vendors of these that have a license here that counts. Where nothing can be read here, nothing
    /// counts: the list of what is installed says why.
    fn served(&self, owned: &[Owned]) -> Vec<Product> {
        let mut vendors: Vec<&InForce> = owned.iter().map(|license| &license.vendor).collect();
        vendors.dedup_by_key(|vendor| vendor.key());
        let counts = |license: &Installed| {
            matches!(license.assessment.standing, Standing::Active | Standing::Grace | Standing::ClockBehind)
        };
        let installed = vendors.into_iter().flat_map(|vendor| self.library_of(vendor).unwrap_or_default().0);
        let of = |license: Installed| (license.vendor.key(), license.product_id);
        installed.filter(counts).map(of).collect()
    }
}

/// A vendor's product, by its id.
type Product = (VendorKey, String);

/// What is looked at of a license.
struct Candidate {
    product: Option<Product>,
    useless: Option<WhySpare>,
    rank: Rank,
}

/// The lower, the better for this computer; the key and the license only make it the same each time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// This computer holds no seat of it: another one would be a second.
    takes_a_seat: bool,
    /// The vendor's list showed no key of it.
    is_keyless: bool,
    terms: u8,
    end: Reverse<Option<Timestamp>>,
    name: (String, String),
}

impl Candidate {
    fn of(license: &Owned, gatefold: &Gatefold, is_open: bool) -> Self {
        let is_full = |seats: Seats| seats.limit.is_some_and(|limit| seats.taken >= limit);
        let useless = [
            (license.has_ended(gatefold), WhySpare::Ended),
            (license.is_barred, WhySpare::Barred),
            (!is_open && license.seats.is_some_and(is_full), WhySpare::Full),
        ];
        Self {
            // What the vendor's file does not name may be anything.
            product: license
                .product_id
                .clone()
                .filter(|id| license.vendor.vendor().product(id).is_some())
                .map(|id| (license.vendor.key(), id)),
            useless: useless.into_iter().find_map(|(is_so, why)| is_so.then_some(why)),
            rank: Rank {
                takes_a_seat: !is_open,
                is_keyless: license.key_hint.is_empty(),
                terms: match license.terms {
                    Terms::Perpetual => 0,
                    Terms::Subscription => 1,
                    Terms::Trial => 2,
                },
                end: Reverse(license.expires_at),
                name: (license.key_hint.clone(), license.license_id.clone()),
            },
        }
    }
}

/// Why each is not needed; `None` for one that is. `served` are the products that have a license here.
fn spare(candidates: &[Candidate], mut served: Vec<Product>) -> Vec<Option<WhySpare>> {
    let mut why: Vec<Option<WhySpare>> = candidates.iter().map(|one| one.useless).collect();
    let mut best_first: Vec<usize> = (0..candidates.len()).filter(|at| why[*at].is_none()).collect();
    best_first.sort_by_key(|at| &candidates[*at].rank);
    for at in best_first {
        match &candidates[at].product {
            Some(product) if served.contains(product) => why[at] = Some(WhySpare::Another),
            // What names no product stands for itself.
            product => served.extend(product.clone()),
        }
    }
    // That its seats are in use matters only where it is missed.
    for (candidate, why) in candidates.iter().zip(&mut why) {
        let is_served = candidate.product.as_ref().is_some_and(|product| served.contains(product));
        if *why == Some(WhySpare::Full) && is_served {
            *why = Some(WhySpare::Another);
        }
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `PRODUCT TERMS`, and what else there is to say, its end last; named by its place.
    fn candidate((at, text): (usize, &str)) -> Candidate {
        let words: Vec<&str> = text.split(' ').collect();
        Candidate {
            product: (words[0] != "-").then(|| product(words[0])),
            useless: match words.last() {
                Some(&"ended") => Some(WhySpare::Ended),
                Some(&"barred") => Some(WhySpare::Barred),
                _ => words.contains(&"full").then_some(WhySpare::Full),
            },
            rank: Rank {
                takes_a_seat: !words.contains(&"held"),
                is_keyless: words.contains(&"keyless"),
                terms: words[1].parse().unwrap(),
                end: Reverse(words.last().and_then(|end| end.parse().ok())),
                name: (at.to_string(), String::new()),
            },
        }
    }

    fn product(id: &str) -> Product {
        (VendorKey { id: "sleeve".into(), root: [7; 32] }, id.to_owned())
    }

    #[test]
    fn one_of_each_product_is_enough() {
        use WhySpare::{Another, Barred, Ended, Full};
        let check = |all: &[&str], here: &[&str], expect: &[Option<WhySpare>]| {
            let candidates: Vec<Candidate> = all.iter().copied().enumerate().map(candidate).collect();
            let here = here.iter().map(|id| product(id)).collect();
            assert_eq!(spare(&candidates, here), expect, "{all:?}");
        };
        check(&[], &[], &[]);
        check(&["eq 0", "reverb 2"], &[], &[None, None]);
        // Perpetual before subscription before trial, wherever it stands.
        check(&["eq 2", "reverb 2", "eq 0", "eq 1"], &[], &[Some(Another), None, None, Some(Another)]);
        // A free seat counts more; where none is free that is said.
        check(&["eq 0 full", "eq 1"], &[], &[Some(Another), None]);
        check(&["eq 0 full", "eq 1 full"], &[], &[Some(Full), Some(Full)]);
        check(&["eq 0 full"], &["eq"], &[Some(Another)]);
        check(&["eq 1 2027-01-01T00:00:00Z", "eq 1 2028-01-01T00:00:00Z"], &[], &[Some(Another), None]);
        check(&["eq 0", "eq 0"], &[], &[None, Some(Another)]);
        // No second seat where one may be held; and what has no key cannot be asked about.
        check(&["eq 0", "eq 2 held"], &[], &[Some(Another), None]);
        check(&["eq 0 keyless", "eq 1"], &[], &[Some(Another), None]);
        check(&["eq 0 ended", "eq 1"], &[], &[Some(Ended), None]);
        check(&["eq 0 ended"], &[], &[Some(Ended)]);
        check(&["eq 0 barred", "eq 1"], &[], &[Some(Barred), None]);
        check(&["eq 0", "reverb 2"], &["eq"], &[Some(Another), None]);
        // What names no product is not of the same one.
        check(&["- 0", "- 0"], &[], &[None, None]);
    }
}
