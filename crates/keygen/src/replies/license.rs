//! A license as the server describes it, and pages of them (protocol reference 4, 1.6).

use gatefold_disclosure::{Sensitive, quote};
use gatefold_license::{LicenseStatus, Terms};
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::{Document, Resource};
use crate::answer::Answer;
use crate::document::Linkage;
use crate::refusal::Refusal;
use crate::requests::PAGE_ENTRIES;

/// A license as the server describes it. It installs nothing: only a verified file does.
#[derive(Clone, Debug)]
pub struct License {
    /// The server's id.
    pub id: Uuid,
    /// The key, if the server shows it.
    pub key: Option<Sensitive<String>>,
    /// The license's own name, quoted.
    pub name: Option<String>,
    /// The server's word for its state.
    pub status: LicenseStatus,
    /// When the right ends; never, if there is none.
    pub expires_at: Option<Timestamp>,
    /// Machine calls need the license key, not the sign-in (protocol reference 3.5).
    pub protected: bool,
    /// A license without its machines is no good.
    pub strict: bool,
    /// Seats; unlimited, if there is none.
    pub max_machines: Option<u64>,
    /// Seats taken.
    pub machines_count: u64,
    /// The product it is for.
    pub product: Option<Uuid>,
    /// The policy it was made from.
    pub policy: Option<Uuid>,
    /// On which terms it is held: `metadata.terms` marks a trial, else it counts whether it ends.
    pub terms: Terms,
}

/// A page of the account's licenses.
#[derive(Clone, Debug)]
pub struct LicensePage {
    /// The licenses, newest first.
    pub licenses: Vec<License>,
    /// Whether there is a page after this one.
    pub more: bool,
}

impl Answer {
    /// One page of the account's licenses.
    ///
    /// # Errors
    /// Whatever the server refused with, or why the answer cannot be read.
    pub fn licenses(&self) -> Result<LicensePage, Refusal> {
        let document: Document<Vec<RawLicense>> = self.document()?;
        if document.data.len() > PAGE_ENTRIES {
            return Err(Refusal::Unreadable { what: "a page larger than was asked for" });
        }
        let licenses = document.data.into_iter().map(License::try_from).collect::<Result<_, _>>()?;
        Ok(LicensePage { licenses, more: document.links.next.is_some() })
    }
}

impl Answer {
    /// The license that came of a claim, now or before, if this answer belongs to the claim that carried `nonce`.
    ///
    /// # Errors
    /// [`Refusal::Replayed`] if it does not; whatever the server refused with, or why the answer cannot be read.
    pub fn claimed(&self, nonce: u64) -> Result<License, Refusal> {
        let document: RawClaim = self.document()?;
        if document.meta.nonce != Some(nonce) {
            return Err(Refusal::Replayed);
        }
        document.data.try_into()
    }
}

#[derive(Deserialize)]
struct RawClaim {
    data: RawLicense,
    #[serde(default)]
    meta: Echo,
}

#[derive(Default, Deserialize)]
struct Echo {
    #[serde(default)]
    nonce: Option<u64>,
}

pub(super) type RawLicense = Resource<Attributes, Relationships>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attributes {
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    name: Option<String>,
    status: LicenseStatus,
    expiry: Option<Timestamp>,
    #[serde(default)]
    protected: Option<bool>,
    #[serde(default)]
    strict: Option<bool>,
    #[serde(default)]
    max_machines: Option<u64>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    /// A vendor's own metadata may hold anything under this name.
    #[serde(default)]
    terms: serde_json::Value,
}

#[derive(Default, Deserialize)]
pub(super) struct Relationships {
    #[serde(default)]
    product: Linkage,
    #[serde(default)]
    policy: Linkage,
    #[serde(default)]
    machines: Counted,
}

#[derive(Default, Deserialize)]
struct Counted {
    #[serde(default)]
    meta: Count,
}

#[derive(Default, Deserialize)]
struct Count {
    #[serde(default)]
    count: u64,
}

impl TryFrom<RawLicense> for License {
    type Error = Refusal;

    fn try_from(raw: RawLicense) -> Result<Self, Refusal> {
        if raw.kind != "licenses" {
            return Err(Refusal::Unreadable { what: "an object that is not a license" });
        }
        Ok(Self {
            id: raw.id,
            key: raw.attributes.key.map(Sensitive::new),
            name: raw.attributes.name.as_deref().map(quote),
            status: raw.attributes.status,
            expires_at: raw.attributes.expiry,
            protected: raw.attributes.protected.unwrap_or_default(),
            strict: raw.attributes.strict.unwrap_or_default(),
            max_machines: raw.attributes.max_machines,
            machines_count: raw.relationships.machines.meta.count,
            product: raw.relationships.product.id(),
            policy: raw.relationships.policy.id(),
            terms: match (raw.attributes.metadata.terms.as_str(), raw.attributes.expiry) {
                (Some("trial"), _) => Terms::Trial,
                (_, None) => Terms::Perpetual,
                (_, Some(_)) => Terms::Subscription,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::testing::signed;

    const LICENSE: &str = r#"{"id":"b1f60000-0000-4000-8000-000000000001","type":"licenses","attributes":{
        "name":"Night\u202e","key":"KEY-1","expiry":"2027-01-02T03:04:05.678Z","status":"EXPIRING","uses":0,
        "suspended":false,"protected":null,"maxMachines":3,"metadata":{"terms":"trial","x":{"y":1}}},
        "relationships":{"product":{"links":{"related":"/x"},"data":{"type":"products","id":"b1f60000-0000-4000-8000-0000000000aa"}},
        "owner":{"data":null},"machines":{"meta":{"cores":0,"count":2}}}}"#;

    #[test]
    fn a_page_of_licenses() {
        let page = |next: &str| format!(r#"{{"data":[{LICENSE}],"links":{{"self":"/x","next":{next}}}}}"#);
        let read = signed(200, &page(r#""/v1/licenses?page=2""#)).licenses().unwrap();
        assert!(read.more);
        let license = &read.licenses[0];
        assert_eq!(license.name.as_deref(), Some("Night"));
        assert_eq!(license.key.as_ref().unwrap().expose(), "KEY-1");
        assert_eq!(license.status, LicenseStatus::Expiring);
        assert_eq!(license.expires_at, Some("2027-01-02T03:04:05.678Z".parse().unwrap()));
        assert_eq!((license.max_machines, license.machines_count), (Some(3), 2));
        assert_eq!(license.product.unwrap().as_u128() & 0xff, 0xaa);
        assert_eq!(license.terms, Terms::Trial);
        assert!(!license.protected);
        assert!(!signed(200, &page("null")).licenses().unwrap().more);
    }

    #[test]
    fn the_license_of_a_claim() {
        let of = |meta: &str| signed(201, &format!(r#"{{"data":{LICENSE}{meta}}}"#)).claimed(7);
        assert_eq!(of(r#","meta":{"nonce":7}"#).unwrap().product.unwrap().as_u128() & 0xff, 0xaa);
        for old in ["", r#","meta":{}"#, r#","meta":{"nonce":null}"#, r#","meta":{"nonce":8}"#] {
            assert_eq!(of(old).unwrap_err(), Refusal::Replayed, "{old}");
        }
        let refused = signed(422, r#"{"errors":[{"title":"","detail":"","code":"SERIAL_TAKEN"}]}"#);
        assert_eq!(refused.claimed(7).unwrap_err(), Refusal::SerialTaken);
        let list = signed(200, &format!(r#"{{"data":[{LICENSE}]}}"#)).claimed(7);
        assert!(matches!(list, Err(Refusal::Unreadable { .. })));
    }

    #[test]
    fn a_debug_print_shows_no_key() {
        let read = signed(200, &format!(r#"{{"data":[{LICENSE}]}}"#)).licenses().unwrap();
        assert!(!format!("{read:?}").contains("KEY-1"));
    }

    #[test]
    fn a_page_is_no_larger_than_was_asked_for() {
        let page = |count: usize| signed(200, &format!(r#"{{"data":[{}]}}"#, vec![LICENSE; count].join(",")));
        assert_eq!(page(PAGE_ENTRIES).licenses().unwrap().licenses.len(), PAGE_ENTRIES);
        assert!(matches!(page(PAGE_ENTRIES + 1).licenses(), Err(Refusal::Unreadable { .. })));
    }

    #[test]
    fn licenses_that_are_none() {
        let check = |from: &str, to: &str| {
            let body = format!(r#"{{"data":[{}]}}"#, LICENSE.replacen(from, to, 1));
            assert!(matches!(signed(200, &body).licenses(), Err(Refusal::Unreadable { .. })), "{to}");
        };
        check(r#""type":"licenses""#, r#""type":"users""#);
        check("b1f60000-0000-4000-8000-000000000001", "../../x");
        check(r#""expiry":"2027-01-02T03:04:05.678Z""#, r#""expiry":"soon""#);
        check(r#""maxMachines":3"#, r#""maxMachines":-3"#);
        check(r#""id":"b1f60000-0000-4000-8000-000000000001","#, "");
    }
}
