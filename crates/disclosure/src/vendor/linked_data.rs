//! A vendor file as linked data (JSON-LD 1.1) in the terms of the W3C Data Privacy Vocabulary 2.3, for programs that
//! compare policies. Its context stands in it: nothing need be fetched to read it.
//!
//! It refuses to fill in: what the policy is silent about is no statement, and both sides of a contradiction are stated,
//! each with its lines. What the vocabulary has no term for is one of ours, below the nearest that it has.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::fact::{Assurance, Fact};
use super::facts::{Basis, Contact, Reason, Recipient, Right, RightKind};
use super::file::{ItemRule, Necessity, NetworkFact};
use super::practice::{Category, Fate, PurposeRow, Statement};
use super::{Vendor, VendorText};
use crate::catalogue::Item;

/// What every connection shows.
const ADDRESS: &str = "pd:IPAddress";
/// A technical measure of the catalogue's terms; all others are kinds of data.
const MEASURE: &str = "dpv:HashMessageAuthenticationCode";

/// The file in the vocabulary's terms.
pub fn linked_data(vendor: &Vendor) -> Value {
    let policy = vendor.policy();
    let mut node = node("dpv:PrivacyNotice");
    node.insert("@context".into(), context());
    node.insert("@id".into(), json!(format!("urn:sha256:{}", policy.sha256)));
    node.insert("dct:title".into(), json!(policy.title));
    node.insert("dct:issued".into(), json!(policy.dated.to_string()));
    node.insert("gatefold:vendorFile".into(), json!(format!("{} version {}", vendor.id(), vendor.version())));
    node.insert("gatefold:archived".into(), json!(policy.archived));
    if let Some(day) = policy.archived_on {
        node.insert("gatefold:archivedOn".into(), json!(day.to_string()));
    }
    node.insert("dpv:hasDataController".into(), controller(vendor));
    node.insert("dpv:hasRecipient".into(), list(policy.recipient.values().map(recipient)));
    node.insert("dpv:hasRight".into(), list(policy.right.iter().map(right)));
    let items = vendor.items().iter().map(|rule| item(vendor, rule));
    let others = vendor.network().iter().map(network);
    let categories = policy.category.iter().filter(|category| !matches!(category.fate(), Fate::Sent(_)));
    let purposes = policy.purpose.iter().map(|row| purpose(vendor, row));
    let processes = items.chain(others).chain(categories.map(not_carried)).chain(purposes);
    node.insert("dpv:hasProcess".into(), list(processes));
    node.insert("dpv:hasStorageCondition".into(), storage(&policy.retention, &policy.region));
    let statements = policy.statement.iter().flat_map(statement);
    let general = [
        stated("scope", &policy.scope, String::clone),
        stated("effective_from", &policy.effective_from, ToString::to_string),
        stated("age_years", &policy.age_years, ToString::to_string),
        stated("inactive_years", &policy.inactive_years, ToString::to_string),
        stated("acknowledged", &policy.clocks.acknowledge, ToString::to_string),
        stated("answered", &policy.clocks.answer, ToString::to_string),
        stated("notice_days", &policy.notice.days, ToString::to_string),
        stated("notice_how", &policy.notice.how, String::clone),
    ];
    node.insert("gatefold:states".into(), list(general.into_iter().flatten().chain(statements)));
    Value::Object(node)
}

/// Every prefix, and which members name something instead of saying something.
fn context() -> Value {
    let named = json!({ "@type": "@id" });
    let mut context = json!({
        "dct": "http://purl.org/dc/terms/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dpv": "https://w3id.org/dpv#",
        "pd": "https://w3id.org/dpv/pd#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "legal-us": "https://w3id.org/dpv/legal/us#",
        "gatefold": { "@id": "urn:gatefold:terms:", "@prefix": true },
        "dct:issued": { "@type": "xsd:date" },
    });
    for member in [
        "dpv:hasPurpose",
        "dpv:hasLegalBasis",
        "dpv:hasNecessity",
        "dpv:hasTechnicalMeasure",
        "dct:source",
        "skos:broader",
        "gatefold:assurance",
        "gatefold:sentWith",
        "gatefold:fate",
    ] {
        context[member] = named.clone();
    }
    context
}

fn node(kind: &str) -> Map<String, Value> {
    Map::from_iter([("@type".to_owned(), json!(kind))])
}

fn list(nodes: impl Iterator<Item = Value>) -> Value {
    Value::Array(nodes.collect())
}

/// A closed word of the file as one of our terms.
fn term(word: &impl Serialize) -> Value {
    json!(format!("gatefold:{}", json!(word).as_str().unwrap_or_default()))
}

/// How a statement follows from the policy, and from which of its lines.
fn sourced(mut node: Map<String, Value>, assurance: Assurance, lines: &[u32]) -> Map<String, Value> {
    node.insert("gatefold:assurance".into(), term(&assurance));
    if !lines.is_empty() {
        node.insert("gatefold:policyLine".into(), json!(lines));
    }
    node
}

/// What a fact says: nothing, one thing, or both sides of a contradiction, each with its lines.
fn sides<T>(fact: &Fact<T>) -> impl Iterator<Item = (&T, &[u32])> {
    let one = fact.is.as_ref().map(|is| (is, &fact.lines[..]));
    one.into_iter().chain(fact.other.as_ref().map(|other| (other, &fact.or_lines[..])))
}

fn stated<T>(about: &str, fact: &Fact<T>, words: impl Fn(&T) -> String) -> Vec<Value> {
    let statement = |(says, lines): (&T, &[u32])| {
        let mut node = node("gatefold:Statement");
        node.insert("gatefold:about".into(), json!(about));
        node.insert("dct:description".into(), json!(words(says)));
        Value::Object(sourced(node, fact.assurance, lines))
    };
    sides(fact).map(statement).collect()
}

fn statement(statement: &Statement) -> Vec<Value> {
    stated(&statement.about, &statement.says, String::clone)
}

fn controller(vendor: &Vendor) -> Value {
    let controller = &vendor.policy().controller;
    let mut node = node("dpv:DataController");
    node.insert("dpv:hasName".into(), json!(controller.name));
    let texts = [
        ("dpv:hasAddress", &controller.address),
        ("gatefold:country", &controller.country),
        ("gatefold:representative", &controller.representative),
        ("gatefold:authority", &controller.authority),
    ];
    for (member, text) in texts {
        if let Some(text) = text {
            node.insert(member.to_owned(), json!(text));
        }
    }
    node.insert("gatefold:brand".into(), json!(vendor.brands()));
    let servers = vendor.issuers().iter().map(|issuer| &issuer.account).map(VendorText::as_str);
    node.insert("gatefold:account".into(), json!(servers.collect::<Vec<_>>()));
    node.insert("dpv:hasContact".into(), list(vendor.policy().contact.iter().map(contact)));
    Value::Object(node)
}

/// As it was known on a day; the present one is to be looked up.
fn contact(contact: &Contact) -> Value {
    json!({ "dct:title": contact.role, "dct:description": contact.value, "dct:issued": contact.as_of.to_string() })
}

fn recipient(recipient: &Recipient) -> Value {
    let mut node = node("dpv:Recipient");
    node.insert("dpv:hasName".into(), json!(recipient.name));
    node.insert("gatefold:context".into(), json!(recipient.context));
    Value::Object(sourced(node, recipient.assurance, &recipient.lines))
}

fn right(right: &Right) -> Value {
    let mut node = node("dpv:Right");
    node.insert("skos:broader".into(), json!(right.kind.dpv()));
    node.insert("gatefold:channel".into(), json!(right.channels));
    if let Some(note) = &right.note {
        node.insert("dct:description".into(), json!(note));
    }
    if right.kind.is_of_ccpa() {
        node.insert("dct:source".into(), json!("legal-us:law-CA-CCPA"));
    }
    Value::Object(sourced(node, right.assurance, &right.lines))
}

impl RightKind {
    /// The term of the vocabulary, or ours where it has none.
    pub const fn dpv(self) -> &'static str {
        match self {
            Self::Access => "eu-gdpr:A15",
            Self::Rectification => "eu-gdpr:A16",
            Self::Erasure => "eu-gdpr:A17",
            Self::Restriction => "eu-gdpr:A18",
            Self::Portability => "eu-gdpr:A20",
            Self::Objection => "eu-gdpr:A21",
            Self::Withdrawal => "eu-gdpr:A7-3",
            Self::Complaint => "eu-gdpr:A77",
            Self::OptOutOfSale => "gatefold:opt_out_of_sale",
            Self::Know => "gatefold:know",
            Self::OptInToSale => "gatefold:opt_in_to_sale",
            Self::NoDiscrimination => "gatefold:no_discrimination",
            Self::ShineTheLight => "gatefold:shine_the_light",
        }
    }

    const fn is_of_ccpa(self) -> bool {
        matches!(self, Self::OptOutOfSale | Self::Know | Self::OptInToSale | Self::NoDiscrimination)
    }
}

/// An item that is sent: with which requests, why, and what becomes of it there.
fn item(vendor: &Vendor, rule: &ItemRule) -> Value {
    let mut node = node("dpv:Process");
    node.insert("dct:title".into(), json!(rule.words));
    node.insert("dpv:hasPersonalData".into(), data(rule.id));
    node.insert("gatefold:fate".into(), json!("gatefold:sent"));
    node.insert("gatefold:sentWith".into(), list(rule.when.iter().map(term)));
    necessity(&mut node, &rule.necessity);
    let reasons = |of: fn(&Reason) -> Vec<&'static str>| -> Vec<&str> {
        let mut terms: Vec<&str> = rule.reason.iter().flat_map(of).collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    };
    node.insert("dpv:hasPurpose".into(), json!(reasons(|reason| vec![reason.term.dpv()])));
    node.insert("dpv:hasLegalBasis".into(), json!(reasons(|reason| bases(&reason.basis))));
    node.insert("gatefold:reason".into(), list(rule.reason.iter().map(reason)));
    let recipients = &vendor.policy().recipient;
    node.insert(
        "dpv:hasRecipient".into(),
        list(rule.recipients.iter().filter_map(|name| recipients.get(name)).map(recipient)),
    );
    node.insert("dpv:hasStorageCondition".into(), storage(&rule.retention, &rule.region));
    Value::Object(node)
}

/// One purpose of an item, with the lines that name it and those that name its basis.
fn reason(reason: &Reason) -> Value {
    let mut node = node("gatefold:Reason");
    node.insert("dpv:hasPurpose".into(), json!(reason.term.dpv()));
    if let Some(words) = &reason.words {
        node.insert("dct:description".into(), json!(words));
    }
    node.insert("gatefold:basis".into(), list(basis(&reason.basis)));
    Value::Object(sourced(node, reason.assurance, &reason.lines))
}

/// Kinds of data are above our item; a measure is taken on it.
fn data(item: Item) -> Value {
    let measures: Vec<&str> = item.entry().dpv.iter().copied().filter(|term| *term == MEASURE).collect();
    let mut node = node("dpv:PersonalData");
    node.insert("@id".into(), json!(format!("gatefold:item_{}", item.id())));
    node.insert("skos:prefLabel".into(), json!(item.label()));
    node.insert("skos:broader".into(), json!(kinds(item).collect::<Vec<_>>()));
    if !measures.is_empty() {
        node.insert("dpv:hasTechnicalMeasure".into(), json!(measures));
    }
    Value::Object(node)
}

fn kinds(item: Item) -> impl Iterator<Item = &'static str> {
    item.entry().dpv.iter().copied().filter(|term| *term != MEASURE)
}

fn bases(fact: &Fact<Basis>) -> Vec<&'static str> {
    sides(fact).map(|(basis, _)| basis.dpv()).collect()
}

/// The same with its lines.
fn basis(fact: &Fact<Basis>) -> impl Iterator<Item = Value> {
    sides(fact).map(|(basis, lines)| {
        let mut node = node("gatefold:Basis");
        node.insert("dpv:hasLegalBasis".into(), json!(basis.dpv()));
        Value::Object(sourced(node, fact.assurance, lines))
    })
}

fn necessity(node: &mut Map<String, Value>, fact: &Fact<Necessity>) {
    let terms: Vec<&str> = sides(fact)
        .map(|(necessity, _)| match necessity {
            Necessity::Required => "dpv:Required",
            Necessity::Optional => "dpv:Optional",
        })
        .collect();
    if !terms.is_empty() {
        node.insert("dpv:hasNecessity".into(), json!(terms));
    }
}

fn storage(retention: &Fact<String>, region: &Fact<String>) -> Value {
    let condition = |kind: &'static str, member: &'static str, fact: &Fact<String>| -> Vec<Value> {
        let one = |(says, lines): (&String, &[u32])| {
            let mut node = node(kind);
            node.insert(member.to_owned(), json!({ "dct:description": says }));
            Value::Object(sourced(node, fact.assurance, lines))
        };
        sides(fact).map(one).collect()
    };
    let (long, place) = ("dpv:StorageDuration", "dpv:StorageLocation");
    let durations = condition(long, "dpv:hasDuration", retention);
    list(durations.into_iter().chain(condition(place, "dpv:hasLocation", region)))
}

/// What the network shows with every request.
fn network(fact: &NetworkFact) -> Value {
    let mut node = node("dpv:Process");
    node.insert("dct:title".into(), json!(fact.name));
    if fact.names_address() {
        node.insert("dpv:hasPersonalData".into(), described(&fact.name, &[ADDRESS]));
    }
    node.insert("gatefold:fate".into(), json!("gatefold:seen"));
    node.insert("dpv:hasLegalBasis".into(), json!(bases(&fact.basis)));
    node.insert("gatefold:basis".into(), list(basis(&fact.basis)));
    node.insert("gatefold:states".into(), list(stated("reason", &fact.reason, String::clone).into_iter()));
    Value::Object(node)
}

/// A category of data: below the terms of the items that carry it, or of the address that the network shows. Of what is in
/// neither there are the file's words alone, and no term is guessed from those.
fn data_of(category: &Category) -> Value {
    let terms = match category.fate() {
        Fate::Seen => vec![ADDRESS],
        Fate::Sent(items) => items.iter().flat_map(|item| kinds(*item)).collect(),
        Fate::NotSent => Vec::new(),
    };
    described(&category.name, &terms)
}

/// Personal data in the words of the file.
fn described(name: &str, terms: &[&str]) -> Value {
    let mut node = node("dpv:PersonalData");
    node.insert("dct:title".into(), json!(name));
    let terms: BTreeSet<&&str> = terms.iter().collect();
    if !terms.is_empty() {
        node.insert("skos:broader".into(), json!(terms));
    }
    Value::Object(node)
}

/// A category of data that no item carries.
fn not_carried(category: &Category) -> Value {
    let mut node = node("dpv:Process");
    node.insert("dpv:hasPersonalData".into(), data_of(category));
    let fate = if category.fate() == Fate::Seen { "gatefold:seen" } else { "gatefold:not_sent" };
    node.insert("gatefold:fate".into(), json!(fate));
    node.insert("gatefold:context".into(), json!(category.context));
    node.insert("gatefold:origin".into(), json!(category.source));
    necessity(&mut node, &category.necessity);
    Value::Object(sourced(node, category.assurance, &category.lines))
}

/// A row of what data may be used for.
fn purpose(vendor: &Vendor, row: &PurposeRow) -> Value {
    let mut node = node("dpv:Process");
    node.insert("dct:title".into(), json!(row.name));
    if let Some(term) = row.term {
        node.insert("dpv:hasPurpose".into(), json!(term.dpv()));
    }
    node.insert("dpv:hasLegalBasis".into(), json!(bases(&row.basis)));
    node.insert("gatefold:basis".into(), list(basis(&row.basis)));
    let named = |name: &String| vendor.policy().category.iter().find(|category| category.name == *name);
    let data = row.categories.iter().filter_map(named).map(data_of);
    node.insert("dpv:hasPersonalData".into(), list(data));
    node.insert("gatefold:context".into(), json!(row.context));
    if let Some(choice) = row.choice {
        node.insert("gatefold:choice".into(), json!(choice));
    }
    Value::Object(sourced(node, row.assurance, &row.lines))
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::vendor_files;
    use super::*;

    /// The terms of the personal data of each process of this title.
    fn terms(data: &Value, title: &str) -> Vec<Value> {
        let processes = data["dpv:hasProcess"].as_array().unwrap().iter();
        let of = processes.flat_map(|process| match &process["dpv:hasPersonalData"] {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        });
        of.filter(|data| data["dct:title"] == title).map(|data| data["skos:broader"].clone()).collect()
    }

    #[test]
    fn the_address_has_its_term_wherever_it_is_told() {
        for text in vendor_files() {
            let data = linked_data(&Vendor::parse(text).unwrap());
            assert_eq!(terms(&data, "IP address and time"), [json!(["pd:IPAddress"])]);
        }
        let arturia = linked_data(&Vendor::parse(vendor_files()[2]).unwrap());
        let told = terms(&arturia, "IP address");
        // Once as what is seen, and in each purpose that uses it.
        assert!(told.len() > 1 && told.iter().all(|terms| *terms == json!(["pd:IPAddress"])), "{told:?}");
    }
}
