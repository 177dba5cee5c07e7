//! Whatever the text: no secret is left, what was replaced is where it is said to be, and nothing else is touched.

use gatefold_diagnostics::formats::Part;
use gatefold_diagnostics::{Clean, Kind, Known, Limits, LogCleaned, Opened, Redactor, visible};
use proptest::prelude::*;
use serde_json::Value;

use crate::shapes::{Readings, shapes};

const SECRETS: [(Kind, &str); 6] = [
    (Kind::Host, "kiln-4821-a"),
    (Kind::Name, "Jörg Vogelsang"),
    (Kind::Key, "GF7K2-22QX9-91LM3-TTZ47"),
    (Kind::Email, "joerg@vogelsang.example"),
    (Kind::Mac, "52:54:00:ab:cd:ef"),
    (Kind::Account, "482133779001"),
];

fn redactor() -> Redactor {
    let known: Vec<Known> = SECRETS.iter().map(|(kind, value)| Known::new(*kind, value)).collect();
    Redactor::new(&known, &[]).unwrap()
}

fn assert_sound(clean: &Clean) {
    let mut end = 0;
    for span in &clean.spans {
        let offset = usize::try_from(span.offset).unwrap();
        assert!(offset >= end, "{clean:?}");
        end = offset + span.len as usize;
        assert_eq!(clean.text[offset..end].trim_matches(['[', ']']), span.pseudonym.to_string());
    }
}

fn assert_holds_none(text: &str) {
    let readings = Readings::of(text.as_bytes());
    for (_, value) in SECRETS {
        assert!(!readings.hold(value), "{value} in {text}");
    }
}

/// A secret in one of its shapes.
fn planted() -> impl Strategy<Value = String> {
    planted_as(|_| true)
}

/// A secret in one of these shapes.
fn planted_as(wanted: fn(&str) -> bool) -> impl Strategy<Value = String> {
    (0..SECRETS.len(), any::<prop::sample::Index>()).prop_map(move |(secret, shape)| {
        let all: Vec<_> = shapes(SECRETS[secret].1).into_iter().filter(|(name, _)| wanted(name)).collect();
        all[shape.index(all.len())].1.clone()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn secrets_among_anything(before in "\\PC{0,40}", planted in prop::collection::vec(planted(), 1..4), after in "[ -~]{0,40}") {
        let text = format!("{before} {} {after}", planted.join(" and "));
        let clean = redactor().text(text.as_bytes()).unwrap();
        assert_sound(&clean);
        assert_holds_none(&clean.text);
        prop_assert!(!clean.spans.is_empty());
    }

    /// What is in groups ends where a word does.
    #[test]
    fn secrets_directly_beside_anything(before in "[a-zA-Z0-9+/=%&;\\\\._-]{0,6}", planted in planted_as(|name| !name.starts_with("in groups")), after in "[a-zA-Z0-9+/=%&;\\\\._-]{0,6}") {
        let clean = redactor().text(format!("{before}{planted}{after}").as_bytes()).unwrap();
        assert_sound(&clean);
        let readings = Readings::of(clean.text.as_bytes());
        // A digit more makes a number another one.
        for (_, value) in SECRETS.iter().filter(|(kind, _)| *kind != Kind::Account) {
            prop_assert!(!readings.hold(value), "{value} in {}", clean.text);
        }
    }

    #[test]
    fn a_clean_text_stays_as_it_is(words in prop::collection::vec("[a-z]{1,9}|[0-9]{1,3}|[.,!?]", 0..40)) {
        let text = words.join(" ");
        let clean = redactor().text(text.as_bytes()).unwrap();
        prop_assert_eq!(clean.text, text);
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(text in "[ -~äöü]{0,80}", planted in planted()) {
        let mut redactor = redactor();
        let once = redactor.text(format!("{text} {planted}").as_bytes()).unwrap();
        let twice = redactor.text(once.text.as_bytes()).unwrap();
        assert_holds_none(&twice.text);
    }

    #[test]
    fn any_bytes_are_cleaned_or_left_out(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(clean) = redactor().text(&bytes) {
            assert_sound(&clean);
        }
        let mut out = Vec::new();
        let LogCleaned { lines, .. } = redactor().log(&bytes[..], &mut out, &mut |_| ()).unwrap();
        prop_assert_eq!(out.iter().filter(|byte| **byte == b'\n').count() as u64, lines);
    }

    #[test]
    fn json_keeps_its_form(value in json(), planted in planted()) {
        let file = serde_json::json!({ "v": 1, "entries": [value, planted] });
        let clean = redactor().json(Part::Settings, &file).unwrap();
        assert_sound(&clean);
        assert_holds_none(&clean.text);
        let read: Value = serde_json::from_str(&clean.text).unwrap();
        prop_assert!(same_form(&file, &read), "{file} {read}");
    }

    #[test]
    fn a_log_and_its_lines_are_cleaned_alike(texts in prop::collection::vec(prop_oneof![planted(), "[ -~]{0,30}"], 1..6)) {
        let lines: Vec<String> = texts.iter().map(|text| serde_json::json!({ "name": "a.b", "fields": { "what": text } }).to_string()).collect();
        let mut out = Vec::new();
        let mut spans = Vec::new();
        redactor().log(lines.join("\n").as_bytes(), &mut out, &mut |span| spans.push(span)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_sound(&Clean { text: text.clone(), spans });
        assert_holds_none(&text);
        for line in text.lines() {
            prop_assert!(serde_json::from_str::<Value>(line).unwrap().is_object());
        }
    }

    #[test]
    fn nothing_that_is_shown_is_hidden(text in any::<String>()) {
        let shown = visible(&text);
        let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || ('\u{202a}'..='\u{202e}').contains(&c);
        prop_assert!(!shown.contains(hidden));
    }

    #[test]
    fn a_bundle_that_was_bent_is_refused_or_told(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let bytes = crate::bundle::zipped();
        let mut bent = bytes.clone();
        let at = at.index(bent.len());
        bent[at] = byte;
        if let Ok(opened) = Opened::open(bent, Limits::default()) {
            // A date or a mark of the archive may be anything; what a file says may not.
            let whole = Opened::open(bytes.clone(), Limits::default()).unwrap();
            let same = |name: &String| opened.text(name).unwrap() == whole.text(name).unwrap();
            prop_assert!(!opened.faults().is_empty() || opened.names().iter().all(same));
        }
        let cut = cut.index(bytes.len());
        prop_assert!(Opened::open(bytes[..cut].to_vec(), Limits::default()).is_err());
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The same lists and members; a text may be another, and a number a text.
fn same_form(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_form(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.values().zip(other.values()).all(|(one, other)| same_form(one, other))
        }
        (Value::String(_) | Value::Number(_), Value::String(_)) => true,
        _ => one == other,
    }
}
