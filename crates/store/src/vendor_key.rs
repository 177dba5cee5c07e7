//! Which vendor: the same id under another root key is another vendor.

use std::fmt;

use gatefold_license::RootKey;
use rusqlite::Row;

/// A vendor's id together with its root key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VendorKey {
    /// The id the vendor file gives.
    pub id: String,
    /// The 32 raw bytes of the root key that signed it.
    pub root: [u8; 32],
}

impl VendorKey {
    /// The vendor `id` under the key `root`.
    pub fn new(id: &str, root: &RootKey) -> Self {
        Self { id: id.to_owned(), root: *root.raw() }
    }

    /// From the columns `vendor` and `root`.
    pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get("vendor")?, root: row.get("root")? })
    }
}

/// `id-` and the root key in hex: no two vendors share it.
impl fmt::Display for VendorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.id, hex::encode(self.root))
    }
}
