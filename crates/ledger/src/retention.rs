//! Retention: bytes go first, lines later, from the front of the chain up to a kept checkpoint.
//!
//! What is old is told by the days that were counted since, never by a date (`days.rs`).
//! It refuses to cut between an entry and its outcome, and keeps what it is told to keep. The anchor is told of a cut
//! before it happens; a chain that contradicts its anchor is not cut, so that what is left of it can be looked at.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::anchor::{Anchor, AnchorState, Checkpoint, Head, checkpoint, compare};
use crate::consent;
use crate::days::newest_older_than;
use crate::entry::{EntryId, Line};
use crate::erase::forget_bodies;
use crate::error::LedgerError;
use crate::open::Ledger;
use crate::read::load;
use crate::search;

/// Entries that one transaction erases at most, so that no sender waits long.
const STEP: i64 = 500;

/// How long what is kept; `None` is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Months after which an entry's bytes are erased, in days that [`Ledger::count_days`] counted.
    pub bytes_months: Option<u16>,
    /// Months after which its line goes, too, counted likewise.
    pub lines_months: Option<u16>,
}

/// What retention removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retired {
    /// Entries whose bytes were erased.
    pub bytes: usize,
    /// Entries whose lines were cut.
    pub lines: usize,
}

impl Default for Retention {
    fn default() -> Self {
        Self { bytes_months: Some(13), lines_months: Some(36) }
    }
}

impl Ledger {
    /// Erases bytes and cuts lines that are older than the policy lets them be, by the days that [`Ledger::count_days`]
    /// counted, but for the entries in `keep` (the last activation of each installed license), which stay whole. `now` is
    /// noted as the time of the erasure. Lines are not cut where the anchor cannot be told, or contradicts the chain.
    /// Touches the disk.
    ///
    /// # Errors
    /// [`LedgerError::Anchor`] once everything else is done, if the anchor kept lines from being cut;
    /// [`LedgerError::ScrubWaiting`] and those of the disk.
    pub fn apply_retention(
        &mut self,
        policy: Retention,
        now: Timestamp,
        keep: &[EntryId],
        anchor: &mut dyn Anchor,
    ) -> Result<Retired, LedgerError> {
        let keep: BTreeSet<i64> = keep.iter().map(|id| id.0).collect();
        let mut retired = Retired::default();
        let mut uncut = None;
        if let Some(months) = policy.lines_months {
            match self.cut_lines(months, &keep, anchor) {
                Err(error @ LedgerError::Anchor(_)) => uncut = Some(error),
                lines => retired.lines = lines?,
            }
        }
        if let Some(months) = policy.bytes_months {
            let mut from = 0;
            while let Some(last) = self.write(|tx| {
                let old = old_bodies(tx, months, from)?;
                let ids: Vec<i64> = old.iter().copied().filter(|id| !keep.contains(id)).collect();
                if !ids.is_empty() {
                    forget_bodies(tx, &ids, now)?;
                    retired.bytes += ids.len();
                }
                Ok(old.last().copied())
            })? {
                from = last;
            }
        }
        self.scrub()?;
        uncut.map_or(Ok(retired), Err)
    }

    /// Cuts the chain's front; returns how many entries went.
    fn cut_lines(
        &self,
        months: u16,
        keep: &BTreeSet<i64>,
        anchor: &mut dyn Anchor,
    ) -> Result<usize, LedgerError> {
        let _alone = self.anchor_lock()?;
        let cut = self.read(|tx| furthest_cut(tx, newest_older_than(tx, months)?))?;
        if let Some(cut) = cut {
            let kept = anchor.load()?;
            let (head, state) = self.read(|tx| compare(tx, kept))?;
            if state == AnchorState::Cut {
                return Ok(0);
            }
            anchor.keep(Head { cut, ..head })?;
        }
        self.write(|tx| cut_lines(tx, cut, keep))
    }

    /// The earliest time that a line claims which retention has not passed yet: [`Timestamp::MAX`] where it has passed
    /// all, [`Timestamp::MIN`] where there never was one. Reads alone.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn lines_begin(&self) -> Result<Timestamp, LedgerError> {
        self.read(lines_begin)
    }

    /// The entries whose bytes [`Ledger::apply_retention`] would erase with the same arguments, oldest first. Reads alone.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn retiring(&self, policy: Retention, keep: &[EntryId]) -> Result<Vec<EntryId>, LedgerError> {
        let Some(months) = policy.bytes_months else { return Ok(Vec::new()) };
        let keep: BTreeSet<i64> = keep.iter().map(|id| id.0).collect();
        let (mut retiring, mut from) = (Vec::new(), 0);
        loop {
            let old = self.read(|tx| old_bodies(tx, months, from))?;
            let Some(last) = old.last() else { return Ok(retiring) };
            from = *last;
            retiring.extend(old.into_iter().filter(|id| !keep.contains(id)).map(EntryId));
        }
    }

    /// The lines of these entries, in their order; of one that cannot be read, none. They are not held against their
    /// commitments, as those of a page are not.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn lines(&self, ids: &[EntryId]) -> Result<Vec<Line>, LedgerError> {
        self.read(|tx| Ok(ids.iter().filter_map(|id| load(tx, id.0).ok()).map(|entry| entry.line).collect()))
    }
}

fn lines_begin(tx: &Connection) -> Result<Timestamp, LedgerError> {
    // What outlived a cut is old, and says nothing of what is left behind it.
    let sql = "SELECT (SELECT min(at_ms) FROM line WHERE entry_seq > cut_seq), cut_seq > 0 FROM state";
    let (first, is_cut): (Option<i64>, bool) =
        tx.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    match (first, is_cut) {
        (Some(at_ms), _) => consent::time(at_ms),
        (None, true) => Ok(Timestamp::MAX),
        (None, false) => Ok(Timestamp::MIN),
    }
}

/// Concluded entries older than so many months whose bytes are still there, after entry `from`.
fn old_bodies(tx: &Connection, months: u16, from: i64) -> Result<Vec<i64>, LedgerError> {
    let sql = "SELECT id FROM line
               WHERE id > ?1 AND id <= ?2 AND erased_at IS NULL AND outcome_seq IS NOT NULL ORDER BY id LIMIT ?3";
    let mut statement = tx.prepare_cached(sql)?;
    let ids = statement.query_map(params![from, newest_older_than(tx, months)?, STEP], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn cut_lines(tx: &Connection, cut: Option<Checkpoint>, keep: &BTreeSet<i64>) -> Result<usize, LedgerError> {
    if let Some(cut) = cut {
        tx.execute(
            "UPDATE state SET cut_seq = ?1, cut_entry = ?2, cut_hash = ?3",
            params![cut.count.cast_signed(), cut.entries.cast_signed(), cut.hash],
        )?;
    }
    // Also what outlived an earlier cut and is kept no longer.
    let gone: Vec<i64> = tx
        .prepare_cached("SELECT id FROM line
             WHERE id <= (SELECT cut_entry FROM state) AND entry_seq <= (SELECT cut_seq FROM state) ORDER BY id",
        )?
        .query_map([], |row| row.get(0))?
        .filter(|id| !id.as_ref().is_ok_and(|id| keep.contains(id)))
        .collect::<Result<_, _>>()?;
    let mut words = search::Forgotten::default();
    for id in &gone {
        words.forget(tx, *id)?;
        let seqs: (i64, Option<i64>) = tx
            .prepare_cached("DELETE FROM line WHERE id = ?1 RETURNING entry_seq, outcome_seq")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for seq in [Some(seqs.0), seqs.1].into_iter().flatten() {
            tx.prepare_cached("DELETE FROM body WHERE seq = ?1")?.execute([seq])?;
            tx.prepare_cached("DELETE FROM record WHERE seq = ?1")?.execute([seq])?;
        }
    }
    if !gone.is_empty() {
        words.sweep(tx)?;
        tx.execute("UPDATE state SET scrub_due = 1", [])?;
    }
    Ok(gone.len())
}

/// The last place up to which no entry is newer than `last`, and none without its outcome.
fn furthest_cut(tx: &Connection, last: i64) -> Result<Option<Checkpoint>, LedgerError> {
    let sql = "SELECT seq, entry, outcome IS NULL, hash FROM record WHERE seq > (SELECT cut_seq FROM state) ORDER BY seq";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let (mut open, mut entry, mut cut) = (BTreeSet::new(), checkpoint(tx)?.entries.cast_signed(), None);
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(1)?;
        if id > last {
            break;
        }
        if row.get(2)? {
            open.insert(id);
        } else {
            open.remove(&id);
        }
        entry = id.max(entry);
        if open.is_empty() {
            cut = Some(Checkpoint {
                count: row.get::<_, i64>(0)?.unsigned_abs(),
                entries: entry.unsigned_abs(),
                hash: row.get(3)?,
            });
        }
    }
    Ok(cut)
}
