//! The issuers of a vendor: which server keys count, for which account, in which time. It refuses a vendor file that the
//! root key did not sign, and any issuer it cannot read whole.
//!
//! Plug-ins read the shelf's copy of the vendor file when they start, and only `id`, `version` and the `[[issuer]]`
//! tables of it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};

use crate::error::LicenseError;
use crate::root::RootKey;
use crate::server_key::ServerKey;

/// A server key with the terms on which it counts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Issuer {
    /// The key that signs the server's files and replies.
    #[serde(deserialize_with = "server_key")]
    pub public_key: ServerKey,
    /// The account at the server; `None` only for a bare key, and then every account is its own.
    #[serde(deserialize_with = "account")]
    pub account: Option<String>,
    /// The origins it answers at.
    pub hosts: Vec<String>,
    /// The first day (UTC) on which files are its.
    #[serde(default)]
    pub not_before: Option<Date>,
    /// The first day (UTC) on which files are no longer its.
    #[serde(default)]
    pub not_after: Option<Date>,
}

impl Issuer {
    /// An issuer of which nothing is known but its key.
    pub const fn of_key(public_key: ServerKey) -> Self {
        Self { public_key, account: None, hosts: Vec::new(), not_before: None, not_after: None }
    }

    /// Whether a file issued at this time is its: `not_before <= issued < not_after`.
    pub fn in_force(&self, issued: Timestamp) -> bool {
        self.not_before.is_none_or(|day| midnight(day).is_some_and(|start| start <= issued))
            && self.not_after.is_none_or(|day| midnight(day).is_some_and(|end| issued < end))
    }

    /// Whether it speaks for this account.
    pub(crate) fn owns(&self, account: &str) -> bool {
        self.account.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(account))
    }
}

/// The issuers of a vendor file that its root key signed.
#[derive(Clone, Debug, Deserialize)]
pub struct IssuerList {
    id: String,
    version: u32,
    #[serde(rename = "issuer")]
    issuers: Vec<Issuer>,
}

impl IssuerList {
    /// Checks the root signature over a vendor file and reads its issuers.
    ///
    /// # Errors
    /// The errors of [`RootKey::verify`]; `IssuersMalformed`.
    pub fn open(vendor_toml: &[u8], minisig_text: &str, root: &RootKey) -> Result<Self, LicenseError> {
        root.verify(vendor_toml, minisig_text)?;
        let text = str::from_utf8(vendor_toml).map_err(|_| LicenseError::IssuersMalformed("not text"))?;
        let list: Self = toml::from_str(text)
            .map_err(|_| LicenseError::IssuersMalformed("its members are not those of an issuer"))?;
        if list.issuers.is_empty() {
            return Err(LicenseError::IssuersMalformed("it names none"));
        }
        Ok(list)
    }

    /// The vendor's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The vendor file's version.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The issuers, in the file's order.
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }
}

fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn server_key<'de, D: Deserializer<'de>>(from: D) -> Result<ServerKey, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

fn account<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    String::deserialize(from).map(Some)
}
