//! What people call the vendors, products and licenses that the ledger knows by their ids, for finding entries by it.

use gatefold_ledger::Alias;

use crate::app::Gatefold;

impl Gatefold {
    /// The names of vendors, of whom the ledger has the id; and of products, of which it has the licenses' and seats' ids.
    /// What cannot be read keeps nobody from searching for the rest.
    pub(crate) fn aliases(&self) -> Vec<Alias> {
        let vendors = self.vendors().unwrap_or_default();
        let of_vendor = |vendor: &crate::InForce| {
            let vendor = vendor.vendor();
            let names = std::iter::once(vendor.name()).chain(vendor.brands().iter().map(String::as_str));
            Alias { name: names.collect::<Vec<_>>().join(" "), ids: vec![vendor.id().to_owned()] }
        };
        let mut aliases: Vec<Alias> = vendors.iter().map(of_vendor).collect();
        for license in self.store.licenses().unwrap_or_default() {
            let vendor = vendors.iter().find(|vendor| vendor.key() == license.vendor);
            if let Some(product) = vendor.and_then(|vendor| vendor.vendor().product(&license.product)) {
                let ids = std::iter::once(license.license_id).chain(license.machine_id).collect();
                aliases.push(Alias { name: product.name.clone(), ids });
            }
        }
        aliases
    }
}
