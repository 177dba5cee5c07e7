//! The closed catalogue: everything that differs between users and may stand in a request.
//!
//! A vendor's manifest chooses from it, words it and justifies it; it cannot add to it. There is no item for host
//! name, IP address, core count or disk: a request that holds them cannot be built.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What kind of thing an item is; the preview groups by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A label of this computer, or the identifier that binds a license to it.
    Machine,
    /// Proves a right: key, token, password.
    Credential,
    /// An id or number the protocol needs.
    Protocol,
    /// How the products are used; optional, never without consent.
    Usage,
}

impl Kind {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Machine, Self::Credential, Self::Protocol, Self::Usage];

    /// What a user reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Machine => "About this computer",
            Self::Credential => "Proof that the license is yours",
            Self::Protocol => "Part of the protocol",
            Self::Usage => "Usage, never without consent",
        }
    }
}

macro_rules! items {
    ($($variant:ident = $id:literal, $kind:ident, $secret:literal, $label:literal, $meaning:literal, [$($wire:literal),*], $example:literal, [$($dpv:literal),*];)*) => {
        /// An item of the catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Item {
            $(#[doc = $meaning] $variant,)*
        }

        /// The catalogue, in the order in which it is shown.
        pub const CATALOGUE: &[Entry] = &[
            $(Entry {
                item: Item::$variant, id: $id, kind: Kind::$kind, secret: $secret, label: $label,
                meaning: $meaning, wire: &[$($wire),*], example: $example, dpv: &[$($dpv),*],
            },)*
        ];
    };
}

/// One row of the catalogue: the source of labels, documents and the manifest's vocabulary.
#[derive(Debug)]
pub struct Entry {
    /// The item described.
    pub item: Item,
    /// Its stable name in manifests, ledger and command line.
    pub id: &'static str,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Never kept in clear: the ledger keeps `[secret NAME]` in its place.
    pub secret: bool,
    /// What a user reads.
    pub label: &'static str,
    /// One sentence on what it is.
    pub meaning: &'static str,
    /// Where it stands on the wire: the path, a member of its query (`?license=`), a header or a member of the body. A test
    /// compares it with the golden wire files.
    pub wire: &'static [&'static str],
    /// An invented value of the right shape.
    pub example: &'static str,
    /// Terms of the W3C Data Privacy Vocabulary 2.3.
    pub dpv: &'static [&'static str],
}

items! {
    DeviceName = "device_name", Machine, false, "Device name",
        "The name the user gave a computer for the vendor's list of computers.",
        ["data.attributes.name"], "studio-desk", ["pd:DeviceBased"];
    Os = "os", Machine, false, "Operating system",
        "The operating system and its version.",
        ["data.attributes.platform"], "Debian GNU/Linux 12", ["pd:DeviceOperatingSystem"];
    Cpu = "cpu", Machine, false, "Processor",
        "The processor's brand name.",
        ["data.attributes.metadata.cpu"], "AMD EPYC", ["pd:DeviceBased"];
    Memory = "memory", Machine, false, "Memory",
        "Installed memory in whole GiB.",
        ["data.attributes.metadata.memoryGib"], "24", ["pd:DeviceBased"];
    Identifier = "identifier", Machine, false, "Identifier",
        "A keyed hash of the operating system's machine id, another for every vendor's root key.",
        ["data.attributes.fingerprint", "meta.scope.fingerprint", "?fingerprint="], "gf1-7c0e91ab…", ["pd:UID", "dpv:PseudonymisedData", "dpv:HashMessageAuthenticationCode"];
    LicenseKey = "license_key", Credential, true, "License key",
        "The key that proves the license.",
        ["authorization: License", "meta.key"], "SLEEVE-7H3K-…", ["pd:UID"];
    Token = "token", Credential, true, "Sign-in token",
        "What the server gave at sign-in instead of the password.",
        ["authorization: Bearer"], "user-…v3", ["pd:Authenticating"];
    Password = "password", Credential, true, "Password",
        "The account's password; sent once, at sign-in.",
        ["authorization: Basic"], "••••••", ["pd:Authenticating"];
    OneTimeCode = "one_time_code", Credential, true, "One-time code",
        "The six digits of a second factor.",
        ["meta.otp"], "123456", ["pd:Authenticating"];
    ProductSerial = "product_serial", Credential, true, "Serial number",
        "The serial number that came with a product, which proves that it was bought.",
        ["data.attributes.serial"], "kept nowhere", ["pd:UID"];
    UnlockCode = "unlock_code", Credential, true, "Unlock code",
        "The code that came with a product's serial number.",
        ["data.attributes.unlockCode"], "kept nowhere", ["pd:UID"];
    AccountEmail = "account_email", Protocol, false, "Account e-mail",
        "The e-mail address of the account at the vendor.",
        ["authorization: Basic"], "demo@example.com", ["pd:EmailAddress"];
    RecipientEmail = "recipient_email", Protocol, false, "Recipient's e-mail",
        "The e-mail address of the person to whom a license is given. It is another person's, and the user types it.",
        ["data.attributes.recipient"], "friend@example.com", ["pd:EmailAddress"];
    Product = "product", Protocol, false, "Product",
        "The product that is registered for the account, tried, or counted, by its id in the vendor's file.",
        ["data.relationships.product.data.id", "attribute gatefold.product"], "e000…", ["pd:UID"];
    LicenseId = "license_id", Protocol, false, "License id",
        "The server's id of the license.",
        ["path", "?license=", "data.relationships.license.data.id"], "b1f6…", ["pd:UID"];
    MachineId = "machine_id", Protocol, false, "Machine id",
        "A random id that Gatefold made for an activation, which names its seat.",
        ["path", "data.id"], "0b9c…", ["pd:UID"];
    TokenId = "token_id", Protocol, false, "Token id",
        "The server's id of the sign-in.",
        ["path"], "77aa…", ["pd:UID"];
    Nonce = "nonce", Protocol, false, "Random number",
        "A random number that the answer must repeat, so that an old answer cannot be replayed.",
        ["meta.nonce", "?nonce="], "7310559021", [];
    FileTtl = "file_ttl", Protocol, false, "File lifetime",
        "How many seconds the license file shall last; follows from the end of the paid period. `null` where it never ends.",
        ["meta.ttl"], "2592000", [];
    UsageWeek = "usage_week", Protocol, false, "Week",
        "The week that a count is of, from its Monday to the next (UTC); no day and no time of day.",
        ["startTimeUnixNano", "timeUnixNano"], "the week from 2026-11-30", [];
    BatchId = "batch_id", Protocol, false, "Batch number",
        "A random number for one upload of counts, another for each: by it the upload is counted once, and can be erased.",
        ["attribute gatefold.batch_id", "data.attributes.batchIds"], "5d0c…", ["pd:UID"];
    UsageFrequency = "usage_frequency", Usage, false, "Usage frequency",
        "On how many occasions a product was opened in a week.",
        ["metric gatefold.sessions"], "3", ["pd:ServiceConsumptionBehaviour"];
    TitleVersion = "title_version", Usage, false, "Product version",
        "Which version of the product was used.",
        ["attribute service.version"], "2.1.0", ["pd:DeviceSoftware"];
    Daw = "daw", Usage, false, "DAW",
        "In which host the product was used.",
        ["attribute gatefold.daw"], "Ardour", ["pd:DeviceApplications"];
}

impl Item {
    /// The item's row in the catalogue.
    pub fn entry(self) -> &'static Entry {
        // The macro writes variants and rows in one order; the test below holds it.
        &CATALOGUE[self as usize]
    }

    /// The stable name, as manifests and the command line write it.
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// What a user reads.
    pub fn label(self) -> &'static str {
        self.entry().label
    }

    /// Whether the ledger keeps only its name.
    pub fn is_secret(self) -> bool {
        self.entry().secret
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A name that is not in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{list} \"{name}\"{}", suggestion.map(|s| format!("; did you mean \"{s}\"?")).unwrap_or_default())]
pub struct UnknownItem {
    /// In which list it is not, in words that its name follows.
    pub list: &'static str,
    /// What was asked for.
    pub name: String,
    /// The nearest name there is.
    pub suggestion: Option<&'static str>,
}

impl FromStr for Item {
    type Err = UnknownItem;

    fn from_str(name: &str) -> Result<Self, UnknownItem> {
        let ids = || CATALOGUE.iter().map(|entry| entry.id);
        CATALOGUE.iter().find(|entry| entry.id == name).map(|entry| entry.item).ok_or_else(|| UnknownItem {
            list: "the catalogue has no item",
            name: name.to_owned(),
            suggestion: crate::suggest::nearest(name, ids()),
        })
    }
}

impl Serialize for Item {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_variants() {
        for (position, entry) in CATALOGUE.iter().enumerate() {
            assert_eq!(entry.item as usize, position, "{}", entry.id);
            assert_eq!(entry.id.parse::<Item>().unwrap(), entry.item);
        }
    }

    #[test]
    fn every_secret_is_a_credential() {
        for entry in CATALOGUE {
            assert_eq!(entry.secret, entry.kind == Kind::Credential, "{}", entry.id);
        }
    }

    #[test]
    fn what_must_never_be_sent_has_no_item() {
        for name in ["hostname", "ip", "cores", "disk", "mac_address", "serial"] {
            assert!(name.parse::<Item>().is_err(), "{name}");
        }
    }

    #[test]
    fn a_typo_is_answered_with_the_nearest_name() {
        let error = "devicename".parse::<Item>().unwrap_err();
        assert_eq!(error.suggestion, Some("device_name"));
        assert_eq!("zzzz".parse::<Item>().unwrap_err().suggestion, None);
    }
}
