//! Two bundles beside each other: what differs in what they say, and in what is wrong.
//!
//! Pseudonyms are each bundle's own: `host-1` of one need not be `host-1` of the other, so they are compared by their kind alone.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::Value;

use super::contents::shown;
use super::open::Opened;
use super::visible::line;
use crate::formats::Part;
use crate::{DiagnosticsError, Kind};

/// Something that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    /// The file.
    pub file: String,
    /// The place in it, as in `entries.0.standing`; empty where it is the whole file.
    pub place: String,
    /// What the first says; none where it says nothing.
    pub before: Option<String>,
    /// What the second says.
    pub after: Option<String>,
}

/// More differences are not listed.
const MOST: usize = 2_000;

/// What differs between two bundles. Logs are told apart by what is wrong in them alone.
///
/// # Errors
/// [`DiagnosticsError::Excessive`], [`DiagnosticsError::NotABundle`].
pub fn compare(before: &Opened, after: &Opened) -> Result<Vec<Changed>, DiagnosticsError> {
    let mut changed = of_findings(before, after);
    let names: BTreeSet<&String> = before.names().iter().chain(after.names()).collect();
    let kinds: Vec<&str> = Kind::ALL.into_iter().map(Kind::as_str).collect();
    let pseudonym = Regex::new(&format!(r"\b({})-[0-9]+\b", kinds.join("|")));
    let pseudonym = pseudonym.map_err(|error| DiagnosticsError::Unsearchable(error.to_string()))?;
    for name in names.into_iter().filter(|name| is_compared(name)) {
        let (one, other) = (members(before, name)?, members(after, name)?);
        let places: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
        for place in places {
            let (one, other) = (one.get(place), other.get(place));
            let plain =
                |text: Option<&String>| text.map(|text| pseudonym.replace_all(text, "$1").into_owned());
            if plain(one) != plain(other) && changed.len() < MOST {
                changed.push(Changed {
                    file: name.clone(),
                    place: place.clone(),
                    before: one.cloned(),
                    after: other.cloned(),
                });
            }
        }
    }
    Ok(changed)
}

/// What is said to be wrong in one alone.
fn of_findings(before: &Opened, after: &Opened) -> Vec<Changed> {
    let words = |opened: &Opened| -> BTreeMap<String, String> {
        opened.findings().into_iter().map(|finding| (finding.code, finding.words)).collect()
    };
    let (one, other) = (words(before), words(after));
    let codes: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    codes
        .into_iter()
        .filter(|code| one.contains_key(*code) != other.contains_key(*code))
        .map(|code| Changed {
            file: "findings".to_owned(),
            place: code.clone(),
            before: one.get(code).cloned(),
            after: other.get(code).cloned(),
        })
        .collect()
}

/// The manifest differs always, the report with what it is made of, the log with every line.
fn is_compared(name: &str) -> bool {
    !matches!(Part::of_file(name), None | Some(Part::Log | Part::Note))
}

/// Each value of a file by its place.
fn members(opened: &Opened, name: &str) -> Result<BTreeMap<String, String>, DiagnosticsError> {
    let mut flat = BTreeMap::new();
    if opened.names().iter().any(|known| known == name) {
        let mut bytes = Vec::new();
        opened.unpack(name, &mut |piece| bytes.extend_from_slice(piece))?;
        if let Ok(value) = serde_json::from_slice::<Value>(&bytes) {
            flatten(String::new(), &shown(value), &mut flat);
        }
    }
    Ok(flat)
}

fn flatten(place: String, value: &Value, flat: &mut BTreeMap<String, String>) {
    let within = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| flatten(within(name), value, flat)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| flatten(within(&index.to_string()), value, flat));
        }
        Value::String(text) => drop(flat.insert(place, line(text))),
        plain => drop(flat.insert(place, plain.to_string())),
    }
}
