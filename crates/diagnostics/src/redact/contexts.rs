//! Values of one or two letters. Everywhere they would be half of the language; they are found where something around them
//! says what they are.

use std::collections::HashMap;

use regex::bytes::{Regex, RegexBuilder};

use super::finder::{Hit, What};
use crate::{DiagnosticsError, Pseudonym};

/// What may stand around a value, `@` being its place.
const AROUND: &[&str] = &[
    // host=a, "user": "a"
    r#"\b(?:host(?:[ _-]?name)?|node(?:name)?|machine|computer|device(?:[ _-]?name)?|user(?:[ _-]?name)?|login|logname|name|owner|account|usr|uname)["']?\s*(?:=>|=|:)\s*["']?@(?:["'\s,;:.)\]}&/|]|$)"#,
    // /home/a, C:\Users\a, and any other folder of that name
    r#"[/\\]@(?:[/\\"'`;:)\]]|\s|$)"#,
    // "a", <a>
    r#"["'`‘“\[<(]@["'`’”\]>)]"#,
    // a@elsewhere, somebody@a
    r"(?:^|[^\w.+-])@\x40\w",
    r"\w\x40@(?:\W|$)",
    // a:443
    r"(?:^|[\s\x22'(=/,])@:\d{2,5}\b",
    // http://a/
    r#"//(?:[^/\x40\s]*\x40)?@(?:[:/?\#\s"']|$)"#,
    // a.local
    r"(?:^|[^\w.-])@\.(?:local|lan|home|internal|intranet|localdomain|corp|fritz\.box)\b",
    // nothing else at all
    r"\A\s*@\s*\z",
];

/// The values, and one search for all that may stand around them.
pub(crate) struct Contexts {
    search: Option<Regex>,
    names: HashMap<String, Pseudonym>,
}

impl Contexts {
    pub(crate) fn new(values: &[(String, Pseudonym)]) -> Result<Self, DiagnosticsError> {
        let names = values.iter().map(|(value, pseudonym)| (value.to_lowercase(), *pseudonym)).collect();
        let any: Vec<String> = values.iter().map(|(value, _)| regex::escape(value)).collect();
        let any = format!("({})", any.join("|"));
        let around: Vec<String> = AROUND.iter().map(|around| around.replace('@', &any)).collect();
        let search = RegexBuilder::new(&around.join("|")).case_insensitive(true).build();
        let search = search.map_err(|error| DiagnosticsError::Unsearchable(error.to_string()))?;
        Ok(Self { search: (!values.is_empty()).then_some(search), names })
    }

    pub(crate) fn find(&self, text: &[u8], hits: &mut Vec<Hit>) {
        let Some(search) = &self.search else { return };
        let mut from = 0;
        // What ends one hit may begin the next, so it goes on after the value, not after what is around it.
        while let Some(found) = search.captures_at(text, from) {
            let Some(value) = found.iter().skip(1).flatten().next() else { return };
            let name = String::from_utf8_lossy(value.as_bytes()).to_lowercase();
            if let Some(pseudonym) = self.names.get(&name) {
                hits.push(Hit {
                    start: value.start(),
                    end: value.end(),
                    what: What::Known(*pseudonym),
                    len: value.len(),
                });
            }
            from = value.end();
        }
    }
}
