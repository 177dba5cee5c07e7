//! What is compiled into a plug-in: whose it is, and which files count for it. It refuses what could not be asked about, so
//! that a mistake shows in the vendor's first build.

use gatefold_license::{Binding, RootKey};

use crate::host::cleaned;

/// The longest link, in bytes (docs/formats/files.md).
const MAX_LINK_BYTES: usize = 256;

/// A plug-in's product, as compiled in: no file and no variable changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub(crate) vendor: String,
    pub(crate) root: RootKey,
    pub(crate) account: String,
    pub(crate) product: String,
    pub(crate) binding: Binding,
    pub(crate) max_file_days: Option<u32>,
    pub(crate) version: Option<String>,
    pub(crate) link: String,
}

/// What of a product is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProductError {
    /// The vendor's id is not of lower-case letters, digits and hyphens.
    #[error("the vendor's id is not of lower-case letters, digits and hyphens")]
    Vendor,
    /// The root key is no minisign public key.
    #[error("the root key is no minisign public key")]
    RootKey,
    /// The account is empty.
    #[error("the account's id is empty")]
    Account,
    /// The product's id is not of letters, digits and hyphens, or too long.
    #[error("the product's id is not of letters, digits and hyphens, or too long")]
    Product,
}

impl Product {
    /// A product of the vendor `vendor` (its id in the vendor file) under the minisign key `root_key`; `account` and `product`
    /// are the ids at the licensing server. Files of any life count.
    ///
    /// # Errors
    /// [`ProductError`], for the first argument that cannot be one.
    pub fn new(
        vendor: &str,
        root_key: &str,
        account: &str,
        product: &str,
        binding: Binding,
    ) -> Result<Self, ProductError> {
        if !is_plain(vendor) {
            return Err(ProductError::Vendor);
        }
        let root = root_key.parse().map_err(|_| ProductError::RootKey)?;
        if account.is_empty() {
            return Err(ProductError::Account);
        }
        let product = product.to_ascii_lowercase();
        let link = format!("gatefold://open/{vendor}/{product}");
        if !is_plain(&product) || link.len() > MAX_LINK_BYTES {
            return Err(ProductError::Product);
        }
        let (vendor, account) = (vendor.to_owned(), account.to_owned());
        Ok(Self { vendor, root, account, product, binding, max_file_days: None, version: None, link })
    }

    /// With the longest that a file counts after it was issued, in days of 24 hours: a longer one, or one without end, is
    /// taken to end then.
    #[must_use]
    pub fn with_max_file_days(mut self, days: u32) -> Self {
        self.max_file_days = Some(days);
        self
    }

    /// With the plug-in's own version, plain and of 128 bytes at most. It is noted where the user shares which version is used,
    /// and changes nothing else.
    #[must_use]
    pub fn with_version(mut self, version: &str) -> Self {
        self.version = Some(cleaned(version));
        self
    }
}

fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&id.len()) && id.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_told() {
        const ROOT: &str = "RWS7Zuab1ikxV/RSxR7smLfxB47gxOcWnDQQ+wS1KWhP6T8CARjycsWs";
        fn check(words: [&str; 4], expect: Result<&str, ProductError>) {
            let [vendor, root, account, product] = words;
            let made = Product::new(vendor, root, account, product, Binding::Account);
            assert_eq!(made.map(|made| made.link), expect.map(str::to_owned), "{words:?}");
        }
        check(["sleeve", ROOT, "a", "halo-plate"], Ok("gatefold://open/sleeve/halo-plate"));
        check(["sleeve", ROOT, "a", "5E1E-AB"], Ok("gatefold://open/sleeve/5e1e-ab"));
        check(["Sleeve", ROOT, "a", "p"], Err(ProductError::Vendor));
        check(["", ROOT, "a", "p"], Err(ProductError::Vendor));
        check(["../x", ROOT, "a", "p"], Err(ProductError::Vendor));
        check(["sleeve", &ROOT[1..], "a", "p"], Err(ProductError::RootKey));
        check(["sleeve", "", "a", "p"], Err(ProductError::RootKey));
        check(["sleeve", ROOT, "", "p"], Err(ProductError::Account));
        check(["sleeve", ROOT, "a", "p?key=1"], Err(ProductError::Product));
        check(["sleeve", ROOT, "a", &"p".repeat(65)], Err(ProductError::Product));
    }
}
