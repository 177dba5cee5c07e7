//! Whether a vendor file that can be read holds together: each thing once, and nothing that ties to what is not there.
//!
//! It refuses what it finds part by part, and names the part of the file that each fault is in.

use std::collections::BTreeSet;

use base64::Engine as _;

use super::check::Part;
use super::claims::{TRIAL_DAYS, registration, transfer, trial};
use super::fact::{Assurance, Fact};
use super::facts::Reason;
use super::file::{ItemRule, LicenseKeyFormat, Necessity, VendorFile};
use super::support::support;
use super::wording;
use crate::catalogue::{Item, Kind};

/// What does not hold together, part by part; of most parts the first thing.
pub(super) fn incoherence(file: &VendorFile) -> Vec<(Part, String)> {
    let parts = [identity, issuers, products];
    let more = [computer, registration, trial, transfer, support, policy, practices, wording::fault];
    let found = |part: &fn(&VendorFile) -> Option<(Part, String)>| part(file);
    let first = parts.iter().filter_map(found);
    first.chain(items(file)).chain(more.iter().filter_map(found)).collect()
}

fn identity(file: &VendorFile) -> Option<(Part, String)> {
    let found = |name, message: &str| Some((Part::Top(name), message.to_owned()));
    if !is_slug(&file.id) {
        return found("id", "an id has 2 to 32 lower-case letters, digits and hyphens");
    }
    if wording::poses(&file.id) {
        return found("id", "an id is not what Gatefold calls itself or what it speaks of");
    }
    if file.version == 0 {
        return found("version", "versions are counted from 1");
    }
    let key = base64::engine::general_purpose::STANDARD.decode(&file.root_key).unwrap_or_default();
    if key.len() != 42 || !key.starts_with(b"Ed") {
        return found("root_key", "this is not a minisign public key");
    }
    if let Some((name, _)) = file.link.iter().find(|(_, link)| !is_https_page(link)) {
        let message = "a link is an https page without query".to_owned();
        return Some((Part::In("link".into(), name.clone().into()), message));
    }
    if let Some(message) = file.license_key.as_ref().and_then(LicenseKeyFormat::fault) {
        let member = if message.starts_with("alphabet") { "alphabet" } else { "groups" };
        return Some((Part::In("license_key".into(), member.into()), message.to_owned()));
    }
    None
}

fn issuers(file: &VendorFile) -> Option<(Part, String)> {
    if file.issuer.is_empty() {
        return Some((Part::Top("issuer"), "a vendor has at least one issuer".into()));
    }
    for (nth, issuer) in file.issuer.iter().enumerate() {
        let found = |member, message: &str| Some((Part::Of("issuer", nth, member), message.to_owned()));
        if hex::decode(&issuer.public_key).map_or(0, |key| key.len()) != 32 {
            return found("public_key", "public_key has 64 hex digits");
        }
        if !is_path_word(&issuer.account) {
            return found("account", "account is a UUID or a slug");
        }
        if issuer.hosts.is_empty() {
            return found("hosts", "an issuer names at least one host");
        }
        if let (Some(start), Some(end)) = (issuer.not_before, issuer.not_after)
            && start >= end
        {
            return found("not_after", "not_after lies before not_before");
        }
    }
    None
}

fn products(file: &VendorFile) -> Option<(Part, String)> {
    let mut ids = BTreeSet::new();
    for (nth, product) in file.product.iter().enumerate() {
        let found = |member, message: String| Some((Part::Of("product", nth, member), message));
        let is_id = is_path_word(&product.id);
        if !is_id || !is_slug(&product.code) {
            let member = if is_id { "code" } else { "id" };
            return found(member, "a product's id is a UUID, its code a short lower-case name".into());
        }
        let is_new = ids.insert(&product.id);
        if !is_new || !ids.insert(&product.code) {
            return found(
                if is_new { "code" } else { "id" },
                format!("the product \"{}\" stands here twice", product.code),
            );
        }
        if product.trial_days.is_some_and(|days| !TRIAL_DAYS.contains(&days)) {
            return found("trial_days", "a trial lasts from 1 to 365 days".into());
        }
    }
    None
}

fn items(file: &VendorFile) -> Vec<(Part, String)> {
    let mut seen = BTreeSet::new();
    let fault = |(nth, rule): (usize, &ItemRule)| {
        let (member, message) = match seen.insert(rule.id) {
            false => ("id", format!("the item \"{}\" stands here twice", rule.id)),
            true => item(file, rule).map(|(member, message)| (member, format!("{}: {message}", rule.id)))?,
        };
        Some((Part::Of("item", nth, member), message))
    };
    file.item.iter().enumerate().filter_map(fault).collect()
}

/// Labels describe the computer that the identifier binds the license to.
fn computer(file: &VendorFile) -> Option<(Part, String)> {
    let declares = |item: &Item| file.item.iter().any(|rule| rule.id == *item);
    let labels = [Item::DeviceName, Item::Os, Item::Cpu, Item::Memory];
    let label = labels.iter().find(|label| declares(label) && !declares(&Item::Identifier))?;
    let message = format!("{label} describes a computer, but no identifier binds the license to one");
    Some((Part::Top("item"), message))
}

/// What is wrong with an item, and with which member of it.
fn item(file: &VendorFile, rule: &ItemRule) -> Option<(&'static str, String)> {
    if rule.when.is_empty() {
        return Some(("when", "an item is sent with at least one purpose".into()));
    }
    if let Some(purpose) = rule.when.iter().find(|purpose| !purpose.items().contains(&rule.id)) {
        return Some(("when", format!("it is never sent with {purpose}")));
    }
    let optional = rule.necessity.is == Some(Necessity::Optional);
    // What the person types may be left out; everything else of an activation is read, and not asked about.
    if optional != (rule.id.entry().kind == Kind::Usage) && !(optional && rule.id == Item::DeviceName) {
        let message = "usage items are optional, a device name may be, all others are required";
        return Some(("necessity", message.into()));
    }
    let is_of_computer = rule.id.entry().kind == Kind::Machine;
    if is_of_computer && rule.necessity.is.is_none() {
        let message = "of this computer nothing is sent that nobody calls required or optional: say which, stated or inferred";
        return Some(("necessity", message.into()));
    }
    if rule.since == 0 || rule.since > file.version {
        return Some(("since", "`since` names a version of this file".into()));
    }
    if let Some(name) = rule.recipients.iter().find(|name| !file.policy.recipient.contains_key(*name)) {
        return Some(("recipients", format!("the policy has no recipient \"{name}\"")));
    }
    let facts = [
        ("retention", rule.retention.incoherence()),
        ("region", rule.region.incoherence()),
        ("necessity", rule.necessity.incoherence()),
    ];
    let sure = |reason: &Reason| matches!(reason.assurance, Assurance::Stated | Assurance::Inferred);
    if !rule.reason.iter().all(sure) {
        return Some((
            "assurance",
            "a reason is stated or inferred; where the policy gives none, there is none".into(),
        ));
    }
    let bases = rule.reason.iter().map(|reason| ("basis", reason.basis.incoherence()));
    facts.into_iter().chain(bases).find_map(|(member, fault)| Some((member, fault?.to_owned())))
}

/// More years than that no policy means, and more days of notice than ten years have.
const MOST_YEARS: u32 = 150;
const MOST_DAYS: u32 = 3660;

/// What is wrong with a number that a policy may state, where it states one or another.
fn sensible(name: &str, fact: &Fact<u32>, least: u32, most: u32) -> Option<String> {
    let is_off = |number: &Option<u32>| number.is_some_and(|number| !(least..=most).contains(&number));
    let message = || format!("{name} is from {least} to {most}");
    coherent(name, fact).or_else(|| (is_off(&fact.is) || is_off(&fact.other)).then(message))
}

fn coherent<T>(name: &str, fact: &Fact<T>) -> Option<String> {
    fact.incoherence().map(|message| format!("{name}: {message}"))
}

fn policy(file: &VendorFile) -> Option<(Part, String)> {
    let policy = &file.policy;
    if hex::decode(&policy.sha256).map_or(0, |hash| hash.len()) != 32 {
        return Some((Part::In("policy".into(), "sha256".into()), "sha256 has 64 hex digits".into()));
    }
    if policy.archived_on.is_some_and(|day| day > file.date) {
        let message = "archived_on lies after the date of this file".to_owned();
        return Some((Part::In("policy".into(), "archived_on".into()), message));
    }
    let mut names = BTreeSet::new();
    if let Some((key, recipient)) = policy.recipient.iter().find(|(_, one)| !names.insert(&one.name)) {
        let message = format!("the recipient \"{}\" stands here twice", recipient.name);
        return Some((Part::In(format!("policy.recipient.{key}").into(), "name".into()), message));
    }
    // Two of a kind say two things of one right; what limits it stands in its `note`.
    let mut rights = BTreeSet::new();
    if let Some(nth) = policy.right.iter().position(|right| !rights.insert(right.kind)) {
        let message = format!("the right \"{}\" stands here twice", policy.right[nth].kind.words());
        return Some((Part::Of("policy.right", nth, "kind"), message));
    }
    let facts = [
        ("policy", "effective_from", coherent("effective_from", &policy.effective_from)),
        ("policy", "scope", coherent("scope", &policy.scope)),
        ("policy", "age_years", sensible("age_years", &policy.age_years, 1, MOST_YEARS)),
        ("policy", "inactive_years", sensible("inactive_years", &policy.inactive_years, 1, MOST_YEARS)),
        ("policy", "retention", coherent("retention", &policy.retention)),
        ("policy", "region", coherent("region", &policy.region)),
        ("policy.clocks", "acknowledge", coherent("clocks.acknowledge", &policy.clocks.acknowledge)),
        ("policy.clocks", "answer", coherent("clocks.answer", &policy.clocks.answer)),
        ("policy.notice", "days", sensible("notice.days", &policy.notice.days, 0, MOST_DAYS)),
        ("policy.notice", "how", coherent("notice.how", &policy.notice.how)),
        (
            "identifier",
            "kind",
            file.identifier.as_ref().and_then(|fact| coherent("identifier.kind", &fact.kind)),
        ),
    ];
    facts.into_iter().find_map(|(table, member, fault)| Some((Part::In(table.into(), member.into()), fault?)))
}

/// What the policy allows beside the items: each named once, and tied to what this file declares.
fn practices(file: &VendorFile) -> Option<(Part, String)> {
    let policy = &file.policy;
    let mut names = BTreeSet::new();
    for (nth, category) in policy.category.iter().enumerate() {
        let found = |message: String| Some((Part::Nth("policy.category", nth), message));
        if !names.insert(&category.name) {
            return found(format!("the category \"{}\" stands here twice", category.name));
        }
        if let Some(item) = category.items.iter().find(|item| !file.item.iter().any(|rule| rule.id == **item))
        {
            return found(format!("{item} carries it, and this file does not declare {item}"));
        }
        if category.seen && (file.network.is_empty() || !category.items.is_empty()) {
            return found("what is `seen` is in no item, and a [[network]] says so".into());
        }
        if let Some(message) = coherent("necessity", &category.necessity) {
            return found(message);
        }
    }
    let mut rows = BTreeSet::new();
    for (nth, row) in policy.purpose.iter().enumerate() {
        let found = |message: String| Some((Part::Nth("policy.purpose", nth), message));
        if !rows.insert(&row.name) {
            return found(format!("the purpose \"{}\" stands here twice", row.name));
        }
        if let Some(name) = row.categories.iter().find(|name| !names.contains(name)) {
            return found(format!("the policy has no category \"{name}\""));
        }
        if let Some(message) = coherent("basis", &row.basis) {
            return found(message);
        }
    }
    let mut about = BTreeSet::new();
    policy.statement.iter().enumerate().find_map(|(nth, statement)| {
        let twice = !about.insert(&statement.about);
        let message = twice.then(|| format!("\"{}\" stands here twice", statement.about));
        let message = message.or_else(|| coherent("says", &statement.says))?;
        Some((Part::Nth("policy.statement", nth), message))
    })
}

fn is_slug(text: &str) -> bool {
    (2..=32).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// A word that can stand in a path without being encoded.
fn is_path_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

pub(super) fn is_https_page(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    format!("https://{host}").parse::<super::Origin>().is_ok()
        && link.len() <= 255
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte))
}
