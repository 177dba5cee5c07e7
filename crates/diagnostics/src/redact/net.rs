//! The net below the known values: what has the shape of something private, although nobody told us of it.

use std::collections::HashSet;

use regex::bytes::{Captures, Regex, RegexSet};

use super::finder::{Hit, What};
use super::{addresses, codes, paths, urls};
use crate::{DiagnosticsError, Kind};

/// What a pattern caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caught {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
}

/// Looks twice at what a pattern matched, and says what of it is caught.
pub(crate) type Judge = fn(&[u8], &Captures<'_>, &mut Vec<Caught>);

/// The patterns, and the values that are nobody's secret.
pub(crate) struct Net {
    set: RegexSet,
    patterns: Vec<(Regex, Judge)>,
    public: HashSet<String>,
}

impl Net {
    /// `public` are values that stand in signed vendor files or in the program: hosts, numbers of products.
    pub(crate) fn new(public: &[String]) -> Result<Self, DiagnosticsError> {
        let fail = |error: regex::Error| DiagnosticsError::Unsearchable(error.to_string());
        let all = [codes::PATTERNS, addresses::PATTERNS, urls::PATTERNS, paths::PATTERNS].concat();
        let set = RegexSet::new(all.iter().map(|(pattern, _)| ascii(pattern)));
        // The set is asked as bytes, as each pattern is.
        let set = match set {
            Ok(set) => set,
            Err(error) => return Err(fail(error)),
        };
        let patterns =
            all.into_iter().map(|(pattern, judge)| Ok((Regex::new(&ascii(pattern)).map_err(fail)?, judge)));
        let public = public.iter().map(|value| value.to_lowercase()).collect();
        Ok(Self { set, patterns: patterns.collect::<Result<_, DiagnosticsError>>()?, public })
    }

    /// Everything in `text` that has a private shape.
    pub(crate) fn find(&self, text: &[u8], hits: &mut Vec<Hit>) {
        for index in self.set.matches(text) {
            let (pattern, judge) = &self.patterns[index];
            let mut caught = Vec::new();
            for captures in pattern.captures_iter(text) {
                judge(text, &captures, &mut caught);
            }
            caught.retain(|one| one.start < one.end && !self.is_public(&text[one.start..one.end]));
            hits.extend(caught.into_iter().map(|one| Hit {
                start: one.start,
                end: one.end,
                len: one.end - one.start,
                what: What::Caught(one.kind, String::from_utf8_lossy(&text[one.start..one.end]).into_owned()),
            }));
        }
    }

    fn is_public(&self, value: &[u8]) -> bool {
        std::str::from_utf8(value).is_ok_and(|value| self.public.contains(&value.to_lowercase()))
    }
}

/// Letters of other scripts are bytes to the patterns: that is fast, and each pattern says where it means them.
fn ascii(pattern: &str) -> String {
    format!("(?-u){pattern}")
}

/// The first group, or the whole, as `kind`.
pub(crate) fn catch(captures: &Captures<'_>, kind: Kind, caught: &mut Vec<Caught>) {
    let found = captures.iter().skip(1).flatten().next().or_else(|| captures.get(0));
    if let Some(found) = found {
        caught.push(Caught { start: found.start(), end: found.end(), kind });
    }
}

/// The bytes that stand directly before and behind a match.
pub(crate) fn beside(text: &[u8], start: usize, end: usize) -> (u8, u8) {
    let before = start.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    (before, text.get(end).copied().unwrap_or(b' '))
}
