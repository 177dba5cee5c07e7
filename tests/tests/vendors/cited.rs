//! What a vendor file cites, and the policies themselves, where they are at hand.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;

use gatefold_tests::{EXAMPLES, root_dir, vendor_text};
use sha2::{Digest as _, Sha256};
use toml::Value;

/// An example's file.
pub(crate) fn example(id: &str) -> toml::Table {
    vendor_text(id).parse().unwrap()
}

/// Every number under a member `lines` or `or_lines`, with its place.
pub(crate) fn cite(value: &Value, place: &str, cited: &mut Vec<(String, usize)>) {
    match value {
        Value::Table(table) => {
            for (name, value) in table {
                let place = format!("{place}.{name}");
                match value {
                    Value::Array(numbers) if name == "lines" || name == "or_lines" => {
                        let number = |number: &Value| usize::try_from(number.as_integer().unwrap()).unwrap();
                        cited.extend(numbers.iter().map(|found| (place.clone(), number(found))));
                    }
                    _ => cite(value, &place, cited),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| cite(value, place, cited)),
        _ => {}
    }
}

/// The numbers of the lines that an example cites, each once.
pub(crate) fn cited(id: &str) -> BTreeSet<usize> {
    let mut found = Vec::new();
    cite(&Value::Table(example(id)), id, &mut found);
    found.into_iter().map(|(_, number)| number).collect()
}

pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The texts of the policies, as they were hashed: they are no part of this repository. `GATEFOLD_POLICIES` names their
/// folder, or they lie beside the checkout. Without them a test says so and passes.
pub(crate) fn policies() -> Option<Vec<(&'static str, String)>> {
    let beside = || root_dir().join("../shared/seeds");
    let folder = std::env::var_os("GATEFOLD_POLICIES").map_or_else(beside, PathBuf::from);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        say(&format!("SKIPPED: no policies in {} (GATEFOLD_POLICIES names their folder)", folder.display()));
        return None;
    };
    let texts: Vec<Vec<u8>> = entries.filter_map(|entry| std::fs::read(entry.unwrap().path()).ok()).collect();
    let of = |id: &'static str| {
        let wanted = example(id)["policy"]["sha256"].as_str().unwrap().to_owned();
        let text = texts.iter().find(|text| sha256(text) == wanted);
        let text =
            text.unwrap_or_else(|| panic!("{}: no text with the hash of {id}'s policy", folder.display()));
        (id, String::from_utf8(text.clone()).unwrap())
    };
    Some(EXAMPLES.into_iter().map(of).collect())
}

/// Not `eprintln`, which a passing test keeps to itself.
pub(crate) fn say(words: &str) {
    std::io::stderr().write_all(format!("{words}\n").as_bytes()).unwrap();
}
