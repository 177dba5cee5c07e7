//! Pseudonyms put in the place of what was found.

use super::finder::{Hit, What};
use super::pseudonyms::Pseudonyms;
use super::views::MASK;
use super::{Clean, Span};
use crate::{Kind, Pseudonym};

/// A part of a text that one pseudonym takes the place of.
#[derive(Clone, Copy, Debug)]
struct Part<'a> {
    start: usize,
    end: usize,
    /// The most telling of what was found there.
    hit: &'a Hit,
}

/// `text` with each hit replaced. Hits that overlap are replaced together, by the name of the most telling.
pub(super) fn splice(text: &str, hits: &[Hit], table: &mut Pseudonyms) -> Clean {
    let mut clean = Clean { text: String::with_capacity(text.len()), spans: Vec::new() };
    let mut from = 0;
    for part in parts(text, hits) {
        clean.text.push_str(&text[from..part.start]);
        let pseudonym = named(part.hit, table);
        let touched = touches(&text[..part.start], &text[part.end..]);
        let name = if touched { format!("[{pseudonym}]") } else { pseudonym.to_string() };
        clean.spans.push(Span {
            pseudonym,
            offset: clean.text.len() as u64,
            len: u32::try_from(name.len()).unwrap_or(u32::MAX),
        });
        clean.text.push_str(&name);
        from = part.end;
    }
    clean.text.push_str(&text[from..]);
    clean
}

fn named(hit: &Hit, table: &mut Pseudonyms) -> Pseudonym {
    match &hit.what {
        What::Known(pseudonym) => *pseudonym,
        What::Caught(kind, value) => table.of(*kind, value),
    }
}

/// Whether a letter or a digit goes on where the value stood: its name then needs an edge.
fn touches(before: &str, after: &str) -> bool {
    before.chars().next_back().is_some_and(char::is_alphanumeric)
        || after.chars().next().is_some_and(char::is_alphanumeric)
}

fn parts<'a>(text: &str, hits: &'a [Hit]) -> Vec<Part<'a>> {
    let part = |hit: &'a Hit| Part {
        start: text.floor_char_boundary(hit.start),
        end: text.ceil_char_boundary(hit.end),
        hit,
    };
    let mut parts: Vec<Part<'a>> = hits.iter().filter(|hit| hit.start < hit.end).map(part).collect();
    parts.sort_by_key(|part| (part.start, std::cmp::Reverse(part.end)));
    let mut merged: Vec<Part<'a>> = Vec::new();
    for part in parts {
        match merged.last_mut() {
            Some(last) if part.start < last.end => {
                last.end = last.end.max(part.end);
                if weight(part.hit) > weight(last.hit) {
                    last.hit = part.hit;
                }
            }
            _ => merged.push(part),
        }
    }
    merged
}

/// How telling a hit is: known values before what says nothing, the longer before the shorter.
fn weight(hit: &Hit) -> (bool, usize, bool) {
    let known = matches!(hit.what, What::Known(_));
    let says_nothing = matches!(hit.what, What::Caught(Kind::Data | Kind::Value | Kind::Secret, _));
    (!says_nothing, hit.len, known)
}

/// A result with everything that was put in masked, so that the names themselves are not found in it.
pub(super) fn masked(clean: &Clean) -> Vec<u8> {
    let mut bytes = clean.text.clone().into_bytes();
    for span in &clean.spans {
        let start = usize::try_from(span.offset).unwrap_or(usize::MAX).min(bytes.len());
        let end = (start + span.len as usize).min(bytes.len());
        bytes[start..end].fill(MASK);
    }
    bytes
}
