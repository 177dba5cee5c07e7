//! What people call the vendors, products and licenses that the ledger knows by their ids: for finding entries by it, and for
//! saying what an entry is about.

use std::collections::HashMap;

use gatefold_ledger::Alias;
use gatefold_store::VendorKey;

use crate::app::Gatefold;
use crate::dealings::is_own;
use crate::document::LedgerLine;
use crate::vendors::InForce;

/// A product, and the ids of a license of it and of its seat.
struct Named {
    product: String,
    ids: Vec<String>,
    /// The entries of its last activation here.
    entries: Vec<i64>,
}

impl Gatefold {
    /// The names of vendors, of whom the ledger has the id; and of products, of which it has the licenses' and seats' ids, and
    /// the entries of their activations, which name none of these where a key was only asked about.
    /// What cannot be read keeps nobody from searching for the rest.
    pub(crate) fn aliases(&self) -> Vec<Alias> {
        let vendors = self.vendors().unwrap_or_default();
        let of_vendor = |vendor: &InForce| {
            let vendor = vendor.vendor();
            let names = std::iter::once(vendor.name()).chain(vendor.brands().iter().map(String::as_str));
            Alias {
                name: names.collect::<Vec<_>>().join(" "),
                ids: vec![vendor.id().to_owned()],
                entries: Vec::new(),
            }
        };
        let named = self.named_products().into_iter();
        let products =
            named.map(|named| Alias { name: named.product, ids: named.ids, entries: named.entries });
        vendors.iter().map(of_vendor).chain(products).collect()
    }

    /// Says to whom each went and which product it is about. A request that names no id, such as a question about a key, is told by the
    /// activation that it belongs to.
    pub(crate) fn name_all(&self, lines: &mut [LedgerLine]) {
        if lines.iter().all(|line| line.vendor.is_none()) {
            return;
        }
        let vendors = self.vendors().unwrap_or_default();
        let named = self.named_products();
        let by_id: HashMap<&str, &str> = named
            .iter()
            .flat_map(|named| named.ids.iter().map(|id| (id.as_str(), named.product.as_str())))
            .collect();
        let by_entry: HashMap<i64, &str> = named
            .iter()
            .flat_map(|named| named.entries.iter().map(|entry| (*entry, named.product.as_str())))
            .collect();
        for line in lines {
            line.vendor_name = line.vendor.as_ref().map(|id| {
                went_to(id, line.url.as_deref(), &vendors).map_or_else(|| id.clone(), InForce::called)
            });
            let by_its_id = line.about.iter().find_map(|id| by_id.get(id.as_str()));
            let product = by_its_id.or_else(|| by_entry.get(&line.id));
            line.product = product.map(|product| (*product).to_owned());
        }
    }

    /// The licenses that are known here, of whatever is activated, begun or listed.
    fn named_products(&self) -> Vec<Named> {
        let known = self.store.licenses().unwrap_or_default().into_iter().map(|license| {
            let ids = std::iter::once(license.license_id).chain(license.machine_id).collect();
            (license.vendor, license.product, ids, license.activation_entries)
        });
        let listed = self.store.owned().unwrap_or_default().into_iter().filter_map(|license| {
            Some((license.vendor, license.product?, vec![license.license_id], Vec::new()))
        });
        let begun = self.store.open_intents().unwrap_or_default().into_iter().map(|open| {
            let seat = open.what.machine_id.map(|id| id.to_string());
            let ids = std::iter::once(open.what.license_id).chain(seat).collect();
            (open.what.vendor, open.what.product, ids, Vec::new())
        });
        let all: Vec<(VendorKey, String, Vec<String>, Vec<i64>)> = known.chain(listed).chain(begun).collect();
        // Reading the vendors' files takes its time.
        let vendors = if all.is_empty() { Vec::new() } else { self.vendors().unwrap_or_default() };
        let named = |(vendor, product, ids, entries): (VendorKey, String, Vec<String>, Vec<i64>)| {
            let vendor = vendors.iter().find(|agreed| agreed.key() == vendor)?;
            let product = vendor.vendor().product(&product)?.name.clone();
            Some(Named { product, ids, entries })
        };
        all.into_iter().filter_map(named).collect()
    }
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
