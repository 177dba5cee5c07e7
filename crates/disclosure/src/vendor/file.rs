//! The vendor file as it is written. Unknown members are refused at every level.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::fact::{Assurance, Fact};
use super::facts::{Policy, Reason};
use super::origin::Origin;
use super::support::Support;
use super::transfer::Transfer;
use crate::catalogue::Item;
use crate::purpose::Purpose;

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct VendorFile {
    /// The version of the format: 1.
    pub format: u32,
    /// A short name: 2 to 32 lower-case letters, digits and hyphens.
    pub id: String,
    /// The name a user reads.
    pub name: String,
    /// Brands the vendor sells under.
    #[serde(default)]
    pub brands: Vec<String>,
    /// The version of this file, counted from 1; it never goes back.
    pub version: u32,
    /// When this version was written.
    pub date: Date,
    /// The root key that signs this file: the line of the .pub file of minisign.
    pub root_key: String,
    /// The licensing servers; whichever is in force today is asked.
    pub issuer: Vec<IssuerEntry>,
    /// The products.
    #[serde(default)]
    pub product: Vec<Product>,
    /// The shape of a license key; without it a key is taken as it is.
    #[serde(default)]
    pub license_key: Option<LicenseKeyFormat>,
    /// Other servers, by what they are for.
    #[serde(default)]
    pub endpoint: BTreeMap<String, Origin>,
    /// Pages that can be opened: account, forgot_password, create_account, policy.
    #[serde(default)]
    pub link: BTreeMap<String, String>,
    /// What the identifier stands in for.
    #[serde(default)]
    pub identifier: Option<IdentifierFact>,
    /// What the privacy policy says.
    pub policy: Policy,
    /// The items that may be sent: the allow-list of the gate.
    pub item: Vec<ItemRule>,
    /// What the network shows by itself.
    #[serde(default)]
    pub network: Vec<NetworkFact>,
    /// What registering a product asks for, in words.
    #[serde(default)]
    pub registration: Option<Registration>,
    /// How a license is given to somebody else; without it the vendor says nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// Who helps, and how a diagnostic bundle reaches them; without it a bundle is sealed for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<Support>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct IssuerEntry {
    /// The server's Ed25519 key, 64 hex digits.
    pub public_key: String,
    /// The account at the server: a UUID or a slug.
    pub account: String,
    /// Where it answers; the first is asked.
    pub hosts: Vec<Origin>,
    /// The first day it is asked.
    #[serde(default)]
    pub not_before: Option<Date>,
    /// The day from which it is asked no more.
    #[serde(default)]
    pub not_after: Option<Date>,
}

/// How long the files of a product last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Perpetual files for perpetual licenses.
    #[default]
    Forever,
    /// A file lasts 30 days in the refund window; one that is fetched after it, forever.
    Settled,
    /// A year at a time.
    Leased,
}

impl Profile {
    /// What a user reads before the activation.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Forever => "a perpetual license never needs the network again",
            Self::Settled => "a file lasts 30 days in the refund window; one fetched after it, forever",
            Self::Leased => "the file lasts a year and is then fetched again",
        }
    }

    /// The same of a license whose terms are not known yet: a vendor's file does not say on which a product is sold.
    pub const fn words_of_any(self) -> &'static str {
        match self {
            Self::Forever => "a perpetual license for good; a subscription or a trial until it ends",
            Self::Settled => {
                "a perpetual license for 30 days at first, for the refund window, then for good; a subscription or a trial until it ends"
            }
            Self::Leased => "for a year at a time, and no license longer than until it ends",
        }
    }
}

/// A product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The server's id, a UUID; in lower case, however the file spells it.
    #[serde(deserialize_with = "lower_case")]
    pub id: String,
    /// A short name for links and files.
    pub code: String,
    /// The name a user reads.
    pub name: String,
    /// What it is, such as `Reverb`.
    pub kind: String,
    /// The newest version.
    pub version: String,
    /// How long its files last.
    #[serde(default)]
    pub profile: Profile,
    /// How many days a trial of it lasts, 1 to 365; without it none can be begun here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_days: Option<u32>,
}

/// An id that a server, a plug-in and a person may spell in either case is one id: it is compared as it stands here.
fn lower_case<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).map(|id| id.to_ascii_lowercase())
}

/// The shape of a license key; without it a key is taken as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LicenseKeyFormat {
    /// Characters between the hyphens, upper case.
    pub alphabet: String,
    /// Length of each group, in characters.
    pub groups: Vec<usize>,
}

impl LicenseKeyFormat {
    /// Why no key can have this shape. Keys are read in upper case, and hyphens stand between the groups.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let is_sign = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let signs: BTreeSet<char> = self.alphabet.chars().collect();
        if signs.is_empty() || !signs.iter().copied().all(is_sign) {
            return Some("alphabet holds upper-case letters A to Z and digits: keys are read in upper case");
        }
        if signs.len() != self.alphabet.chars().count() {
            return Some("alphabet holds each letter and digit once");
        }
        let len = self.groups.iter().fold(0, |sum: usize, len| sum.saturating_add(*len).saturating_add(1));
        if self.groups.is_empty() || self.groups.contains(&0) || len > 256 {
            return Some("a key has groups of at least one character, 255 characters at most");
        }
        None
    }

    /// The key as the vendor writes it: upper case, without stray white space, with the hyphens that were left
    /// out, and with hyphens for dashes.
    /// `None` if it cannot be one.
    pub fn normalize(&self, key: &str) -> Option<String> {
        let typed = tidy(key);
        let signs: String = typed.chars().filter(|c| *c != '-').collect();
        let fits = signs.chars().count() == self.groups.iter().sum::<usize>()
            && signs.chars().all(|c| self.alphabet.contains(c));
        let written = fits.then(|| self.filled_with(signs.chars()))?;
        // A hyphen that stands where none belongs is a slip, and nobody knows which.
        let mut rest = typed.chars().peekable();
        let is_typed = |c: char| (c == '-' && rest.peek() != Some(&'-')) || rest.next() == Some(c);
        (written.chars().all(is_typed) && rest.next().is_none()).then_some(written)
    }

    /// Whether a key, typed without its hyphens, can have this shape and the other.
    pub fn shares_keys_with(&self, other: &Self) -> bool {
        let len = |format: &Self| format.groups.iter().sum::<usize>();
        len(self) == len(other) && self.alphabet.chars().any(|c| other.alphabet.contains(c))
    }

    /// Whether a key has this shape as it was typed, hyphens and all.
    pub fn fits(&self, key: &str) -> bool {
        self.normalize(key).is_some_and(|written| written == tidy(key))
    }

    /// The shape, for people: `XXXX-XXXX`.
    pub fn pattern(&self) -> String {
        self.filled_with(std::iter::repeat('X'))
    }

    /// The letters and digits of what was typed that stand in no key, each once.
    pub fn strangers(&self, key: &str) -> Vec<char> {
        let is_strange = |c: &char| c.is_ascii_alphanumeric() && !self.alphabet.contains(*c);
        tidy(key).chars().filter(is_strange).collect::<BTreeSet<char>>().into_iter().collect()
    }

    fn filled_with(&self, mut signs: impl Iterator<Item = char>) -> String {
        let groups: Vec<String> = self.groups.iter().map(|len| signs.by_ref().take(*len).collect()).collect();
        groups.join("-")
    }
}

/// The dashes that mail and word processors put in a hyphen's place.
const DASHES: [char; 8] =
    ['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}', '\u{fe63}', '\u{ff0d}'];

/// A key in upper case, without white space, and with hyphens where dashes stand.
fn tidy(key: &str) -> String {
    let hyphen = |c: char| if DASHES.contains(&c) { '-' } else { c };
    key.chars().filter(|c| !c.is_whitespace()).map(hyphen).flat_map(char::to_uppercase).collect()
}

/// What the identifier stands in for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct IdentifierFact {
    pub kind: Fact<String>,
}

/// Whether an item must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Necessity {
    /// Without it the purpose fails.
    Required,
    /// Only with consent, or where the person types it.
    Optional,
}

/// What the manifest says of one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemRule {
    /// Which item of the catalogue.
    pub id: Item,
    /// The vendor's words for it.
    pub words: String,
    /// Whether it must be given.
    pub necessity: Fact<Necessity>,
    /// In which requests it is sent.
    pub when: Vec<Purpose>,
    /// The version of this file that first declared it.
    pub since: u32,
    /// Why; empty means that the policy does not say.
    #[serde(default)]
    pub reason: Vec<Reason>,
    /// How long it is kept; silent falls to the policy's general word.
    #[serde(default)]
    pub retention: Fact<String>,
    /// Where it lies; silent falls to the policy's general word.
    #[serde(default)]
    pub region: Fact<String>,
    /// Short names of the policy's recipients.
    #[serde(default)]
    pub recipients: Vec<String>,
}

impl ItemRule {
    /// Whether it must be given.
    pub fn is_required(&self) -> bool {
        self.necessity.is != Some(Necessity::Optional)
    }
}

/// What the network shows the vendor without being in a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NetworkFact {
    /// What, such as `IP address`.
    pub name: String,
    /// Whether the vendor says that it uses it, and what for.
    #[serde(default)]
    pub reason: Fact<String>,
    /// The legal basis.
    #[serde(default)]
    pub basis: Fact<super::facts::Basis>,
}

impl NetworkFact {
    /// Whether it is about the address that every connection shows.
    pub(super) fn names_address(&self) -> bool {
        self.name.to_lowercase().contains("ip address")
    }
}

/// What a registration asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The fields, in the vendor's words.
    pub fields: Vec<String>,
    /// How they follow from the policy, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// Lines of the policy's text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_that_no_key_has_is_refused() {
        let check = |alphabet: &str, groups: &[usize], expect: Option<&str>| {
            let fault = LicenseKeyFormat { alphabet: alphabet.into(), groups: groups.to_vec() }.fault();
            let fits = fault.is_some_and(|fault| expect.is_some_and(|expect| fault.contains(expect)));
            assert!(fits || fault.is_none() && expect.is_none(), "{alphabet:?} {groups:?}: {fault:?}");
        };
        check("ABC123", &[4, 4], None);
        check("A", &[255], None);
        for wrong in ["", "abc", "ABCd", "AB-", "AB ", "ÄB", "AB\u{41a}"] {
            check(wrong, &[4], Some("upper-case letters"));
        }
        check("ABA", &[4], Some("once"));
        for wrong in [&[][..], &[0], &[4, 0], &[256], &[128, 128], &[usize::MAX, usize::MAX]] {
            check("AB", wrong, Some("groups"));
        }
    }

    #[test]
    fn a_key_is_normalized_only_to_what_the_vendor_describes() {
        let format = LicenseKeyFormat { alphabet: "ABCDEFGH23456789".into(), groups: vec![3, 4] };
        assert_eq!(format.normalize(" abc-2345\n").as_deref(), Some("ABC-2345"));
        assert_eq!(format.normalize("abc-2 345").as_deref(), Some("ABC-2345"));
        assert_eq!(format.normalize("abc2345").as_deref(), Some("ABC-2345"));
        // As mail and word processors write a hyphen; it fits as one does.
        for dash in ['\u{2010}', '\u{2011}', '–', '—', '−'] {
            let pasted = format!("abc{dash}2345");
            assert_eq!(format.normalize(&pasted).as_deref(), Some("ABC-2345"), "{pasted}");
            assert!(format.fits(&pasted), "{pasted}");
        }
        for wrong in
            ["", "abc", "abc-234", "abc-2345-", "abz-2345", "abc-2340", "abc-234ß", "ab-c2345", "abc--2345"]
        {
            assert_eq!(format.normalize(wrong), None, "{wrong}");
        }
        assert!(format.fits("abc-2345") && !format.fits("abc2345"));
    }

    #[test]
    fn a_key_may_have_the_shape_of_two_vendors() {
        let check = |other: (&str, &[usize]), expect| {
            let format = LicenseKeyFormat { alphabet: "ABC123".into(), groups: vec![4, 4] };
            let other = LicenseKeyFormat { alphabet: other.0.into(), groups: other.1.to_vec() };
            assert_eq!((format.shares_keys_with(&other), other.shares_keys_with(&format)), (expect, expect));
        };
        check(("ABC123", &[4, 4]), true);
        check(("3XYZ", &[4, 4]), true);
        check(("XYZ", &[4, 4]), false);
        check(("ABC123", &[4, 5]), false);
        // Hyphens may be left out when a key is typed.
        check(("ABC123", &[2, 2, 4]), true);
    }

    #[test]
    fn what_is_wrong_with_a_key_can_be_said() {
        let format = LicenseKeyFormat { alphabet: "ABCDEFGH23456789".into(), groups: vec![3, 4] };
        assert_eq!(format.pattern(), "XXX-XXXX");
        assert_eq!(format.strangers("oao-2341-\u{1b}"), ['1', 'O']);
        assert_eq!(format.strangers("abc-2345"), []);
    }
}
