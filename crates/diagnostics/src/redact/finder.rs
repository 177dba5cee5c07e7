//! Known values, found in one pass over a text and one over each of its views.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use aho_corasick::{AhoCorasick, MatchKind};

use super::contexts::Contexts;
use super::pseudonyms::Pseudonyms;
use super::seen::Seen;
use super::view::View;
use super::{coded, views};
use crate::known::{Known, Rule, aliases, dedup, rule, spellings, squeezed};
use crate::{DiagnosticsError, Kind, Pseudonym};

/// How deep a value may be wrapped and still be found: base64 in an address in JSON, say.
pub(crate) const DEPTH: usize = 3;

/// Something that was found, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) what: What,
    /// How much of a value was found, in bytes as it reads unwrapped.
    pub(crate) len: usize,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A known value.
    Known(Pseudonym),
    /// What a pattern caught, as it reads unwrapped; it is called something once it is sure that it is replaced.
    Caught(Kind, String),
}

/// Which of the known values are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sought {
    /// All of them.
    All,
    /// Those that are no words: what a closed vocabulary of ours may never hold by chance.
    NoWords,
    /// The same, and no patterns are tried: a version may look like an address.
    Exact,
}

/// How a needle is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Utf8,
    Utf16Le,
    Utf16Be,
}

struct Needle {
    pseudonym: Pseudonym,
    rule: Rule,
    width: Width,
    first: char,
    last: char,
    /// So short that it may stand by chance in what is no text at all.
    short: bool,
}

/// All known values, ready to be looked for.
pub(crate) struct Finder {
    automaton: AhoCorasick,
    needles: Vec<Needle>,
    split: AhoCorasick,
    split_needles: Vec<Needle>,
    contexts: Contexts,
    shortest: usize,
    /// Runs of base64 that held nothing.
    seen: Seen,
    /// How many bytes may still be looked at for one text.
    left: Cell<usize>,
    /// Texts that were looked at for it, by their hash, and how deep.
    looked: RefCell<HashMap<u64, usize>>,
}

impl Finder {
    /// Enters every value into `table` and makes one search of all their spellings.
    pub(crate) fn new(known: &[Known], table: &mut Pseudonyms) -> Result<Self, DiagnosticsError> {
        let values = named(known, table);
        let (mut patterns, mut needles) = (Vec::new(), Vec::new());
        let (mut split_patterns, mut split_needles) = (Vec::new(), Vec::new());
        let mut weak = Vec::new();
        for (kind, value, pseudonym) in &values {
            match rule(*kind, value) {
                Rule::Context => weak.push((value.clone(), *pseudonym)),
                rule => {
                    for (pattern, needle) in needles_of(value, *pseudonym, rule) {
                        patterns.push(pattern);
                        needles.push(needle);
                    }
                }
            }
            if let Some(rule) = split_rule(*kind, value) {
                for spelling in spellings(value) {
                    let spelling = squeezed(&spelling);
                    if let Some(needle) = needle(&spelling, *pseudonym, rule, Width::Utf8) {
                        split_needles.push(needle);
                        split_patterns.push(spelling.into_bytes());
                    }
                }
            }
        }
        let shortest = needles.iter().zip(&patterns).filter(|(needle, _)| needle.width == Width::Utf8);
        let shortest = shortest.map(|(_, pattern)| pattern.len()).min().unwrap_or(8);
        Ok(Self {
            automaton: automaton(&patterns)?,
            needles,
            split: automaton(&split_patterns)?,
            split_needles,
            contexts: Contexts::new(&weak)?,
            shortest,
            seen: Seen::default(),
            left: Cell::new(0),
            looked: RefCell::default(),
        })
    }

    /// Every known value in `text`, in whatever shape, `depth` wrappings deep. `None` where so much is wrapped in so many ways
    /// that there is no end to it.
    pub(crate) fn find(&self, text: &[u8], sought: Sought, depth: usize) -> Option<Vec<Hit>> {
        self.left.set(text.len().saturating_mul(64).saturating_add(1 << 20));
        self.looked.borrow_mut().clear();
        let mut hits = Vec::new();
        self.look(text, sought, depth, &mut hits);
        if depth > 0 {
            // Each wrapping alone; below, all are taken off together.
            for view in views::unwrapped(text) {
                self.find_in(&view, text, sought, depth, &mut hits);
            }
        }
        (self.left.get() > 0).then_some(hits)
    }

    fn look(&self, text: &[u8], sought: Sought, depth: usize, hits: &mut Vec<Hit>) {
        if self.looked_at(text, depth) {
            return;
        }
        self.left.set(self.left.get().saturating_sub(text.len()));
        if self.left.get() == 0 {
            return;
        }
        self.find_plain(text, sought, hits);
        self.find_split(text, sought, hits);
        if depth == 0 {
            return;
        }
        for view in views::together(text).into_iter().chain(coded::hexadecimal(text, self.shortest)) {
            self.find_in(&view, text, sought, depth, hits);
        }
        self.find_in_base64(text, sought, depth, hits);
    }

    /// Whether the same text was looked at as deep before: the order in which wrappings come off makes no other text.
    fn looked_at(&self, text: &[u8], depth: usize) -> bool {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let mut looked = self.looked.borrow_mut();
        let deepest = looked.entry(hasher.finish()).or_default();
        // The depth is counted from one here, so that nought is never.
        let before = std::mem::replace(deepest, (*deepest).max(depth + 1));
        before > depth
    }

    fn find_in(&self, view: &View, text: &[u8], sought: Sought, depth: usize, hits: &mut Vec<Hit>) {
        let mut inner = Vec::new();
        let depth = if worth_unwrapping(view) { depth - 1 } else { 0 };
        self.look(&view.bytes, sought, depth, &mut inner);
        hits.extend(inner.into_iter().map(|hit| moved_back(hit, view, text)));
    }

    fn find_in_base64(&self, text: &[u8], sought: Sought, depth: usize, hits: &mut Vec<Hit>) {
        let runs = coded::base64_runs(text, self.shortest, &self.seen);
        let before = hits.len();
        for view in coded::base64(text, &runs) {
            self.find_in(&view, text, sought, depth, hits);
        }
        // A run that holds nothing, however deep, holds nothing the next time. Noted of the whole text alone: in a view, what was
        // looked at before is passed over, and found nothing means nothing.
        if sought == Sought::All && depth > DEPTH && hits.len() == before && self.left.get() > 0 {
            runs.into_iter().for_each(|run| self.seen.note(&text[run]));
        }
    }

    fn find_plain(&self, text: &[u8], sought: Sought, hits: &mut Vec<Hit>) {
        for found in self.automaton.find_overlapping_iter(text) {
            let needle = &self.needles[found.pattern().as_usize()];
            if needle.is_sought(sought) && needle.stands_alone(text, found.start(), found.end()) {
                hits.push(needle.hit(found.start(), found.end()));
            }
        }
        if sought == Sought::All {
            self.contexts.find(text, hits);
        }
    }

    fn find_split(&self, text: &[u8], sought: Sought, hits: &mut Vec<Hit>) {
        if self.split_needles.is_empty() {
            return;
        }
        let view = views::squeezed(text);
        for found in self.split.find_overlapping_iter(&view.bytes) {
            let needle = &self.split_needles[found.pattern().as_usize()];
            let (start, end) = view.back(found.start(), found.end());
            if needle.is_sought(sought)
                && view.holds_together(found.start(), found.end())
                && needle.stands_alone(text, start, end)
            {
                hits.push(needle.hit(start, end));
            }
        }
    }
}

/// Each value with what it is called: the most telling kinds first, and then what else says the same.
fn named(known: &[Known], table: &mut Pseudonyms) -> Vec<(Kind, String, Pseudonym)> {
    let mut values = Vec::new();
    for known in known {
        // It is made into a search here, and kept in the map that stays with the user.
        let value = known.value.expose().trim();
        // A sign of ASCII alone (`/` as a home, `-`) says nothing and cannot be told from any other.
        if value.chars().any(|c| c.is_alphanumeric() || !c.is_ascii()) {
            values.push((known.kind, value.to_owned(), table.of(known.kind, value)));
        }
    }
    for (kind, value, pseudonym) in values.clone() {
        for alias in aliases(kind, &value).into_iter().filter(|alias| !alias.is_empty() && *alias != value) {
            let pseudonym = table.also(kind, &alias, pseudonym);
            values.push((kind, alias, pseudonym));
        }
    }
    values
}

fn automaton(patterns: &[Vec<u8>]) -> Result<AhoCorasick, DiagnosticsError> {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(patterns)
        .map_err(|error| DiagnosticsError::Unsearchable(error.to_string()))
}

/// Whether a value is looked for with its signs taken out, and how.
fn split_rule(kind: Kind, value: &str) -> Option<Rule> {
    let plain = squeezed(value);
    let len = plain.chars().count();
    let only_digits = plain.chars().all(|c| c.is_ascii_digit());
    let parted = value.trim().chars().any(|c| !c.is_alphanumeric());
    match kind {
        Kind::Ip | Kind::Home | Kind::Value | Kind::Data => None,
        kind if kind.is_a_name() => (parted && len >= 6).then_some(Rule::Word),
        Kind::Secret => (len >= 8 && plain.chars().any(|c| c.is_ascii_digit())).then_some(Rule::Word),
        _ if only_digits => (len >= 6).then_some(Rule::Word),
        _ => (len >= 8).then_some(Rule::Anywhere),
    }
}

fn needles_of(value: &str, pseudonym: Pseudonym, rule: Rule) -> Vec<(Vec<u8>, Needle)> {
    let mut all = Vec::new();
    for spelling in dedup(spellings(value)) {
        let units: Vec<u16> = spelling.encode_utf16().collect();
        let le = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let be = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let writings =
            [(Width::Utf8, spelling.clone().into_bytes()), (Width::Utf16Le, le), (Width::Utf16Be, be)];
        all.extend(
            writings
                .into_iter()
                .filter_map(|(width, bytes)| Some((bytes, needle(&spelling, pseudonym, rule, width)?))),
        );
    }
    all
}

fn needle(spelling: &str, pseudonym: Pseudonym, rule: Rule, width: Width) -> Option<Needle> {
    let (first, last) = (spelling.chars().next()?, spelling.chars().next_back()?);
    Some(Needle { pseudonym, rule, width, first, last, short: spelling.len() < 6 })
}

impl Needle {
    fn is_sought(&self, sought: Sought) -> bool {
        sought == Sought::All || !(self.pseudonym.kind.is_a_name() || self.rule == Rule::Word)
    }

    fn hit(&self, start: usize, end: usize) -> Hit {
        Hit { start, end, what: What::Known(self.pseudonym), len: end - start }
    }

    /// Whether what stands around it leaves it what it is.
    fn stands_alone(&self, text: &[u8], start: usize, end: usize) -> bool {
        let (before, after) = (self.before(text, start), self.after(text, end));
        if self.short && (before == Side::Garbage || after == Side::Garbage) {
            return false;
        }
        self.rule == Rule::Anywhere || (!before.goes_on(self.first) && !after.goes_on(self.last))
    }

    fn before(&self, text: &[u8], start: usize) -> Side {
        let text = &text[..start];
        let near = &text[text.len().saturating_sub(4)..];
        match self.width {
            Width::Utf8 => Side::of_utf8(near.utf8_chunks().last(), true, near.is_empty()),
            _ => Side::of_unit(text.last_chunk().copied(), self.width),
        }
    }

    fn after(&self, text: &[u8], end: usize) -> Side {
        let text = &text[end..];
        let near = &text[..text.len().min(4)];
        match self.width {
            Width::Utf8 => Side::of_utf8(near.utf8_chunks().next(), false, near.is_empty()),
            _ => Side::of_unit(text.first_chunk().copied(), self.width),
        }
    }
}

/// What stands beside a needle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// The end of the text.
    Edge,
    /// A character.
    Char(char),
    /// What is no text.
    Garbage,
}

impl Side {
    fn of_utf8(chunk: Option<std::str::Utf8Chunk<'_>>, last: bool, empty: bool) -> Self {
        let Some(chunk) = chunk.filter(|_| !empty) else { return Self::Edge };
        let c = match last {
            true if chunk.invalid().is_empty() => chunk.valid().chars().next_back(),
            true => None,
            false => chunk.valid().chars().next(),
        };
        match c {
            // The mark between decoded runs is the end of one.
            None if chunk.invalid() == [0xFF] => Self::Edge,
            Some(c)
                if !c.is_control() || c.is_whitespace() || c == '\u{1b}' || c == char::from(views::MASK) =>
            {
                Self::Char(c)
            }
            Some('\0') => Self::Edge,
            _ => Self::Garbage,
        }
    }

    fn of_unit(unit: Option<[u8; 2]>, width: Width) -> Self {
        let Some(unit) = unit else { return Self::Edge };
        let unit = if width == Width::Utf16Le { u16::from_le_bytes(unit) } else { u16::from_be_bytes(unit) };
        char::from_u32(u32::from(unit)).map_or(Self::Garbage, Self::Char)
    }

    /// Whether a word goes on here that has `c` at its edge: letters with letters, digits with digits.
    fn goes_on(self, c: char) -> bool {
        let Self::Char(beside) = self else { return false };
        (c.is_alphabetic() && beside.is_alphabetic()) || (c.is_numeric() && beside.is_numeric())
    }
}

/// Whether a view reads as text, so that something may be wrapped in it once more.
fn worth_unwrapping(view: &View) -> bool {
    let near = &view.bytes[..view.bytes.len().min(4096)];
    let odd = near
        .iter()
        .filter(|byte| **byte >= 0x80 || (**byte < b' ' && !matches!(byte, 0 | 9 | 10 | 13)))
        .count();
    !view.glued || odd * 2 <= near.len()
}

/// A hit in a view, as a place in the text that the view was made of.
fn moved_back(hit: Hit, view: &View, text: &[u8]) -> Hit {
    let (mut start, mut end) = view.back(hit.start, hit.end);
    if view.glued {
        let word = |byte: &u8| byte.is_ascii_alphanumeric();
        start -= text[..start].iter().rev().take_while(|byte| word(byte)).count();
        end += text[end.min(text.len())..].iter().take_while(|byte| word(byte)).count();
        end += text[end.min(text.len())..].iter().take(2).take_while(|byte| **byte == b'=').count();
    }
    Hit { start, end: end.min(text.len()), ..hit }
}
