//! Search by words and their beginnings, indexed outside the append.
//!
//! What the index sees is split into lower-case words here. Secrets have no words; an erased entry's words go with it.
//!
//! The index holds the first eight characters of each word, and an index of its own for every shorter beginning, so
//! that no search walks over neighboring terms.

use std::collections::BTreeSet;

use gatefold_disclosure::MarkKind;
use rusqlite::{Connection, OptionalExtension, params};

use crate::append::chain_end;
use crate::entry::{Entry, Kept, OutcomeClass};
use crate::error::LedgerError;
use crate::open::{Ledger, is_current};
use crate::query::{self, Query};
use crate::read;
use crate::spoken::said_of;

/// Characters of a word that the index holds; the schema has prefix indexes for all below.
pub(crate) const HEAD_LEN: usize = 8;
/// Words of one entry at most.
const MAX_WORDS: usize = 512;
/// Records a step of catching up looks at, so that a writer never waits long.
const STEP: usize = 500;
/// Stands before a combination's number; no user's word can hold it.
pub(crate) const FACET_SIGN: char = '§';
/// Stands before an entry's own number.
pub(crate) const NUMBER_SIGN: char = '¶';

impl Ledger {
    /// Indexes at most `limit` records that no search has seen yet; returns how many it looked at. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn index_some(&self, limit: usize) -> Result<usize, LedgerError> {
        let sql =
            "SELECT seq, entry FROM record WHERE seq > (SELECT indexed_seq FROM state) ORDER BY seq LIMIT ?1";
        let waiting = |tx: &Connection| -> Result<Vec<(i64, i64)>, LedgerError> {
            let mut statement = tx.prepare_cached(sql)?;
            let rows =
                statement.query_map([read::rows_at_most(limit)], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        if self.read(claims_too_much)? {
            self.write(empty_index)?;
        }
        // Most searches find nothing waiting; they need not ask for the right to write.
        if self.read(waiting)?.is_empty() {
            return Ok(0);
        }
        self.write(|tx| {
            let waiting = waiting(tx)?;
            let Some(&(last, _)) = waiting.last() else { return Ok(0) };
            let entries: BTreeSet<i64> = waiting.iter().map(|(_, entry)| *entry).collect();
            for id in &entries {
                forget(tx, *id)?;
            }
            // Where a row is taken out and put in again before both are written, FTS5 (3.53, `detail = none` with
            // secure delete) drops the rows that follow it (decision 10).
            tx.prepare_cached("INSERT INTO doc_index (doc_index) VALUES ('flush')")?.execute([])?;
            for id in &entries {
                learn(tx, *id)?;
            }
            tx.prepare_cached("UPDATE state SET indexed_seq = ?1")?.execute([last])?;
            Ok(waiting.len())
        })
    }

    pub(crate) fn index_all(&self) -> Result<(), LedgerError> {
        while self.index_some(STEP)? == STEP {}
        Ok(())
    }
}

/// Forgets every word; the next search builds the index anew.
pub(crate) fn empty_index(tx: &Connection) -> Result<(), LedgerError> {
    tx.execute("INSERT INTO doc_index (doc_index) VALUES ('delete-all')", [])?;
    tx.execute("DELETE FROM doc", [])?;
    tx.execute("UPDATE state SET indexed_seq = 0", [])?;
    Ok(())
}

/// Whether the index says that it knows records that there are not.
fn claims_too_much(tx: &Connection) -> Result<bool, LedgerError> {
    let end = chain_end(tx)?.seq;
    let mut claimed = tx.prepare_cached("SELECT indexed_seq FROM state")?;
    Ok(claimed.query_row([], |row| row.get::<_, i64>(0))? > end)
}

/// Whether every entry that the index says it knows has words in it. What the words are is not looked at: a forged
/// index can hide an entry from a search, from lists and checks never.
pub(crate) fn index_holds(tx: &Connection) -> Result<bool, LedgerError> {
    let wordless = "SELECT EXISTS (
        SELECT 1 FROM line WHERE erased_at IS NULL AND entry_seq <= (SELECT indexed_seq FROM state)
                                 AND NOT EXISTS (SELECT 1 FROM doc WHERE doc.id = line.id))";
    if claims_too_much(tx)? || tx.query_row(wordless, [], |row| row.get(0))? {
        return Ok(false);
    }
    // Each entry's words hold the sign of one combination.
    let known: i64 = tx.query_row("SELECT count(*) FROM doc", [], |row| row.get(0))?;
    let mut facets = tx.prepare_cached("SELECT id FROM facet")?;
    let mut of_facet = tx.prepare_cached("SELECT count(*) FROM doc_index WHERE doc_index MATCH ?1")?;
    let mut found = 0;
    for facet in facets.query_map([], |row| row.get::<_, i64>(0))? {
        let sign = format!("\"{FACET_SIGN}{}\"", facet?);
        found += match of_facet.query_row([sign], |row| row.get::<_, i64>(0)).map_err(LedgerError::from) {
            Err(LedgerError::Damaged(_)) => return Ok(false),
            found => found?,
        };
    }
    Ok(found == known)
}

/// What a search would find if the index knew all that is waiting for it: the entries before `before` that no search has
/// seen as they are now, and those of them that hold every word, newest first each. For what cannot be written.
pub(crate) fn look_through_waiting(
    tx: &Connection,
    query: &Query,
    facets: Option<&[i64]>,
    before: i64,
) -> Result<(BTreeSet<i64>, Vec<i64>), LedgerError> {
    // An older program's index lacks words, and one that claims more records than there are may lack any.
    let sql = if is_current(tx)? && !claims_too_much(tx)? {
        "SELECT DISTINCT entry FROM record
         WHERE seq > (SELECT indexed_seq FROM state) AND entry < ?1 ORDER BY entry DESC"
    } else {
        "SELECT id FROM line WHERE id < ?1 ORDER BY id DESC"
    };
    let (mut waiting, mut found) = (BTreeSet::new(), Vec::new());
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([before])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        waiting.insert(id);
        let Some((words, facet)) = words_and_facet(tx, id)? else { continue };
        if facets.is_none_or(|facets| facets.contains(&facet)) && query.is_met_by(&words) {
            found.push(id);
        }
    }
    Ok((waiting, found))
}

/// Puts an entry's words into the index.
fn learn(tx: &Connection, id: i64) -> Result<(), LedgerError> {
    let Some((mut words, facet)) = words_and_facet(tx, id)? else { return Ok(()) };
    words.insert(format!("{FACET_SIGN}{facet}"));
    let words = words.into_iter().collect::<Vec<_>>().join(" ");
    tx.prepare_cached("INSERT INTO doc_index (rowid, heads) VALUES (?1, ?2)")?
        .execute(params![id, heads(&words)])?;
    tx.prepare_cached("INSERT INTO doc (id, words) VALUES (?1, ?2)")?.execute(params![id, words])?;
    Ok(())
}

/// The words of an entry and the number of its combination; none of one that is erased or gone.
fn words_and_facet(tx: &Connection, id: i64) -> Result<Option<(BTreeSet<String>, i64)>, LedgerError> {
    let entry = match read::load(tx, id) {
        Ok(entry) if entry.line.kept != Kept::Erased => entry,
        Ok(_) | Err(LedgerError::NoEntry(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let bytes = read::stored_bytes(tx, id)?.unwrap_or_default();
    let facet =
        tx.prepare_cached("SELECT facet FROM line WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
    let mut words = words_of(&entry, &bytes);
    words.insert(format!("{NUMBER_SIGN}{id}"));
    Ok(Some((words, facet)))
}

/// Takes an entry's words out of the index; returns what the index saw of them.
fn forget(tx: &Connection, id: i64) -> Result<Option<String>, LedgerError> {
    let words: Option<String> = tx
        .prepare_cached("SELECT words FROM doc WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(words) = words else { return Ok(None) };
    let heads = heads(&words);
    tx.prepare_cached("INSERT INTO doc_index (doc_index, rowid, heads) VALUES ('delete', ?1, ?2)")?
        .execute(params![id, heads])?;
    tx.prepare_cached("DELETE FROM doc WHERE id = ?1")?.execute([id])?;
    Ok(Some(heads))
}

/// Words that were erased, and must leave no trace in the index.
#[derive(Default)]
pub(crate) struct Forgotten {
    heads: BTreeSet<String>,
}

impl Forgotten {
    /// Takes an entry's words out of the index.
    pub(crate) fn forget(&mut self, tx: &Connection, id: i64) -> Result<(), LedgerError> {
        let heads = forget(tx, id)?.unwrap_or_default();
        self.heads.extend(heads.split(' ').filter(|head| !head.is_empty()).map(str::to_owned));
        Ok(())
    }

    /// FTS5's secure delete removes an erased word from the pages, but not from the separators between them. Where
    /// one is left that no other entry accounts for, the index is emptied, and the next search builds it anew.
    pub(crate) fn sweep(&self, tx: &Connection) -> Result<(), LedgerError> {
        if self.heads.is_empty() || !self.leaves_separators(tx)? {
            return Ok(());
        }
        empty_index(tx)
    }

    fn leaves_separators(&self, tx: &Connection) -> Result<bool, LedgerError> {
        // A separator is one byte that names the prefix index, then the shortest beginning that tells two terms apart.
        let mut separators =
            tx.prepare("SELECT DISTINCT substr(term, 2) FROM doc_index_idx WHERE length(term) > 2")?;
        let mut found = separators.query([])?;
        while let Some(row) = found.next()? {
            let separator =
                String::from_utf8_lossy(row.get_ref(0)?.as_bytes_or_null().ok().flatten().unwrap_or(b""))
                    .trim_end_matches(char::REPLACEMENT_CHARACTER)
                    .to_owned();
            let erased = separator.chars().count() > 1 && self.begins_an_erased_word(&separator);
            if erased && !is_in_use(tx, &separator)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn begins_an_erased_word(&self, beginning: &str) -> bool {
        self.heads.range(beginning.to_owned()..).next().is_some_and(|head| head.starts_with(beginning))
    }
}

/// Whether an entry that is still there has a word that begins so.
fn is_in_use(tx: &Connection, beginning: &str) -> Result<bool, LedgerError> {
    let mut statement =
        tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM doc_index WHERE doc_index MATCH ?1)")?;
    Ok(statement.query_row([query::term(beginning)], |row| row.get(0))?)
}

/// Every word that an entry can be found by. A change of this rule comes with a migration that empties the index.
fn words_of(entry: &Entry, bytes: &[u8]) -> BTreeSet<String> {
    let line = &entry.line;
    let mut words = BTreeSet::new();
    let mut add = |text: &str| {
        for word in split(text) {
            if words.len() < MAX_WORDS {
                words.insert(word);
            }
        }
    };
    add(line.vendor.as_deref().unwrap_or_default());
    if let Some(purpose) = line.purpose {
        add(purpose.id());
        add(purpose.label());
    }
    said_of(line).for_each(&mut add);
    add(line.carrier.as_str());
    add(line.outcome.map_or("pending", OutcomeClass::as_str));
    for text in [&line.method, &line.url, &line.code].into_iter().flatten() {
        add(text);
    }
    line.peers.iter().for_each(|peer| add(peer));
    if let Some(status) = line.status {
        add(&status.to_string());
    }
    if let Some(network) = &entry.network {
        for text in [&network.name_looked_up, &network.tls_version, &network.proxy].into_iter().flatten() {
            add(text);
        }
    }
    if let Some(file) = &line.file {
        add(&file.name);
    }
    for item in &line.items {
        add(item.id());
        add(item.label());
    }
    for mark in entry.marks.iter().filter(|mark| mark.kind == MarkKind::Item) {
        let value = bytes.get(mark.offset..mark.offset.saturating_add(mark.len)).unwrap_or_default();
        add(&String::from_utf8_lossy(value));
    }
    words
}

/// Lower-case words: stretches of letters and digits.
pub(crate) fn split(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect())
}

/// What the index sees of an entry's words. Taking them out must say the same as putting them in, so this rule
/// changes only together with a migration that empties the index.
fn heads(words: &str) -> String {
    let heads: BTreeSet<&str> = words.split(' ').map(head).collect();
    heads.into_iter().collect::<Vec<_>>().join(" ")
}

pub(crate) fn head(word: &str) -> &str {
    word.char_indices().nth(HEAD_LEN).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_splits_into_lower_case_words() {
        let check =
            |text: &str, expect: &[&str]| assert_eq!(split(text).collect::<Vec<_>>(), expect, "{text}");
        check("https://license.sleeve.example/v1/", &["https", "license", "sleeve", "example", "v1"]);
        check("Studio-Desk №7", &["studio", "desk", "7"]);
        check("ÉTÉ İstanbul", &["été", "i̇stanbul".replace('\u{307}', "").as_str()]);
        check("\" OR NEAR(a) * ^", &["or", "near", "a"]);
        check("§12", &["12"]);
        check("", &[]);
    }

    #[test]
    fn heads_are_each_there_once() {
        assert_eq!(heads("activate activation desk §12"), "activate activati desk §12");
    }
}
