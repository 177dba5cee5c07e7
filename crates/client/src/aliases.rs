//! What people call the vendors, products and licenses that the ledger knows by their ids: for finding entries by it, and for
//! saying what an entry is about. What is not here any more is called what it was.

use std::collections::{BTreeMap, HashMap, HashSet};

use gatefold_ledger::{Alias, Deed, EntryId, Filter};
use gatefold_store::{Former, ProductKey, Title, VendorKey};
use jiff::{SignedDuration, Timestamp};

use crate::app::Gatefold;
use crate::dealings::is_own;
use crate::document::LedgerLine;
use crate::error::ClientError;
use crate::vendors::InForce;

/// So many titles are noted in one step: a sync for each would be waited for, and all at once might be a whole ledger.
const AT_ONCE: usize = 5_000;
/// So long before its first line something may have been begun, at most.
const BEGUN_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 31);

/// The names of vendors and products, of those that were removed, too.
struct Names {
    vendors: Vec<InForce>,
    formers: Vec<Former>,
}

/// Which entries are about which product.
#[derive(Default)]
struct Subjects {
    by_id: HashMap<String, ProductKey>,
    /// Of an entry that names no id, as where a key was only asked about.
    by_entry: HashMap<i64, ProductKey>,
    /// What was noted of entries whose bytes are erased.
    titles: HashMap<i64, Title>,
}

impl Names {
    /// What the product is called; a file in force counts before what was noted.
    fn of(&self, key: &ProductKey) -> Option<&str> {
        let vendor = self.vendors.iter().find(|vendor| vendor.key() == key.vendor);
        let product = vendor.and_then(|vendor| vendor.vendor().product(&key.product));
        let former = || {
            let former = self.formers.iter().find(|former| former.vendor == key.vendor)?;
            former.products.get(&key.product).map(String::as_str)
        };
        product.map(|product| product.name.as_str()).or_else(former)
    }

    /// Who has this id, where a request went there. Of those that were removed the one that had it, where nobody has it now.
    fn vendor(&self, id: &str, url: Option<&str>) -> Option<String> {
        if let Some(vendor) = went_to(id, url, &self.vendors) {
            return Some(vendor.called());
        }
        let mut formers = self.formers.iter().filter(|former| former.vendor.id == id);
        let is_there = self.vendors.iter().any(|vendor| vendor.vendor().id() == id);
        match (is_there, formers.next(), formers.next()) {
            (false, Some(former), None) => Some(former.name.clone()),
            _ => None,
        }
    }
}

impl Subjects {
    fn of(&self, line: &LedgerLine) -> Option<&ProductKey> {
        let by_its_id = line.about.iter().find_map(|id| self.by_id.get(id.as_str()));
        by_its_id.or_else(|| self.by_entry.get(&line.id))
    }
}

impl Gatefold {
    /// The names of vendors, of whom the ledger has the id; and of products, of which it has the licenses' and seats' ids, and
    /// the entries of their activations, which name none of these where a key was only asked about.
    /// What cannot be read keeps nobody from searching for the rest.
    pub(crate) fn aliases(&self) -> Vec<Alias> {
        let (names, subjects) = (self.names(), self.all_subjects());
        let of_vendor = |vendor: &InForce| {
            let vendor = vendor.vendor();
            let called = std::iter::once(vendor.name()).chain(vendor.brands().iter().map(String::as_str));
            alias(called.collect::<Vec<_>>().join(" "), vendor.id())
        };
        let mut products: BTreeMap<&str, Alias> = BTreeMap::new();
        let mut add = |key: &ProductKey, id: Option<&String>, entry: Option<i64>| {
            let Some(name) = names.of(key) else { return };
            let alias = || Alias { name: name.to_owned(), ids: Vec::new(), entries: Vec::new() };
            let of_it = products.entry(name).or_insert_with(alias);
            of_it.ids.extend(id.cloned());
            of_it.entries.extend(entry);
        };
        subjects.by_id.iter().for_each(|(id, key)| add(key, Some(id), None));
        subjects.by_entry.iter().for_each(|(entry, key)| add(key, None, Some(*entry)));
        let formers = names.formers.iter().map(|former| alias(former.name.clone(), &former.vendor.id));
        names.vendors.iter().map(of_vendor).chain(formers).chain(products.into_values()).collect()
    }

    /// Says to whom each went, which product it is about and what it did. A request that names no id, such as a question about a
    /// key, is told by the activation that it belongs to; one whose bytes are erased, by what was noted of it then.
    pub(crate) fn name_all(&self, lines: &mut [LedgerLine]) {
        if lines.iter().all(|line| line.vendor.is_none()) {
            return;
        }
        let entries: Vec<i64> = lines.iter().map(|line| line.id).collect();
        let (names, subjects) =
            (self.names(), self.subjects(self.store.titles_of(&entries).unwrap_or_default()));
        for line in lines {
            line.vendor_name = line
                .vendor
                .as_ref()
                .map(|id| names.vendor(id, line.url.as_deref()).unwrap_or_else(|| id.clone()));
            line.product = subjects.of(line).and_then(|key| names.of(key)).map(str::to_owned);
            if let Some(noted) = subjects.titles.get(&line.id) {
                let word = noted.deed.as_deref();
                let said = Deed::ALL.into_iter().find(|deed| Some(deed.as_str()) == word);
                line.deed = line.deed.or(said);
                line.by_itself |= noted.by_itself;
            }
        }
    }

    /// Vendors that were removed and of whom the record still speaks: id and name. One whose id another one has now is found by
    /// that id.
    pub fn former_vendors(&self) -> Vec<(String, String)> {
        let Names { vendors, formers } = self.names();
        let is_there = |id: &str| vendors.iter().any(|vendor| vendor.vendor().id() == id);
        let of_former = |former: Former| (former.vendor.id, former.name);
        formers.into_iter().map(of_former).filter(|(id, _)| !is_there(id)).collect()
    }

    /// Notes which product requests were about that name no license themselves.
    pub(crate) fn note_product(
        &self,
        entries: &[EntryId],
        vendor: &InForce,
        product: &str,
    ) -> Result<(), ClientError> {
        let product = ProductKey { vendor: vendor.key(), product: product.to_owned() };
        let title = |entry: &EntryId| Title {
            entry: entry.0,
            product: Some(product.clone()),
            deed: None,
            by_itself: false,
        };
        Ok(self.store.note_titles(&entries.iter().map(title).collect::<Vec<_>>())?)
    }

    /// Notes what the titles of entries say, before their bytes go. An entry that cannot be read has none.
    pub(crate) fn keep_titles(&self, entries: &[EntryId]) -> Result<(), ClientError> {
        if entries.is_empty() {
            return Ok(());
        }
        // What was noted before stays: it need not be read.
        let subjects = self.subjects(Vec::new());
        let title = |line| {
            let line = LedgerLine::from(line);
            let product = subjects.of(&line).cloned();
            let deed = line.deed.map(|deed| deed.as_str().to_owned());
            Title { entry: line.id, product, deed, by_itself: line.by_itself }
        };
        for some in entries.chunks(AT_ONCE) {
            let lines = self.book.ledger().lines(some)?;
            self.store.note_titles(&lines.into_iter().map(title).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Forgets what was noted for the titles of lines that are gone: what was noted before any that is left, and vendors that were
    /// removed and of which no line is left.
    pub(crate) fn retire_titles(&self) -> Result<(), ClientError> {
        let oldest = self.book.ledger().oldest()?.map(|id| id.0);
        // What was begun was noted by the clock of its lines, or later, and comes before the first of them.
        let before = self.book.ledger().lines_begin()?.saturating_sub(BEGUN_BEFORE).unwrap_or(Timestamp::MIN);
        self.store.forget_abouts(before, oldest)?;
        for former in self.store.formers()? {
            if !self.is_spoken_of(&former.vendor)? {
                self.store.forget_former(&former.vendor)?;
            }
        }
        Ok(())
    }

    /// Notes what a vendor that is about to be removed is called, and those of its products that the record is about; nothing of
    /// one to whom nothing was sent.
    pub(crate) fn keep_names(&self, in_force: &InForce) -> Result<(), ClientError> {
        let vendor = in_force.key();
        if !self.is_spoken_of(&vendor)? {
            return Ok(());
        }
        let Subjects { by_id, by_entry, .. } = self.all_subjects();
        let about: HashSet<String> = by_id
            .into_values()
            .chain(by_entry.into_values())
            .filter(|key| key.vendor == vendor)
            .map(|key| key.product)
            .collect();
        let name = |id: String| Some((in_force.vendor().product(&id)?.name.clone(), id));
        let products = about.into_iter().filter_map(name).map(|(name, id)| (id, name)).collect();
        Ok(self.store.note_former(&Former { vendor, name: in_force.called(), products })?)
    }

    /// Notes of which products the licenses of an account's list are that the record speaks of, before the list goes. A record
    /// that cannot be read just now keeps nobody from signing out.
    pub(crate) fn keep_listed(&self, vendor: &VendorKey) -> Result<(), ClientError> {
        let is_spoken_of = |license_id: &String| {
            let search = Some(license_id.clone());
            let of_it = Filter { vendor: Some(vendor.id.clone()), search, ..Filter::default() };
            self.book.ledger().page(&of_it, 1).is_ok_and(|found| !found.is_empty())
        };
        let listed = self.store.owned()?.into_iter().filter(|license| license.vendor == *vendor);
        let ids: Vec<String> = listed.map(|license| license.license_id).filter(is_spoken_of).collect();
        Ok(self.store.note_listed(vendor, &ids, self.clock.now())?)
    }

    fn is_spoken_of(&self, vendor: &VendorKey) -> Result<bool, ClientError> {
        let of_it = Filter { vendor: Some(vendor.id.clone()), ..Filter::default() };
        Ok(!self.book.ledger().page(&of_it, 1)?.is_empty())
    }

    fn names(&self) -> Names {
        let vendors = self.vendors().unwrap_or_default();
        Names { vendors, formers: self.store.formers().unwrap_or_default() }
    }

    fn all_subjects(&self) -> Subjects {
        self.subjects(self.store.titles_with_product().unwrap_or_default())
    }

    /// Of whatever is activated, begun or listed, and of what was; with what was noted of some entries.
    fn subjects(&self, titles: Vec<Title>) -> Subjects {
        let mut of = Subjects::default();
        for about in self.store.abouts().unwrap_or_default() {
            of.by_id.insert(about.id, about.product);
        }
        for title in titles {
            of.by_entry.extend(title.product.clone().map(|product| (title.entry, product)));
            of.titles.insert(title.entry, title);
        }
        for open in self.store.open_intents().unwrap_or_default() {
            let key = ProductKey { vendor: open.what.vendor, product: open.what.product };
            let seat = open.what.machine_id.map(|id| (id.to_string(), key.clone()));
            of.by_id.extend(seat.into_iter().chain([(open.what.license_id, key)]));
        }
        for license in self.store.owned().unwrap_or_default() {
            let Some(product) = license.product else { continue };
            of.by_id.insert(license.license_id, ProductKey { vendor: license.vendor, product });
        }
        for license in self.store.licenses().unwrap_or_default() {
            let key = ProductKey { vendor: license.vendor, product: license.product };
            of.by_entry.extend(license.activation_entries.into_iter().map(|entry| (entry, key.clone())));
            of.by_id.extend(license.machine_id.map(|seat| (seat, key.clone())));
            of.by_id.insert(license.license_id, key);
        }
        of
    }
}

fn alias(name: String, id: &str) -> Alias {
    Alias { name, ids: vec![id.to_owned()], entries: Vec::new() }
}

/// The one vendor of this id to whose server it went. The ledger knows a vendor by its id; several may have it.
fn went_to<'a>(id: &str, url: Option<&str>, vendors: &'a [InForce]) -> Option<&'a InForce> {
    let of_id: Vec<&InForce> = vendors.iter().filter(|vendor| vendor.vendor().id() == id).collect();
    let is_its = |vendor: &&&InForce| {
        let others = of_id.iter().filter(|other| other.key() != vendor.key());
        is_own(url, vendor.vendor(), &others.map(|other| other.vendor()).collect::<Vec<_>>())
    };
    let mut its = of_id.iter().filter(is_its);
    match (its.next(), its.next()) {
        (Some(vendor), None) => Some(vendor),
        _ => None,
    }
}
