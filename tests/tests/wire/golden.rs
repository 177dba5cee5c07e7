//! The golden files: every kind of request, byte for byte, with each item named instead of its value.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gatefold_tests::root_dir;

use crate::scene::{Sent, text};
use crate::table::names;

fn folder() -> PathBuf {
    root_dir().join("tests/wire")
}

/// Compares a request with its golden file; `GATEFOLD_WRITE_FRESH=1` writes the file instead.
pub(crate) fn compare(name: &str, sent: &Sent) {
    assert!(names().contains(name), "{name} is not in the list");
    let path = folder().join(format!("{name}.http"));
    let fresh = named(sent);
    if writes_fresh() {
        std::fs::write(&path, &fresh).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        fresh, golden,
        "{name} changed. If that is meant, GATEFOLD_WRITE_FRESH=1 writes it; whoever reads the change reviews privacy."
    );
}

fn writes_fresh() -> bool {
    std::env::var_os("GATEFOLD_WRITE_FRESH").is_some_and(|value| value == "1")
}

/// The kept copy with `‹item›` for every item; the tap's port and the body's length, which follows from the items, are
/// named too. Everything else stands as it was sent.
fn named(sent: &Sent) -> String {
    let mut named = String::new();
    let mut done = 0;
    for mark in sent.entry["marks"].as_array().unwrap() {
        let place = |name: &str| usize::try_from(mark[name].as_u64().unwrap()).unwrap();
        let (start, end) = (place("offset"), place("offset") + place("len"));
        named.push_str(&text(&sent.stored[done..start]));
        if mark["kind"] == "item" {
            let items: Vec<&str> =
                mark["items"].as_array().unwrap().iter().map(|i| i.as_str().unwrap()).collect();
            named.push_str(&format!("‹{}›", items.join(" ")));
        } else {
            named.push_str(&text(&sent.stored[start..end]));
        }
        done = end;
    }
    named.push_str(&text(&sent.stored[done..]));
    let number = |line: &str, label: &str, name: &str| match line.strip_prefix(label) {
        Some(digits) if digits.trim_end().bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(format!("{label}‹{name}›\r"))
        }
        _ => None,
    };
    let line = |line: &str| {
        number(line, "host: 127.0.0.1:", "port")
            .or_else(|| number(line, "content-length: ", "length"))
            .unwrap_or_else(|| line.to_owned())
    };
    named.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_golden_file_is_left_over() {
    if writes_fresh() {
        return;
    }
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".http").map(str::to_owned))
        .collect();
    assert_eq!(found, names());
}
