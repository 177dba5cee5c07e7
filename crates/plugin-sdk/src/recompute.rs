//! What a plug-in would be told, computed anew for a diagnostic bundle: by the same reading and the same judging, of shelves and a
//! time that are named. It keeps nothing and writes nothing; plug-ins are built without it, and ask [`crate::License`].

use gatefold_shelf::{Shelf, os_machine_id};
use jiff::Timestamp;

use crate::product::Product;
use crate::reading::Reading;
use crate::status::Status;

/// The status of a product by what lies on these shelves, the user's first.
pub fn status_at(product: &Product, shelves: &[Shelf], now: Timestamp) -> Status {
    let parts: Vec<_> =
        shelves.iter().filter_map(|shelf| shelf.vendor(&product.vendor, &product.root).ok()).collect();
    let machine_id = os_machine_id().ok();
    Reading::of(product, parts.iter(), machine_id.as_ref(), None).judge(product, now).0
}
