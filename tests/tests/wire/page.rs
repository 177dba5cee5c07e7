//! The vendor's page against everything else, for every vendor of the table: what it says was sent is what the wire and the
//! ledger have, and of this computer nothing but what the table lets through.

use std::collections::{BTreeMap, BTreeSet};

use gatefold_disclosure::{Item, Kind, Purpose};
use gatefold_tests::vendor;
use serde_json::Value;

use crate::scene::Scene;
use crate::table::Row;

/// Everything that was sent so far, item by item: the page, the ledger, the wire, the manifest and the table agree.
pub(crate) fn assert_page_agrees(scene: &Scene, row: &Row) {
    let manifest = vendor(row.vendor);
    let page = scene.cli.json(["vendor", "show"]);
    let ledger = scene.cli.json(["ledger", "list", "--limit", "1000"]);
    let ledger: Vec<&Value> = ledger["entries"].as_array().unwrap().iter().collect();
    assert_eq!(ledger.len(), scene.tap.seen().len(), "{}: each request has its line", row.vendor);

    let mut counted: BTreeMap<Item, (u64, i64)> = BTreeMap::new();
    for entry in &ledger {
        let purpose: Purpose = entry["purpose"].as_str().unwrap().parse().unwrap();
        let id = entry["id"].as_i64().unwrap();
        for item in items(&entry["items"]) {
            assert!(manifest.allows(purpose, item), "{}: {item} with {purpose}", row.vendor);
            let (times, last) = counted.entry(item).or_default();
            (*times, *last) = (*times + 1, id.max(*last));
        }
    }
    let sent = &page["sent"];
    let told: BTreeMap<Item, (u64, i64)> = sent["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| (item(&of["item"]), (of["times"].as_u64().unwrap(), of["entry"].as_i64().unwrap())))
        .collect();
    assert_eq!(told, counted, "{}: page and ledger", row.vendor);

    let of_computer = |items: &mut dyn Iterator<Item = Item>| -> BTreeSet<Item> {
        items.filter(|item| item.entry().kind == Kind::Machine).collect()
    };
    let mut expect: BTreeSet<Item> = row.computer.iter().copied().collect();
    if row.name_is_typed {
        expect.insert(Item::DeviceName);
    }
    assert_eq!(of_computer(&mut told.into_keys()), expect, "{}: page and table", row.vendor);
    let declared = page["manifest"]["item"].as_array().unwrap().iter().map(|rule| item(&rule["id"]));
    assert_eq!(of_computer(&mut declared.into_iter()), expect, "{}: file and table", row.vendor);

    let year = &sent["past_year"];
    assert_eq!(year["requests"], ledger.len(), "{}", row.vendor);
    let wire: usize = scene.tap.seen().iter().map(|seen| seen.request.len()).sum();
    assert_eq!(year["request_bytes"], wire, "{}: page and wire", row.vendor);
    let categories = year["categories"].as_array().unwrap();
    let computer = categories.iter().find(|of| of["category"] == "machine");
    assert_eq!(computer.map(|of| items(&of["items"])).unwrap_or_default(), expect, "{}", row.vendor);
    assert_eq!(sent["last_entry"], ledger.last().unwrap()["id"], "{}", row.vendor);
}

fn items(list: &Value) -> BTreeSet<Item> {
    list.as_array().unwrap().iter().map(item).collect()
}

fn item(name: &Value) -> Item {
    name.as_str().unwrap().parse().unwrap()
}
