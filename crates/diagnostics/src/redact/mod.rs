//! What is known of this computer and its user becomes pseudonyms, in every shape; what only looks private is caught in a net; and
//! the result is looked at again.
//!
//! It fails closed: what is no text, is too large, or still holds something when it is looked at again, is left out and counted. It
//! refuses to shorten, to mark by a hash, or to guess: a value is replaced whole, or its part of the bundle is missing.

mod addresses;
mod coded;
mod codes;
mod contexts;
mod finder;
mod json;
mod lines;
mod members;
mod net;
mod paths;
mod pseudonyms;
mod seen;
mod splice;
mod text;
mod urls;
mod view;
mod views;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::finder::{DEPTH, Finder, Hit, Sought};
pub use self::lines::{LINE_MAX_BYTES, LogCleaned};
use self::net::Net;
pub use self::pseudonyms::Mapped;
use self::pseudonyms::Pseudonyms;
use self::seen::Seen;
pub use self::text::TEXT_MAX_BYTES;
use crate::known::Known;
use crate::{DiagnosticsError, Kind, Pseudonym};

/// A replaced part of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// What stands there now.
    pub pseudonym: Pseudonym,
    /// Where, in bytes of the result.
    pub offset: u64,
    /// How long, in bytes of the result.
    pub len: u32,
}

/// Why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The user did not want it in.
    Unticked,
    /// It is neither UTF-8 nor UTF-16.
    NotText,
    /// It is no object of JSON, as every line of a log is.
    NotTyped,
    /// It is too large to be cleaned.
    TooLarge,
    /// Something was still in it when it was looked at again.
    StillFound,
}

/// A text, cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    /// The text as it goes into the bundle.
    pub text: String,
    /// What was replaced, in the order of the text.
    pub spans: Vec<Span>,
}

impl Clean {
    /// How many parts of each kind were replaced.
    pub fn counts(&self) -> BTreeMap<Kind, u64> {
        let mut counts = BTreeMap::new();
        self.spans.iter().for_each(|span| *counts.entry(span.pseudonym.kind).or_default() += 1);
        counts
    }
}

/// Cleans what goes into one bundle. The same value has the same pseudonym in all that one of these cleans.
pub struct Redactor {
    finder: Finder,
    net: Net,
    table: Pseudonyms,
    /// Texts that stay as they are, whatever is sought.
    seen: Seen,
}

impl Redactor {
    /// Looks for `known`, and lets `public` values through that a pattern would catch: hosts of signed vendor files, numbers
    /// of products.
    ///
    /// # Errors
    /// [`DiagnosticsError::Unsearchable`].
    pub fn new(known: &[Known], public: &[String]) -> Result<Self, DiagnosticsError> {
        let mut table = Pseudonyms::default();
        let finder = Finder::new(known, &mut table)?;
        Ok(Self { finder, net: Net::new(public)?, table, seen: Seen::default() })
    }

    /// Who is called what. It stays with the user.
    pub fn map(&self) -> &[Mapped] {
        self.table.map()
    }

    /// Everything to be replaced in `text`.
    fn hits(&self, text: &[u8], sought: Sought) -> Result<Vec<Hit>, Reason> {
        let mut hits = self.finder.find(text, sought, DEPTH).ok_or(Reason::TooLarge)?;
        if sought != Sought::Exact {
            self.caught(text, 2, &mut hits);
        }
        Ok(hits)
    }

    /// What patterns catch in `text`, and in what is wrapped in it.
    fn caught(&self, text: &[u8], depth: usize, hits: &mut Vec<Hit>) {
        self.net.find(text, hits);
        if depth == 0 {
            return;
        }
        for view in views::written(text) {
            let mut inner = Vec::new();
            self.caught(&view.bytes, depth - 1, &mut inner);
            hits.extend(inner.into_iter().map(|hit: Hit| {
                let (start, end) = view.back(hit.start, hit.end);
                Hit { start, end, ..hit }
            }));
        }
    }
}
