//! What a document says of its license and machine. It refuses to fill a gap: what matters must stand there.

use jiff::Timestamp;

use super::document::{Attributes, Hint, LicenseStatus, Relationships, Resource};
use crate::error::LicenseError;
use crate::key::LicenseKey;

/// What a genuine file says of its license, as of `issued`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseFacts {
    /// The license's id at the server.
    pub id: String,
    /// The license key.
    pub key: LicenseKey,
    /// The vendor's name for it.
    pub name: Option<String>,
    /// When the right ends; never, if `None`.
    pub expires_at: Option<Timestamp>,
    /// Its status when the file was issued.
    pub status: LicenseStatus,
    /// Whether it was suspended when the file was issued.
    pub suspended: bool,
    /// How many machines it allows; any number, if `None`.
    pub max_machines: Option<u64>,
    /// The product.
    pub product: String,
    /// The policy.
    pub policy: Option<String>,
    /// The vendor's hint at the terms: the license's metadata member `terms`.
    pub terms_hint: Option<String>,
}

/// What a genuine machine file says of its machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineFacts {
    /// The machine's id at the server.
    pub id: String,
    /// The fingerprint it was activated with: an identifier in files of ours.
    pub fingerprint: String,
    /// The device name the user chose.
    pub name: Option<String>,
}

/// What the two kinds of document have in common once read.
pub(super) struct Content {
    pub(super) license_id: String,
    pub(super) license: Option<LicenseFacts>,
    pub(super) machine: Option<MachineFacts>,
    pub(super) entitlements: Vec<String>,
}

impl Content {
    pub(super) fn of_license(data: Resource<'_>, included: &[Resource<'_>]) -> Result<Self, LicenseError> {
        if data.kind.0 != "licenses" {
            return Err(missing("not a license"));
        }
        let license = license_facts(data)?;
        Ok(Self {
            license_id: license.id.clone(),
            license: Some(license),
            machine: None,
            entitlements: entitlements(included),
        })
    }

    pub(super) fn of_machine(data: Resource<'_>, included: Vec<Resource<'_>>) -> Result<Self, LicenseError> {
        if data.kind.0 != "machines" {
            return Err(missing("not a machine"));
        }
        let fingerprint = data.attributes.fingerprint.ok_or(missing("no fingerprint"))?.into_string();
        let license_id = data.relationships.license.into_id().ok_or(missing("no license id"))?;
        let machine = MachineFacts {
            id: data.id.into_string(),
            fingerprint,
            name: data.attributes.name.map(|name| name.into_string()),
        };
        let entitlements = entitlements(&included);
        let license = included
            .into_iter()
            .find(|resource| resource.kind.0 == "licenses" && resource.id.0 == license_id)
            .map(license_facts)
            .transpose()?;
        Ok(Self { license_id, license, machine: Some(machine), entitlements })
    }
}

fn license_facts(license: Resource<'_>) -> Result<LicenseFacts, LicenseError> {
    let Attributes { name, key, expiry, status, suspended, max_machines, metadata, .. } = license.attributes;
    let Relationships { product, policy, .. } = license.relationships;
    let key = key.ok_or(missing("no license key"))?;
    Ok(LicenseFacts {
        id: license.id.into_string(),
        key: LicenseKey::new(&key.0).map_err(|_| missing("no usable license key"))?,
        name: name.map(|name| name.into_string()),
        expires_at: expiry.ok_or(missing("no license expiry"))?,
        status: status.ok_or(missing("no license status"))?,
        suspended: suspended.ok_or(missing("no license suspension"))?,
        max_machines,
        product: product.into_id().ok_or(missing("no product"))?,
        policy: policy.into_id(),
        terms_hint: metadata.and_then(|metadata| match metadata.terms {
            Some(Hint::Text(terms)) => Some(terms.into_string()),
            _ => None,
        }),
    })
}

fn entitlements(included: &[Resource<'_>]) -> Vec<String> {
    let entitlements = included.iter().filter(|resource| resource.kind.0 == "entitlements");
    entitlements
        .filter_map(|resource| resource.attributes.code.as_ref())
        .map(|code| code.0.to_string())
        .collect()
}

pub(super) const fn missing(what: &'static str) -> LicenseError {
    LicenseError::DocumentMalformed(what)
}
