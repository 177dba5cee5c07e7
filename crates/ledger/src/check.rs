//! Checking the chain: every record against its neighbor, its body and its line.
//!
//! It reads row by row and keeps only what is out of order. It names entries, not guesses: where a link alone is
//! broken, the record that the next one no longer follows on is the altered one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::anchor::{AnchorState, Head, checkpoint, compare};
use crate::consent;
use crate::entry::EntryId;
use crate::error::LedgerError;
use crate::open::Ledger;
use crate::record::{ALL, NEXT, ONE, Record};
use crate::search;

/// What a check of the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// Entries looked at.
    pub entries: u64,
    /// Nothing is altered, removed or cut.
    pub intact: bool,
    /// Entries that are not what was written, or are gone, ascending.
    pub broken: Vec<EntryId>,
    /// Those of them of which nothing is left but the gap.
    pub missing: Vec<EntryId>,
    /// Entries whose bytes were erased. By whom, the record cannot tell: by the user, by age, or by another program that
    /// runs as the user.
    pub erased: u64,
    /// The erasure that was noted last.
    pub last_erasure: Option<Erasure>,
    /// Entries that are gone from the front. Where the anchor is whole or ahead, retention removed them, or the user began a new
    /// anchor without them; where it is absent
    /// the file alone says so; where it is cut the file is not believed, and this is 0.
    pub retired: u64,
    /// What the anchor says of the end, and of the front.
    pub anchor: AnchorState,
    /// The index of the search did not fit the record, and was emptied: the next search builds it anew.
    pub index_emptied: bool,
}

/// An erasure as it is noted: the note itself is in no chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Erasure {
    /// Whose bytes.
    pub entry: EntryId,
    /// When.
    pub at: Timestamp,
}

/// What a check of one entry found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EntryCheck {
    /// Its records are what was written, and what follows, follows on them.
    pub intact: bool,
    /// Its bytes were erased.
    pub erased: bool,
}

/// So many numbers of vanished entries are named at most, in all: forged numbers must not make a list without end.
const MAX_VANISHED: i64 = 10_000;

/// Lines whose records are gone, or another's.
const ORPHANS: &str = "
    SELECT id FROM line l
    WHERE NOT EXISTS (SELECT 1 FROM record WHERE seq = l.entry_seq AND entry = l.id)
       OR (l.outcome_seq IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM record WHERE seq = l.outcome_seq AND entry = l.id))";

impl Ledger {
    /// Checks the whole chain, row by row, against the head kept outside, if one was. An index of the search that holds less
    /// than it claims is emptied.
    ///
    /// # Errors
    /// Those of the disk; a broken chain is no error.
    pub fn check(&self, anchor: Option<Head>) -> Result<Check, LedgerError> {
        let mut found = self.read(|tx| {
            let mut walk = Walk::from_cut(tx)?;
            let mut statement = tx.prepare_cached(ALL)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                walk.step(&Record::read(row)?);
            }
            let mut broken = walk.broken;
            // Who lost a record: of those still waiting for an outcome when one vanished, those who never got it.
            broken.extend(walk.suspects.intersection(&walk.open));
            let mut orphans = tx.prepare_cached(ORPHANS)?;
            for id in orphans.query_map([], |row| row.get(0))? {
                broken.insert(id?);
            }
            let missing = missing(tx, &broken)?;
            let (_, anchor) = compare(tx, anchor)?;
            let last_erasure = walk
                .last_erasure
                .and_then(|(at, id)| Some(Erasure { entry: EntryId(id), at: consent::time(at).ok()? }));
            Ok(Check {
                entries: walk.entries,
                intact: broken.is_empty() && !walk.torn && anchor != AnchorState::Cut,
                broken: broken.into_iter().map(EntryId).collect(),
                missing,
                erased: walk.erased,
                last_erasure,
                retired: match anchor {
                    AnchorState::Cut => 0,
                    _ => checkpoint(tx)?.entries.saturating_sub(walk.survivors),
                },
                anchor,
                index_emptied: !search::index_holds(tx)?,
            })
        })?;
        if found.index_emptied && self.is_read_only() {
            // It can be looked through all the same.
            found.index_emptied = false;
        } else if found.index_emptied {
            self.write(search::empty_index)?;
        }
        Ok(found)
    }

    /// Checks one entry and what follows on it; costs the same however long the chain is. What is wrong with its
    /// neighbors is theirs.
    ///
    /// # Errors
    /// [`LedgerError::NoEntry`] and those of the disk.
    pub fn check_entry(&self, id: EntryId) -> Result<EntryCheck, LedgerError> {
        self.read(|tx| check_entry(tx, id.0))
    }
}

/// One entry of the ledger as it stands in this transaction.
pub(crate) fn check_entry(tx: &Connection, id: i64) -> Result<EntryCheck, LedgerError> {
    let (entry_seq, outcome_seq, erased): (i64, Option<i64>, bool) = tx
        .prepare_cached("SELECT entry_seq, outcome_seq, erased_at IS NOT NULL FROM line WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?
        .ok_or(LedgerError::NoEntry(EntryId(id)))?;
    let mut intact = true;
    for seq in [Some(entry_seq), outcome_seq].into_iter().flatten() {
        let mut statement = tx.prepare_cached(ONE)?;
        let mut rows = statement.query([seq])?;
        intact &= match rows.next()? {
            Some(row) => match Record::read(row) {
                Ok(record) => record.entry == id && record.is_whole() && is_followed(tx, &record)?,
                // A value of another kind than was written.
                Err(LedgerError::Damaged(_)) => false,
                Err(error) => return Err(error),
            },
            None => false,
        };
    }
    Ok(EntryCheck { intact, erased })
}

/// The broken entries that have no record of their own any more.
fn missing(tx: &Connection, broken: &BTreeSet<i64>) -> Result<Vec<EntryId>, LedgerError> {
    let mut missing = broken.clone();
    if !missing.is_empty() {
        let mut statement = tx.prepare_cached("SELECT entry FROM record WHERE outcome IS NULL")?;
        for id in statement.query_map([], |row| row.get::<_, i64>(0))? {
            missing.remove(&id?);
        }
    }
    Ok(missing.into_iter().map(EntryId).collect())
}

/// Whether the record after this one follows on it. One that does not fit itself tells on nobody; where it is gone, the
/// entry that waits for its outcome is the one that lost it.
fn is_followed(tx: &Connection, record: &Record<'_>) -> Result<bool, LedgerError> {
    let mut statement = tx.prepare_cached(NEXT)?;
    let next = record.seq.checked_add(1);
    let mut rows = statement.query([next])?;
    if let Some(row) = rows.next()? {
        return Ok(Record::read(row).map_or(true, |next| next.prev == record.hash || !next.hash_holds()));
    }
    let concluded = record.line.as_ref().is_some_and(|line| line.outcome_seq.is_some());
    if concluded || record.seq <= cut(tx)?.0 {
        return Ok(true);
    }
    let mut last = tx.prepare_cached("SELECT max(seq) FROM record")?;
    Ok(last.query_row([], |row| row.get::<_, i64>(0))? == record.seq)
}

fn cut(tx: &Connection) -> Result<(i64, Vec<u8>), LedgerError> {
    let mut statement = tx.prepare_cached("SELECT cut_seq, cut_hash FROM state")?;
    Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Where the walk along the chain has come to.
struct Walk {
    cut_seq: i64,
    last_seq: i64,
    last_hash: Vec<u8>,
    /// The entry of the record before; none at the start.
    last_record_of: Option<i64>,
    last_entry: i64,
    entries: u64,
    erased: u64,
    /// When it was and whose bytes: of the erasure that was noted last.
    last_erasure: Option<(i64, i64)>,
    /// Entries that outlived a cut.
    survivors: u64,
    /// How many more vanished entries may be named.
    may_name: i64,
    /// Something is wrong, whether or not an entry can be named for it.
    torn: bool,
    broken: BTreeSet<i64>,
    /// Entries without an outcome so far.
    open: BTreeSet<i64>,
    /// Entries that were open when a record was missing.
    suspects: BTreeSet<i64>,
}

impl Walk {
    fn from_cut(tx: &Connection) -> Result<Self, LedgerError> {
        let (cut_seq, last_hash) = cut(tx)?;
        let last_entry = tx.query_row("SELECT cut_entry FROM state", [], |row| row.get(0))?;
        Ok(Self {
            cut_seq,
            last_seq: cut_seq,
            last_hash,
            last_record_of: None,
            last_entry,
            entries: 0,
            erased: 0,
            last_erasure: None,
            survivors: 0,
            may_name: MAX_VANISHED,
            torn: false,
            broken: BTreeSet::new(),
            open: BTreeSet::new(),
            suspects: BTreeSet::new(),
        })
    }

    fn step(&mut self, record: &Record<'_>) {
        let whole = record.is_whole();
        if !whole {
            self.torn = true;
            if record.number_holds() {
                self.broken.insert(record.entry);
            }
        }
        if record.is_entry() {
            self.entries += 1;
            self.survivors += u64::from(record.seq <= self.cut_seq);
            if let Some(at) = record.erased_at() {
                self.erased += 1;
                self.last_erasure = self.last_erasure.max(Some((at, record.entry)));
            }
        }
        // What outlived a cut stands alone: its neighbors are gone by right.
        if record.seq <= self.cut_seq {
            return;
        }
        if Some(record.seq) != self.last_seq.checked_add(1) {
            self.torn = true;
            self.suspects.extend(&self.open);
        } else if whole && record.prev != self.last_hash {
            // A record that fits itself but not its neighbor tells on the neighbor.
            self.broken.insert(self.last_record_of.unwrap_or(record.entry));
        }
        if record.number_holds() {
            self.count_entry(record);
        }
        self.last_seq = record.seq;
        self.last_record_of = Some(record.entry);
        self.last_hash.clear();
        self.last_hash.extend_from_slice(record.hash);
    }

    /// Entries are numbered without gaps.
    fn count_entry(&mut self, record: &Record<'_>) {
        if record.is_entry() {
            self.name_vanished(record.entry.saturating_sub(1));
            if record.entry <= self.last_entry {
                self.broken.insert(record.entry);
            }
            self.open.insert(record.entry);
        } else {
            self.name_vanished(record.entry);
            self.open.remove(&record.entry);
        }
        self.last_entry = self.last_entry.max(record.entry);
    }

    fn name_vanished(&mut self, up_to: i64) {
        let first = self.last_entry.saturating_add(1);
        if up_to < first {
            return;
        }
        self.torn = true;
        let named = up_to.saturating_sub(first).saturating_add(1).min(self.may_name);
        self.may_name -= named;
        self.broken.extend((first..=up_to).take(usize::try_from(named).unwrap_or(0)));
    }
}
