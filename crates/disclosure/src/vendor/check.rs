//! From text to a vendor file, or to an error with line, column and the word that was meant.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use base64::Engine as _;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fact::Fact;
use super::file::{ItemRule, LicenseKeyFormat, Necessity, VendorFile};
use super::wording;
use crate::catalogue::{Item, Kind};
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

pub(super) fn read(text: &str) -> Result<VendorFile, VendorError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(VendorError::TooLarge(text.len()));
    }
    if let Some((offset, character)) = quote::first_unsafe(text) {
        return Err(VendorError::UnsafeText { place: place(text, offset), character });
    }
    if let Some((offset, character)) = hidden_by_escape(text) {
        return Err(VendorError::UnsafeText { place: place(text, offset), character });
    }
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    if let Ok(Version { format }) = toml::from_str(text)
        && format > 1
    {
        return Err(VendorError::NewerFormat(format));
    }
    let file: VendorFile = toml::from_str(text).map_err(|error| syntax(text, &error))?;
    match incoherence(&file) {
        None => Ok(file),
        Some((part, message)) => {
            Err(VendorError::Incoherent { place: place(text, offset_of(text, &part)), message })
        }
    }
}

/// The first control or invisible character that only an escape (`\u202E`) or a line end brings into a value, with the
/// value's offset. What is shown of a vendor file stands on one line.
fn hidden_by_escape(text: &str) -> Option<(usize, char)> {
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
    // What is no TOML is found out, and said, by whoever parses it for good.
    members(DeTable::parse(text).ok()?.get_ref())
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
    let offset = error.span().map_or(0, |span| span.start);
    VendorError::Syntax { place: place(text, offset), message, suggestion }
}

fn place(text: &str, offset: usize) -> Place {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// The part of the file that an incoherence is about.
pub(super) enum Part {
    Top(&'static str),
    Nth(&'static str, usize),
}

/// Finds the part's place. Only asked once something is wrong, so reading twice costs nobody anything.
fn offset_of(text: &str, part: &Part) -> usize {
    type Tables = std::collections::BTreeMap<String, Spanned<toml::Value>>;
    type Lists = std::collections::BTreeMap<String, toml::Value>;
    let (name, nth) = match part {
        Part::Top(name) => (*name, None),
        Part::Nth(name, nth) => (*name, Some(*nth)),
    };
    if let Some(nth) = nth
        && toml::from_str::<Lists>(text).is_ok()
    {
        let header = format!("[[{name}]]");
        return text.match_indices(&header).nth(nth).map_or(0, |(offset, _)| offset);
    }
    let span: Option<Range<usize>> =
        toml::from_str::<Tables>(text).ok().and_then(|tables| tables.get(name).map(Spanned::span));
    span.map_or(0, |span| span.start)
}

fn incoherence(file: &VendorFile) -> Option<(Part, String)> {
    identity(file)
        .or_else(|| issuers(file))
        .or_else(|| products(file))
        .or_else(|| items(file))
        .or_else(|| policy(file))
        .or_else(|| practices(file))
        .or_else(|| wording::fault(file))
}

fn identity(file: &VendorFile) -> Option<(Part, String)> {
    let found = |name, message: &str| Some((Part::Top(name), message.to_owned()));
    if !is_slug(&file.id) {
        return found("id", "an id has 2 to 32 lower-case letters, digits and hyphens");
    }
    if file.version == 0 {
        return found("version", "versions are counted from 1");
    }
    let key = base64::engine::general_purpose::STANDARD.decode(&file.root_key).unwrap_or_default();
    if key.len() != 42 || !key.starts_with(b"Ed") {
        return found("root_key", "this is not a minisign public key");
    }
    if file.link.values().any(|link| !is_https_page(link)) {
        return found("link", "a link is an https page without query");
    }
    if let Some(message) = file.license_key.as_ref().and_then(LicenseKeyFormat::fault) {
        return found("license_key", message);
    }
    None
}

fn issuers(file: &VendorFile) -> Option<(Part, String)> {
    if file.issuer.is_empty() {
        return Some((Part::Top("issuer"), "a vendor has at least one issuer".into()));
    }
    for (nth, issuer) in file.issuer.iter().enumerate() {
        let found = |message: &str| Some((Part::Nth("issuer", nth), message.to_owned()));
        if hex::decode(&issuer.public_key).map_or(0, |key| key.len()) != 32 {
            return found("public_key has 64 hex digits");
        }
        if !is_path_word(&issuer.account) {
            return found("account is a UUID or a slug");
        }
        if issuer.hosts.is_empty() {
            return found("an issuer names at least one host");
        }
        if let (Some(start), Some(end)) = (issuer.not_before, issuer.not_after)
            && start >= end
        {
            return found("not_after lies before not_before");
        }
    }
    None
}

fn products(file: &VendorFile) -> Option<(Part, String)> {
    let mut ids = BTreeSet::new();
    for (nth, product) in file.product.iter().enumerate() {
        let found = |message: String| Some((Part::Nth("product", nth), message));
        if !is_path_word(&product.id) || !is_slug(&product.code) {
            return found("a product's id is a UUID, its code a short lower-case name".into());
        }
        if !ids.insert(&product.id) || !ids.insert(&product.code) {
            return found(format!("the product \"{}\" stands here twice", product.code));
        }
    }
    None
}

fn items(file: &VendorFile) -> Option<(Part, String)> {
    let mut seen = BTreeSet::new();
    for (nth, rule) in file.item.iter().enumerate() {
        if !seen.insert(rule.id) {
            return Some((Part::Nth("item", nth), format!("the item \"{}\" stands here twice", rule.id)));
        }
        if let Some(message) = item(file, rule) {
            return Some((Part::Nth("item", nth), format!("{}: {message}", rule.id)));
        }
    }
    let bound = seen.contains(&Item::Identifier);
    let labels = [Item::DeviceName, Item::Os, Item::Cpu, Item::Memory];
    if let Some(label) = labels.iter().find(|label| !bound && seen.contains(label)) {
        let message = format!("{label} describes a computer, but no identifier binds the license to one");
        return Some((Part::Top("item"), message));
    }
    None
}

fn item(file: &VendorFile, rule: &ItemRule) -> Option<String> {
    if rule.when.is_empty() {
        return Some("an item is sent with at least one purpose".into());
    }
    if let Some(purpose) = rule.when.iter().find(|purpose| !purpose.items().contains(&rule.id)) {
        return Some(format!("it is never sent with {purpose}"));
    }
    let optional = rule.necessity.is == Some(Necessity::Optional);
    // What the person types may be left out; everything else of an activation is read, and not asked about.
    if optional != (rule.id.entry().kind == Kind::Usage) && !(optional && rule.id == Item::DeviceName) {
        return Some("usage items are optional, a device name may be, all others are required".into());
    }
    if rule.since == 0 || rule.since > file.version {
        return Some("`since` names a version of this file".into());
    }
    if let Some(name) = rule.recipients.iter().find(|name| !file.policy.recipient.contains_key(*name)) {
        return Some(format!("the policy has no recipient \"{name}\""));
    }
    let facts = [rule.retention.incoherence(), rule.region.incoherence(), rule.necessity.incoherence()];
    let bases = rule.reason.iter().map(|reason| reason.basis.incoherence());
    facts.into_iter().chain(bases).flatten().next().map(str::to_owned)
}

fn coherent<T>(name: &str, fact: &Fact<T>) -> Option<String> {
    fact.incoherence().map(|message| format!("{name}: {message}"))
}

fn policy(file: &VendorFile) -> Option<(Part, String)> {
    let policy = &file.policy;
    if hex::decode(&policy.sha256).map_or(0, |hash| hash.len()) != 32 {
        return Some((Part::Top("policy"), "sha256 has 64 hex digits".into()));
    }
    let facts = [
        coherent("effective_from", &policy.effective_from),
        coherent("scope", &policy.scope),
        coherent("age_years", &policy.age_years),
        coherent("inactive_years", &policy.inactive_years),
        coherent("retention", &policy.retention),
        coherent("region", &policy.region),
        coherent("clocks.acknowledge", &policy.clocks.acknowledge),
        coherent("clocks.answer", &policy.clocks.answer),
        coherent("notice.days", &policy.notice.days),
        coherent("notice.how", &policy.notice.how),
        file.identifier.as_ref().and_then(|fact| coherent("identifier.kind", &fact.kind)),
    ];
    facts.into_iter().flatten().next().map(|message| (Part::Top("policy"), message))
}

/// What the policy allows beside the items: each named once, and tied to what this file declares.
fn practices(file: &VendorFile) -> Option<(Part, String)> {
    let policy = &file.policy;
    let mut names = BTreeSet::new();
    for (nth, category) in policy.category.iter().enumerate() {
        let found = |message: String| Some((Part::Nth("policy.category", nth), message));
        if !names.insert(&category.name) {
            return found(format!("the category \"{}\" stands here twice", category.name));
        }
        if let Some(item) = category.items.iter().find(|item| !file.item.iter().any(|rule| rule.id == **item))
        {
            return found(format!("{item} carries it, and this file does not declare {item}"));
        }
        if category.seen && (file.network.is_empty() || !category.items.is_empty()) {
            return found("what is `seen` is in no item, and a [[network]] says so".into());
        }
        if let Some(message) = coherent("necessity", &category.necessity) {
            return found(message);
        }
    }
    let mut rows = BTreeSet::new();
    for (nth, row) in policy.purpose.iter().enumerate() {
        let found = |message: String| Some((Part::Nth("policy.purpose", nth), message));
        if !rows.insert(&row.name) {
            return found(format!("the purpose \"{}\" stands here twice", row.name));
        }
        if let Some(name) = row.categories.iter().find(|name| !names.contains(name)) {
            return found(format!("the policy has no category \"{name}\""));
        }
        if let Some(message) = coherent("basis", &row.basis) {
            return found(message);
        }
    }
    let mut about = BTreeSet::new();
    policy.statement.iter().enumerate().find_map(|(nth, statement)| {
        let twice = !about.insert(&statement.about);
        let message = twice.then(|| format!("\"{}\" stands here twice", statement.about));
        let message = message.or_else(|| coherent("says", &statement.says))?;
        Some((Part::Nth("policy.statement", nth), message))
    })
}

fn is_slug(text: &str) -> bool {
    (2..=32).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// A word that can stand in a path without being encoded.
fn is_path_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

pub(super) fn is_https_page(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    format!("https://{host}").parse::<super::Origin>().is_ok()
        && link.len() <= 255
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte))
}

#[cfg(test)]
#[path = "check_tests.rs"]
pub(crate) mod tests;
