//! PRIVACY.md's columns "where it stands" and "sent for" against the golden files: the catalogue says where an item stands,
//! a purpose what it can carry, and both are what the wire shows, no more and no less.

use std::collections::BTreeSet;

use gatefold_disclosure::{CATALOGUE, Item, Purpose};
use gatefold_tests::root_dir;
use serde_json::Value;

/// An item and where it stands.
type Place = (Item, String);

#[test]
fn the_catalogue_says_where_an_item_stands() {
    let found: BTreeSet<Place> = golden().into_iter().flat_map(|(_, places)| places).collect();
    let said: BTreeSet<Place> = CATALOGUE
        .iter()
        .flat_map(|entry| entry.wire.iter().map(|place| (entry.item, (*place).to_owned())))
        .collect();
    assert_eq!(said, found);
}

#[test]
fn a_purpose_says_what_it_can_carry() {
    for purpose in Purpose::all() {
        let files = golden().into_iter().filter(|(of, _)| *of == purpose);
        let mut found: BTreeSet<Item> = files.flat_map(|(_, places)| places).map(|(item, _)| item).collect();
        if found.contains(&Item::LicenseKey) && purpose != Purpose::CheckKey {
            // The same request by the sign-in: `Bearer` stands where `License` does.
            found.insert(Item::Token);
        }
        assert_eq!(purpose.items().iter().copied().collect::<BTreeSet<_>>(), found, "{purpose}");
    }
}

/// Each golden file's purpose and places.
fn golden() -> Vec<(Purpose, BTreeSet<Place>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(root_dir().join("tests/wire")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "http") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().split_once('-').unwrap().1.to_owned();
        all.push((purpose_of(&name), places(&std::fs::read_to_string(&path).unwrap())));
    }
    assert!(all.len() > 10, "{}", all.len());
    all
}

fn purpose_of(name: &str) -> Purpose {
    match name {
        "check-key" | "policy" => Purpose::CheckKey,
        "delete-machine" => Purpose::Release,
        "rename-machine" => Purpose::Rename,
        "seats" => Purpose::Seats,
        "sign-out" => Purpose::SignOut,
        "register" => Purpose::Register,
        "usage" | "usage-seen" => Purpose::Usage,
        "erase-usage" => Purpose::EraseUsage,
        "trial" => Purpose::Trial,
        "ask-transfer" | "transfer" => Purpose::Transfer,
        name if name.starts_with("library") => Purpose::Library,
        name if name.starts_with("sign-in") => Purpose::SignIn,
        name if name.starts_with("refresh-") => Purpose::Refresh,
        "create-machine" | "create-machine-named" | "find-machine" | "check-out" | "check-out-until" => {
            Purpose::Activate
        }
        name => panic!("what is {name} for?"),
    }
}

fn places(request: &str) -> BTreeSet<Place> {
    let (head, body) = request.split_once("\r\n\r\n").or_else(|| request.split_once("\n\n")).unwrap();
    let mut lines = head.lines();
    let target = lines.next().unwrap().split(' ').nth(1).unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut found = BTreeSet::new();
    let mut add = |text: &str, place: &str| {
        found.extend(named(text).into_iter().map(|item| (item, place.to_owned())));
    };
    add(path, "path");
    for (name, value) in query.split('&').filter_map(|member| member.split_once('=')) {
        add(value, &format!("?{name}="));
    }
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        if ["host", "content-length"].contains(&name) {
            continue;
        }
        let scheme = value.split(' ').next().unwrap();
        add(value, &format!("{name}: {scheme}"));
    }
    if !body.trim().is_empty() {
        // A number's name stands without quotes.
        let quoted = body.replace(":‹", ":\"‹").replace("›,", "›\",").replace("›}", "›\"}");
        walk(&serde_json::from_str(&quoted).unwrap(), "", &mut add);
    }
    found
}

fn walk(value: &Value, place: &str, add: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => add(text, place.trim_start_matches('.')),
        // An attribute of OTLP is called by its key, a number by its metric, a point's times by themselves.
        Value::Object(members) if members.contains_key("key") && members.contains_key("value") => {
            let name = members["key"].as_str().unwrap();
            walk(&members["value"]["stringValue"], &format!("attribute {name}"), add);
        }
        Value::Object(members) if members.contains_key("unit") => {
            let name = members["name"].as_str().unwrap();
            members.values().for_each(|value| walk(value, &format!("metric {name}"), add));
        }
        Value::Object(members) if members.contains_key("asInt") => {
            let metric = place.strip_suffix(".dataPoints").unwrap();
            for (name, value) in members {
                walk(value, if name == "asInt" { metric } else { name }, add);
            }
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| walk(value, &format!("{place}.{name}"), add));
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, place, add)),
        _ => {}
    }
}

/// The items that a golden file names in a text: `‹item item›`, or `[secret Label]`.
fn named(text: &str) -> Vec<Item> {
    let between = |open: &str, close: &str| -> Vec<String> {
        let parts = text.split(open).skip(1);
        parts.map(|part| part.split(close).next().unwrap().to_owned()).collect()
    };
    let items = between("‹", "›");
    let mut found: Vec<Item> =
        items.iter().flat_map(|names| names.split(' ')).map(|name| name.parse().unwrap()).collect();
    for label in between("[secret ", "]") {
        match label.as_str() {
            "E-mail and password" => found.extend([Item::AccountEmail, Item::Password]),
            label => {
                found.extend(CATALOGUE.iter().find(|entry| entry.label == label).map(|entry| entry.item))
            }
        }
    }
    assert_eq!(found.is_empty(), items.is_empty() && !text.contains("[secret "), "{text}");
    found
}
