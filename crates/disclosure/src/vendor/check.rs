//! From text to a vendor file, or to an error with line, column and the word that was meant.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::coherence::incoherence;
use super::file::VendorFile;
use crate::quote;

/// A larger file is refused unread.
pub const MAX_FILE_BYTES: usize = 256 * 1024;

/// A place in the file, both counted from 1; columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a text is no vendor file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VendorError {
    /// Larger than [`MAX_FILE_BYTES`].
    #[error("the file has {0} bytes; a vendor file has at most {MAX_FILE_BYTES}")]
    TooLarge(usize),
    /// Controls that can hide or reorder what is read.
    #[error("{place}: the character U+{:04X} can hide or reorder what is read", u32::from(*character))]
    UnsafeText {
        /// Where.
        place: Place,
        /// Which.
        character: char,
    },
    /// Not TOML, or not a vendor file's members.
    #[error("{place}: {message}{}", suggestion.as_deref().map(|s| format!("; did you mean \"{s}\"?")).unwrap_or_default())]
    Syntax {
        /// Where.
        place: Place,
        /// What is wrong.
        message: String,
        /// The word that was meant.
        suggestion: Option<String>,
    },
    /// A format of a later Gatefold.
    #[error("the file has format {0}; this Gatefold reads format 1")]
    NewerFormat(u32),
    /// Read, but it does not hold together.
    #[error("{place}: {message}")]
    Incoherent {
        /// Where.
        place: Place,
        /// What does not fit.
        message: String,
    },
}

impl VendorError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "vendor.file_too_large",
            Self::UnsafeText { .. } => "vendor.file_unsafe_text",
            Self::Syntax { .. } => "vendor.file_malformed",
            Self::NewerFormat(_) => "vendor.file_newer_format",
            Self::Incoherent { .. } => "vendor.file_incoherent",
        }
    }
}

impl VendorError {
    /// Where it is; none where it is about the whole file.
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::UnsafeText { place, .. } | Self::Syntax { place, .. } | Self::Incoherent { place, .. } => {
                Some(*place)
            }
            Self::TooLarge(_) | Self::NewerFormat(_) => None,
        }
    }
}

pub(super) fn read(text: &str) -> Result<VendorFile, VendorError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(VendorError::TooLarge(text.len()));
    }
    if let Some((offset, character)) = quote::first_unsafe(text) {
        return Err(VendorError::UnsafeText { place: place(text, offset), character });
    }
    // Once for all that looks at it: each start of the program reads the file of each vendor.
    let table = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    if let Some((offset, character)) = hidden_by_escape(table.get_ref()) {
        return Err(VendorError::UnsafeText { place: place(text, offset), character });
    }
    if let Some(format) = format(table.get_ref()).filter(|format| *format > 1) {
        return Err(VendorError::NewerFormat(format));
    }
    let (file, incoherent) = taken(text, table).map_err(|error| syntax(text, &error))?;
    match incoherent.into_iter().next() {
        None => Ok(file),
        Some((place, message)) => Err(VendorError::Incoherent { place, message }),
    }
}

/// Everything that does not hold together in a text that can be read.
pub(super) fn incoherences(text: &str) -> Vec<(Place, String)> {
    let table = DeTable::parse(text).ok();
    table.and_then(|table| taken(text, table).ok()).map(|(_, found)| found).unwrap_or_default()
}

/// The format that the file says it has.
fn format(table: &DeTable<'_>) -> Option<u32> {
    match table.get("format")?.get_ref() {
        DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}

/// A vendor file, and what does not hold together in it.
fn taken(
    text: &str,
    table: Spanned<DeTable<'_>>,
) -> Result<(VendorFile, Vec<(Place, String)>), toml::de::Error> {
    let miscited = miscited(text, table.get_ref());
    let file = VendorFile::deserialize(Deserializer::from(table))?;
    let parts = incoherence(&file).into_iter();
    let found = parts.map(|(part, message)| (place(text, offset_of(text, &part)), message));
    let found = found.chain(miscited).collect();
    Ok((file, found))
}

/// Each citation that leads nowhere, and whatever lacks one.
fn miscited(text: &str, table: &DeTable<'_>) -> Vec<(Place, String)> {
    let nowhere = cited(table).into_iter().filter(|(_, number)| *number < 1);
    let nowhere =
        nowhere.map(|(at, _)| (place(text, at), "the lines of a policy are counted from 1".to_owned()));
    let uncited = uncited(table).into_iter();
    let uncited = uncited.map(|at| {
        let message =
            "what the policy states it states in some line: cite it with `lines`, or call it inferred";
        (place(text, at), message.to_owned())
    });
    nowhere.chain(uncited).collect()
}

/// Whatever is called stated or contradictory and cites no line of the policy, by its offset; a reason that calls itself
/// nothing is stated.
fn uncited(table: &DeTable<'_>) -> Vec<usize> {
    fn walk(name: &str, value: &Spanned<DeValue<'_>>, found: &mut Vec<usize>) {
        match value.get_ref() {
            DeValue::Table(table) => {
                let is = |member: &str, word: &str| {
                    table
                        .get(member)
                        .is_some_and(|value| matches!(value.get_ref(), DeValue::String(text) if text == word))
                };
                let cites = |member: &str| {
                    table.get(member).is_some_and(
                        |value| matches!(value.get_ref(), DeValue::Array(lines) if !lines.is_empty()),
                    )
                };
                let is_bare_reason =
                    name == "reason" && table.contains_key("term") && !table.contains_key("assurance");
                let claims = is_bare_reason || is("assurance", "stated") || is("assurance", "contradictory");
                if claims && !cites("lines") && !cites("or_lines") {
                    found.push(value.span().start);
                }
                members(table, found);
            }
            DeValue::Array(values) => values.iter().for_each(|value| walk(name, value, found)),
            _ => {}
        }
    }
    fn members(table: &DeTable<'_>, found: &mut Vec<usize>) {
        table.iter().for_each(|(name, value)| walk(name.get_ref(), value, found));
    }
    let mut found = Vec::new();
    members(table, &mut found);
    found.sort_unstable();
    found
}

/// Every line of the policy that the file cites, with the offset of the number.
pub(super) fn citations(text: &str) -> Vec<(usize, i64)> {
    DeTable::parse(text).map(|table| cited(table.get_ref())).unwrap_or_default()
}

fn cited(table: &DeTable<'_>) -> Vec<(usize, i64)> {
    fn walk(name: &str, value: &Spanned<DeValue<'_>>, cited: &mut Vec<(usize, i64)>) {
        match value.get_ref() {
            DeValue::Table(table) => members(table, cited),
            DeValue::Array(values) => values.iter().for_each(|value| walk(name, value, cited)),
            DeValue::Integer(number) if matches!(name, "lines" | "or_lines") => {
                cited.extend(number.as_str().parse().ok().map(|number| (value.span().start, number)));
            }
            _ => {}
        }
    }
    fn members(table: &DeTable<'_>, cited: &mut Vec<(usize, i64)>) {
        table.iter().for_each(|(name, value)| walk(name.get_ref(), value, cited));
    }
    let mut cited = Vec::new();
    members(table, &mut cited);
    cited.sort_unstable();
    cited
}

/// Where an issuer stands.
pub(super) fn issuer_place(text: &str, nth: usize) -> Place {
    place(text, offset_of(text, &Part::Nth("issuer", nth)))
}

/// Where the key of an issuer stands. Whether it is one, whoever checks signatures knows: this crate has no curve.
pub fn server_key_place(text: &str, nth: usize) -> Place {
    place(text, offset_of(text, &Part::Of("issuer", nth, "public_key")))
}

/// Where the hash of the policy's text stands.
pub(super) fn hash_place(text: &str) -> Place {
    place(text, offset_of(text, &Part::In("policy".into(), "sha256".into())))
}

/// Where the file's own date stands.
pub(super) fn date_place(text: &str) -> Place {
    place(text, offset_of(text, &Part::Top("date")))
}

/// Where the root key stands.
pub fn root_key_place(text: &str) -> Place {
    place(text, offset_of(text, &Part::Top("root_key")))
}

/// The first control or invisible character that only an escape (`\u202E`) or a line end brings into a value, with the
/// value's offset. What is shown of a vendor file stands on one line.
fn hidden_by_escape(table: &DeTable<'_>) -> Option<(usize, char)> {
    fn walk(value: &Spanned<DeValue<'_>>) -> Option<(usize, char)> {
        match value.get_ref() {
            DeValue::String(words) => {
                words.chars().find(|c| quote::is_unsafe(*c)).map(|found| (value.span().start, found))
            }
            DeValue::Array(values) => values.iter().find_map(walk),
            DeValue::Table(table) => members(table),
            _ => None,
        }
    }
    // A key is shown, too: in the message that nobody knows it.
    fn members(table: &DeTable<'_>) -> Option<(usize, char)> {
        table.iter().find_map(|(key, value)| {
            let hidden = key.get_ref().chars().find(|c| quote::is_unsafe(*c));
            hidden.map(|found| (key.span().start, found)).or_else(|| walk(value))
        })
    }
    members(table)
}

fn syntax(text: &str, error: &toml::de::Error) -> VendorError {
    let message = error.message().trim_end().to_owned();
    // serde writes: unknown field `x`, expected one of `a`, `b`
    let mut quoted = message.split('`').skip(1).step_by(2);
    let suggestion = quoted
        .next()
        .filter(|_| message.starts_with("unknown"))
        .and_then(|wrong| crate::suggest::nearest(wrong, quoted))
        .map(str::to_owned);
    let message = match suggestion {
        Some(_) => message.split(", expected").next().unwrap_or(&message).to_owned(),
        None => message,
    };
    // Our own closed lists say what was meant themselves.
    let (message, suggestion) = match message.split_once("; did you mean \"") {
        Some((message, meant)) => (message.to_owned(), meant.strip_suffix("\"?").map(str::to_owned)),
        None => (message, suggestion),
    };
    let offset = offset_of_error(text, error);
    VendorError::Syntax { place: place(text, offset), message: in_words(&message), suggestion }
}

/// Where the reader stopped. Of a wrong word in a list it names the list; the word stands in that.
fn offset_of_error(text: &str, error: &toml::de::Error) -> usize {
    let span = error.span().unwrap_or_default();
    let found = error.message().split(", expected").next().unwrap_or_default();
    let word = found.split(['`', '"']).nth(1).map(|word| format!("\"{word}\""));
    let list = text.get(span.clone()).filter(|value| value.starts_with('['));
    span.start + list.zip(word).and_then(|(list, word)| list.find(&word)).unwrap_or(0)
}

/// The parser's message for whoever writes a file and not a program.
fn in_words(message: &str) -> String {
    let invalid = ["invalid type: ", "invalid value: "].iter().find_map(|kind| message.strip_prefix(kind));
    let Some((found, expected)) = invalid.and_then(|rest| rest.split_once(", expected ")) else {
        return message.replacen("unknown variant", "unknown word", 1);
    };
    // A number that fits into nothing: ``integer `3` as i128``
    let number =
        found.strip_prefix("integer `").and_then(|rest| rest.split_once('`')).map(|(number, _)| number);
    let expected = match expected {
        "u32" if number.is_some() => "a whole number from 0 to 4294967295",
        "a sequence" => "a list, as [ …, … ]",
        "a borrowed string" => "a string",
        "u8" | "u16" | "u32" | "u64" => "a whole number",
        table if table.starts_with("struct ") => "a table of members",
        plain => plain,
    };
    let found = match found {
        "map" => "a table".to_owned(),
        "sequence" => "a list".to_owned(),
        // `string "x"`, ``integer `3` ``
        value => number.map_or_else(|| format!("the {value}"), str::to_owned),
    };
    format!("expected {expected}, and this is {found}")
}

pub(super) fn place(text: &str, offset: usize) -> Place {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// The part of the file that an incoherence is about.
pub(super) enum Part {
    Top(&'static str),
    Nth(&'static str, usize),
    /// A member of a table.
    In(Cow<'static, str>, Cow<'static, str>),
    /// A member of the nth table of a list.
    Of(&'static str, usize, &'static str),
}

/// Finds the part's place. Only asked once something is wrong, so reading twice costs nobody anything.
fn offset_of(text: &str, part: &Part) -> usize {
    type Lists = std::collections::BTreeMap<String, toml::Value>;
    let (name, nth) = match part {
        Part::Top(name) => (*name, None),
        Part::Nth(name, nth) => (*name, Some(*nth)),
        Part::In(name, member) => {
            let head = format!("\n[{name}]");
            let table = text.find(&head).map(|offset| offset + 1);
            return table
                .and_then(|table| member_after(text, table, member))
                .unwrap_or_else(|| offset_of_top(text, name.split('.').next().unwrap_or(name)));
        }
        Part::Of(name, nth, member) => {
            let table = offset_of(text, &Part::Nth(name, *nth));
            return member_after(text, table, member).unwrap_or(table);
        }
    };
    if let Some(nth) = nth
        && toml::from_str::<Lists>(text).is_ok()
    {
        let header = format!("[[{name}]]");
        return text.match_indices(&header).nth(nth).map_or(0, |(offset, _)| offset);
    }
    offset_of_top(text, name)
}

fn offset_of_top(text: &str, name: &str) -> usize {
    type Tables = std::collections::BTreeMap<String, Spanned<toml::Value>>;
    let span: Option<Range<usize>> =
        toml::from_str::<Tables>(text).ok().and_then(|tables| tables.get(name).map(Spanned::span));
    span.map_or(0, |span| span.start)
}

/// The first member of this name after a table's head.
fn member_after(text: &str, table: usize, member: &str) -> Option<usize> {
    let begins =
        |line: &str| line.strip_prefix(member).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']));
    let mut lines = text[table..].split_inclusive('\n');
    let head = lines.next()?;
    let mut offset = table + head.len();
    for line in lines.take_while(|line| *line != head) {
        if begins(line) {
            return Some(offset);
        }
        offset += line.len();
    }
    None
}

#[cfg(test)]
#[path = "check_tests.rs"]
pub(crate) mod tests;
