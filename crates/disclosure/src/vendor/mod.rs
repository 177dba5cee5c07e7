//! The vendor file: who the vendor is, where its servers are, what it may ask for and why.
//!
//! The file is the gate's allow-list. It refuses unknown members, items outside the catalogue, hosts that are not
//! https (http only to a literal loopback address) and facts without a source. Its signature is `license`'s matter.

mod alphabet;
mod called;
mod check;
mod claims;
mod coherence;
mod difference;
mod fact;
mod facts;
mod faults;
mod file;
mod likeness;
mod linked_data;
mod origin;
mod practice;
#[cfg(test)]
mod practice_tests;
#[cfg(test)]
mod schema_tests;
mod support;
mod transfer;
#[cfg(test)]
mod transfer_tests;
#[cfg(test)]
mod trial_tests;
mod weight;
mod wording;
mod words;

use jiff::civil::Date;
use serde::Serialize;

pub use check::{MAX_FILE_BYTES, Place, VendorError, root_key_place, server_key_place};
pub use difference::{Change, ChangeKind, difference};
pub use fact::{Assurance, Fact};
pub use facts::{
    Basis, Channel, Clock, Clocks, Contact, Context, Controller, NoticeOfChanges, Policy, Reason, ReasonTerm,
    Recipient, Right, RightKind,
};
pub use faults::{
    Fault, MOST_FAULTS, fault_of, faults, no_server_on, policy_faults, policy_too_large, written_ahead,
};
pub use file::{ItemRule, LicenseKeyFormat, Necessity, NetworkFact, Product, Profile, Registration};
pub use likeness::{Likeness, likeness};
pub use linked_data::linked_data;
pub use origin::{Origin, OriginError};
pub use practice::{Category, Choice, Fate, PurposeRow, Source, Statement};
pub use support::Support;
pub use transfer::{Transfer, TransferBy, TransferTerms};
pub use words::{counted, places, source};

use crate::catalogue::{Item, Kind};
use crate::payload::{Declared, Undeclared};
use crate::purpose::Purpose;
use crate::sensitive::Sensitive;

/// A value of the signed vendor file that may stand in a request: an account id, a product id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct VendorText(String);

impl VendorText {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of the server, among the file's endpoints, that shared usage goes to.
const USAGE_ENDPOINT: &str = "usage";

/// How a license of this vendor is bound; follows from whether the manifest declares an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// To this computer, by its identifier: machine files, seats.
    Machine,
    /// To the account: license files, no machine data, no seats.
    Account,
}

/// One licensing server of the vendor, with the key that signs its answers and files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issuer {
    /// Ed25519 public key, 64 hex digits.
    pub public_key: String,
    /// The account at the server.
    pub account: VendorText,
    /// Where it answers; the first is asked.
    pub hosts: Vec<Origin>,
    /// Files issued before this day are not its.
    pub not_before: Option<Date>,
    /// Files issued on or after this day are not its.
    pub not_after: Option<Date>,
}

/// A vendor, as its file describes it. Only [`Vendor::parse`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Vendor {
    id: String,
    file: file::VendorFile,
    issuers: Vec<Issuer>,
    network: Vec<NetworkFact>,
}

/// As the file words it: what is derived from it is not its own.
impl Serialize for Vendor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.file.serialize(serializer)
    }
}

impl Vendor {
    /// Reads a vendor file.
    ///
    /// # Errors
    /// [`VendorError`] names the line, the column and, where one is near, the word that was meant.
    pub fn parse(text: &str) -> Result<Self, VendorError> {
        let mut file = check::read(text)?;
        for rule in &mut file.item {
            // Nobody chooses by an order of lines what a preview has room for.
            rule.reason.sort_by_key(|reason| reason.term.burden());
        }
        let network = seen_on_the_network(&file.network);
        let issuers = file
            .issuer
            .iter()
            .map(|issuer| Issuer {
                public_key: issuer.public_key.clone(),
                account: VendorText(issuer.account.clone()),
                hosts: issuer.hosts.clone(),
                not_before: issuer.not_before,
                not_after: issuer.not_after,
            })
            .collect();
        Ok(Self { id: file.id.clone(), file, issuers, network })
    }

    /// The short name: lower-case letters, digits, hyphens.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name a user reads.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The file's version; a lower one than agreed to is refused.
    pub fn version(&self) -> u32 {
        self.file.version
    }

    /// When this version was written.
    pub fn date(&self) -> Date {
        self.file.date
    }

    /// Brands it sells under.
    pub fn brands(&self) -> &[String] {
        &self.file.brands
    }

    /// The root key that the file claims, as minisign prints it.
    pub fn root_key(&self) -> &str {
        &self.file.root_key
    }

    /// The servers, in the file's order.
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }

    /// The server that answers on `day`.
    pub fn issuer_on(&self, day: Date) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| {
            issuer.not_before.is_none_or(|start| start <= day) && issuer.not_after.is_none_or(|end| day < end)
        })
    }

    /// The products.
    pub fn products(&self) -> &[Product] {
        &self.file.product
    }

    /// The product with this server id, in either case.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.file.product.iter().find(|product| product.id.eq_ignore_ascii_case(id))
    }

    /// How its licenses are bound.
    pub fn binding(&self) -> Binding {
        if self.allows(Purpose::Activate, Item::Identifier) { Binding::Machine } else { Binding::Account }
    }

    /// The shape of a license key, where the vendor describes it.
    pub fn license_key_format(&self) -> Option<&LicenseKeyFormat> {
        self.file.license_key.as_ref()
    }

    /// What the identifier stands in for, if the file says so.
    pub fn identifier_kind(&self) -> Option<&Fact<String>> {
        self.file.identifier.as_ref().map(|identifier| &identifier.kind)
    }

    /// What is said of each item.
    pub fn items(&self) -> &[ItemRule] {
        &self.file.item
    }

    /// What is said of one item.
    pub fn item(&self, item: Item) -> Option<&ItemRule> {
        self.file.item.iter().find(|rule| rule.id == item)
    }

    /// The facts of the privacy policy.
    pub fn policy(&self) -> &Policy {
        &self.file.policy
    }

    /// How long an item is kept: what the policy says of it, or else in general.
    pub fn retention_of<'a>(&'a self, rule: &'a ItemRule) -> &'a Fact<String> {
        rule.retention.or_else(&self.policy().retention)
    }

    /// Where an item lies: what the policy says of it, or else in general.
    pub fn region_of<'a>(&'a self, rule: &'a ItemRule) -> &'a Fact<String> {
        rule.region.or_else(&self.policy().region)
    }

    /// What the network itself shows the vendor: the address in any case, whether the file speaks of it or not.
    pub fn network(&self) -> &[NetworkFact] {
        &self.network
    }

    /// What the vendor asks for when a product is registered.
    pub fn registration(&self) -> Option<&Registration> {
        self.file.registration.as_ref()
    }

    /// What registering a product sends of it, in the order in which it is asked for. Nothing, where the vendor takes no
    /// registration here: what the policy asks for is then words alone.
    pub fn registers_with(&self) -> Vec<Item> {
        let asked = [Item::Product, Item::ProductSerial, Item::UnlockCode];
        asked.into_iter().filter(|item| self.allows(Purpose::Register, *item)).collect()
    }

    /// How a license is given to somebody else; none where the vendor says nothing of it.
    pub fn transfer(&self) -> Option<&Transfer> {
        self.file.transfer.as_ref()
    }

    /// Who helps, and how a diagnostic bundle reaches them; none where the vendor says nothing of it.
    pub fn support(&self) -> Option<&Support> {
        self.file.support.as_ref()
    }

    /// Every other host the file names, with what it is for.
    pub fn endpoints(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.file.endpoint.iter().map(|(name, origin)| (name.as_str(), origin))
    }

    /// The vendor's own pages that the app may open: forgot password, create account, policy.
    pub fn links(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file.link.iter().map(|(name, url)| (name.as_str(), url.as_str()))
    }

    /// Where shared usage goes to, and what is to be erased of it; none where the vendor takes none.
    pub fn usage_endpoint(&self) -> Option<&Origin> {
        self.endpoints().find(|(name, _)| *name == USAGE_ENDPOINT).map(|(_, origin)| origin)
    }

    /// What can be shared of the products' use, in the catalogue's order. Nothing, where the vendor takes none.
    pub fn shares(&self) -> Vec<Item> {
        let is_taken = self.usage_endpoint().is_some();
        let declared = |item: &Item| is_taken && self.declares(Purpose::Usage, *item);
        let items = Purpose::Usage.items().iter().copied();
        items.filter(|item| item.entry().kind == Kind::Usage).filter(declared).collect()
    }

    /// Whether the file declares an item for a purpose, by its name or by what it is the frame of.
    pub fn allows(&self, purpose: Purpose, item: Item) -> bool {
        self.declares(purpose, item) || purpose.frame().contains(&item) && self.declares_usage()
    }

    fn declares(&self, purpose: Purpose, item: Item) -> bool {
        purpose.items().contains(&item) && self.item(item).is_some_and(|rule| rule.when.contains(&purpose))
    }

    fn declares_usage(&self) -> bool {
        let is_shared =
            |rule: &ItemRule| rule.id.entry().kind == Kind::Usage && rule.when.contains(&Purpose::Usage);
        self.items().iter().any(is_shared)
    }

    /// Whether the file declares an item for a purpose and says that it must be given.
    pub fn requires(&self, purpose: Purpose, item: Item) -> bool {
        self.allows(purpose, item) && self.item(item).is_some_and(ItemRule::is_required)
    }

    /// Whether the file names this server.
    pub fn names(&self, origin: &Origin) -> bool {
        self.issuers.iter().any(|issuer| issuer.hosts.contains(origin))
            || self.file.endpoint.values().any(|endpoint| endpoint == origin)
    }

    /// A value that may leave for this purpose.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare the item for it.
    pub fn declare(
        &self,
        purpose: Purpose,
        item: Item,
        value: impl Into<Sensitive<String>>,
    ) -> Result<Declared, Undeclared> {
        self.permit(purpose, item)?;
        Ok(Declared::text(self, purpose, item, value.into()))
    }

    /// A number that may leave for this purpose, or `null` in its place.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare the item for it.
    pub fn declare_number(
        &self,
        purpose: Purpose,
        item: Item,
        value: impl Into<Option<u64>>,
    ) -> Result<Declared, Undeclared> {
        self.permit(purpose, item)?;
        Ok(Declared::number(self, purpose, item, value.into()))
    }

    /// A secret that only an answer will bring: a preview names it in its place, and sealing is refused. `like` has its
    /// shape, so that the preview tells the size of what will be sent.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare the item for it.
    pub fn declare_to_come(&self, purpose: Purpose, item: Item, like: &str) -> Result<Declared, Undeclared> {
        self.permit(purpose, item)?;
        Ok(Declared::to_come(self, purpose, item, like))
    }

    fn permit(&self, purpose: Purpose, item: Item) -> Result<(), Undeclared> {
        if self.allows(purpose, item) {
            return Ok(());
        }
        Err(Undeclared { vendor: self.id.clone(), item, purpose })
    }
}

/// A connection shows where it comes from; of a file that leaves that out it is said all the same.
fn seen_on_the_network(told: &[NetworkFact]) -> Vec<NetworkFact> {
    let names_address = told.iter().any(NetworkFact::names_address);
    let address = || NetworkFact {
        name: "IP address and time".to_owned(),
        reason: Fact::default(),
        basis: Fact::default(),
    };
    (!names_address).then(address).into_iter().chain(told.iter().cloned()).collect()
}

#[cfg(test)]
pub(crate) use check::tests;
