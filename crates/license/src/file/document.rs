//! The document inside a file (protocol reference 6.3), read into the few members that matter. It refuses a document
//! that leaves open when file or license ends: absent is not `null`.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};

/// The license's status at the time of issue (protocol reference 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LicenseStatus {
    /// In use.
    Active,
    /// Unused for 90 days; as good as active.
    Inactive,
    /// Ends within three days.
    Expiring,
    /// Has ended.
    Expired,
    /// Suspended by the vendor.
    Suspended,
    /// Its user is banned.
    Banned,
    /// A status that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A string: borrowed from the document, which is wiped, unless an escape stands in it.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl Text<'_> {
    pub(super) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

#[derive(Deserialize)]
pub(super) struct Document<'a> {
    #[serde(borrow)]
    pub(super) data: Resource<'a>,
    #[serde(borrow, default)]
    pub(super) included: Vec<Resource<'a>>,
    pub(super) meta: Meta,
}

#[derive(Deserialize)]
pub(super) struct Meta {
    pub(super) issued: Timestamp,
    #[serde(deserialize_with = "present")]
    pub(super) expiry: Option<Timestamp>,
    #[serde(deserialize_with = "present")]
    pub(super) ttl: Option<u64>,
}

/// A resource of any type; of the types that do not matter only the members that ours share are looked at.
#[derive(Deserialize)]
pub(super) struct Resource<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(rename = "type", borrow)]
    pub(super) kind: Text<'a>,
    #[serde(borrow, default)]
    pub(super) attributes: Attributes<'a>,
    #[serde(borrow, default)]
    pub(super) relationships: Relationships<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Attributes<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) key: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) code: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) fingerprint: Option<Text<'a>>,
    /// Outer `None`: absent. Inner `None`: `null`, which is never.
    #[serde(deserialize_with = "told_apart")]
    pub(super) expiry: Option<Option<Timestamp>>,
    pub(super) status: Option<LicenseStatus>,
    pub(super) suspended: Option<bool>,
    pub(super) max_machines: Option<u64>,
    #[serde(borrow)]
    pub(super) metadata: Option<Metadata<'a>>,
}

/// The one hint that we read from a license's metadata.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata<'a> {
    #[serde(borrow)]
    pub(super) terms: Option<Hint<'a>>,
}

/// Metadata is the vendor's own: whatever it holds must not make the file unreadable.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Hint<'a> {
    Text(#[serde(borrow)] Text<'a>),
    Other(IgnoredAny),
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Relationships<'a> {
    #[serde(borrow)]
    pub(super) account: Linkage<'a>,
    #[serde(borrow)]
    pub(super) product: Linkage<'a>,
    #[serde(borrow)]
    pub(super) policy: Linkage<'a>,
    #[serde(borrow)]
    pub(super) license: Linkage<'a>,
}

/// A relationship to one resource; empty where there is none or only links.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Linkage<'a> {
    #[serde(borrow)]
    data: Option<Identity<'a>>,
}

#[derive(Deserialize)]
struct Identity<'a> {
    #[serde(borrow)]
    id: Text<'a>,
}

impl Linkage<'_> {
    pub(super) fn id(&self) -> Option<&str> {
        self.data.as_ref().map(|identity| &*identity.id.0)
    }

    pub(super) fn into_id(self) -> Option<String> {
        self.data.map(|identity| identity.id.into_string())
    }
}

/// A member that must stand there, if only as `null`: serde takes an absent `Option` for `None` otherwise.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

fn told_apart<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}
