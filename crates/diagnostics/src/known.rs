//! The values of this computer and its user that must not be in a bundle, and how surely each of them can be told from a word.

use gatefold_disclosure::Sensitive;
use unicode_normalization::UnicodeNormalization;

use crate::Kind;

/// A value to be replaced wherever it stands.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it is.
    pub kind: Kind,
    /// The value, as this computer writes it.
    pub value: Sensitive<String>,
}

impl Known {
    /// A value of this kind.
    pub fn new(kind: Kind, value: &str) -> Self {
        Self { kind, value: value.into() }
    }
}

/// How a value is told from what only looks like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Wherever it stands, inside of longer words, too.
    Anywhere,
    /// Where no letter touches its letters and no digit its digits.
    Word,
    /// Only where something around it says what it is: in a path, before a port, in quotes, after `host=`.
    Context,
}

/// Names that are words of our own files, or words that people like to call their computers by: never looked for inside of
/// longer words, which would stay unreadable.
const ORDINARY: &[&str] = &[
    "account",
    "activation",
    "address",
    "administrator",
    "computer",
    "control",
    "desktop",
    "diagnostics",
    "gatefold",
    "license",
    "localhost",
    "machine",
    "manifest",
    "master",
    "network",
    "plug-in",
    "process",
    "product",
    "production",
    "program",
    "project",
    "record",
    "recording",
    "request",
    "server",
    "session",
    "settings",
    "storage",
    "support",
    "testing",
    "version",
    "windows",
    "workstation",
];

/// How `value` is told from what only looks like it.
pub(crate) fn rule(kind: Kind, value: &str) -> Rule {
    let weight: usize = value.chars().map(weight).sum();
    let only_digits = value.chars().all(|c| c.is_ascii_digit());
    if weight <= 2 {
        return Rule::Context;
    }
    // Scripts without blanks between words, and signs, have no word's end to look for.
    if value.chars().any(|c| weight_of_script(c) > 1) {
        return Rule::Anywhere;
    }
    match kind {
        Kind::Home | Kind::Ip | Kind::Mac => Rule::Word,
        _ if only_digits => Rule::Word,
        kind if kind.is_a_name() => name_rule(value, weight),
        _ if weight >= 6 => Rule::Anywhere,
        _ => Rule::Word,
    }
}

fn name_rule(value: &str, weight: usize) -> Rule {
    let plain = value.chars().all(|c| c.is_ascii_alphabetic());
    let ordinary = ORDINARY.contains(&value.to_lowercase().as_str());
    match plain {
        _ if ordinary => Rule::Word,
        true if weight >= 7 => Rule::Anywhere,
        false if weight >= 5 => Rule::Anywhere,
        _ => Rule::Word,
    }
}

fn weight(c: char) -> usize {
    if c.is_ascii() { usize::from(c.is_ascii_alphanumeric()) } else { weight_of_script(c) }
}

fn weight_of_script(c: char) -> usize {
    if c as u32 >= 0x2E80 { 3 } else { 1 }
}

/// The ways a value is written as plain text: composed and decomposed, in either case, without its marks.
pub(crate) fn spellings(value: &str) -> Vec<String> {
    let composed: String = value.nfc().collect();
    let mut all = vec![value.to_owned(), composed.clone()];
    if !value.is_ascii() {
        let cases = [composed.to_lowercase(), composed.to_uppercase()];
        all.extend(cases.iter().map(|case| case.nfd().collect()));
        all.extend(cases);
        all.push(composed.nfd().collect());
        all.extend(transcribed(&composed));
    }
    dedup(all)
}

/// Without marks (`Muller`), and as German passports have it (`Mueller`); none where nothing would be left to find.
fn transcribed(value: &str) -> Vec<String> {
    let bare: String = value.nfd().filter(|c| !('\u{300}'..='\u{36F}').contains(c)).collect();
    let long =
        value.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    let long: String = long.nfd().filter(|c| !('\u{300}'..='\u{36F}').contains(c)).collect();
    [bare, long].into_iter().filter(|text| text.is_ascii()).collect()
}

pub(crate) fn dedup(mut all: Vec<String>) -> Vec<String> {
    all.sort();
    all.dedup();
    all
}

/// Letters and digits alone, in lower case: what stays of a value however it is split.
pub(crate) fn squeezed(value: &str) -> String {
    value.nfc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Other values that say the same: the first label of a host, the parts of a name, a home written the other way round.
pub(crate) fn aliases(kind: Kind, value: &str) -> Vec<String> {
    let parts = |split: &[char]| -> Vec<String> { value.split(split).map(str::to_owned).collect() };
    match kind {
        Kind::Host => value.split('.').next().map(str::to_owned).into_iter().collect(),
        Kind::Name => {
            parts(&[' ', ',', '\t', '\u{a0}']).into_iter().filter(|part| part.chars().count() > 2).collect()
        }
        Kind::Home => vec![value.replace('/', "\\"), value.replace('\\', "/")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_looked_for_as_surely_as_it_can_be_told() {
        let check = |kind, value: &str, expect| assert_eq!(rule(kind, value), expect, "{value}");
        check(Kind::Host, "a", Rule::Context);
        check(Kind::Login, "jo", Rule::Context);
        check(Kind::Login, "_", Rule::Context);
        check(Kind::Host, "mix", Rule::Word);
        check(Kind::Host, "license", Rule::Word);
        check(Kind::Host, "studio-pc", Rule::Anywhere);
        check(Kind::Login, "johannes", Rule::Anywhere);
        check(Kind::Name, "Müller", Rule::Anywhere);
        check(Kind::Name, "田中", Rule::Anywhere);
        check(Kind::Account, "12345678", Rule::Word);
        check(Kind::Key, "ABCD-1234", Rule::Anywhere);
        check(Kind::Home, "/home/jo", Rule::Word);
    }

    #[test]
    fn marks_are_written_in_many_ways() {
        let all = spellings("Jörg");
        for expect in ["Jörg", "JÖRG", "jo\u{308}rg", "Jorg", "joerg"] {
            assert!(all.iter().any(|one| one == expect), "{expect} in {all:?}");
        }
    }
}
