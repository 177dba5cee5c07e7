//! What a user searches for: words and beginnings of words, and names that stand for ids.
//!
//! The index's search expression is built here: a user's input is never its syntax, and never an error. Words longer than
//! the index holds are compared in full afterwards.

use std::collections::BTreeSet;

use gatefold_disclosure::Item;
use rusqlite::{Connection, params};

use crate::error::LedgerError;
use crate::search::{FACET_SIGN, HEAD_LEN, NUMBER_SIGN, head, split};

/// Words of one search at most, and ids that one word may stand for.
const MAX_WORDS: usize = 16;
const MAX_MEANINGS: usize = 64;

/// A name that is written nowhere in the ledger: a search for a word of it also finds what holds one of the ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// What people call it.
    pub name: String,
    /// Whose or which it is in the ledger.
    pub ids: Vec<String>,
    /// Entries that are of it and may hold none of the ids.
    pub entries: Vec<i64>,
}

/// A user's words.
pub(crate) struct Query {
    words: Vec<Word>,
}

struct Word {
    /// Empty where it is one of the ids that is looked for, and no word of the user's.
    text: String,
    /// The ids it stands for, each as the words it is split into.
    means: Vec<Vec<String>>,
}

impl Query {
    pub(crate) fn new(text: &str, aliases: &[Alias]) -> Self {
        let word = |text: String| {
            let named = aliases.iter().filter(|alias| split(&alias.name).any(|word| begins(&word, &text)));
            let ids = named.flat_map(|alias| {
                let numbers = alias.entries.iter().map(|entry| vec![format!("{NUMBER_SIGN}{entry}")]);
                alias.ids.iter().map(|id| split(id).collect::<Vec<_>>()).chain(numbers)
            });
            let means = ids.filter(|words| !words.is_empty()).take(MAX_MEANINGS).collect();
            Word { text, means }
        };
        Self { words: split(text).filter(|word| !word.is_empty()).take(MAX_WORDS).map(word).collect() }
    }

    /// The same, for entries that hold one of some items: at least the words of its id. Whether it is that item, the entry
    /// says.
    pub(crate) fn with_any_of(mut self, items: &[Item]) -> Self {
        if !items.is_empty() {
            let means = items.iter().map(|item| split(item.id()).collect()).collect();
            self.words.push(Word { text: String::new(), means });
        }
        self
    }

    /// The newest entries before `before` that hold every word, newest first; of certain combinations alone, if given.
    pub(crate) fn newest(
        &self,
        tx: &Connection,
        facets: Option<&[i64]>,
        before: i64,
        limit: usize,
    ) -> Result<Vec<i64>, LedgerError> {
        let mut ids = Vec::new();
        if self.words.is_empty() || facets.is_some_and(<[i64]>::is_empty) || limit == 0 {
            return Ok(ids);
        }
        let sql = "SELECT rowid FROM doc_index WHERE doc_index MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC";
        let mut statement = tx.prepare_cached(sql)?;
        let mut rows = statement.query(params![self.expression(facets), before])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            if self.holds_in_full(tx, id)? {
                ids.push(id);
                if ids.len() == limit {
                    break;
                }
            }
        }
        Ok(ids)
    }

    /// Whether an entry with these words is one that is looked for.
    pub(crate) fn is_met_by(&self, words: &BTreeSet<String>) -> bool {
        !self.words.is_empty()
            && self.words.iter().all(|wanted| {
                !wanted.text.is_empty() && words.iter().any(|word| begins(word, &wanted.text))
                    || wanted.means.iter().any(|id| id.iter().all(|word| words.contains(word)))
            })
    }

    /// The index's own syntax. Each term stands in quotes and holds letters and digits alone.
    fn expression(&self, facets: Option<&[i64]>) -> String {
        let mut terms: Vec<String> = self.words.iter().map(Word::expression).collect();
        if let Some(facets) = facets {
            let any: Vec<_> = facets.iter().map(|id| format!("\"{FACET_SIGN}{id}\"")).collect();
            terms.push(format!("({})", any.join(" OR ")));
        }
        terms.join(" AND ")
    }

    /// What the index found by the beginnings of long words, held against the words themselves.
    fn holds_in_full(&self, tx: &Connection, id: i64) -> Result<bool, LedgerError> {
        let is_long = |word: &String| head(word).len() < word.len();
        let has_long = |word: &Word| is_long(&word.text) || word.means.iter().flatten().any(is_long);
        if !self.words.iter().any(has_long) {
            return Ok(true);
        }
        let words: String =
            tx.prepare_cached("SELECT words FROM doc WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
        Ok(self.is_met_by(&words.split(' ').map(str::to_owned).collect()))
    }
}

impl Word {
    fn expression(&self) -> String {
        if self.means.is_empty() {
            return term(&self.text);
        }
        let all = |id: &Vec<String>| {
            let words: Vec<_> = id.iter().map(|word| format!("\"{}\"", head(word))).collect();
            format!("({})", words.join(" AND "))
        };
        let itself = (!self.text.is_empty()).then(|| term(&self.text));
        let any: Vec<_> = itself.into_iter().chain(self.means.iter().map(all)).collect();
        format!("({})", any.join(" OR "))
    }
}

/// Whether a word is the one looked for, or begins with it: a single letter means itself.
fn begins(word: &str, wanted: &str) -> bool {
    if wanted.chars().nth(1).is_none() { word == wanted } else { word.starts_with(wanted) }
}

/// One word: a single letter means itself, a beginning any word that starts with it.
pub(crate) fn term(word: &str) -> String {
    match word.chars().count() {
        2..HEAD_LEN => format!("\"{word}\" *"),
        _ => format!("\"{}\"", head(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_quoted_words_and_nothing_else() {
        let check =
            |text: &str, expect: &str| assert_eq!(Query::new(text, &[]).expression(None), expect, "{text}");
        check("sleeve", "\"sleeve\" *");
        check("a", "\"a\"");
        check("activate", "\"activate\"");
        check("activation", "\"activati\"");
        check("x\" OR \"y", "\"x\" AND \"or\" * AND \"y\"");
        check("heads:desk*", "\"heads\" * AND \"desk\" *");
        let facets = Query::new("desk", &[]).expression(Some(&[3, 4]));
        assert_eq!(facets, "\"desk\" * AND (\"§3\" OR \"§4\")");
    }

    #[test]
    fn items_are_looked_for_by_their_ids() {
        let of = |text: &str, items: &[Item]| Query::new(text, &[]).with_any_of(items);
        let check = |text: &str, items: &[Item], expect: &str| {
            assert_eq!(of(text, items).expression(None), expect, "{text}");
        };
        check("desk", &[], "\"desk\" *");
        check("", &[Item::Os], "((\"os\"))");
        check(
            "desk",
            &[Item::DeviceName, Item::Cpu],
            "\"desk\" * AND ((\"device\" AND \"name\") OR (\"cpu\"))",
        );
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        assert!(of("", &[Item::Os]).is_met_by(&words(&["os", "x"])));
        assert!(!of("", &[Item::Os]).is_met_by(&words(&["osprey"])));
    }

    #[test]
    fn a_name_stands_for_its_ids() {
        let alias = |name: &str, ids: &[&str]| Alias {
            name: name.to_owned(),
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            entries: Vec::new(),
        };
        let by_number = Alias { entries: vec![7], ..alias("Drift", &["9"]) };
        let aliases =
            [alias("Halo Plate", &["8d976c59-87bb", "*"]), alias("Hall\" OR", &["x\" y"]), by_number];
        let check = |text: &str, expect: &str| {
            assert_eq!(Query::new(text, &aliases).expression(None), expect, "{text}");
        };
        check("plate", "(\"plate\" * OR (\"8d976c59\" AND \"87bb\"))");
        check("drift", "(\"drift\" * OR (\"9\") OR (\"¶7\"))");
        check("ha", "(\"ha\" * OR (\"8d976c59\" AND \"87bb\") OR (\"x\" AND \"y\"))");
        check("alo", "\"alo\" *");
        check("h", "\"h\"");
    }
}
