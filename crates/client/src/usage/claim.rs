//! Counting what plug-ins noted, once each. Anybody could have written it: what is not granted now under the number that stands
//! in it, is of another's product, or from before the grant, is dropped. What is of a day yet to come waits for it: a clock that was set
//! back loses nothing.

use std::collections::{BTreeMap, BTreeSet};

use gatefold_disclosure::Item;
use gatefold_ledger::Grant;
use gatefold_shelf::{SpoolRecord, SpooledItem, UsageItem};
use gatefold_store::Counted;
use gatefold_usage::{Week, daw, version};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{number_of, on_shelf};
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::vendors::InForce;

/// So many files are taken at a time; as many as one commit is worth.
const AT_A_TIME: usize = 1_000;
/// So many files at most wait for their day: a spool has room for what is noted now.
const WAITING: usize = 200;

impl Gatefold {
    /// Takes what lies in the vendor's spool. Only under the hold of who counts. How many files there were.
    pub(super) fn claim_spool(&mut self, vendor: &InForce) -> Result<usize, ClientError> {
        let (shelf, key) = (self.vendor_shelf(vendor)?, vendor.key());
        let mut taken = 0;
        // What waits for its day, and what cannot be removed.
        let (mut waiting, mut left) = (BTreeSet::new(), BTreeSet::new());
        loop {
            let mut files = shelf.some_spooled(AT_A_TIME + waiting.len() + left.len())?;
            files.retain(|file| !waiting.contains(&file.name) && !left.contains(&file.name));
            if files.is_empty() {
                shelf.sweep_spool(self.clock.now())?;
                return Ok(taken);
            }
            let grants = self.standing_grants(vendor)?;
            let now = self.clock.now();
            let products = self.shared_products(vendor)?;
            let judge =
                Judge { products: &products, grants: &grants, today: now.to_zoned(TimeZone::UTC).date() };
            files.retain(|file| {
                let waits =
                    waiting.len() < WAITING && file.record.as_ref().is_some_and(|of| judge.is_to_come(of));
                !(waits && waiting.insert(file.name.clone()))
            });
            let records: BTreeMap<&str, &SpoolRecord> =
                files.iter().filter_map(|file| Some((file.name.as_str(), file.record.as_ref()?))).collect();
            let count = |new: &[&str]| {
                let mut counts: BTreeMap<Counted, u64> = BTreeMap::new();
                let lines = new.iter().filter_map(|name| judge.line_of(records.get(name)?));
                lines.for_each(|line| *counts.entry(line).or_default() += 1);
                counts
            };
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            self.store.count_usage(&key, &names, count, chance::uuid()?, now)?;
            fail::fail_point!("client.spool-counted");
            left.extend(shelf.remove_spooled(&files)?);
            fail::fail_point!("client.spool-removed");
            self.store.forget_taken(&key)?;
            taken += files.len();
        }
    }
}

/// What of a record counts.
struct Judge<'a> {
    products: &'a BTreeSet<String>,
    grants: &'a [Grant],
    today: Date,
}

impl Judge<'_> {
    fn line_of(&self, record: &SpoolRecord) -> Option<Counted> {
        self.products.get(&record.product)?;
        let mut items: Vec<UsageItem> = record.items.iter().map(|item| item.item).collect();
        items.sort_unstable();
        items.dedup();
        // Nobody of ours names an item twice, or a day that is yet to come.
        if items.len() != record.items.len() || record.day > self.today {
            return None;
        }
        let granted = |item: Item| {
            let noted = record.items.iter().find(|noted| Some(noted.item) == on_shelf(item))?;
            self.is_granted(item, noted, record.day).then_some(noted)
        };
        let text = |item: Item, tidied: fn(&str) -> Option<String>| {
            let noted = granted(item)?;
            Some((tidied(noted.value.as_deref()?)?, noted.grant))
        };
        let frequency = granted(Item::UsageFrequency).filter(|noted| noted.value.is_none());
        let (version, version_grant) = text(Item::TitleVersion, version).unwrap_or_default();
        let (daw, daw_grant) = text(Item::Daw, daw).unwrap_or_default();
        let frequency_grant = frequency.map_or(0, |noted| noted.grant);
        if [frequency_grant, version_grant, daw_grant] == [0; 3] {
            return None;
        }
        let week = Week::of(record.day).ok()?.to_string();
        let product = record.product.clone();
        Some(Counted { week, product, version, daw, frequency_grant, version_grant, daw_grant })
    }

    /// Whether it is of a day that is yet to come, on which it would count.
    fn is_to_come(&self, record: &SpoolRecord) -> bool {
        let ends = self.grants.iter().map(|grant| grant.ends_at.to_zoned(TimeZone::UTC).date()).max();
        let then = Judge { today: record.day, ..*self };
        record.day > self.today
            && ends.is_some_and(|ends| record.day <= ends)
            && then.line_of(record).is_some()
    }

    fn is_granted(&self, item: Item, noted: &SpooledItem, day: Date) -> bool {
        let is_current = number_of(self.grants, item) == noted.grant && noted.grant > 0;
        let grant = self.grants.iter().find(|grant| grant.item == item);
        let since = grant.map(|grant| grant.granted_at.to_zoned(TimeZone::UTC).date());
        let until = grant.map(|grant| grant.ends_at.to_zoned(TimeZone::UTC).date());
        is_current && since.is_some_and(|since| since <= day) && until.is_some_and(|until| day <= until)
    }
}
