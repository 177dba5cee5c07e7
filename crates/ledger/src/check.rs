//! Checking the chain: every record against its neighbor, its body and its line.
//!
//! It reads row by row and keeps only what is out of order. It names entries, not guesses: where a link alone is
//! broken, the record that the next one no longer follows on is the altered one.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::anchor::{AnchorState, Head, compare};
use crate::chain::{Clear, Kind, commit};
use crate::entry::EntryId;
use crate::error::LedgerError;
use crate::open::Ledger;

/// What a check of the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// Entries looked at.
    pub entries: u64,
    /// Nothing is altered, removed or cut.
    pub intact: bool,
    /// Entries that are not what was written, or are gone, ascending.
    pub broken: Vec<EntryId>,
    /// Entries whose bytes were erased.
    pub erased: u64,
    /// What the anchor says of the end.
    pub anchor: AnchorState,
}

/// What a check of one entry found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EntryCheck {
    /// Its records are what was written, and what follows, follows on them.
    pub intact: bool,
    /// Its bytes were erased.
    pub erased: bool,
}

/// So many numbers of vanished entries are named at most; a forged number must not make a list without end.
const MAX_VANISHED: i64 = 10_000;

macro_rules! records {
    ($rest:literal) => {
        concat!(
            "SELECT r.seq, r.entry, r.at_ms, r.vendor, r.purpose, r.carrier, r.size_bytes, r.outcome,
                    r.prev, r.commitment, r.hash, b.salt, b.facts, b.bytes,
                    l.at_ms, l.entry_seq, l.outcome_seq, l.erased_at, f.vendor, f.purpose, f.carrier, f.outcome
             FROM record r
             LEFT JOIN body b ON b.seq = r.seq
             LEFT JOIN line l ON l.id = r.entry
             LEFT JOIN facet f ON f.id = l.facet ",
            $rest
        )
    };
}

const ONE: &str = records!("WHERE r.seq = ?1");

/// Lines whose records are gone, or another's.
const ORPHANS: &str = "
    SELECT id FROM line l
    WHERE NOT EXISTS (SELECT 1 FROM record WHERE seq = l.entry_seq AND entry = l.id)
       OR (l.outcome_seq IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM record WHERE seq = l.outcome_seq AND entry = l.id))";

impl Ledger {
    /// Checks the whole chain, row by row, against the head kept outside, if one was.
    ///
    /// # Errors
    /// Those of the disk; a broken chain is no error.
    pub fn check(&self, anchor: Option<Head>) -> Result<Check, LedgerError> {
        self.read(|tx| {
            let mut walk = Walk::from_cut(tx)?;
            let mut statement = tx.prepare_cached(records!("ORDER BY r.seq"))?;
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
            let anchor = compare(tx, anchor)?;
            Ok(Check {
                entries: walk.entries,
                intact: broken.is_empty() && !walk.torn && anchor != AnchorState::Cut,
                broken: broken.into_iter().map(EntryId).collect(),
                erased: walk.erased,
                anchor,
            })
        })
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

/// Whether the record after this one follows on it. One that does not fit itself tells on nobody; where it is gone, the
/// entry that waits for its outcome is the one that lost it.
fn is_followed(tx: &Connection, record: &Record<'_>) -> Result<bool, LedgerError> {
    let mut statement = tx.prepare_cached(ONE)?;
    let mut rows = statement.query([record.seq + 1])?;
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

/// A record with its body and its line, as they stand.
struct Record<'a> {
    seq: i64,
    entry: i64,
    at_ms: i64,
    kind: Option<Kind<'a>>,
    prev: &'a [u8],
    commitment: &'a [u8],
    hash: &'a [u8],
    body: Option<(&'a [u8], &'a [u8], &'a [u8])>,
    line: Option<LineRow<'a>>,
}

struct LineRow<'a> {
    at_ms: i64,
    entry_seq: i64,
    outcome_seq: Option<i64>,
    erased: bool,
    facet: [&'a str; 4],
}

impl<'a> Record<'a> {
    fn read(row: &'a Row<'_>) -> Result<Self, LedgerError> {
        let shape = |_| LedgerError::Damaged("a row has another shape");
        let text = |column| row.get_ref(column)?.as_str_or_null().map_err(shape);
        let blob = |column| row.get_ref(column)?.as_bytes_or_null().map_err(shape);
        let kind = match (text(3)?, text(4)?, text(5)?, row.get(6)?, text(7)?) {
            (Some(vendor), Some(purpose), Some(carrier), Some(size_bytes), None) => {
                Some(Kind::Entry { vendor, purpose, carrier, size_bytes })
            }
            (None, None, None, None, Some(class)) => Some(Kind::Outcome { class }),
            _ => None,
        };
        let line = match (row.get(14)?, row.get(15)?) {
            (Some(at_ms), Some(entry_seq)) => Some(LineRow {
                at_ms,
                entry_seq,
                outcome_seq: row.get(16)?,
                erased: row.get::<_, Option<i64>>(17)?.is_some(),
                facet: [text(18)?, text(19)?, text(20)?, text(21)?].map(Option::unwrap_or_default),
            }),
            _ => None,
        };
        let body = match (blob(11)?, blob(12)?, blob(13)?) {
            (Some(salt), Some(facts), Some(bytes)) => Some((salt, facts, bytes)),
            _ => None,
        };
        Ok(Self {
            seq: row.get(0)?,
            entry: row.get(1)?,
            at_ms: row.get(2)?,
            kind,
            prev: blob(8)?.unwrap_or_default(),
            commitment: blob(9)?.unwrap_or_default(),
            hash: blob(10)?.unwrap_or_default(),
            body,
            line,
        })
    }

    /// Whether hash, body and line say what the record says.
    fn is_whole(&self) -> bool {
        self.hash_holds() && self.body_holds() && self.line_holds()
    }

    fn hash_holds(&self) -> bool {
        self.kind.is_some_and(|kind| {
            let clear = Clear { seq: self.seq, entry: self.entry, at_ms: self.at_ms, kind };
            clear.hash(self.prev, self.commitment) == self.hash
        })
    }

    /// A body is what was committed to; one that is gone was erased.
    fn body_holds(&self) -> bool {
        let erased = self.line.as_ref().is_some_and(|line| line.erased);
        match self.body {
            Some((salt, facts, bytes)) => !erased && commit(salt, facts, bytes) == self.commitment,
            None => erased,
        }
    }

    /// The line is derived from the record, and hides nothing of it.
    fn line_holds(&self) -> bool {
        let (Some(line), Some(kind)) = (&self.line, self.kind) else { return false };
        match kind {
            Kind::Entry { vendor, purpose, carrier, .. } => {
                line.entry_seq == self.seq
                    && line.at_ms == self.at_ms
                    && line.facet[..3] == [vendor, purpose, carrier]
                    && line.outcome_seq.is_none() == line.facet[3].is_empty()
            }
            Kind::Outcome { class } => line.outcome_seq == Some(self.seq) && line.facet[3] == class,
        }
    }

    /// Whether the number it bears can be believed: a record that was moved or renumbered must not tell on another.
    fn number_holds(&self) -> bool {
        self.hash_holds()
            || self
                .line
                .as_ref()
                .is_none_or(|line| line.entry_seq == self.seq || line.outcome_seq == Some(self.seq))
    }

    fn is_entry(&self) -> bool {
        !matches!(self.kind, Some(Kind::Outcome { .. }))
    }
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
            self.erased += u64::from(record.line.as_ref().is_some_and(|line| line.erased));
        }
        // What outlived a cut stands alone: its neighbors are gone by right.
        if record.seq <= self.cut_seq {
            return;
        }
        if record.seq != self.last_seq + 1 {
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
            self.name_vanished(record.entry - 1);
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
        let first = self.last_entry + 1;
        self.broken.extend(first..=up_to.min(first.saturating_add(MAX_VANISHED)));
        self.torn |= up_to >= first;
    }
}
