//! Pseudonyms put in the place of what was found.

use super::finder::Hit;
use super::views::MASK;
use super::{Clean, Span};
use crate::{Kind, Pseudonym};

/// A part of a text that one pseudonym takes the place of.
#[derive(Clone, Copy, Debug)]
struct Part {
    start: usize,
    end: usize,
    pseudonym: Pseudonym,
    /// How surely it has this name: known values before what says nothing, the longer before the shorter.
    weight: (bool, usize, bool),
}

/// `text` with each hit replaced. Hits that overlap are replaced together, by the name of the most telling.
pub(super) fn splice(text: &str, hits: &[Hit]) -> Clean {
    let mut clean = Clean { text: String::with_capacity(text.len()), spans: Vec::new() };
    let mut from = 0;
    for part in parts(text, hits) {
        clean.text.push_str(&text[from..part.start]);
        let touched = touches(&text[..part.start], &text[part.end..]);
        let name = if touched { format!("[{}]", part.pseudonym) } else { part.pseudonym.to_string() };
        clean.spans.push(Span {
            pseudonym: part.pseudonym,
            offset: clean.text.len() as u64,
            len: u32::try_from(name.len()).unwrap_or(u32::MAX),
        });
        clean.text.push_str(&name);
        from = part.end;
    }
    clean.text.push_str(&text[from..]);
    clean
}

/// Whether a letter or a digit goes on where the value stood: its name then needs an edge.
fn touches(before: &str, after: &str) -> bool {
    let word = |c: char| c.is_alphanumeric();
    before.chars().next_back().is_some_and(word) || after.chars().next().is_some_and(word)
}

fn parts(text: &str, hits: &[Hit]) -> Vec<Part> {
    let mut parts: Vec<Part> =
        hits.iter().filter(|hit| hit.start < hit.end).map(|hit| part(text, hit)).collect();
    parts.sort_by_key(|part| (part.start, std::cmp::Reverse(part.end)));
    let mut merged: Vec<Part> = Vec::new();
    for part in parts {
        match merged.last_mut() {
            Some(last) if part.start < last.end => {
                last.end = last.end.max(part.end);
                if part.weight > last.weight {
                    (last.pseudonym, last.weight) = (part.pseudonym, part.weight);
                }
            }
            _ => merged.push(part),
        }
    }
    merged
}

fn part(text: &str, hit: &Hit) -> Part {
    let telling = hit.known || !matches!(hit.pseudonym.kind, Kind::Data | Kind::Value | Kind::Secret);
    Part {
        start: text.floor_char_boundary(hit.start),
        end: text.ceil_char_boundary(hit.end),
        pseudonym: hit.pseudonym,
        weight: (telling, hit.end - hit.start, hit.known),
    }
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
