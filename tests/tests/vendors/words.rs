//! The examples tell what a policy says in our own words. What is quoted is marked, short, and stands there.

use std::collections::BTreeSet;

use gatefold_tests::EXAMPLES;
use toml::Value;

use crate::cited::{example, policies};

/// A quotation has at most so many words.
const MOST_QUOTED: usize = 25;
/// As many words in a row, unmarked, are the policy's own and not ours.
const OWN: usize = 8;

/// The texts that tell what a policy says, with their places. Names and addresses are nobody's words.
fn told(id: &str) -> Vec<(String, String)> {
    fn walk(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) => found.push((place.to_owned(), text.clone())),
            Value::Array(values) => values.iter().for_each(|value| walk(value, place, found)),
            Value::Table(table) => table
                .iter()
                .filter(|(name, _)| !["controller", "contact", "brands"].contains(&name.as_str()))
                .for_each(|(name, value)| walk(value, &format!("{place}.{name}"), found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&Value::Table(example(id)), id, &mut found);
    found
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// A text's quotations, and what is left without them.
fn quotations(text: &str) -> (Vec<&str>, String) {
    let mut parts = text.split('“');
    let mut ours = parts.next().unwrap().to_owned();
    let mut quoted = Vec::new();
    for part in parts {
        let (quotation, rest) = part.split_once('”').unwrap_or_else(|| panic!("an open quotation: {text}"));
        quoted.push(quotation);
        ours += " … ";
        ours += rest;
    }
    (quoted, ours)
}

#[test]
fn a_quotation_is_short() {
    for id in EXAMPLES {
        for (place, text) in told(id) {
            for quotation in quotations(&text).0 {
                let count = words(quotation).len();
                assert!((1..=MOST_QUOTED).contains(&count), "{place}: {count} words: {quotation}");
            }
        }
    }
}

#[test]
fn what_is_not_quoted_is_in_our_own_words() {
    let Some(policies) = policies() else { return };
    let mut told_in_all = 0;
    for (id, policy) in policies {
        let policy_words = words(&policy);
        let runs: BTreeSet<&[String]> = policy_words.windows(OWN).collect();
        for (place, text) in told(id) {
            let (quoted, ours) = quotations(&text);
            for quotation in quoted {
                let quotation = words(quotation);
                assert!(policy_words.windows(quotation.len()).any(|run| run == quotation), "{place}: {text}");
            }
            let ours = words(&ours);
            told_in_all += ours.len();
            let copied = ours.windows(OWN).find(|run| runs.contains(run));
            assert_eq!(copied, None, "{place} is the policy's own words");
        }
    }
    assert!(told_in_all > 2000, "{told_in_all}");
}
