//! The record of a yes, a no, a change, a withdrawal and an end: each field of ISO/IEC TS 27560 is in it, in the ledger and in the file
//! that the user keeps; and what the policy does not say stands there as silent.

use std::collections::BTreeMap;

use gatefold_client::{Clock, Gatefold, Home, Item, OpenOptions};
use gatefold_tests::{root_dir, write_next};
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::scene::Scene;

/// Of the record as a whole.
const HEADER: [&str; 6] =
    ["schema_version", "pii_principal_id", "privacy_notice", "purposes", "party_identification", "events"];
/// Beside what the standard names.
const OURS: [&str; 4] = ["vendor", "products", "sending", "seen_on_the_network"];
const NOTICE: [&str; 5] = ["title", "dated", "sha256", "effective_from", "shown"];
const PURPOSE: [&str; 18] = [
    "purpose",
    "reasons",
    "pii_information",
    "pii_controllers",
    "collection_method",
    "processing_method",
    "storage_locations",
    "processing_locations",
    "geographic_restrictions",
    "retention_period",
    "services",
    "jurisdictions",
    "recipient_third_parties",
    "withdrawal_method",
    "privacy_rights",
    "codes_of_conduct",
    "impact_assessment",
    "authority_party",
];
const REASON: [&str; 4] = ["purpose", "purpose_type", "lawful_basis", "assurance"];
const INFORMATION: [&str; 6] = [
    "pii_type",
    "pii_attribute_id",
    "words",
    "pii_optional",
    "sensitive_pii_category",
    "special_pii_category",
];
const PARTY: [&str; 5] = ["party_name", "party_address", "party_country", "party_contact", "party_role"];
const EVENT: [&str; 6] = ["event_time", "event_type", "event_state", "valid_until", "entity_id", "more"];

/// These members and no others, each with a value but for those that may have none.
fn has(what: &str, object: &Value, members: &[&str], may_be_null: &[&str]) {
    let names: Vec<&str> =
        object.as_object().unwrap_or_else(|| panic!("{what}: {object}")).keys().map(String::as_str).collect();
    let mut expected = members.to_vec();
    expected.sort_unstable();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "{what}");
    for name in names {
        assert!(!object[name].is_null() || may_be_null.contains(&name), "{what}: {name} has no value");
        assert_ne!(object[name], json!([]), "{what}: {name} says neither something nor that nothing is said");
    }
}

fn is_silent(value: &Value) -> bool {
    value["assurance"] == "silent"
}

/// Every field, whatever happened.
fn is_whole(event: &str, record: &Value, items: &[&str]) {
    has(event, record, &[&HEADER[..], &OURS].concat(), &["pii_principal_id"]);
    assert_eq!(record["schema_version"], "ISO/IEC TS 27560:2023");
    assert_eq!(record["pii_principal_id"], Value::Null, "nobody is named");
    has(event, &record["privacy_notice"], &NOTICE, &["shown"]);
    let shown = &record["privacy_notice"]["shown"];
    assert_eq!(
        shown.is_null(),
        !matches!(event, "granted" | "refused" | "added" | "sending"),
        "{event}: {shown}"
    );
    if !shown.is_null() {
        has(event, shown, &["text", "language", "sha256"], &[]);
        let text = shown["text"].as_str().unwrap();
        let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(text.as_bytes()));
        assert_eq!((&shown["language"], &shown["sha256"]), (&json!("en"), &json!(hash)));
        assert!(text.contains("your IP address and the time of the upload"), "{text}");
    }
    let network = &record["seen_on_the_network"];
    has(event, network, &["shows", "policy"], &[]);
    assert_eq!(network["shows"], json!(["IP address", "time of the upload"]));
    has(event, &network["policy"][0], &["name", "reason", "lawful_basis"], &[]);

    let purposes = record["purposes"].as_array().unwrap();
    let named: Vec<&str> =
        purposes.iter().map(|of| of["pii_information"]["pii_attribute_id"].as_str().unwrap()).collect();
    assert_eq!(named, items, "{event}");
    for purpose in purposes {
        has(event, purpose, &PURPOSE, &[]);
        has(event, &purpose["pii_information"], &INFORMATION, &[]);
        if !is_silent(&purpose["reasons"]) {
            has(event, &purpose["reasons"][0], &REASON, &[]);
        }
    }
    has(event, &record["party_identification"][0], &PARTY, &[]);
    assert_eq!(record["events"].as_array().unwrap().len(), 1);
    let told = &record["events"][0];
    let ends = matches!(event, "granted" | "added");
    has(event, told, &EVENT, if ends { &[] } else { &["valid_until", "more"] });
    let (kind, state) = match event {
        "granted" => ("explicit_consent", "given"),
        "refused" => ("explicit_consent", "refused"),
        "added" | "sending" => ("explicit_consent", "changed"),
        "in part" => ("withdrawal", "withdrawn_in_part"),
        "withdrawn" => ("withdrawal", "withdrawn"),
        _ => ("expiry", "expired"),
    };
    assert_eq!((&told["event_type"], &told["event_state"]), (&json!(kind), &json!(state)), "{event}");
}

const ALL: [&str; 3] = ["usage_frequency", "title_version", "daw"];

#[test]
fn each_field_stands_in_each_record_in_the_ledger_and_in_the_file() {
    let scene = Scene::new();
    let file = scene.sandbox.vendor_file();
    scene.cli.json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
    refuse(&scene);
    scene.cli.json(["usage", "grant", "usage_frequency", "--yes"]);
    scene.cli.json(["usage", "grant", "daw", "--yes"]);
    scene.cli.json(["usage", "weekly", "on", "--yes"]);
    scene.cli.json(["usage", "withdraw", "--item", "daw"]);
    scene.note(1);
    scene.send();
    scene.cli.json(["usage", "withdraw"]);
    scene.cli.json(["usage", "grant", "--yes"]);
    let over = Timestamp::now() + (24 * 367).hours();
    let status = scene.cli.clone().env("GATEFOLD_TEST_NOW", over.to_string()).json(["usage", "status"]);
    assert_eq!(status["state"], "expired");

    let file = scene.home.path().join("records.json");
    scene.cli.json(["usage", "export", file.to_str().unwrap(), "--yes"]);
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let (known, kept) = (status["records"].as_array().unwrap(), kept["records"].as_array().unwrap());
    let two = ["usage_frequency", "daw"];
    let told: [(&str, &[&str]); 8] = [
        ("refused", &["title_version"]),
        ("granted", &["usage_frequency"]),
        ("added", &two),
        ("sending", &two),
        ("in part", &ALL),
        ("withdrawn", &ALL),
        ("granted", &ALL),
        ("expired", &ALL),
    ];
    assert_eq!((known.len(), kept.len()), (told.len(), told.len()), "{status}");
    for (((event, items), known), kept) in told.into_iter().zip(known).zip(kept) {
        is_whole(event, &known["record"], items);
        has(event, kept, &["id", "at", "event", "vendor", "root_key", "purpose", "record"], &[]);
        assert_eq!(kept["record"], known["record"], "{event}: the file has what the ledger has");
    }
    let gone = &known[5]["record"]["events"][0]["more"]["sent_before"];
    assert_eq!(gone.as_array().map(Vec::len), Some(1), "what had gone: {gone}");
}

/// The user reads it and says no; the window does this.
fn refuse(scene: &Scene) {
    let options = OpenOptions::of_environment(Home::at(scene.home.path()), Clock::system()).unwrap();
    let mut gatefold = Gatefold::open(options).unwrap();
    let vendor = gatefold.vendors().unwrap().remove(0);
    let prepared = gatefold.plan_grant(vendor, &[Item::TitleVersion]).unwrap();
    gatefold.refuse_usage(&prepared).unwrap();
}

/// A policy that says as little as one can.
#[test]
fn what_the_policy_does_not_say_stands_there_as_silent() {
    let scene = Scene::new();
    let silent = scene.home.path().join("silent.toml");
    write_next(&scene.sandbox.vendor_file(), &silent, |text| {
        let gone =
            ["address = ", "country = ", "authority = ", "region = ", "retention = ", "effective_from = "];
        let mut kept: Vec<String> = text
            .lines()
            .filter(|line| !gone.iter().any(|gone| line.starts_with(gone)))
            .map(str::to_owned)
            .collect();
        // Of the item no reason is left.
        let item = kept.iter().position(|line| line == "id = \"usage_frequency\"").unwrap();
        let reason = item + kept[item..].iter().position(|line| line == "[[item.reason]]").unwrap();
        let end = reason + kept[reason..].iter().position(|line| line.is_empty()).unwrap();
        kept.drain(reason..end);
        let network = kept.iter().position(|line| line == "[[network]]").unwrap();
        let says = network + kept[network..].iter().position(|line| line.starts_with("reason = ")).unwrap();
        kept.remove(says);
        kept.join("\n") + "\n"
    });
    let cli = scene.cli.clone().vendor(&silent);
    cli.json(["usage", "grant", "usage_frequency", "--yes"]);
    let status = cli.json(["usage", "status"]);
    let record = &status["records"][0]["record"];
    is_whole("granted", record, &["usage_frequency"]);
    let silent: BTreeMap<&str, &Value> = [
        ("effective_from", &record["privacy_notice"]["effective_from"]),
        ("network", &record["seen_on_the_network"]["policy"][0]["reason"]),
        ("address", &record["party_identification"][0]["party_address"]),
        ("country", &record["party_identification"][0]["party_country"]),
    ]
    .into();
    for (what, value) in silent {
        assert!(is_silent(value), "{what}: {value}");
    }
    let of_item = [
        "reasons",
        "storage_locations",
        "retention_period",
        "jurisdictions",
        "recipient_third_parties",
        "authority_party",
        "processing_method",
        "processing_locations",
        "geographic_restrictions",
        "codes_of_conduct",
        "impact_assessment",
    ];
    for what in of_item {
        assert!(is_silent(&record["purposes"][0][what]), "{what}: {}", record["purposes"][0][what]);
    }
    // And in the words that were agreed to.
    let text = record["privacy_notice"]["shown"]["text"].as_str().unwrap();
    for words in ["the policy gives no reason", "Kept: the policy does not say", "the policy names none"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// Each has its line in the description of the format.
#[test]
fn each_field_is_described() {
    let page = std::fs::read_to_string(root_dir().join("docs/formats/consent-records.md")).unwrap();
    let all = [&HEADER[..], &OURS, &NOTICE, &PURPOSE, &REASON, &INFORMATION, &PARTY, &EVENT];
    for field in all.concat() {
        assert!(page.contains(&format!("`{field}`")), "{field}");
    }
}
