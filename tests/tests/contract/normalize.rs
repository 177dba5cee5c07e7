//! What differs from run to run and from computer to computer, made the same. The pattern of a time is the contract's:
//! a time in another shape stays, and the case fails.

use std::path::Path;
use std::sync::OnceLock;

use gatefold_tests::Cli;
use regex::{Captures, Regex};

use crate::world::World;

/// In this order.
const PATTERNS: &[(&str, &str)] = &[
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "[time]"),
    (r"\b\d{4}-\d\d-\d\d \d\d:\d\d\b", "[minute]"),
    (r"\b(until|since|counts from|refresh by|ended|ended on|can be from) \d{4}-\d\d-\d\d\b", "$1 [day]"),
    // By how much a set clock is behind the time at which the sandbox signed, wherever the line is broken.
    (r"\bby\s+\d+ (?:days|years) at least\b", "by [days] at least"),
    (r"\b(contact from this computer was on) \d+ \w+ \d{4}\b", "$1 [day]"),
    (r"\b(anchor-until)-\d{8}T\d{6}Z", "$1-[time]"),
    // As much of an id as there is room for.
    (r"\b[0-9a-f]{8}-[0-9a-f-]*…", "[id]…"),
    (r"127\.0\.0\.1:\d{2,5}\b", "127.0.0.1:[port]"),
    // A license file's name: license, seat, time of issue, hash.
    (r"(\.\w{7,8})\.\d{10}\.[0-9a-f]{12}\.lic\b", "$1.[issued].[hash].lic"),
    // This computer's facts, and sizes that follow from them.
    (r#"("(?:device_name|os|cpu)": )".+""#, "$1\"[fact]\""),
    (r#"("memory_gib": )\d+"#, "$1[fact]"),
    (r"(?m)^((?:Device name|Operating system|Processor|Memory) {2,}).+$", "$1[fact]"),
    (r#"(\\?"platform\\?":\\?")[^"\\]+"#, "$1[fact]"),
    (r#"(\\?"cpu\\?":\\?")[^"\\]+"#, "$1[fact]"),
    (r#"(\\?"memoryGib\\?":)\d+"#, "$1[fact]"),
    (r"\b\d{4}-W\d\d\b", "[week]"),
    (r#"(UnixNano\\?":\\?")\d+"#, "$1[week]"),
    (r"(content-length: )\d+", "$1[n]"),
    (r#"("(?:request_bytes|response_bytes|bytes|offset|len|sent_len_bytes)": )\d+"#, "$1[n]"),
    (r"(?m) +\d+ B(  |$)", " [n] B$1"),
    (r"\b\d+ bytes\b", "[n] bytes"),
    (r"(?m)^( +Memory +)\d+$", "$1[fact]"),
    // What is drawn by lot.
    (r"(?m)^( +Random number +)\d+$", "$1[nonce]"),
    (r#"("public_key": )"[0-9a-f]{64}""#, "$1\"[public_key]\""),
    (r"(signs with )[0-9a-f]{8}(\s+[0-9a-f]{8}){7}\b", "$1[public_key]"),
    (r#"(\\?"nonce\\?":)\d+"#, "$1[nonce]"),
    (r"(&nonce=)\d+", "$1[nonce]"),
    (r"(SHA-256 )[0-9a-f]{64}", "$1[hash]"),
    (r#"("sha256": )"[0-9a-f]{64}""#, "$1\"[hash]\""),
    (r#"("notice_sha256": )"[0-9a-f]{64}""#, "$1\"[hash]\""),
];

const UUID: &str = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/// Accounts and products of the demo vendors are constants.
const CONSTANT_IDS: &[&str] = &["5e1ee7e0-", "71dea7e0-", "e0000"];

pub(crate) struct Normalizer {
    literals: Vec<(String, String)>,
    patterns: Vec<(Regex, &'static str)>,
    uuid: Regex,
}

impl Normalizer {
    pub(crate) fn new(world: &World, home: &Path, work: &Path) -> Self {
        let mut literals: Vec<(String, String)> =
            world.names().map(|(name, value)| (value.to_owned(), format!("[{name}]"))).collect();
        literals.extend(facts().iter().map(|fact| (fact.clone(), "[fact]".to_owned())));
        literals.push((home.to_str().unwrap().to_owned(), "[home]".to_owned()));
        literals.push((work.to_str().unwrap().to_owned(), "[work]".to_owned()));
        let patterns = PATTERNS.iter().map(|(pattern, with)| (Regex::new(pattern).unwrap(), *with)).collect();
        Self { literals, patterns, uuid: Regex::new(UUID).unwrap() }
    }

    pub(crate) fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (value, name) in &self.literals {
            text = text.replace(value, name);
        }
        for (pattern, with) in &self.patterns {
            text = pattern.replace_all(&text, *with).into_owned();
        }
        self.number_ids(&text)
    }

    /// Each id gets a number in the order of appearance: equal ids stay equal, and different ones different.
    fn number_ids(&self, text: &str) -> String {
        let mut seen: Vec<String> = Vec::new();
        let numbered = self.uuid.replace_all(text, |found: &Captures<'_>| {
            let id = &found[0];
            if CONSTANT_IDS.iter().any(|constant| id.starts_with(constant)) {
                return id.to_owned();
            }
            let position = seen.iter().position(|known| known == id).unwrap_or_else(|| {
                seen.push(id.to_owned());
                seen.len() - 1
            });
            format!("[id {}]", position + 1)
        });
        numbered.into_owned()
    }
}

/// This computer's facts where they stand among other words. The device name is too short to be looked for; cases give
/// one.
fn facts() -> &'static [String] {
    static FACTS: OnceLock<Vec<String>> = OnceLock::new();
    FACTS.get_or_init(|| {
        let home = tempfile::tempdir().unwrap();
        let facts = Cli::new(home.path()).json(["machine", "show"]);
        let text = |name: &str| facts[name].as_str().unwrap().to_owned();
        vec![text("os"), text("cpu"), format!("{} GiB", facts["memory_gib"])]
    })
}
