//! The shapes of `--json`, member by member, as the design's section 9 words them. A case's snapshot says what came; this
//! says what must come, whoever rewrites the snapshots.

use gatefold_tests::Ran;
use serde_json::{Map, Value};

mod members;

use members::Is::{
    self, Bool, BoolOrNull, ErrorOrNull, List, Number, NumberOrNull, Numbers, ObjectOrNull, OneOf,
    SeatsOrNull, Text, TextOrNull, Texts, Time, TimeOrNull,
};
pub(crate) use members::VERBS;
use members::{at_times, members, more};

/// What is wrong with an answer to `--json`; nothing if it is as the contract says.
pub(crate) fn fault(verb: &str, exit: i32, ran: &Ran) -> Option<String> {
    let text = ran.text();
    if text.lines().count() != 1 || !text.ends_with('\n') {
        return Some(format!("not one line: {text:?}"));
    }
    let Ok(Value::Object(object)) = serde_json::from_str::<Value>(&text) else {
        return Some(format!("no object: {text}"));
    };
    if object.get("v") != Some(&Value::from(1)) {
        return Some("no \"v\": 1".to_owned());
    }
    let says_no_by_itself =
        matches!(verb, "license verify" | "ledger check" | "vendor check") && !object.contains_key("error");
    if exit != 0 && !(exit == 1 && says_no_by_itself) {
        // Of several licenses each has its result, whatever became of the others; the first error stands beside them.
        let of_several = (tries_several(verb) || verb == "account refresh") && object.contains_key("entries");
        // Of a vendor file every fault is told, where it is one of its words.
        let of_file = verb == "vendor check" && object.contains_key("faults");
        let beside = match verb {
            "license activate --all" if of_several => "v entries spare error",
            "account refresh" if of_several => "v entries cut ledger error",
            _ if of_several => "v entries error",
            _ if of_file => "v error faults",
            _ => "v error",
        };
        let fault = error_fault(&object, beside, &ran.stderr);
        let fault = fault.or_else(|| of_several.then(|| entries_fault(verb, &object)).flatten());
        return fault.or_else(|| spare_fault(&object));
    }
    let is_list = verb.ends_with(" list")
        || tries_several(verb)
        || matches!(verb, "account licenses" | "account refresh" | "license seats");
    if !is_list {
        let exact = !members(verb).is_empty() && verb != "ledger show";
        return object_fault(verb, &object, 1, exact);
    }
    let beside = match verb {
        // What is not finished stands beside the licenses, which are.
        "license list" if object.contains_key("trials_open") => "v entries unfinished trials_open",
        // What root installed for everybody is named only where there is some.
        "license list" if object.contains_key("for_all_users") => "v entries unfinished for_all_users",
        // Files that cannot be used are named only where there are some.
        "license list" if object.contains_key("unreadable") => "v entries unfinished unreadable",
        "license list" => "v entries unfinished",
        // What is not needed here.
        "license activate --all" => "v entries spare",
        // Whose seats, how many there are, and what was sent for it.
        "license seats" => "v license_id product limit cut entries ledger",
        // What was sent for it.
        "account refresh" => "v entries cut ledger",
        _ => "v entries",
    };
    if keys(&object) != beside {
        return Some(format!("a list has {beside} alone: {:?}", object.keys()));
    }
    entries_fault(verb, &object).or_else(|| unfinished_fault(&object)).or_else(|| spare_fault(&object))
}

/// Whether each of several licenses has its result, whatever became of the others.
fn tries_several(verb: &str) -> bool {
    matches!(verb, "license refresh" | "license activate --all" | "license deactivate --all")
}

fn unfinished_fault(object: &Map<String, Value>) -> Option<String> {
    let all = object.get("unfinished")?.as_array()?;
    let whole = |open: &Value| {
        open.as_object()
            .is_some_and(|members| keys(members) == "vendor license_id product machine_id file_is_lost")
            && ["vendor", "license_id", "product"].iter().all(|name| fits(&open[*name], Text))
            && fits(&open["machine_id"], TextOrNull)
            && fits(&open["file_is_lost"], Bool)
    };
    (!all.iter().all(whole)).then(|| format!("what is unfinished is {all:?}"))
}

fn spare_fault(object: &Map<String, Value>) -> Option<String> {
    let all = object.get("spare")?.as_array()?;
    let whole = |spare: &Value| {
        spare.as_object().is_some_and(|members| {
            keys(members) == "vendor license_id product why"
                && members.values().all(|value| fits(value, Text))
        })
    };
    (!all.iter().all(whole)).then(|| format!("what is spare is {all:?}"))
}

fn entries_fault(verb: &str, object: &Map<String, Value>) -> Option<String> {
    let Some(Value::Array(entries)) = object.get("entries") else { return Some("no entries".to_owned()) };
    let mut last_id = 0;
    for entry in entries {
        let Value::Object(entry) = entry else { return Some("an entry is no object".to_owned()) };
        let fault = object_fault(verb, entry, 0, !members(verb).is_empty());
        if fault.is_some() {
            return fault;
        }
        if let Some(id) = entry.get("id").filter(|_| verb == "ledger list") {
            let id = id.as_i64().unwrap_or_default();
            if id <= last_id {
                return Some(format!("ids do not ascend: {id} after {last_id}"));
            }
            last_id = id;
        }
    }
    // Without any license the error is about what could not even be read.
    if tries_several(verb)
        && !entries.is_empty()
        && entries.iter().find_map(|entry| entry["error"].as_object())
            != object.get("error").and_then(Value::as_object)
    {
        return Some("the error is not that of the first license that failed".to_owned());
    }
    None
}

/// `versions` is 1 where `v` stands among the members.
fn object_fault(verb: &str, object: &Map<String, Value>, versions: usize, exact: bool) -> Option<String> {
    for (name, is) in members(verb) {
        match object.get(*name) {
            None => return Some(format!("{name} is missing")),
            Some(value) if !fits(value, *is) => return Some(format!("{name} is {value}")),
            Some(_) => {}
        }
    }
    let more = more(verb);
    let at_times = at_times(verb).iter().filter(|name| object.contains_key(**name)).count();
    if exact && object.len() != members(verb).len() + more.len() + at_times + versions {
        return Some(format!("other members: {:?}", object.keys().collect::<Vec<_>>()));
    }
    // Any other time, in whatever member.
    object
        .iter()
        .find(|(name, value)| name.ends_with("_at") && !fits(value, TimeOrNull))
        .map(|(name, value)| format!("{name} is {value}"))
}

fn error_fault(object: &Map<String, Value>, members: &str, stderr: &str) -> Option<String> {
    // What left before it failed, where something did.
    if keys(object) != members && keys(object) != format!("{members} ledger") {
        return Some(format!("a failure has {members} alone: {}", keys(object)));
    }
    let Some(error) = object.get("error").filter(|error| is_error(error)) else {
        return Some(format!("error is {:?}", object.get("error")));
    };
    // A code is shown, the words too, and none of them empty.
    let said = |name: &str| stderr.contains(error[name].as_str().unwrap_or_default());
    if !(said("code") && said("message") && said("hint")) || error["message"] == "" {
        return Some(format!("stderr does not say it: {stderr}"));
    }
    None
}

fn keys(object: &Map<String, Value>) -> String {
    object.keys().cloned().collect::<Vec<_>>().join(" ")
}

fn is_error(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|error| keys(error) == "code message hint" && error.values().all(Value::is_string))
}

fn fits(value: &Value, is: Is) -> bool {
    let list_of = |test: fn(&Value) -> bool| value.as_array().is_some_and(|list| list.iter().all(test));
    match is {
        Text => value.is_string(),
        TextOrNull => value.is_string() || value.is_null(),
        Number => value.is_u64(),
        NumberOrNull => value.is_u64() || value.is_null(),
        Bool => value.is_boolean(),
        BoolOrNull => value.is_boolean() || value.is_null(),
        Time => value.as_str().is_some_and(is_time),
        TimeOrNull => value.is_null() || value.as_str().is_some_and(is_time),
        Numbers => list_of(Value::is_u64),
        Texts => list_of(Value::is_string),
        List => list_of(Value::is_object),
        ObjectOrNull => value.is_null() || value.is_object(),
        ErrorOrNull => value.is_null() || is_error(value),
        SeatsOrNull => value.as_object().is_none_or(|seats| {
            keys(seats) == "taken limit"
                && fits(&seats["taken"], Number)
                && fits(&seats["limit"], NumberOrNull)
        }),
        OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
    }
}

/// RFC 3339 in UTC, three decimals and `Z`.
fn is_time(text: &str) -> bool {
    let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
    text.chars().map(digits).collect::<String>() == "0000-00-00T00:00:00.000Z"
}
