//! What plug-ins would be told now: computed anew by the very code that they link, from the shelves that they read. It refuses to
//! repeat what the list of licenses says: where the two differ is what support looks for.

use std::collections::BTreeSet;

use gatefold_diagnostics::formats::{Sdk, SdkEntry};
use gatefold_disclosure::vendor::Binding;
use gatefold_plugin_sdk::recompute::status_at;
use gatefold_plugin_sdk::{Cause, Product};
use gatefold_shelf::Shelf;
use jiff::Timestamp;

use super::plain;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

pub(in crate::diagnostics) fn sdk(gatefold: &Gatefold, now: Timestamp) -> Result<Sdk, ClientError> {
    let mut entries = Vec::new();
    let shelves = gatefold.shelves_of_plugins();
    for vendor in gatefold.vendors()? {
        for product in products(gatefold, &vendor)? {
            entries.extend(entry(&vendor, &product, &shelves, now));
        }
    }
    Ok(Sdk { sdk_version: gatefold_plugin_sdk::VERSION.to_owned(), entries, ..Sdk::new() })
}

/// Those of which something is or was here: of the others nobody asks.
fn products(gatefold: &Gatefold, vendor: &InForce) -> Result<BTreeSet<String>, ClientError> {
    let known = gatefold.known_licenses_of(vendor)?.into_iter().map(|known| known.product);
    let installed = gatefold.installed_at(vendor)?.into_iter().map(|license| license.product_id);
    Ok(known.chain(installed).collect())
}

fn entry(vendor: &InForce, product: &str, shelves: &[Shelf], now: Timestamp) -> Option<SdkEntry> {
    let file = vendor.vendor();
    let binding = match file.binding() {
        Binding::Machine => gatefold_plugin_sdk::Binding::Machine,
        Binding::Account => gatefold_plugin_sdk::Binding::Account,
    };
    let account = file.issuers().first()?.account.as_str();
    // As its plug-ins have it compiled in; how long a file may last they alone know.
    let compiled = Product::new(file.id(), file.root_key(), account, product, binding).ok()?;
    let status = status_at(&compiled, shelves, now);
    let reason = match status.cause {
        Cause::File(reason) => plain(reason.code()),
        Cause::NoFile => "no_file".to_owned(),
        Cause::NotGenuine => "not_genuine".to_owned(),
    };
    Some(SdkEntry {
        vendor: file.id().to_owned(),
        product: file.product(product).map_or_else(|| product.to_owned(), |product| product.name.clone()),
        standing: status.standing.as_str().to_owned(),
        reason,
        shelves: shelves.iter().map(|shelf| shelf.path().display().to_string()).collect(),
    })
}
