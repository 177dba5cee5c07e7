//! What each vendor may have of a computer, and with it which requests are made: the one table behind the golden files.

use std::collections::BTreeSet;

use gatefold_disclosure::{Item, Kind, Purpose};
use gatefold_tests::{VENDORS, vendor};

use crate::scene::Sent;

/// A vendor of `vendors/`.
pub(crate) struct Row {
    pub(crate) vendor: &'static str,
    /// Everything of this computer that an activation tells it.
    pub(crate) computer: &'static [Item],
    /// A name goes along only if the user types one.
    pub(crate) name_is_typed: bool,
    /// With what a product is registered, beside the sign-in.
    pub(crate) registers_with: &'static [Item],
    /// Which product can be tried, and what its trial is counted by.
    pub(crate) trial: Option<(&'static str, Item)>,
    /// Its server gives a license to somebody else.
    pub(crate) transfers: bool,
    /// What of the products' use can be shared with it.
    pub(crate) shares: &'static [Item],
}

const ALL_USAGE: &[Item] = &[Item::UsageFrequency, Item::TitleVersion, Item::Daw];

pub(crate) const TABLE: &[Row] = &[
    Row {
        trial: Some(("paper-moon", Item::Identifier)),
        transfers: true,
        shares: ALL_USAGE,
        ..Row::required("sleeve", &[Item::DeviceName, Item::Os, Item::Cpu, Item::Memory, Item::Identifier])
    },
    Row {
        registers_with: &[Item::ProductSerial],
        trial: Some(("salt-organ", Item::Token)),
        ..Row::required("tidewater", &[])
    },
    Row {
        registers_with: &[Item::ProductSerial, Item::UnlockCode],
        shares: ALL_USAGE,
        ..Row::required("arturia", &[Item::DeviceName, Item::Os, Item::Cpu, Item::Memory, Item::Identifier])
    },
    Row {
        name_is_typed: true,
        registers_with: &[Item::ProductSerial],
        ..Row::required("toontrack", &[Item::Identifier])
    },
    Row::required("izotope", &[Item::Identifier]),
    Row { registers_with: &[Item::Product], ..Row::required("focusrite", &[]) },
    Row { registers_with: &[Item::Product], ..Row::required("inmusic", &[]) },
];

/// The requests to a vendor that binds licenses to the account.
const ACCOUNT: &[&str] = &[
    "check-key",
    "check-out",
    "check-out-until",
    "library",
    "policy",
    "refresh-check-out",
    "refresh-check-out-until",
    "refresh-validate",
    "sign-in",
    "sign-in-one-time-code",
    "sign-in-who",
    "sign-out",
];
/// Those to a vendor that binds them to the computer, beside them.
const MACHINE: &[&str] = &["create-machine", "delete-machine", "find-machine", "seats"];

impl Row {
    const fn required(vendor: &'static str, computer: &'static [Item]) -> Self {
        Self {
            vendor,
            computer,
            name_is_typed: false,
            registers_with: &[],
            trial: None,
            transfers: false,
            shares: &[],
        }
    }

    pub(crate) fn is_machine_bound(&self) -> bool {
        !self.computer.is_empty()
    }

    /// Whether its file lets a computer be called otherwise.
    pub(crate) fn renames(&self) -> bool {
        vendor(self.vendor).allows(Purpose::Rename, Item::DeviceName)
    }

    /// The names of its golden files.
    fn names(&self) -> impl Iterator<Item = String> {
        let machine = if self.is_machine_bound() { MACHINE } else { &[] };
        let typed: &[&str] = if self.name_is_typed { &["create-machine-named"] } else { &[] };
        let registered: &[&str] = if self.registers_with.is_empty() { &[] } else { &["register"] };
        let tried: &[&str] = if self.trial.is_some() { &["trial"] } else { &[] };
        let given: &[&str] = if self.transfers { &["ask-transfer", "transfer"] } else { &[] };
        let renamed: &[&str] = if self.renames() { &["rename-machine"] } else { &[] };
        let shared: &[&str] =
            if self.shares.is_empty() { &[] } else { &["usage", "usage-seen", "erase-usage"] };
        [ACCOUNT, machine, typed, registered, tried, given, renamed, shared]
            .concat()
            .into_iter()
            .map(|kind| format!("{}-{kind}", self.vendor))
    }

    /// What of this computer a request of this kind holds, no more and no less; and nothing in it is undeclared.
    pub(crate) fn assert_smallest(&self, kind: &str, sent: &Sent) {
        let text = |member: &str| sent.entry[member].as_str().unwrap().to_owned();
        let purpose: Purpose = text("purpose").parse().unwrap();
        let items = sent.entry["items"].as_array().unwrap();
        let found: BTreeSet<Item> =
            items.iter().map(|item| item.as_str().unwrap().parse().unwrap()).collect();
        let manifest = vendor(self.vendor);
        for item in &found {
            assert!(manifest.allows(purpose, *item), "{} {kind}: {item} is not declared", self.vendor);
        }
        if kind == "register" {
            let expect = self.registers_with.iter().chain(&[Item::Token, Item::Nonce]).copied().collect();
            assert_eq!(found, expect, "{} {kind}", self.vendor);
        }
        if let "ask-transfer" | "transfer" = kind {
            let mut expect = BTreeSet::from([Item::Token, Item::LicenseId, Item::Nonce]);
            if kind == "transfer" {
                expect.insert(Item::RecipientEmail);
            }
            assert_eq!(found, expect, "{} {kind}", self.vendor);
        }
        if let "usage" | "usage-seen" | "erase-usage" = kind {
            let frame: &[Item] = if kind == "erase-usage" { &[] } else { &[Item::Product, Item::UsageWeek] };
            let counted = |item: &&Item| **item != Item::UsageFrequency || kind == "usage";
            let counted: &[&Item] =
                &if kind == "erase-usage" { vec![] } else { self.shares.iter().filter(counted).collect() };
            let expect =
                frame.iter().chain(&[Item::BatchId]).chain(counted.iter().copied()).copied().collect();
            assert_eq!(found, expect, "{} {kind}", self.vendor);
        }
        if kind == "trial" {
            let counted_by = self.trial.map(|(_, item)| item);
            let expect = [Item::Product, Item::Nonce].into_iter().chain(counted_by).collect();
            assert_eq!(found, expect, "{} {kind}", self.vendor);
        }
        let of_computer: BTreeSet<Item> =
            found.into_iter().filter(|item| item.entry().kind == Kind::Machine).collect();
        let expect: &[Item] = match kind {
            "create-machine" => self.computer,
            "create-machine-named" => &[&[Item::DeviceName], self.computer].concat(),
            "find-machine" => &[Item::Identifier],
            "trial" if self.is_machine_bound() => &[Item::Identifier],
            "rename-machine" => &[Item::DeviceName],
            "refresh-validate" if self.is_machine_bound() => &[Item::Identifier],
            _ => &[],
        };
        assert_eq!(of_computer, expect.iter().copied().collect(), "{} {kind}", self.vendor);
    }
}

/// The names of all golden files.
pub(crate) fn names() -> BTreeSet<String> {
    TABLE.iter().flat_map(Row::names).collect()
}

/// The table is what the manifests require; what one only allows goes along if it is typed.
#[test]
fn the_table_is_what_the_manifests_require() {
    assert_eq!(TABLE.iter().map(|row| row.vendor).collect::<Vec<_>>(), VENDORS);
    for row in TABLE {
        let manifest = vendor(row.vendor);
        let of_computer = |declares: &dyn Fn(Item) -> bool| -> Vec<Item> {
            let items = manifest.items().iter().map(|rule| rule.id);
            let mut items: Vec<Item> =
                items.filter(|item| item.entry().kind == Kind::Machine && declares(*item)).collect();
            items.sort_unstable();
            items
        };
        assert_eq!(
            of_computer(&|item| manifest.requires(Purpose::Activate, item)),
            row.computer,
            "{}",
            row.vendor
        );
        assert_eq!(manifest.registers_with(), row.registers_with, "{}", row.vendor);
        let offered = manifest.products().iter().find(|product| product.trial_days.is_some());
        let counted_by = |item: &Item| manifest.allows(Purpose::Trial, *item);
        let counted_by = [Item::Identifier, Item::Token].into_iter().filter(counted_by);
        let offered = offered.map(|product| product.code.as_str());
        let expect = row.trial.map_or((None, vec![]), |(code, item)| (Some(code), vec![item]));
        assert_eq!((offered, counted_by.collect()), expect, "{}", row.vendor);
        assert_eq!(manifest.allows(Purpose::Transfer, Item::Token), row.transfers, "{}", row.vendor);
        assert_eq!(manifest.shares(), row.shares, "{}", row.vendor);
        let typed = of_computer(&|item| !manifest.requires(Purpose::Activate, item));
        let expect: &[Item] = if row.name_is_typed { &[Item::DeviceName] } else { &[] };
        assert_eq!(typed, expect, "{}", row.vendor);
    }
}
