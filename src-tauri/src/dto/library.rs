//! The products of the vendors agreed to, and what this computer holds of them.

use gatefold_client::{ClientError, Gatefold, InForce, Installed, vendor::Product, written};
use serde::Serialize;

use super::{Prepared, Words};

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseCard {
    pub(crate) id: String,
    pub(crate) terms: &'static str,
    pub(crate) standing: &'static str,
    pub(crate) reason: Words,
    pub(crate) expires_at: Option<String>,
    pub(crate) refresh_by: Option<String>,
    /// This computer's seat; none for a license bound to the account.
    pub(crate) machine_id: Option<String>,
    pub(crate) device_name: Option<String>,
    /// The last characters of the key; may be empty.
    pub(crate) key_hint: String,
}

impl LicenseCard {
    fn of(gatefold: &Gatefold, license: &Installed) -> Result<Self, ClientError> {
        let known = gatefold.known_license(&license.vendor, &license.license_id)?;
        let (device_name, key_hint) = known
            .map_or_else(Default::default, |known| (known.device_name, known.key_hint.as_str().to_owned()));
        let assessment = &license.assessment;
        Ok(Self {
            id: license.license_id.clone(),
            terms: license.terms.as_str(),
            standing: assessment.standing.as_str(),
            reason: Words::of_code(assessment.reason.code()),
            expires_at: assessment.expires_at.map(written),
            refresh_by: assessment.refresh_by.map(written),
            machine_id: license.machine_id.clone(),
            device_name,
            key_hint,
        })
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct ProductCard {
    pub(crate) vendor: String,
    pub(crate) maker: String,
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) version: String,
    /// What works offline, in words.
    pub(crate) offline: &'static str,
    pub(crate) licenses: Vec<LicenseCard>,
}

impl ProductCard {
    /// A product as its vendor's file has it, with nothing of it here yet.
    pub(crate) fn of(vendor: &InForce, product: &Product) -> Self {
        Self {
            vendor: vendor.named(),
            maker: vendor.vendor().name().to_owned(),
            id: product.id.clone(),
            code: product.code.clone(),
            name: product.name.clone(),
            kind: product.kind.clone(),
            version: product.version.clone(),
            offline: product.profile.words(),
            licenses: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct UnreadableFile {
    pub(crate) path: String,
    pub(crate) why: Words,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unfinished {
    pub(crate) vendor: String,
    pub(crate) product: String,
    pub(crate) license_id: String,
    pub(crate) machine_id: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Library {
    pub(crate) products: Vec<ProductCard>,
    /// License files that cannot be used, and why.
    pub(crate) unreadable: Vec<UnreadableFile>,
    /// Activations that a crash or a lost answer left open.
    pub(crate) unfinished: Vec<Unfinished>,
}

impl Library {
    pub(crate) fn read(gatefold: &Gatefold) -> Result<Self, ClientError> {
        let mut products: Vec<ProductCard> = Vec::new();
        for vendor in gatefold.vendors()? {
            products
                .extend(vendor.vendor().products().iter().map(|product| ProductCard::of(&vendor, product)));
        }
        let (installed, unreadable) = gatefold.library()?;
        for license in &installed {
            let card = LicenseCard::of(gatefold, license)?;
            let vendor = license.vendor.named();
            match products
                .iter_mut()
                .find(|product| product.vendor == vendor && product.id == license.product_id)
            {
                Some(product) => product.licenses.push(card),
                // The vendor file no longer names it; the license counts all the same.
                None => products.push(gone(license, card)),
            }
        }
        let unreadable = unreadable
            .iter()
            .map(|file| UnreadableFile {
                path: file.path.display().to_string(),
                why: Words::of_error(&file.error),
            })
            .collect();
        let unfinished = gatefold
            .unfinished()?
            .into_iter()
            .map(|intent| Unfinished {
                vendor: intent.what.vendor.id,
                product: intent.what.product,
                license_id: intent.what.license_id,
                machine_id: intent.what.machine_id.map(|id| id.to_string()),
            })
            .collect();
        Ok(Self { products, unreadable, unfinished })
    }
}

fn gone(license: &Installed, card: LicenseCard) -> ProductCard {
    ProductCard {
        vendor: license.vendor.named(),
        maker: license.vendor.vendor().name().to_owned(),
        id: license.product_id.clone(),
        code: license.product_id.clone(),
        name: license.product.clone(),
        kind: String::new(),
        version: String::new(),
        offline: "",
        licenses: vec![card],
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Seats {
    pub(crate) used: u64,
    pub(crate) limit: Option<u64>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckedKey {
    pub(crate) product: ProductCard,
    pub(crate) license_id: String,
    pub(crate) terms: &'static str,
    pub(crate) expires_at: Option<String>,
    pub(crate) seats: Option<Seats>,
    pub(crate) key_hint: String,
    /// The activation, ready to be sent.
    pub(crate) plan: Prepared,
    pub(crate) device_name: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Activated {
    pub(crate) product: String,
    pub(crate) license_id: String,
    pub(crate) standing: &'static str,
    pub(crate) entries: Vec<i64>,
}

/// Event `step`: what an activation is doing.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Step {
    pub(crate) preview: u32,
    pub(crate) step: &'static str,
    pub(crate) state: &'static str,
}
