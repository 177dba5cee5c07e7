//! What differs between two versions of a vendor file, member by member, for people and for programs.
//!
//! It compares the files as they are written, so a member that a later format brings is compared unasked. It refuses to
//! call a difference what promises nothing else: the version and its date, and the lines that a fact cites.

use std::collections::BTreeSet;

use serde::{Deserialize as _, Serialize};
use serde_json::{Map, Value, json};

use super::called::Names;
use super::weight::weighs;
use super::words::counted;
use super::{Assurance, Binding, Clock, NoticeOfChanges, Vendor};
use crate::purpose::Purpose;

/// What became of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It is no longer there.
    Removed,
    /// It says something else.
    Changed,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Where it stands: members joined by dots, an entry of a list by its own name (`item.daw.retention`).
    pub at: String,
    /// What a user calls it, as in `DAW: kept`.
    pub what: String,
    /// What became of it.
    pub kind: ChangeKind,
    /// What the older file says there; none if it was added.
    pub before: Option<Value>,
    /// What the newer file says there; none if it was removed.
    pub after: Option<Value>,
    /// Whether it weighs on the user: more is asked, reached or shared than before, or less is promised.
    pub weighs: bool,
}

impl Change {
    /// What the older file says there, on one line.
    pub fn before_words(&self) -> Option<String> {
        self.before.as_ref().map(|value| self.with_unit(value))
    }

    /// What the newer file says there, on one line.
    pub fn after_words(&self) -> Option<String> {
        self.after.as_ref().map(|value| self.with_unit(value))
    }

    /// A bare number is a number of something, which its member's name says.
    fn with_unit(&self, value: &Value) -> String {
        let text = match self.at.ends_with(".when") {
            true => purposes(value),
            false => words(value),
        };
        if text == SILENCE && self.at.ends_with(".necessity") {
            return format!("{text}, so it is required");
        }
        let number = text.split(' ').next().unwrap_or_default();
        let Ok(count) = number.parse::<u32>() else { return text };
        match self.at.rsplit('.').next() {
            Some("trial_days" | "after_days") => text.replacen(number, &counted(count, "day"), 1),
            Some("days") => text.replacen(number, &NoticeOfChanges::words(count), 1),
            Some("age_years" | "inactive_years") => text.replacen(number, &counted(count, "year"), 1),
            _ => text,
        }
    }
}

/// What differs from `old` to `new`, what weighs on the user first, else in the order of the file's members.
pub fn difference(old: &Vendor, new: &Vendor) -> Vec<Change> {
    let tree = |vendor: &Vendor| serde_json::to_value(vendor).unwrap_or_default();
    let (before, after) = (tree(old), tree(new));
    let mut walk = Walk { names: Names::of(old, new), changes: Vec::new() };
    walk.compare(&mut Vec::new(), &before, &after);
    // Stable: the file's order stays within both halves.
    walk.changes.sort_by_key(|change| !change.weighs);
    // Before all else: it decides which license files plug-ins take, and whether there are seats.
    let rebound = (old.binding() != new.binding()).then(|| rebound(old.binding(), new.binding()));
    rebound.into_iter().chain(walk.changes).collect()
}

/// It follows from the items, and no member says it.
fn rebound(old: Binding, new: Binding) -> Change {
    let to = |binding| match binding {
        Binding::Machine => Value::from("this computer"),
        Binding::Account => Value::from("the account"),
    };
    Change {
        at: "binding".to_owned(),
        what: "Licenses are bound to".to_owned(),
        kind: ChangeKind::Changed,
        before: Some(to(old)),
        after: Some(to(new)),
        weighs: true,
    }
}

/// Whether a member promises nothing: what the file is, how new a product is, where a fact stands in a text. Judged by its
/// place, because a file chooses some names itself: a server may be called `lines`.
fn is_silent(path: &[String], name: &str) -> bool {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => matches!(name, "format" | "version" | "date" | "root_key"),
        ["product", _] => name == "version",
        ["item", _] => name == "since" || is_source(name),
        ["endpoint" | "link"] | ["policy", "recipient"] => false,
        [.., list] if NAMED_BY.iter().any(|(name, _)| name == list) => false,
        _ => is_source(name),
    }
}

/// Whether a member says where a fact stands in the policy's text.
fn is_source(name: &str) -> bool {
    name == "lines" || name == "or_lines"
}

/// Lists of tables, and the member that names an entry.
const NAMED_BY: &[(&str, &str)] = &[
    ("issuer", "public_key"),
    ("product", "id"),
    ("item", "id"),
    ("reason", "term"),
    ("network", "name"),
    ("contact", "value"),
    ("right", "kind"),
    ("category", "name"),
    ("purpose", "name"),
    ("statement", "about"),
];

/// Lists that say nothing where they are empty: of what they were about anything may hold now.
const SILENT_IF_EMPTY: &[&str] = &["reason", "recipients", "context", "categories"];

struct Walk {
    names: Names,
    changes: Vec<Change>,
}

impl Walk {
    fn compare(&mut self, path: &mut Vec<String>, before: &Value, after: &Value) {
        match (before, after) {
            _ if same(path, before, after) => {}
            // A table or list that is new or gone is that of each of its members; an entry is one thing.
            (Value::Object(old), Value::Object(new)) if !is_fact(old) && !is_fact(new) => {
                self.members(path, old, new);
            }
            (Value::Object(old), Value::Null) if !is_fact(old) && !is_entry(path) => {
                self.members(path, old, &Map::new());
            }
            (Value::Null, Value::Object(new)) if !is_fact(new) && !is_entry(path) => {
                self.members(path, &Map::new(), new);
            }
            (Value::Array(old), Value::Array(new)) => self.lists(path, old, new),
            (Value::Array(old), Value::Null) if is_list_of_entries(path) => self.lists(path, old, &[]),
            (Value::Null, Value::Array(new)) if is_list_of_entries(path) => self.lists(path, &[], new),
            _ if is_nothing(before) => self.push(path, None, Some(after)),
            // To be silent on what one spoke of is to say something else.
            (Value::Object(old), _) if is_fact(old) && is_nothing(after) => {
                self.push(path, Some(before), Some(&json!({ "assurance": "silent" })));
            }
            _ if is_nothing(after) => self.push(path, Some(before), None),
            _ => self.push(path, Some(before), Some(after)),
        }
    }

    fn members(&mut self, path: &mut Vec<String>, old: &Map<String, Value>, new: &Map<String, Value>) {
        let removed = old.keys().filter(|name| !new.contains_key(*name));
        let names: Vec<&String> = new.keys().chain(removed).collect();
        for name in names {
            if is_silent(path, name) {
                continue;
            }
            let of = |members: &Map<String, Value>| members.get(name).cloned().unwrap_or_default();
            path.push(name.clone());
            self.compare(path, &of(old), &of(new));
            path.pop();
        }
    }

    fn lists(&mut self, path: &mut Vec<String>, old: &[Value], new: &[Value]) {
        let list = path.last().map(String::as_str).unwrap_or_default();
        if new.is_empty() && !old.is_empty() && SILENT_IF_EMPTY.contains(&list) {
            return self.push(path, Some(&old.into()), Some(&json!([])));
        }
        if let Some((_, by)) = NAMED_BY.iter().find(|(name, _)| *name == list) {
            let order = (names_in_both(old, new, by), names_in_both(new, old, by));
            if list == "issuer" && order.0 != order.1 {
                // The first that is in force is the one that is asked.
                self.push(path, Some(&order.0.into()), Some(&order.1.into()));
            }
            let (old, new) = (by_name(old, by), by_name(new, by));
            return self.members(path, &old, &new);
        }
        let gone = |these: &[Value], those: &[Value]| -> Vec<Value> {
            these.iter().filter(|value| !those.contains(value)).cloned().collect()
        };
        let (removed, added) = (gone(old, new), gone(new, old));
        if removed.is_empty() && added.is_empty() {
            // The same in another order; the first host is the one that is asked.
            return self.push(path, Some(&old.into()), Some(&new.into()));
        }
        if !added.is_empty() {
            self.push(path, None, Some(&added.into()));
        }
        if !removed.is_empty() {
            self.push(path, Some(&removed.into()), None);
        }
    }

    fn push(&mut self, path: &[String], before: Option<&Value>, after: Option<&Value>) {
        let kind = match (before, after) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Changed,
        };
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let said = |value: &Value| match parts.as_slice() {
            ["item", _, "recipients"] => self.names.recipients(value),
            _ => value.clone(),
        };
        let (was, is) = (before.map(said), after.map(said));
        self.changes.push(Change {
            at: path.join("."),
            what: self.names.called(&parts),
            kind,
            before: was,
            after: is,
            weighs: weighs(&parts, kind, before, after),
        });
    }
}

/// The names of the entries of a list that another has too, in its order.
fn names_in_both(list: &[Value], other: &[Value], by: &str) -> Vec<Value> {
    let is_there = |name: &Value| other.iter().any(|entry| entry[by] == *name);
    list.iter().map(|entry| entry[by].clone()).filter(is_there).collect()
}

/// The entries of a list by name; a name that comes again is counted.
fn by_name(list: &[Value], by: &str) -> Map<String, Value> {
    let mut named = Map::new();
    for entry in list {
        let name = entry[by].as_str().unwrap_or_default();
        let mut key = name.to_owned();
        for count in 2.. {
            if !named.contains_key(&key) {
                break;
            }
            key = format!("{name} {count}");
        }
        named.insert(key, entry.clone());
    }
    named
}

fn is_fact(members: &Map<String, Value>) -> bool {
    let is_assurance = |word: &str| matches!(word, "stated" | "inferred" | "silent" | "contradictory");
    // Recipients, rights, reasons and fields of a registration have an assurance beside members of their own.
    members.get("assurance").and_then(Value::as_str).is_some_and(is_assurance)
        && !["name", "kind", "term", "fields"].iter().any(|own| members.contains_key(*own))
}

/// A member that says nothing: absent, empty, or a fact on which the policy is silent.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(members) if is_fact(members) => members["assurance"] == "silent",
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Whether a path leads to a list of tables that have names.
fn is_list_of_entries(path: &[String]) -> bool {
    path.last().is_some_and(|list| NAMED_BY.iter().any(|(name, _)| name == list))
}

/// Whether a path leads to an entry that has a name, as in a list of tables.
fn is_entry(path: &[String]) -> bool {
    let list = path.len().checked_sub(2).and_then(|list| path.get(list)).map(String::as_str);
    list.is_some_and(|list| list == "recipient" || NAMED_BY.iter().any(|(name, _)| *name == list))
}

/// Whether both say the same, wherever in the policy's text they say so.
fn same(path: &[String], before: &Value, after: &Value) -> bool {
    match (before, after) {
        _ if is_nothing(before) || is_nothing(after) => is_nothing(before) && is_nothing(after),
        (Value::Object(old), Value::Object(new)) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            names.into_iter().filter(|name| !is_silent(path, name)).all(|name| {
                let of = |members: &Map<String, Value>| members.get(name).cloned().unwrap_or_default();
                same(&[path, std::slice::from_ref(name)].concat(), &of(old), &of(new))
            })
        }
        _ => before == after,
    }
}

/// What a file says where it says nothing.
const SILENCE: &str = "the policy does not say";

/// With which requests something is sent, by the names that a user knows.
fn purposes(value: &Value) -> String {
    let label = |id: &Value| {
        let id = id.as_str().unwrap_or_default();
        id.parse::<Purpose>().map_or(id, |purpose| purpose.label()).to_lowercase()
    };
    value.as_array().into_iter().flatten().map(label).collect::<Vec<_>>().join(", ")
}

/// A value on one line, as a user reads it.
fn words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) if values.is_empty() => SILENCE.to_owned(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(members) if is_fact(members) => match (members.get("is"), members.get("or")) {
            (Some(is), Some(other)) => format!("both \"{}\" and \"{}\"", words(is), words(other)),
            (Some(is), None) if members["assurance"] == "inferred" => format!("{} (inferred)", words(is)),
            (Some(is), None) => words(is),
            _ => SILENCE.to_owned(),
        },
        Value::Object(members) => {
            if let Ok(clock) = Clock::deserialize(value) {
                return clock.to_string();
            }
            let said = |name: &&str| {
                let value = members.get(*name).filter(|value| !is_nothing(value))?;
                Some(if *name == "when" { format!("sent with: {}", purposes(value)) } else { words(value) })
            };
            let telling = [
                "words",
                "name",
                "channels",
                "hosts",
                "value",
                "role",
                "when",
                "necessity",
                "context",
                "basis",
                "about",
                "says",
                "fields",
            ];
            let told: Vec<String> = telling.iter().filter_map(said).collect();
            // A right, or a reason in no words of its own.
            let closed = members.get("kind").or_else(|| members.get("term"));
            if let (true, Some(word)) = (told.is_empty(), closed) {
                return words(word).replace('_', " ");
            }
            let is_inferred = members.get("assurance").is_some_and(|sure| sure == "inferred");
            let doubt = if is_inferred { Assurance::Inferred.doubt() } else { "" };
            format!("{}{doubt}", told.join("; "))
        }
    }
}

#[cfg(test)]
#[path = "difference_tests.rs"]
pub(super) mod tests;
