//! A vendor's page as linked data: read whole by a JSON-LD library that is not ours, without anything being fetched, in
//! terms that the W3C Data Privacy Vocabulary 2.3 has; and it tells of the items what the vendor's file declares.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};

use gatefold_disclosure::Item;
use gatefold_disclosure::vendor::{Basis, Fact, Reason};
use gatefold_tests::{Cli, VENDORS, root_dir, tool, vendor};
use serde_json::{Value, json};

/// What of the vocabulary we use, by the name of its part.
const VOCABULARY: &[(&str, &[&str])] = &[
    (
        "https://w3id.org/dpv#",
        &[
            "CustomerCare",
            "DataController",
            "DirectMarketing",
            "FraudPreventionAndDetection",
            "HashMessageAuthenticationCode",
            "ImproveExistingProductsAndServices",
            "LegalCompliance",
            "Optional",
            "PersonalData",
            "PrivacyNotice",
            "Process",
            "PseudonymisedData",
            "Recipient",
            "RecordManagement",
            "RepairImpairments",
            "RequestedServiceProvision",
            "Required",
            "Right",
            "ServicePersonalisation",
            "ServiceUsageAnalytics",
            "StorageDuration",
            "StorageLocation",
            "hasAddress",
            "hasContact",
            "hasDataController",
            "hasDuration",
            "hasLegalBasis",
            "hasLocation",
            "hasName",
            "hasNecessity",
            "hasPersonalData",
            "hasProcess",
            "hasPurpose",
            "hasRecipient",
            "hasRight",
            "hasStorageCondition",
            "hasTechnicalMeasure",
        ],
    ),
    (
        "https://w3id.org/dpv/pd#",
        &[
            "Authenticating",
            "DeviceApplications",
            "DeviceBased",
            "DeviceOperatingSystem",
            "DeviceSoftware",
            "EmailAddress",
            "IPAddress",
            "ServiceConsumptionBehaviour",
            "UID",
        ],
    ),
    (
        "https://w3id.org/dpv/legal/eu/gdpr#",
        &[
            "A15",
            "A16",
            "A17",
            "A18",
            "A20",
            "A21",
            "A6-1-a",
            "A6-1-b-contract-performance",
            "A6-1-c",
            "A6-1-f-controller",
            "A7-3",
            "A77",
        ],
    ),
    ("https://w3id.org/dpv/legal/us#", &["law-CA-CCPA"]),
];

#[test]
fn a_library_that_is_not_ours_reads_it_whole() {
    if tool("vendors::linked_data", "node").is_none() {
        return;
    }
    let known: BTreeSet<String> = VOCABULARY
        .iter()
        .flat_map(|(part, terms)| terms.iter().map(move |term| format!("{part}{term}")))
        .collect();
    let mut used = BTreeSet::new();
    for id in VENDORS {
        let read = read_by_library(id);
        assert!(read["quads"].as_u64().unwrap() > 200, "{id}: {read}");
        for term in read["terms"].as_array().unwrap() {
            let term = term.as_str().unwrap();
            let ours = term.starts_with("urn:gatefold:terms:") || term.starts_with("urn:sha256:");
            let general = ["http://purl.org/dc/terms/", "http://www.w3.org/"];
            let general = general.iter().any(|part| term.starts_with(part));
            assert!(ours || general || known.contains(term), "{id}: {term} is no term of the vocabulary");
            used.insert(term.to_owned());
        }
        let told: BTreeMap<String, Vec<String>> =
            read["items"].as_array().unwrap().iter().map(told).collect();
        let declared: BTreeMap<String, Vec<String>> = vendor(id)
            .items()
            .iter()
            .map(|rule| (rule.id.id().to_owned(), rule.when.iter().map(ToString::to_string).collect()))
            .collect();
        assert_eq!(told, declared, "{id}");
        assert_eq!(in_any_order(read["reasons"].as_array().unwrap().clone()), declared_reasons(id), "{id}");
    }
    let idle: Vec<&String> = known.difference(&used).collect();
    assert!(idle.is_empty(), "no vendor uses {idle:?}");
}

/// What the vendor's file says of why each item is wanted: each purpose with its lines, and its basis with the lines of that.
fn declared_reasons(id: &str) -> Vec<String> {
    let basis = |fact: &Fact<Basis>| {
        let sides = [(fact.is, &fact.lines), (fact.other, &fact.or_lines)];
        let sides = sides.into_iter().filter_map(|(basis, lines)| Some(json!([basis?.dpv(), lines])));
        sides.collect::<Vec<Value>>()
    };
    let vendor = vendor(id);
    let reasons = vendor.items().iter().flat_map(|rule| rule.reason.iter().map(|reason| (rule.id, reason)));
    let told = |(item, reason): (Item, &Reason)| json!({ "item": item.id(), "purpose": reason.term.dpv(), "lines": reason.lines, "basis": basis(&reason.basis) });
    in_any_order(reasons.map(told).collect())
}

fn in_any_order(told: Vec<Value>) -> Vec<String> {
    let mut told: Vec<String> = told.iter().map(Value::to_string).collect();
    told.sort_unstable();
    told
}

/// An item, and with what it is sent.
fn told(item: &Value) -> (String, Vec<String>) {
    let mut words = item.as_array().unwrap().iter().map(|word| {
        let word = word.as_str().unwrap().strip_prefix("gatefold:").unwrap();
        word.strip_prefix("item_").unwrap_or(word).to_owned()
    });
    (words.next().unwrap(), words.collect())
}

fn read_by_library(id: &str) -> Value {
    let home = tempfile::tempdir().unwrap();
    let file = root_dir().join("vendors").join(id).join("vendor.toml");
    let shown = Cli::new(home.path()).run(["vendor", "show", file.to_str().unwrap(), "--json-ld"]);
    assert_eq!((shown.code(), shown.stderr.as_str()), (Some(0), ""), "{shown:?}");
    let mut node = Command::new("node")
        .arg(root_dir().join("ui/tests/jsonld.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(&shown.stdout).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "{id}: the library refused it");
    serde_json::from_slice(&output.stdout).unwrap()
}
